"""Backup, restore and move on both databases: all of it, or nothing; every row counted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jdz_field.central import backups, copying
from jdz_field.central.database import Database
from jdz_field.central.office import Office
from jdz_field.central.tables import metadata
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet

_PLACE = {"geometry": "POINT (117.5 29.5)", "county_code": "360222"}


@pytest.fixture
def other_url(request, central_url, tmp_path) -> str:
    """An empty database of the other kind."""
    if central_url.startswith("sqlite"):
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{(tmp_path / 'other.gpkg').as_posix()}"


def filled(url: str, folder: Path) -> tuple[Office, Tablet]:
    office = Office(url, folder / "files")
    tablet = Tablet.enrol(office)
    sites = [tablet.change(new_id(), name=f"点{n}\x00", **_PLACE) for n in range(12)]
    batch = tablet.batch(*sites, files=(b"photo",))
    office.receive(batch)
    draft = folder / "draft"
    draft.write_bytes(b"photo")
    office.blobs.keep(draft, hashlib.sha256(b"photo").hexdigest(), "p.jpg", "Li")
    return office, tablet


def held(office: Office) -> copying.Content:
    with office.database.read() as connection:
        return copying.content(connection)


def test_what_is_backed_up_comes_back_and_devices_send_the_rest(
    central_url, other_url, tmp_path
) -> None:
    office, tablet = filled(central_url, tmp_path)
    with office:
        before = held(office)
        made = office.backup(tmp_path / "safe")
        assert (made["files"], made["missing"]) == (1, 0)
        late = tablet.batch(tablet.change(new_id(), name="晚", **_PLACE))
        office.receive(late)
        epoch = office.epoch
    done = Office.restore(tmp_path / "safe", other_url, tmp_path / "two" / "files")
    with Office(other_url, tmp_path / "two" / "files") as restored:
        after = held(restored)
        differ = {name for name in before if before[name] != after[name]}
        assert differ == {"meta", "audit"}, "the epoch is new, and the act is noted"
        assert restored.epoch == done["epoch"] != epoch
        for batch in tablet.sent:
            restored.receive(batch)
        assert restored.info()["changes"] == 13
        assert restored.info()["sites"]["geohazard"] == 13
        assert not restored.receive(late).new
        assert restored.audit_is_whole()
        assert b"".join(restored.blobs.read(hashlib.sha256(b"photo").hexdigest())) == b"photo"


def test_a_move_takes_everything_and_closes_the_old_centre(
    central_url, other_url, tmp_path
) -> None:
    office, tablet = filled(central_url, tmp_path)
    with office:
        before, epoch = held(office), office.epoch
        done = office.move(other_url, tmp_path / "two" / "files")
        assert done["tables"]["changes"] == 12
        assert (done["files"], done["missing"]) == (1, 0)
        batch = tablet.batch(tablet.change(new_id(), name="晚", **_PLACE))
        with pytest.raises(Unavailable):
            office.receive(batch)
        with pytest.raises((BadUsage, Unavailable)):
            office.move(other_url)
    with Office(other_url, tmp_path / "two" / "files") as there:
        assert there.epoch == epoch, "devices notice nothing"
        after = held(there)
        assert {n for n in before if before[n] != after[n]} == {"audit"}
        assert there.receive(batch).new
        assert there.keys.recipient == office.keys.recipient
        assert there.info()["sites"]["geohazard"] == 13
        assert there.audit_is_whole()


def test_a_database_that_holds_a_centre_is_no_target(central_url, other_url, tmp_path) -> None:
    office, _tablet = filled(central_url, tmp_path)
    with office:
        with Office(other_url, tmp_path / "two" / "files") as there:
            there.add_user("Wang", "field")
            kept = held(there)
        with pytest.raises(BadUsage):
            office.move(other_url)
        assert office.add_user("Zhou", "field"), "and it works on"
        with Office(other_url, tmp_path / "two" / "files") as there:
            assert held(there) == kept


def test_postgresql_is_restored_into_an_empty_database_only(postgres_url, tmp_path) -> None:
    office, _tablet = filled(postgres_url, tmp_path)
    with office:
        office.backup(tmp_path / "safe")
        kept = held(office)
        with pytest.raises(BadUsage):
            Office.restore(tmp_path / "safe", postgres_url, tmp_path / "files")
        assert held(office)["changes"] == kept["changes"]
        assert held(office)["meta"] == kept["meta"]


def test_an_attachment_that_rotted_is_named(tmp_path) -> None:
    office, _tablet = filled(None, tmp_path)
    sha = hashlib.sha256(b"photo").hexdigest()
    with office:
        office.blobs.path(sha).write_bytes(b"rot!!")
        with pytest.raises(BadInput, match=sha):
            office.backup(tmp_path / "safe")
        assert not (tmp_path / "safe").exists()
        assert not (tmp_path / "safe.part").exists()
        office.blobs.path(sha).write_bytes(b"photo")
        office.backup(tmp_path / "safe")
    (tmp_path / "safe" / "files" / sha[:2] / sha).write_bytes(b"rot!!")
    with pytest.raises(BadInput, match=sha):
        Office.restore(tmp_path / "safe", None, tmp_path / "two" / "files")
    assert not (tmp_path / "two" / "central.gpkg").exists()


def test_a_backup_whose_rows_were_altered_is_refused(tmp_path) -> None:
    office, _tablet = filled(None, tmp_path)
    with office:
        office.backup(tmp_path / "safe")
    about = json.loads((tmp_path / "safe" / "backup.json").read_text(encoding="utf-8"))
    about["tables"]["changes"][0] += 1
    (tmp_path / "safe" / "backup.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(BadInput):
        Office.restore(tmp_path / "safe", None, tmp_path / "two" / "files")
    assert not (tmp_path / "two" / "central.gpkg").exists()


def test_a_backup_of_an_earlier_program_still_restores(tmp_path) -> None:
    office, _tablet = filled(None, tmp_path)
    with office:
        office.backup(tmp_path / "safe")
    about = json.loads((tmp_path / "safe" / "backup.json").read_text(encoding="utf-8"))
    del about["tables"]
    (tmp_path / "safe" / "backup.json").write_text(json.dumps(about), encoding="utf-8")
    Office.restore(tmp_path / "safe", None, tmp_path / "two" / "files")
    with Office(None, tmp_path / "two" / "files") as restored:
        assert restored.info()["changes"] == 12


def test_content_does_not_depend_on_the_order_of_rows(tmp_path) -> None:
    one, two = (Database(f"sqlite:///{tmp_path / n}.gpkg") for n in ("one", "two"))
    users = metadata.tables["users"]
    rows = [
        {"id": n, "name": n, "role": "field", "counties": "", "kinds": "", "created": ""}
        for n in "abc"
    ]
    for database, order in ((one, rows), (two, rows[::-1])):
        with database.write() as connection:
            for row in order:
                connection.execute(users.insert(), row)
    with one.read() as first, two.read() as second:
        assert copying.content(first) == copying.content(second)
    with two.write() as connection:
        connection.execute(users.update().where(users.c.id == "b").values(role="office"))
    with one.read() as first, two.read() as second:
        assert copying.content(first)["users"] != copying.content(second)["users"]
    one.close()
    two.close()


_SLOW = """
import sys, time
from pathlib import Path
from jdz_field.central import copying
from jdz_field.central.office import Office
real = copying._hash
def slow(rows):
    print("copying", flush=True)
    time.sleep(0.05)
    return real(rows)
copying._hash = slow
with Office(sys.argv[1], Path(sys.argv[2])) as office:
    office.move(sys.argv[3])
"""


@pytest.mark.skipif(os.name == "nt", reason="kills a process as POSIX does")
def test_a_move_that_is_killed_leaves_both_sides_as_they_were(
    central_url, other_url, tmp_path
) -> None:
    office, _tablet = filled(central_url, tmp_path)
    with office:
        before = held(office)
        command = [sys.executable, "-c", _SLOW, central_url, str(tmp_path / "files"), other_url]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _line in range(4):
                assert child.stdout.readline() == b"copying\n"
            child.send_signal(signal.SIGKILL)
        end = time.monotonic() + 20
        while True:
            try:
                done = office.move(other_url)
                break
            except Unavailable:
                assert time.monotonic() < end, "the dead one's lock stays"
        assert done["tables"]["changes"] == before["changes"][0]


def test_a_backup_that_finds_no_room_leaves_nothing(tmp_path, monkeypatch) -> None:
    office, _tablet = filled(None, tmp_path)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with office:
        monkeypatch.setattr(backups.shutil, "copytree", full)
        with pytest.raises(Unavailable):
            office.backup(tmp_path / "safe")
        assert not (tmp_path / "safe").exists()
        assert not (tmp_path / "safe.part").exists()
        monkeypatch.undo()
        shutil.rmtree(tmp_path / "files-keys")
        with pytest.raises(Unavailable):
            office.backup(tmp_path / "safe")
