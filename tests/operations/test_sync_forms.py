"""Forms travel from the office to the devices, with their files; a bad one holds nothing up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.central.office import Office
from jdz_field.central.tables import form_media
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256
from jdz_field.operations.form_media import media_file
from jdz_field.operations.sync import (
    apply_receipt_file,
    enrol_from_file,
    export_batches,
    run_sync,
)
from jdz_field.operations.sync_forms import Told, add_version, take_forms
from jdz_field.store.project import Project
from jdz_field.sync.engine import SyncReport
from tests.sync.centre import Centre, centre
from tests.sync.places import project

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
 <h:head><h:title>{title}</h:title><model>
  <instance><data id="{name}" version="{version}"><note/></data></instance>
  <bind nodeset="/data/note" type="string"/></model></h:head>
 <h:body><input ref="/data/note"><label>{title}</label></input></h:body></h:html>"""


@pytest.fixture(autouse=True)
def _own_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Centre]:
    with centre(tmp_path / "centre") as one:
        yield one


@pytest.fixture
def device(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as one:
        hub.admit(one)
        yield one


def publish(office: Office, folder: Path, version: str, media: dict[str, bytes]) -> None:
    file = folder / f"{version}.xml"
    file.write_text(FORM.format(title="巡查", name="patrol", version=version), encoding="utf-8")
    office.publish_form(file)
    for name, content in media.items():
        draft = folder / name
        draft.write_bytes(content)
        office.blobs.keep(draft, sha256(content), name, "test")
        with office.database.write() as connection:
            connection.execute(
                form_media.insert().values(
                    form_id="patrol", version=version, filename=name, sha256=sha256(content)
                )
            )


def test_a_published_form_arrives_with_its_files_and_only_once(
    tmp_path: Path, hub: Centre, device: Project
) -> None:
    publish(hub.office, tmp_path, "1", {"towns.csv": b"name,label\nyaoli,Yaoli\n"})
    assert run_sync(device).forms == 1
    assert [row.version for row in device.form_versions("patrol")] == ["1"]
    found = media_file(device, "patrol", "1", "jr://file-csv/towns.csv")
    assert found is not None
    assert found.read_bytes().startswith(b"name,label")
    assert run_sync(device).forms == 0
    assert device.check() == []


def test_the_newest_version_is_the_one_that_is_filled(
    tmp_path: Path, hub: Centre, device: Project
) -> None:
    publish(hub.office, tmp_path, "1", {})
    publish(hub.office, tmp_path, "2", {})
    assert run_sync(device).forms == 2
    assert [row.version for row in device.forms() if row.form_id == "patrol"] == ["2"]


def test_a_version_that_is_known_keeps_its_content_and_the_rest_arrives(
    tmp_path: Path, hub: Centre, device: Project
) -> None:
    publish(hub.office, tmp_path, "2", {})
    other = FORM.format(title="自编", name="patrol", version="1")
    device.add_form("patrol", "1", "自编", other, None)
    publish(hub.office, tmp_path, "1", {"a.csv": b"name\n1\n"})
    report = run_sync(device)
    assert report.forms == 1
    assert report.refused == []
    assert device.form_xml("patrol", "1") == other


def test_a_form_under_another_name_is_refused(device: Project) -> None:
    xml = FORM.format(title="x", name="patrol", version="1")
    with pytest.raises(BadInput):
        add_version(device, Told("other", "1", "x", {}), xml)
    assert device.form_versions("other") == []


def test_forms_travel_by_stick_with_their_files(tmp_path: Path) -> None:
    with (
        Office(None, tmp_path / "lonely") as office,
        project(tmp_path / "far", "王五") as far,
    ):
        office.add_user("王五", "field")
        office.issue_device("王五", tmp_path / "e.json")
        enrol_from_file(far, tmp_path / "e.json")
        publish(office, tmp_path, "1", {"old.csv": b"name\n0\n"})
        publish(office, tmp_path, "2", {"towns.csv": b"name,label\nyaoli,Yaoli\n"})
        export_batches(far, tmp_path / "a.jdzb")
        office.receive_file(tmp_path / "a.jdzb", tmp_path / "a.jdzr")
        report = apply_receipt_file(far, tmp_path / "a.jdzr")
        assert (report.forms, report.refused) == (1, [])
        found = media_file(far, "patrol", "2", "towns.csv")
        assert found is not None
        assert found.read_bytes().startswith(b"name,label")
        assert apply_receipt_file(far, tmp_path / "a.jdzr").forms == 0
        assert far.check() == []


def test_a_form_of_an_answer_that_lacks_its_file_or_is_none_is_listed(device: Project) -> None:
    told = {"form_id": "patrol", "version": "1", "title": "巡查"}
    xml = FORM.format(title="巡查", name="patrol", version="1")
    media = [{"filename": "a.csv", "sha256": sha256(b"a"), "size": 1}]
    other = {sha256(b"a"): "Yg=="}
    report = SyncReport()
    take_forms(device, [told | {"xml": "<no/>"}], report)
    take_forms(device, [told | {"xml": xml, "media": media}], report)
    take_forms(device, [told | {"xml": xml, "media": media, "files": other}], report)
    assert [one["file"] for one in report.refused] == ["巡查"] * 3
    assert device.form_media("patrol", "1") == {}
    assert device.check() == []
