"""ODK Collect's way in, walked by a client that knows the specifications only."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import httpx
import pytest
from PIL import Image

from jdz_field.central.accounts import Caller
from jdz_field.central.openrosa_lists import list_csv
from jdz_field.core.ids import new_id
from jdz_field.core.lists import list_rows
from tests.central.collect import Phone, body_of, instance, said
from tests.central.tablet import Tablet
from tests.conftest import ROOT
from tests.operations.entity_forms import REGISTER_MINE, REGISTER_TREE, UPDATE_MINE
from tests.xforms.conftest import oracle, oracle_process
from tests.xforms.tools import xform

__all__ = ["oracle", "oracle_process"]

ASK = """
| survey |
| | type | name | label |
| | text | what | What |
| | geopoint | where | Where |
| | image | photo | Photo |
| | image | second | Photo |
| settings |
| | form_id | version |
| | ask | 1 |
"""
UP = "/openrosa/submission"


def publish(office, folder: Path, name: str, markdown: str) -> None:
    file = folder / f"{name}.xml"
    file.write_text(xform(markdown), encoding="utf-8")
    office.publish_form(file)


def phone_of(office, server, folder: Path, user: str = "Zhao", role: str = "field") -> Phone:
    if user not in {u["name"] for u in office.users()}:
        office.add_user(user, role)
    files = folder / user
    files.mkdir(exist_ok=True)
    login = (user, office.app_password(user))
    return Phone(httpx.Client(base_url=server.url, auth=login, trust_env=False), files)


@pytest.fixture
def phone(office, server, tmp_path):
    made = phone_of(office, server, tmp_path)
    yield made
    made.http.close()


def ask(what: str, uid: str, photo: str = "", old: str = "", form: str = 'id="ask" version="1"'):
    deprecated = f"<deprecatedID>{old}</deprecatedID>" if old else ""
    image = f"<photo>{photo}</photo>" if photo else "<photo/>"
    return (
        f"<data {form}><what>{what}</what><where>29.3 117.2 0 0</where>{image}"
        f"<meta><instanceID>{uid}</instanceID>{deprecated}</meta></data>"
    )


def mine(office, tablet: Tablet, name: str = "瑶里矿", **more: object) -> str:
    site = new_id()
    values = {"name": name, "code": "K1", "geometry": "POINT (117.2 29.3)", "mineral": "old"}
    office.receive(tablet.batch(tablet.change(site, "mine", **values | more)))
    return site


def site_fields(office, site: str) -> dict[str, object]:
    return next(s for s in office.sites() if s["id"] == site)


# ---- forms and lists


def test_a_shipped_form_arrives_with_its_list_and_javarosa_opens_both(
    office, tablet, phone, oracle
):
    site = new_id()
    values = {"name": "瑶里滑坡", "code": "360222010001", "geometry": "POINT (117.2 29.3)"}
    office.receive(tablet.batch(tablet.change(site, **values)))
    office.publish_form(ROOT / "forms" / "geohazard_inspection.xlsx")
    assert phone.fetch() == ["geohazard_inspection"]
    rows = list(csv.DictReader(io.StringIO((phone.files / "geohazard_points.csv").read_text())))
    assert [(r["name"], r["label"], r["__version"]) for r in rows] == [(site, "瑶里滑坡", "1")]
    assert rows[0]["geometry"] == "29.3 117.2 0 0"
    lines = oracle(phone.forms["geohazard_inspection"], ["dump"], phone.files)
    assert not lines[0].startswith("refused")
    assert phone.gone("geohazard_points.csv", site, new_id()) == {site: "false"}
    office.set_values(site, {"deleted": True})
    assert phone.gone("geohazard_points.csv", site) == {site: "true"}


def test_a_table_of_the_catalogue_arrives_with_the_form_that_looks_it_up(office, phone, oracle):
    office.publish_form(ROOT / "forms" / "tree_tally.xlsx")
    phone.fetch()
    rows = list(csv.DictReader(io.StringIO((phone.files / "volume_tables.csv").read_text())))
    assert [r["name"] for r in rows] == [r["name"] for r in list_rows("volume_tables")]
    assert all(r["label"] and r["source"] for r in rows)
    lines = oracle(phone.forms["tree_tally"], ["dump"], phone.files)
    assert not lines[0].startswith("refused")


def test_media_of_a_form_are_in_its_manifest(office, phone, tmp_path):
    folder = tmp_path / "ask-media"
    folder.mkdir()
    (folder / "地图.png").write_bytes(b"png")
    (folder / "volumes.csv").write_text("name,label\na,A\n", encoding="utf-8")
    publish(office, tmp_path, "ask", ASK)
    assert phone.fetch() == ["ask"]
    assert (phone.files / "地图.png").read_bytes() == b"png"
    assert (phone.files / "volumes.csv").read_text(encoding="utf-8") == "name,label\na,A\n"
    assert office.forms()[0]["media"][0]["filename"] == "volumes.csv"
    assert phone.get("/openrosa/forms/ask/1/media/x.png").status_code == 404


def test_the_list_of_forms_can_be_asked_for_one_or_all_versions(office, phone, tmp_path):
    publish(office, tmp_path, "one", ASK)
    publish(office, tmp_path, "two", ASK.replace("| ask | 1 |", "| ask | 2 |"))
    publish(office, tmp_path, "tree", REGISTER_TREE)
    assert sorted(phone.fetch()) == ["ask", "register_tree"]
    assert phone.get("/openrosa/formList", formID="ask").text.count("<xform>") == 1
    assert phone.get("/openrosa/formList", listAllVersions="true").text.count("<xform>") == 3
    assert phone.get("/openrosa/formList", formID="nothing").text.count("<xform>") == 0
    missing = phone.get("/openrosa/forms/ask/9.xml")
    assert (missing.status_code, "ask 9" in said(missing)) == (404, True)


# ---- who comes in


def test_nobody_comes_in_without_the_right_password(office, server, phone):
    for auth in (None, ("Zhao", "wrong"), ("Nobody", "x"), ("", "")):
        for method, path in (("GET", "/openrosa/formList"), ("HEAD", UP), ("POST", UP)):
            answer = httpx.request(method, server.url + path, auth=auth, trust_env=False)
            assert answer.status_code in (401, 429)
            if answer.status_code == 401:
                assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert office.info()["changes"] == 0


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic YWJj", "Digest x", "Bearer y"])
def test_a_header_that_makes_no_sense_is_401(server, header):
    answer = httpx.get(f"{server.url}/openrosa/formList", headers={"Authorization": header})
    assert answer.status_code == 401
    assert said(answer)


def test_a_dropped_or_replaced_password_ends_at_once(office, server, phone):
    assert phone.get("/openrosa/formList").status_code == 200
    fresh = office.app_password("Zhao")
    assert phone.get("/openrosa/formList").status_code == 401
    url = f"{server.url}/openrosa/formList"
    assert httpx.get(url, auth=("Zhao", fresh)).status_code == 200
    device = next(d for d in office.devices() if d["id"] == "odk:Zhao")
    office.revoke(device["id"])
    assert httpx.get(url, auth=("Zhao", fresh)).status_code == 401
    office.app_password("Zhao", drop=True)
    assert httpx.get(url, auth=("Zhao", fresh)).status_code == 401
    assert fresh not in str(office.users())


# ---- submissions


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "jpeg")
    return out.getvalue()


def test_a_submission_is_a_record_in_review_with_its_photo(office, phone, tmp_path, call):
    publish(office, tmp_path, "ask", ASK)
    uid, photo = instance(), picture()
    answer = phone.send(ask("裂缝", uid, "p.jpg"), p_jpg=photo)
    assert (answer.status_code, bool(said(answer))) == (201, True)
    (record,) = office.records("received")
    assert record["id"] == uid.removeprefix("uuid:")
    assert (record["author"], record["form"]) == ("Zhao", "ask")
    assert record["answers"]["what"] == "裂缝"
    assert record["geometry"] == "POINT (117.2 29.3)"
    (file,) = record["attachments"]
    assert (file["path"], file["filename"], file["here"]) == ("/data/photo", "p.jpg", True)
    sha = hashlib.sha256(photo).hexdigest()
    assert call.get(f"/v1/attachments/{sha}").content == photo
    office.review(record["id"], "approved")
    assert office.records("approved")
    assert office.audit_is_whole()


def test_the_same_post_again_changes_nothing(office, phone, tmp_path):
    publish(office, tmp_path, "ask", ASK)
    uid = instance()
    sent = [phone.send(ask("x", uid, "p.jpg"), p_jpg=b"one") for _i in range(3)]
    assert [a.status_code for a in sent] == [201, 201, 201]
    assert (office.info()["changes"], office.info()["attachments"]) == (2, 1)
    other = phone.send(ask("y", uid, "p.jpg"))
    assert (other.status_code, uid in said(other)) == (409, True)
    assert office.records()[0]["answers"]["what"] == "x"


def test_a_big_submission_comes_in_several_posts(office, phone, tmp_path):
    publish(office, tmp_path, "ask", ASK)
    xml = ask("x", instance(), "p.jpg").replace("</photo>", "</photo><second>q.jpg</second>")
    first = phone.send(xml, p_jpg=b"one")
    assert (first.status_code, "q.jpg" in said(first)) == (201, True)
    second = phone.send(xml, q_jpg=b"two")
    assert (second.status_code, "q.jpg" in said(second)) == (201, False)
    (record,) = office.records()
    assert {a["path"] for a in record["attachments"]} == {"/data/photo", "/data/second"}


def test_a_file_that_no_answer_names_is_kept_with_the_record(office, phone, tmp_path):
    publish(office, tmp_path, "ask", ASK)
    assert phone.send(ask("x", instance()), extra_jpg=b"data").status_code == 201
    (file,) = office.records()[0]["attachments"]
    assert (file["filename"], file.get("path")) == ("extra.jpg", None)


def test_a_correction_names_what_it_replaces(office, phone, tmp_path):
    publish(office, tmp_path, "ask", ASK)
    first, second = instance(), instance()
    phone.send(ask("x", first))
    assert phone.send(ask("y", second, old=first)).status_code == 201
    corrected = next(r for r in office.records() if r["answers"]["what"] == "y")
    assert corrected["replaces"] == first.removeprefix("uuid:")


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        ("", 400),
        ("<data", 400),
        ("no xml at all", 400),
        ("\ufeff\x00\x01", 400),
        ('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="ask">&x;</data>', 400),
        ('<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><data id="ask">&b;</data>', 400),
        ('<data id="ask" version="1"><what>x</what></data>', 400),
        ('<data id="ask" version="1" encrypted="yes"><meta/></data>', 400),
        (ask("x", "uuid:1", form='id="ask" version="7"'), 404),
        (ask("x", "uuid:1", form='id="other" version="1"'), 404),
        (ask("x", "u" * 300), 400),
        ("<a>" * 500 + "</a>" * 500, 400),
    ],
)
def test_what_is_no_submission_is_refused_in_a_sentence(office, phone, tmp_path, xml, status):
    publish(office, tmp_path, "ask", ASK)
    answer = phone.send(xml)
    assert (answer.status_code, bool(said(answer))) == (status, True)
    assert office.info()["changes"] == 0


def test_bodies_that_are_no_posts_are_refused(office, phone, tmp_path):
    publish(office, tmp_path, "ask", ASK)
    whole = body_of([("xml_submission_file", "s.xml", "text/xml", ask("x", instance()).encode())])
    none = body_of([("other", "s.xml", "text/xml", b"<a/>")])
    twice = body_of([("xml_submission_file", "s.xml", "text/xml", b"<a/>")] * 2)
    many = body_of([(f"f{n}", f"f{n}.bin", "text/plain", b"") for n in range(1_200)])
    huge = body_of([("xml_submission_file", "s.xml", "text/xml", b" " * (17 << 20))])
    bad_name = body_of([("p", "..", "image/jpeg", b"x")])
    for body, status in (
        (whole[:-20], 400),
        (whole[:60], 400),
        (none, 400),
        (twice, 400),
        (many, 400),
        (huge, 413),
        (bad_name, 400),
        (b"", 400),
        (b"--XxXbound\r\n" + b"h" * 20_000, 400),
    ):
        answer = phone.post(UP, body)
        assert (answer.status_code, bool(said(answer))) == (status, True)
    plain = phone.http.post(UP, content=whole, headers={"Content-Type": "text/xml"})
    assert plain.status_code == 400
    assert phone.post(UP, whole, "another").status_code == 400
    assert list((office.files / "uploads").iterdir()) == []
    assert office.info()["changes"] == 0


def test_a_path_in_a_file_name_leads_nowhere(office, phone, tmp_path):
    publish(office, tmp_path, "ask", ASK)
    parts = [
        ("xml_submission_file", "s.xml", "text/xml", ask("x", instance(), "p.jpg").encode()),
        ("p", "../../etc/p.jpg", "image/jpeg", b"x"),
    ]
    assert phone.post(UP, body_of(parts)).status_code == 201
    assert office.records()[0]["attachments"][0]["filename"] == "p.jpg"


# ---- sites


def update(site: str, base: int, *, trunk: int | str = "", branch: str = "", **values: str) -> str:
    inside = "".join(f"<{n}>{v}</{n}>" for n, v in values.items())
    return (
        f'<data xmlns:e="http://www.opendatakit.org/xforms/entities" id="update_mine" version="1">'
        f"<mine>{site}</mine>{inside}<meta><instanceID>{instance()}</instanceID>"
        f'<entity dataset="mine_sites" id="{site}" update="1" baseVersion="{base}"'
        f' trunkVersion="{trunk}" branchId="{branch}"/></meta></data>'
    )


def test_an_update_of_a_site_goes_through_the_merge(office, tablet, phone, tmp_path):
    site = mine(office, tablet)
    publish(office, tmp_path, "update", UPDATE_MINE)
    assert phone.send(update(site, 1, mineral="new", who="Wu")).status_code == 201
    fields = site_fields(office, site)
    assert (fields["mineral"], fields["monitor_name"]) == ("new", "Wu")
    assert office.records()[0]["site"] == site
    # Another phone that had seen version 1 only: a conflict, not a loss.
    assert phone.send(update(site, 1, mineral="other", who="Wu")).status_code == 201
    (conflict,) = office.conflicts()
    assert (conflict["central"], conflict["incoming"]) == ("new", "other")


def test_values_that_say_what_the_phone_saw_are_no_edit(office, tablet, phone, tmp_path):
    site = mine(office, tablet)
    publish(office, tmp_path, "update", UPDATE_MINE)
    office.set_values(site, {"mineral": "by the office"})
    assert phone.send(update(site, 1, mineral="old", who="Wu")).status_code == 201
    assert site_fields(office, site)["mineral"] == "by the office"
    assert office.conflicts() == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_what_a_phone_did_offline_is_one_line_in_any_order(office, tablet, phone, tmp_path, order):
    site, branch = mine(office, tablet), instance()[5:]
    publish(office, tmp_path, "update", UPDATE_MINE)
    sent = [
        update(site, 1, trunk=1, branch=branch, mineral="a", who="Wu"),
        update(site, 2, trunk=1, branch=branch, mineral="b", who="Wu"),
        update(site, 3, trunk=1, branch=branch, mineral="c", who="Wu"),
    ]
    for at in order:
        assert phone.send(sent[at]).status_code == 201
    assert site_fields(office, site)["mineral"] == "c"
    assert office.conflicts() == []
    assert office.waiting() == []
    before = office.info()["changes"]
    assert all(phone.send(sent[at]).status_code == 201 for at in order)
    assert office.info()["changes"] == before


def test_a_site_found_by_a_phone_gets_a_provisional_number(office, phone, tmp_path):
    publish(office, tmp_path, "register", REGISTER_MINE)
    site = instance()[5:]
    xml = (
        '<data id="register_mine" version="1"><mine>新矿</mine><where>29.3 117.2 0 0</where>'
        f"<kind>煤</kind><meta><instanceID>{instance()}</instanceID>"
        f'<entity dataset="mine_sites" id="{site}" create="1"><label>新矿</label></entity>'
        "</meta></data>"
    )
    assert phone.send(xml).status_code == 201
    (made,) = office.sites(provisional=True)
    assert (made["id"], made["name"], made["provisional"]) == (site, "新矿", True)
    assert "LS" in made["code"]
    assert office.records()[0]["site"] == site
    assert phone.send(xml).status_code == 201
    assert len(office.sites()) == 1


def test_a_list_that_lives_in_records_comes_back_as_a_list(office, phone, tmp_path):
    publish(office, tmp_path, "tree", REGISTER_TREE)
    publish(office, tmp_path, "look", LOOK)
    tree = instance()[5:]
    xml = (
        f'<data id="register_tree" version="1"><species>樟</species>'
        f"<meta><instanceID>{instance()}</instanceID>"
        f'<entity dataset="{DATASET}" id="{tree}" create="1"><label>樟</label></entity></meta>'
        "</data>"
    )
    assert phone.send(xml).status_code == 201
    phone.fetch()
    text = (phone.files / f"{DATASET}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["name"], r["label"]) for r in rows] == [(tree, "樟")]
    stranger = Caller("d", "x", "field", counties=frozenset({"360281"}))
    with office.database.read() as connection:
        seen = b"".join(list_csv(connection, stranger, DATASET)).decode()
    assert tree not in seen


DATASET = "trees"
LOOK = """
| survey |
| | type | name | label |
| | select_one_from_file trees.csv | tree | Tree |
| settings |
| | form_id | version |
| | look | 1 |
"""
