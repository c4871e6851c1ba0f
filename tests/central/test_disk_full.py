"""A centre whose disk is full: it says so, loses nothing that it acknowledged, and goes on."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import event, select

from jdz_field.central.audit import broken_link
from jdz_field.central.tables import changes, versions
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import encode
from tests.central.tablet import Tablet

PHOTO = bytes(range(256)) * (24 << 10)
#: Most bytes of any file while the disk plays full.
ROOM = 4 << 20


@contextmanager
def full(office) -> Iterator[None]:
    """The database may not grow by a page."""

    def bound(connection: sqlite3.Connection, *_more: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    engine = office.database.engine
    event.listen(engine, "connect", bound)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", bound)
        engine.dispose()


def put(call, batch):
    body = {
        "manifest": batch.manifest.to_json(),
        "changes": batch.changes_jsonl.decode(),
        "signature": encode(batch.signature),
    }
    return call.put(f"/v1/batches/{batch.manifest.batch}", json=body)


def test_a_full_database_takes_nothing_and_loses_nothing(office, tablet, call) -> None:
    if not office.database.sqlite:
        pytest.skip("of an SQLite centre; PostgreSQL's is in test_processes")
    long = "坡脚裂缝" * 100
    sent = [
        tablet.batch(*(tablet.change(new_id(), name=long, remarks=long) for _n in range(30)))
        for _b in range(6)
    ]
    assert put(call, sent[0]).status_code == 200
    with full(office):
        for batch in sent[1:4]:
            refused = put(call, batch)
            assert refused.status_code == 503
            assert "\n" not in refused.json()["detail"]
        assert put(call, sent[0]).json()["receipts"], "what it has it still answers for"
    assert office.info()["changes"] == 30
    statuses = [put(call, batch).status_code for batch in sent]
    assert statuses == [200] * 6
    with office.database.read() as connection:
        here = list(connection.execute(select(changes.c.id)).scalars())
        made = list(connection.execute(select(versions.c.change)).scalars())
        assert broken_link(connection) is None
    assert sorted(here) == sorted(made) == sorted(c.id for b in sent for c in b.changes)


@contextmanager
def small_disk() -> Iterator[None]:
    """No file of this process grows beyond ``ROOM``."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is POSIX's")
def test_an_upload_goes_on_where_the_disk_was_full(call, office) -> None:
    sha = hashlib.sha256(PHOTO).hexdigest()
    begin = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(PHOTO))}
    begin["Upload-Metadata"] = f"sha256 {encode(sha.encode())},filename {encode(b'p.jpg')}"
    place = call.post("/v1/attachments", headers=begin).headers["Location"]

    def piece(start: int) -> httpx.Response:
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(start)}
        headers["Content-Type"] = "application/offset+octet-stream"
        return call.patch(place, content=PHOTO[start:], headers=headers)

    with small_disk():
        refused = piece(0)
        assert refused.status_code == 507
        assert "\n" not in refused.json()["detail"]
    told = call.head(place, headers={"Tus-Resumable": "1.0.0"})
    here = int(told.headers["Upload-Offset"])
    part = office.blobs.uploads / f"{place.rpartition('/')[2]}.part"
    assert 0 < here <= ROOM
    assert part.read_bytes() == PHOTO[:here], "a beginning, no gap, nothing twice"
    assert piece(here).status_code == 204
    assert office.blobs.size(sha) == len(PHOTO)
    assert b"".join(office.blobs.read(sha)) == PHOTO


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is POSIX's")
def test_a_file_that_does_not_fit_is_not_acknowledged(office, tmp_path) -> None:
    """Straight into the store, as a stick's file goes: it is there whole or not at all."""
    tablet = Tablet.enrol(office, "Wang")
    sha = hashlib.sha256(PHOTO).hexdigest()
    caller = office.caller(tablet.enrolment.token)
    upload = office.blobs.create(caller, sha, "p.jpg", len(PHOTO))
    with (
        small_disk(),
        pytest.raises(OSError, match=r"."),
        office.blobs.append(caller, upload.id, 0) as piece,
    ):
        piece.write(PHOTO)
    assert not office.blobs.holds(sha)
    assert office.blobs.store.size(sha) is None
    assert office.blobs.upload(caller, upload.id).offset == 0
