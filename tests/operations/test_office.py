"""The office's desk against a real centre on loopback."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.operations.office import Desk
from jdz_field.operations.office_items import batch_of, conflict_of, new_point_of, review_of
from jdz_field.operations.office_login import Login, open_desk, remembered, sign_in
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Refused
from tests.ui.office.centre import centre, fill, new_point


@pytest.fixture
def at(tmp_path):
    with centre(tmp_path) as made:
        yield made


@pytest.fixture
def desk(at):
    made = at.desk()
    yield made
    made.close()


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    return tmp_path / "config"


def test_everything_lies_on_the_desk(at, desk, tmp_path):
    fill(at, tmp_path / "photos")
    assert desk.info()["conflicts"] == len(desk.conflicts()) == 4
    assert [p.field for p in desk.proposals()] == ["threatened_people", "kind_code"]
    photos = {photo.filename: photo.here for photo in desk.reviews()[0].photos}
    assert photos == {"IMG_0412.jpg": True, "IMG_0413.jpg": False}
    assert desk.new_points()[0].number == "360222LS3F9A001"
    newest = desk.batches()[0]
    assert (newest.author, newest.missing, newest.attachments) == ("张三", 1, 2)
    assert sum(newest.outcomes.values()) == newest.changes == 3


def test_a_conflict_says_who_gave_each_value_and_when(at, desk):
    at.conflict(0, stability=("好", "较差", "差"))
    at.conflict(1, town=(at.sites[1].fields["town"], "瑶里镇", "蛟潭镇"))
    conflict = next(c for c in desk.conflicts() if c.field == "town")
    assert (conflict.central.value, conflict.central.author) == ("瑶里镇", "张三")
    assert (conflict.incoming.value, conflict.incoming.author) == ("蛟潭镇", "李四")
    assert conflict.central.at.startswith("2026-11-21T02:14")
    assert conflict.incoming.at.startswith("2026-11-21T02:14")
    origin = desk.origin(conflict)
    assert (origin.author, origin.at[:10]) == ("刘建国", "2026-04-02")


@pytest.mark.parametrize(
    ("take", "value", "left"),
    [
        ("central", None, "较差"),
        ("incoming", None, "差"),
        ("base", None, ""),
        ("value", "欠稳定", "欠稳定"),
    ],
)
def test_a_conflict_is_decided(at, desk, take, value, left):
    before = at.sites[0].fields.get("stability")
    at.conflict(0, stability=(before, "较差", "差"))
    desk.decide(desk.conflicts()[0], take, value, "现场核实")
    assert desk.conflicts() == []
    wanted = before if take == "base" else left
    history = at.office.history(at.sites[0].subject)
    assert [e.fields["stability"] for e in history if "stability" in e.fields][-1] == wanted


def test_a_conflict_that_moved_on_is_not_decided_over(at, desk):
    at.conflict(0, stability=("好", "较差", "差"))
    seen = desk.conflicts()[0]
    desk.decide(seen, "central", None, "")
    with pytest.raises(BadInput):
        desk.decide(seen, "incoming", None, "")
    with pytest.raises(Refused):
        desk.decide(replace(seen, id="none"), "central", None, "")


def test_proposals_take_effect_or_not(at, desk):
    for place, people in ((2, 44), (3, 45)):
        before = at.sites[place].fields.get("threatened_people")
        at.office.receive(at.one.batch(at.edit(at.one, place, threatened_people=(before, people))))
    first, second = desk.proposals()
    assert first.proposed.author == "张三"
    desk.settle_proposal(first.id, approve=True, why="")
    desk.settle_proposal(second.id, approve=False, why="以台账为准")
    assert desk.proposals() == []
    values = {
        s["id"]: s.get("threatened_people")
        for s in at.office.sites()
        if s["id"] in (first.subject, second.subject)
    }
    assert values[first.subject] == 44
    assert values[second.subject] == at.sites[3].fields.get("threatened_people")


def test_a_value_that_breaks_a_rule_is_held_with_its_reason(at, desk):
    before = at.sites[2].fields.get("stability")
    at.office.receive(at.one.batch(at.edit(at.one, 2, stability=(before, "随便"))))
    held = desk.held()
    assert [(h.room, dict(h.values)) for h in held] == [("quarantine", {"stability": "随便"})]
    assert held[0].reason
    desk.settle_held(held[0], release=False, why="不是代码")
    assert desk.held() == []


def test_a_change_whose_parent_is_missing_waits(at, desk):
    change = at.edit(at.one, 2, remarks=(at.sites[2].fields.get("remarks"), "补记"))
    orphan = replace(change, parent="01a1e000-0000-7000-8000-000000000000")
    at.office.receive(at.one.batch(orphan))
    held = desk.held()
    assert [(h.room, dict(h.values)) for h in held] == [("waiting", {"remarks": "补记"})]
    desk.settle_held(held[0], release=True, why="平板已报废")
    assert desk.held() == []


def test_a_point_found_in_the_field_gets_its_number(at, desk):
    site = new_point(at)
    assert desk.give_number(site, "360222029999") is False
    assert desk.new_points() == []
    other = new_point(at)
    assert desk.give_number(other, "360222029999") is True
    assert [c.type for c in desk.conflicts()] == ["duplicate"]


def test_a_record_is_returned_with_its_comment(at, desk, tmp_path):
    fill(at, tmp_path / "photos")
    item = desk.reviews()[0]
    photo = next(photo for photo in item.photos if photo.here)
    file = desk.fetch_photo(photo, tmp_path)
    assert file.read_bytes()[:2] == b"\xff\xd8"
    assert desk.fetch_photo(photo, tmp_path) == file
    assert "<h:html" in desk.form_xml(item.record.form, item.record.form_version)
    desk.review(item.record.id, "returned", "请补拍全貌")
    assert desk.reviews() == []
    assert desk.reviews("returned")[0].record.review_comment == "请补拍全貌"


def test_a_form_that_is_not_published_is_refused_with_a_sentence(desk):
    with pytest.raises(BadInput):
        desk.form_xml("nothing", "1")


def test_a_server_that_is_not_there_is_said_within_seconds():
    desk = Desk(CentralClient("http://127.0.0.1:9", "x", first=0.5))
    with pytest.raises(Unavailable):
        desk.conflicts()
    desk.close()


def test_a_token_of_nobody_is_refused(at):
    desk = Desk(CentralClient(at.url, "nobody"))
    with pytest.raises(BadInput):
        desk.conflicts()
    desk.close()


def test_a_field_device_may_not_sit_at_the_desk(at):
    desk = Desk(CentralClient(at.url, at.one.enrolment.token))
    with pytest.raises(BadInput):
        desk.conflicts()
    desk.close()


# ---- signing in


def test_a_code_lets_this_machine_in_once_and_it_is_remembered(at, config):
    code = at.office.device_code("王秀英")
    login = sign_in(at.url, f" {code} ", "办公室")
    assert (login.user, login.role) == ("王秀英", "office")
    assert remembered() == login
    desk = open_desk(login)
    assert desk.conflicts() == []
    assert desk.url.startswith(at.url)
    desk.close()
    with pytest.raises(BadInput):
        sign_in(at.url, code, "办公室")


def test_a_wrong_code_and_a_wrong_address_are_said(at, config):
    with pytest.raises(BadInput):
        sign_in(at.url, "wrong", "办公室")
    with pytest.raises(Unavailable):
        sign_in("http://127.0.0.1:9", "x", "办公室")
    assert remembered() is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": "x"}'])
def test_a_damaged_login_is_as_none(config, content):
    config.mkdir()
    (config / "office.json").write_text(content)
    assert remembered() is None


def test_a_login_whose_token_is_gone_says_so(config):
    with pytest.raises(Unavailable):
        open_desk(Login("http://127.0.0.1:9", "gone"))


def test_a_login_that_cannot_be_kept_says_so(at, tmp_path, monkeypatch):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(blocked))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    with pytest.raises(Unavailable):
        sign_in(at.url, at.office.device_code("王秀英"), "办公室")


# ---- rows that no centre sends


@pytest.mark.parametrize(
    ("read", "row"),
    [
        (conflict_of, {}),
        (conflict_of, {"id": 3}),
        (conflict_of, {"id": "c", "rivals": "none"}),
        (conflict_of, {"id": "c", "rivals": [3]}),
        (batch_of, {"id": ""}),
        (batch_of, {"id": "b", "outcomes": [1]}),
        (review_of, {"id": "r", "attachments": [{}]}),
        (new_point_of, {"kind": "geohazard"}),
    ],
)
def test_nonsense_is_refused(read, row):
    with pytest.raises(Unavailable):
        read(row)


def test_absent_details_do_no_harm():
    made = conflict_of({"id": "c"})
    assert (made.type, made.rivals, made.incoming.value) == ("field", (), None)
    assert batch_of({"id": "b"}).changes == 0
    assert new_point_of({"id": "s"}).number == ""
