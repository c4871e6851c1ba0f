"""The office without HTTP, on a real SQLite database."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from jdz_field.central.accounts import NewDevice, NotAllowed
from jdz_field.central.fixed import loosening_statements, run
from jdz_field.central.office import Office
from jdz_field.central.receiving import Forged, OtherContent
from jdz_field.central.tables import audit
from jdz_field.core.changes import Outcome
from jdz_field.core.clock import utc_now
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import public_key, verify_receipts
from jdz_field.sync.batch_file import About, write_jdzb
from jdz_field.sync.batch_return import read_receipt
from jdz_field.sync.container import identity_of
from jdz_field.sync.enrolment import read_enrolment
from jdz_field.sync.merge_decide import MovedOn
from tests.central.tablet import Tablet, open_office

CODE = "360222010001"


def site(tablet, subject=None, **fields):
    given = {"name": "瑶里滑坡", "geometry": "POINT (117.5 29.5)", "county_code": "360222"}
    return tablet.change(subject or new_id(), **(given | fields))


def test_a_batch_is_merged_at_once_and_told(office, tablet):
    change = site(tablet, code=CODE)
    done = office.receive(tablet.batch(change))
    assert done.state == "merged"
    assert done.receipts[0].fields["code"].outcome is Outcome.APPLIED
    page = office.changes(office.caller(tablet.enrolment.token))
    assert [e.fields["name"] for e in page.entries] == ["瑶里滑坡"]
    assert page.position == page.entries[-1].position == 1
    assert office.sites()[0]["code"] == CODE


def geopackage(office):
    """The file; on PostgreSQL there is none, and ``test_record_views`` opens its layers."""
    if office.database.path is None:
        pytest.skip("of an SQLite centre only")
    return office.database.path


def test_the_centre_is_a_geopackage_that_gdal_reads(office, tablet, tool):
    office.receive(
        tablet.batch(
            site(tablet, code=CODE, threatened_people=12, sample=True),
            tablet.change(
                new_id(),
                "mine",
                name="矿",
                geometry="POLYGON ((117 29, 117.1 29, 117 29.1, 117 29))",
            ),
        )
    )
    path = geopackage(office)
    said = subprocess.run(
        [tool("ogrinfo"), "-al", str(path)], capture_output=True, text=True, check=True
    ).stdout
    assert "POINT (117.5 29.5)" in said
    assert (
        "threatened_people (Integer64) = 12" in said or "threatened_people (Integer) = 12" in said
    )
    assert "POLYGON ((117 29" in said
    assert "Layer name: changes" not in said
    validator = Path("/usr/share/doc/python3-gdal/examples/validate_gpkg.py")
    if validator.exists():
        checked = subprocess.run(
            ["/usr/bin/python3", str(validator), str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_other_programs_cannot_write_to_the_layers(office, tablet):
    office.receive(tablet.batch(site(tablet)))
    other = sqlite3.connect(geopackage(office))
    with pytest.raises(sqlite3.IntegrityError, match="jdz_field"):
        other.execute("UPDATE geohazard SET name = 'x'")
    other.close()


def test_a_repeated_batch_gives_its_first_answer(office, tablet):
    batch = tablet.batch(site(tablet), files=(b"photo",))
    first = office.receive(batch)
    again = office.receive(batch)
    assert again.receipts == first.receipts
    assert again.missing == first.missing == (batch.manifest.attachments[0].sha256,)
    assert not again.new
    assert office.info()["changes"] == 1


def test_a_known_batch_id_with_other_content_is_refused(office, tablet):
    batch = tablet.batch(site(tablet))
    office.receive(batch)
    other = tablet.batch(site(tablet), batch_id=batch.manifest.batch)
    with pytest.raises(OtherContent):
        office.receive(other)


def test_known_changes_in_another_batch_are_not_merged_twice(office, tablet):
    change = site(tablet)
    office.receive(tablet.batch(change))
    spare = Tablet.enrol(office, "Li")
    done = office.receive(spare.batch(change))
    assert done.receipts[0].fields["name"].outcome is Outcome.APPLIED
    assert office.info()["head"] == 1


def test_a_forged_batch_is_refused_and_leaves_nothing(office, tablet):
    stranger = Tablet.enrol(office, "Wang")
    forged = stranger.batch(site(tablet), device=tablet.enrolment.device)
    with pytest.raises(Forged):
        office.receive(forged)
    unknown = tablet.batch(site(tablet), device=new_id())
    with pytest.raises(BadInput):
        office.receive(unknown)
    assert office.info()["changes"] == 0


def test_a_revoked_devices_batch_is_held_until_the_office_releases_it(office, tablet):
    office.revoke(tablet.enrolment.device)
    done = office.receive(tablet.batch(site(tablet)))
    assert done.state == "held"
    assert office.info()["sites"]["geohazard"] == 0
    with pytest.raises(NotAllowed):
        office.caller(tablet.enrolment.token)
    assert office.release_batch(done.batch).receipts
    assert office.info()["sites"]["geohazard"] == 1
    with pytest.raises(MovedOn):
        office.release_batch(done.batch)


def test_one_code_takes_in_one_device(office):
    office.add_user("Li", "field", ["360222"], ["geohazard"])
    code = office.device_code("Li")
    key = Tablet.enrol(office, "Wang").enrolment
    wanted = NewDevice(new_id(), "tablet", key.centre_sign_key, "e")
    assert office.enrol(code.lower(), wanted).user == "Li"
    with pytest.raises(NotAllowed):
        office.enrol(code, wanted)
    with pytest.raises(NotAllowed):
        office.enrol("AAAAA-AAAAA", wanted)
    with pytest.raises(BadInput):
        office.enrol(code, replace(wanted, public_key="nonsense"))


@pytest.mark.parametrize(
    ("name", "role", "counties", "kinds", "error"),
    [
        ("", "field", (), (), BadUsage),
        ("x", "king", (), (), BadUsage),
        ("x", "field", ("000000",), (), BadUsage),
        ("x", "field", (), ("ufo",), BadUsage),
    ],
)
def test_a_user_that_makes_no_sense_is_refused(office, name, role, counties, kinds, error):
    with pytest.raises(error):
        office.add_user(name, role, counties, kinds)


def test_a_name_is_given_once(office):
    office.add_user("Li", "field")
    with pytest.raises(BadInput):
        office.add_user("Li", "office")
    with pytest.raises(BadInput):
        office.device_code("nobody")


def conflict(office, one, two):
    """Two devices write the town of one site."""
    subject = new_id()
    office.receive(one.batch(site(one, subject, code=CODE)))
    office.receive(one.batch(one.change(subject, town="瑶里", base_version=1)))
    office.receive(two.batch(two.change(subject, town="浮梁", base_version=1)))
    return subject


def test_a_conflict_is_listed_decided_and_told_to_its_device(office, tablet):
    two = Tablet.enrol(office, "Wang")
    subject = conflict(office, tablet, two)
    shown = office.conflicts()[0]
    assert (shown["type"], shown["subject"], shown["code"]) == ("field", subject, CODE)
    assert (shown["central"], shown["incoming"], shown["base"]) == ("瑶里", "浮梁", None)
    assert shown["rivals"][0]["author"] == "Wang"
    assert shown["central_author"] == "Li"
    assert shown["rivals"][0]["at"] == "2026-11-22T01:02:03.004Z"
    assert shown["rivals"][0]["device_name"] == "Wang's"
    before = office.info()["head"]
    version = office.decide(shown["id"], "incoming", why="seen there", seen=shown["seen_version"])
    assert version == 3
    page = office.changes(office.caller(two.enrolment.token), before)
    assert [e.fields for e in page.entries] == [{"town": "浮梁"}]
    assert page.receipts[0].fields["town"].outcome is Outcome.APPLIED
    assert office.conflicts() == []
    assert not office.changes(office.caller(tablet.enrolment.token), before).receipts
    with pytest.raises(MovedOn):
        office.decide(shown["id"], "central")
    with pytest.raises(BadInput):
        office.decide("none", "central")


def test_a_decision_on_what_has_moved_on_is_refused(office, tablet):
    two, three = Tablet.enrol(office, "Wang"), Tablet.enrol(office, "Zhou")
    subject = conflict(office, tablet, two)
    shown = office.conflicts()[0]
    office.receive(three.batch(three.change(subject, town="蛟潭", base_version=1)))
    with pytest.raises(MovedOn):
        office.decide(shown["id"], "incoming", seen=shown["seen_version"])
    assert len(office.conflicts()[0]["rivals"]) == 2


def test_what_the_database_knows_of_a_rival_is_what_the_merge_knew(office, tablet):
    """A rival's child replaces it, though the rival came in an earlier transaction."""
    two = Tablet.enrol(office, "Wang")
    subject = conflict(office, tablet, two)
    rival = office.conflicts()[0]["rivals"][0]["change"]
    office.receive(two.batch(two.change(subject, town="蛟潭", base_version=2, parent=rival)))
    assert [r["value"] for r in office.conflicts()[0]["rivals"]] == ["蛟潭"]
    office.decide(office.conflicts()[0]["id"], "incoming")
    page = office.changes(office.caller(two.enrolment.token), 0)
    told = {r.change: r.fields["town"].outcome for r in page.receipts}
    assert told[rival] is Outcome.APPLIED


def test_proposals_wait_for_the_office(office, tablet):
    field = Tablet.enrol(office, "Zhao", "field")
    subject = new_id()
    office.receive(tablet.batch(site(tablet, subject, threatened_people=5)))
    for people in (7, 8):
        change = field.change(subject, threatened_people=people, base_version=1)
        office.receive(field.batch(change))
    first, second = office.proposals()
    assert (first["value"], first["central"], first["author"]) == (7, 5, "Zhao")
    done = office.settle("proposals", first["id"], "approve")
    assert done["outcome"] == "applied"
    with pytest.raises(BadUsage):
        office.settle("proposals", second["id"], "reject")
    done = office.settle("proposals", second["id"], "reject", "counted twice")
    assert done["outcome"] == "rejected"
    assert office.proposals() == []
    with pytest.raises(MovedOn):
        office.settle("proposals", second["id"], "approve")
    for bad in ("nonsense", "a:b"):
        with pytest.raises((BadInput, MovedOn)):
            office.settle("proposals", bad, "approve")
    with pytest.raises(BadUsage):
        office.settle("proposals", first["id"], "frobnicate")


def test_quarantined_values_wait_with_their_reason(office, tablet):
    change = site(tablet, threatened_people=-4, monitor_phone="ask", danger_grade="C")
    office.receive(tablet.batch(change))
    shown = {q["field"]: q for q in office.quarantine()}
    assert shown["threatened_people"]["reason_code"] == "range:0:100000"
    assert "威胁人口" in shown["danger_grade"]["reason"]
    assert office.settle("quarantine", f"{change.id}:monitor_phone", "release")["version"] == 2
    office.settle("quarantine", f"{change.id}:threatened_people", "reject", "negative")
    assert [q["field"] for q in office.quarantine()] == ["danger_grade"]
    assert office.sites()[0]["monitor_phone"] == "ask"


def test_waiting_changes_are_listed_and_settled(office, tablet):
    first = site(tablet)
    second = tablet.change(first.subject, town="瑶里", parent=first.id)
    third = tablet.change(first.subject, town="浮梁", parent=new_id())
    office.receive(tablet.batch(second, third))
    assert {w["id"] for w in office.waiting()} == {second.id, third.id}
    office.receive(tablet.batch(first))
    assert [w["id"] for w in office.waiting()] == [third.id]
    done = office.settle("waiting", third.id, "release")
    assert done["outcome"] == "conflict"
    assert office.waiting() == []
    with pytest.raises(MovedOn):
        office.settle("waiting", third.id, "reject", "why")


def test_a_rejected_waiting_change_is_told_with_its_reason(office, tablet):
    lost = tablet.change(new_id(), town="浮梁", parent=new_id())
    office.receive(tablet.batch(lost))
    office.settle("waiting", lost.id, "reject", "lost tablet")
    page = office.changes(office.caller(tablet.enrolment.token))
    assert page.receipts[0].fields["town"].reason == "lost tablet"


def test_a_record_is_reviewed_with_its_photos(office, tablet):
    subject, record, photo = new_id(), new_id(), new_id()
    sha = "ab" * 32
    office.receive(
        tablet.batch(
            site(tablet, subject, code=CODE),
            tablet.change(record, "record", site=subject, form="f", answers={"a": [1]}),
            tablet.change(photo, "attachment", sha256=sha, record=record, size=3, filename="p"),
        )
    )
    shown = office.records("received")[0]
    assert (shown["code"], shown["answers"]) == (CODE, {"a": [1]})
    assert shown["attachments"][0]["sha256"] == sha
    assert shown["attachments"][0]["here"] is False
    with pytest.raises(BadUsage):
        office.review(record, "returned")
    assert office.review(record, "returned", "photo missing")["version"] == 2
    assert office.records("returned")[0]["review_comment"] == "photo missing"
    assert office.info()["records"] == {
        "received": 0, "approved": 0, "returned": 1, "rejected": 0,
    }  # fmt: skip
    for bad in (lambda: office.records("odd"), lambda: office.review(subject, "approved")):
        with pytest.raises(BadInput):
            bad()
    with pytest.raises(BadUsage):
        office.review(record, "odd")


def test_a_provisional_point_gets_its_number(office):
    field = Tablet.enrol(office, "Zhao", "field")
    subject = new_id()
    change = site(field, subject, code="L-1", provisional=True, status="provisional")
    office.receive(field.batch(change))
    assert [s["id"] for s in office.sites(provisional=True)] == [subject]
    done = office.give_number(subject, CODE)
    assert done == {"id": subject, "code": CODE, "version": 2, "duplicate": False}
    assert office.sites(provisional=True) == []
    assert office.sites()[0]["status"] == "active"
    assert office.history(subject)[-1].decision
    with pytest.raises(BadUsage):
        office.give_number(subject, " ")
    with pytest.raises(BadInput):
        office.give_number(new_id(), CODE)


def test_a_number_given_twice_opens_a_duplicate_and_settling_it_moves_the_records(office, tablet):
    one, two, record = new_id(), new_id(), new_id()
    office.receive(tablet.batch(site(tablet, one, code=CODE)))
    office.receive(
        tablet.batch(
            site(tablet, two, code="L-2", provisional=True),
            tablet.change(record, "record", site=two, form="f", answers={}),
        )
    )
    assert office.give_number(two, CODE)["duplicate"]
    shown = office.conflicts()[0]
    assert (shown["type"], shown["central"], shown["incoming"]) == ("duplicate", one, two)
    office.decide(shown["id"], "central", why="same place")
    assert office.records()[0]["site"] == one
    assert [s["id"] for s in office.sites()] == [one]
    late = tablet.change(two, remarks="later", base_version=1)
    assert office.receive(tablet.batch(late)).receipts[0].subject == one
    assert office.sites()[0]["remarks"] == "later"


def test_two_versions_of_a_record_ask_the_office(office, tablet):
    two = Tablet.enrol(office, "Wang")
    old, one, other = new_id(), new_id(), new_id()
    for who, record, replaces in ((tablet, old, None), (tablet, one, old), (two, other, old)):
        change = who.change(record, "record", form="f", answers={}, replaces=replaces)
        office.receive(who.batch(change))
    shown = office.conflicts()[0]
    assert (shown["type"], shown["central"], shown["incoming"]) == ("record", one, other)
    office.decide(shown["id"], "incoming", why="later visit")
    assert office.records("rejected")[0]["id"] == one


def test_any_value_ever_received_can_be_put_back(office, tablet):
    subject = new_id()
    office.receive(tablet.batch(site(tablet, subject, town="old")))
    office.receive(tablet.batch(tablet.change(subject, town="new", base_version=1)))
    old = office.history(subject)[0].fields["town"]
    assert office.set_values(subject, {"town": old}, "mistake")["version"] == 3
    assert office.sites()[0]["town"] == "old"


def test_a_batch_file_is_received_and_answered(office, tablet, tmp_path):
    photo = tmp_path / "p.jpg"
    photo.write_bytes(b"photo")
    batch = tablet.batch(site(tablet), files=(b"photo",))
    sha = batch.manifest.attachments[0].sha256
    path = tmp_path / "out.jdzb"
    write_jdzb(
        path, [batch], {sha: photo}, office.keys.recipient,
        about=About(tablet.enrolment.device, office.epoch, 0),
    )  # fmt: skip
    answer = tmp_path / "answer.jdzr"
    done = office.receive_file(path, answer)
    assert (done["pushed"], done["applied"], done["attachments"]) == (1, 1, 1)
    assert done["missing"] == []
    assert office.blobs.path(sha).read_bytes() == b"photo"
    again = office.receive_file(path)
    assert (again["repeated"], again["attachments"]) == (1, 0)
    key = public_key(tablet.enrolment.centre_sign_key)
    with read_receipt(answer, identity_of(tablet.key), key) as told:
        assert told.manifest.attachments == (sha,)
        assert len(list(told.feed())) == 1


def test_a_file_that_is_no_batch_is_refused(office, tmp_path):
    path = tmp_path / "x.jdzb"
    path.write_bytes(b"nonsense")
    with pytest.raises(BadInput):
        office.receive_file(path)
    with pytest.raises((BadInput, Unavailable)):
        office.receive_file(tmp_path / "none.jdzb")


def test_an_issued_device_sends_by_hand(office, tmp_path):
    office.add_user("Li", "office")
    out = tmp_path / "tablet.json"
    office.issue_device("Li", out, url="https://centre.example")
    enrolment = read_enrolment(out)
    assert office.caller(enrolment.token).user == "Li"
    assert enrolment.url == "https://centre.example"
    with pytest.raises(Unavailable):
        office.issue_device("Li", tmp_path / "no" / "x.json")
    assert len(office.devices()) == 1


def test_receipts_are_signed(office, tablet):
    done = office.receive(tablet.batch(site(tablet)))
    key = public_key(tablet.enrolment.centre_sign_key)
    verify_receipts(done.receipts, office.sign(done.receipts), key)


def test_a_preview_writes_nothing(office, tablet):
    batch = tablet.batch(site(tablet))
    assert office.preview(batch)[0].fields["name"].outcome is Outcome.APPLIED
    assert office.info()["changes"] == 0


def test_hello_names_the_last_batch_without_a_gap(office, tablet):
    first, second, third = (tablet.batch(site(tablet)) for _i in range(3))
    office.receive(third)
    office.receive(first)
    caller = office.caller(tablet.enrolment.token)
    assert office.hello(caller)["last_sequence"] == 1
    office.receive(second)
    assert office.hello(caller)["last_sequence"] == 3
    assert office.hello(caller, "another")["last_sequence"] == 0


def acts(office):
    with office.database.read() as connection:
        return list(connection.execute(select(audit.c.act)).scalars())


def test_two_batches_under_one_number_raise_an_alarm(office, tablet):
    office.receive(tablet.batch(site(tablet), sequence=1))
    assert "alarm fork" not in acts(office)
    office.receive(tablet.batch(site(tablet), sequence=1))
    assert "alarm fork" in acts(office)


def test_a_clock_that_runs_ahead_is_noted_and_nothing_refused(office, tablet):
    late = replace(site(tablet), hlc="2999-01-01T00:00:00.000Z-000000-x")
    assert office.receive(tablet.batch(late)).receipts[0].summary == "applied"
    assert "alarm clock" in acts(office)


def test_an_altered_audit_log_is_noticed(office, tablet):
    assert office.audit_is_whole()
    forge = "UPDATE audit SET who = 'nobody' WHERE id = 1"
    with pytest.raises(DatabaseError, match="append-only"), office.database.write() as connection:
        connection.exec_driver_sql(forge)
    with office.database.write() as connection:
        run(connection, loosening_statements(connection.dialect.name))
        connection.exec_driver_sql(forge)
    assert not office.audit_is_whole()


def test_batches_are_listed_newest_first(office, tablet):
    office.receive(tablet.batch(site(tablet)))
    office.receive(tablet.batch(site(tablet), site(tablet), files=(b"x",)))
    newest = office.batches()[0]
    assert (newest["sequence"], newest["changes"], newest["missing"]) == (2, 2, 1)
    assert newest["outcomes"] == {"applied": 2}


def test_a_backup_is_restored_under_a_new_epoch(office, tablet, tmp_path):
    # PostgreSQL takes a backup into an empty database only: ``test_backups``.
    geopackage(office)
    photo = tmp_path / "draft"
    photo.write_bytes(b"photo")
    batch = tablet.batch(site(tablet), files=(b"photo",))
    sha = batch.manifest.attachments[0].sha256
    office.receive(batch)
    office.blobs.keep(photo, sha, "p.jpg", "Li")
    made = office.backup(tmp_path / "safe")
    assert made["files"] == 1
    with pytest.raises(BadUsage):
        office.backup(tmp_path / "safe")
    epoch, recipient = office.epoch, office.keys.recipient
    office.receive(tablet.batch(site(tablet)))
    office.close()
    done = Office.restore(tmp_path / "safe", None, tmp_path / "files")
    assert Path(done["kept"]).exists()
    with open_office(tmp_path) as restored:
        assert restored.epoch == done["epoch"] != epoch
        assert restored.info()["changes"] == 1
        assert restored.audit_is_whole()
        assert restored.caller(tablet.enrolment.token).user == "Li"
        again = restored.receive(tablet.sent[-1])
        assert again.new
    elsewhere = tmp_path / "new"
    Office.restore(tmp_path / "safe", None, elsewhere / "files")
    with open_office(elsewhere) as moved:
        assert moved.keys.recipient == recipient
        assert moved.blobs.holds(sha)


def test_a_damaged_backup_is_refused(office, tablet, tmp_path):
    office.backup(tmp_path / "safe")
    for break_it in (
        lambda folder: (folder / "central.gpkg").write_bytes(b"x"),
        lambda folder: (folder / "backup.json").write_text("[]"),
        lambda folder: (folder / "central.gpkg").unlink(),
        lambda folder: (folder / "backup.json").unlink(),
    ):
        copy = tmp_path / "copy"
        shutil.copytree(tmp_path / "safe", copy)
        break_it(copy)
        with pytest.raises(BadInput):
            Office.restore(copy, None, tmp_path / "other" / "files")
        shutil.rmtree(copy)


@pytest.mark.parametrize("url", ["nonsense", "oracle8://x/y", "sqlite+nodriver:///x"])
def test_a_database_address_that_is_none_is_refused(tmp_path, url):
    with pytest.raises(BadUsage):
        Office(url, tmp_path / "files")


def test_a_file_that_is_no_central_database_is_refused(tmp_path):
    path = tmp_path / "central.gpkg"
    path.write_bytes(b"this is no database, only text" * 100)
    with pytest.raises(BadInput):
        open_office(tmp_path)
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(BadInput):
        open_office(tmp_path)


def test_a_newer_database_is_refused(tmp_path):
    open_office(tmp_path).close()
    with sqlite3.connect(tmp_path / "central.gpkg") as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    with pytest.raises(BadInput, match=r"central\.gpkg"):
        open_office(tmp_path)


def test_damaged_keys_are_named(tmp_path):
    open_office(tmp_path).close()
    (tmp_path / "files-keys" / "centre.age").write_text("x")
    with pytest.raises(BadInput):
        open_office(tmp_path)


def test_a_ledger_of_many_sites_is_merged_in_seconds(office, tablet):
    start = utc_now()
    changes = [
        site(tablet, code=f"3602220100{n:04d}", town="瑶里", remarks="x") for n in range(3037)
    ]
    done = office.receive(tablet.batch(*changes))
    assert all(r.summary == "applied" for r in done.receipts)
    assert (utc_now() - start).total_seconds() < 20
    assert office.info()["sites"]["geohazard"] == 3037
    assert json.dumps(office.info())


def test_answers_nested_deeply_are_kept(office, tablet):
    answers: dict = {}
    for _i in range(300):
        answers = {"a": answers}
    record = new_id()
    office.receive(tablet.batch(tablet.change(record, "record", answers=answers)))
    assert office.records()[0]["answers"] == answers


def test_a_reader_of_the_feed_never_skips_what_parallel_merges_write(office, tablet):
    """Positions are given under the writers' lock: none shows up behind a reader's back."""
    devices = [Tablet.enrol(office, name) for name in ("Wang", "Zhou", "Wu")]
    caller = office.caller(tablet.enrolment.token)
    seen: list[int] = []

    def send(device):
        for _i in range(8):
            office.receive(device.batch(site(device), site(device)))

    with ThreadPoolExecutor(len(devices)) as pool:
        running = [pool.submit(send, device) for device in devices]
        while not all(f.done() for f in running) or len(seen) < 48:
            page = office.changes(caller, seen[-1] if seen else 0, limit=3)
            seen.extend(e.position for e in page.entries)
        for done in running:
            done.result()
    assert seen == list(range(1, 49))
