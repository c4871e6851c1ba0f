"""A task: given by the office, seen on its person's devices only, done by a record, by any way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.central import tasks as acts
from jdz_field.central.office import Office
from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Record
from jdz_field.core.tasks import Task
from jdz_field.operations.sync import apply_receipt_file, enrol_from_file, export_batches
from jdz_field.operations.tasks import open_tasks
from jdz_field.store.project import Project
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Refused
from tests.sync.centre import Centre, centre, client_of, synced
from tests.sync.places import add_site, project

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
 <h:head><h:title>巡查</h:title><model>
  <instance><data id="patrol" version="1"><note/></data></instance>
  <bind nodeset="/data/note" type="string"/></model></h:head>
 <h:body><input ref="/data/note"><label>巡查</label></input></h:body></h:html>"""


@pytest.fixture(autouse=True)
def _own_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Centre]:
    with centre(tmp_path / "centre") as one:
        publish(one.office, tmp_path)
        yield one


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as device:
        hub.admit(device)
        yield device


def publish(office: Office, folder: Path) -> None:
    (folder / "patrol.xml").write_text(FORM, encoding="utf-8")
    office.publish_form(folder / "patrol.xml")


def answer(device: Project, site: str) -> str:
    now = device.now().isoformat().replace("+00:00", "Z")
    record = Record(
        id=new_id(), form="patrol", form_version="1", site=site, site_kind="geohazard",
        answers={"note": "好"}, author=device.author, started=now, finished=now,
    )  # fmt: skip
    device.finalize(record, draft=None)
    return record.id


def test_a_task_reaches_its_person_and_a_record_does_it(
    tmp_path: Path, hub: Centre, one: Project
) -> None:
    site = add_site(one, "瑶里后山")
    synced(one, hub.url)
    given = acts.give(hub.office, Task("", site, "patrol", "2020-01-02", "看裂缝", "张三"))
    with project(tmp_path / "two", "李四") as two:
        hub.admit(two)
        synced(two, hub.url)
        assert open_tasks(two) == [], "it is somebody else's"
    synced(one, hub.url)
    (todo,) = open_tasks(one)
    assert (todo.task.id, todo.site, todo.task.note) == (given["id"], "瑶里后山", "看裂缝")
    assert todo.days < 0
    record = answer(one, site)
    assert open_tasks(one) == [], "done here before it is sent"
    synced(one, hub.url)
    (told,) = acts.tasks(hub.office)
    assert (told["record"], told["name"]) == (record, "瑶里后山")
    assert one.check() == []


def test_a_withdrawn_task_goes_and_a_free_one_is_everybodys(hub: Centre, one: Project) -> None:
    site = add_site(one)
    synced(one, hub.url)
    first = acts.give(hub.office, Task("", site, "patrol", "2099-01-01"))
    second = acts.give(hub.office, Task("", site, "patrol", "2098-01-01"))
    synced(one, hub.url)
    assert [t.task.id for t in open_tasks(one)] == [second["id"], first["id"]]
    acts.withdraw(hub.office, first["id"], "重复")
    synced(one, hub.url)
    assert [t.task.id for t in open_tasks(one)] == [second["id"]]
    assert [t["id"] for t in acts.tasks(hub.office)] == [second["id"]]
    assert hub.office.audit_is_whole()


def test_a_task_travels_by_stick_too(tmp_path: Path, one: Project) -> None:
    with (
        Office(None, tmp_path / "lonely") as office,
        project(tmp_path / "stick", "王五") as device,
    ):
        publish(office, tmp_path)
        office.add_user("王五", "field")
        office.issue_device("王五", tmp_path / "e.json")
        enrol_from_file(device, tmp_path / "e.json")
        site = add_site(device)
        export_batches(device, tmp_path / "a.jdzb")
        office.receive_file(tmp_path / "a.jdzb")
        acts.give(office, Task("", site, "patrol", "2099-01-01", "", "王五"))
        office.receive_file(tmp_path / "a.jdzb", tmp_path / "a.jdzr")
        apply_receipt_file(device, tmp_path / "a.jdzr")
        assert [t.task.due for t in open_tasks(device)] == ["2099-01-01"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"site": "gone"},
        {"form": "gone"},
        {"due": "2026-02-31"},
        {"due": "soon"},
        {"assignee": "nobody"},
        {"note": "x" * 2_001},
    ],
)
def test_a_task_that_makes_no_sense_is_refused(
    hub: Centre, one: Project, wrong: dict[str, str]
) -> None:
    site = add_site(one)
    synced(one, hub.url)
    fields = {"site": site, "form": "patrol", "due": "2026-12-01"} | wrong
    with pytest.raises(BadInput):
        acts.give(hub.office, Task("", **fields))
    assert acts.tasks(hub.office) == []
    with pytest.raises(BadInput):
        acts.withdraw(hub.office, site)


def test_only_the_office_gives_tasks_over_the_network(hub: Centre, one: Project) -> None:
    site = add_site(one)
    synced(one, hub.url)
    body = {"site": site, "form": "patrol", "due": "2026-12-01"}
    with client_of(one, hub.url) as client:
        with pytest.raises(Refused) as refused:
            client.post("tasks", body)
        assert refused.value.status == 403
        assert client.get("tasks") == []
    with CentralClient(hub.url) as stranger, pytest.raises(Refused):
        stranger.get("tasks")
