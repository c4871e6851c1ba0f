"""Tracks travel as attachments: fields, line and file reach the centre and another tablet."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256_file
from jdz_field.operations import tracks
from jdz_field.operations.photo_space import fetch
from jdz_field.operations.sync import connect
from tests.operations.tracks_made import recorded
from tests.sync.centre import Centre, synced
from tests.sync.places import project


def test_a_track_reaches_another_tablet_and_its_deletion_too(tmp_path: Path, hub: Centre) -> None:
    with project(tmp_path / "one") as one, project(tmp_path / "two", "李四") as two:
        hub.admit(one)
        hub.admit(two)
        entry = tracks.seal(one, recorded(one.path, 300, "余小敏"))
        assert entry is not None
        report = synced(one, hub.url)
        assert report.counts["quarantined"] == 0
        assert report.attachments == 1
        synced(two, hub.url)
        (come,) = two.tracks()
        assert come == entry
        assert two.check() == []
        # The file itself is fetched on request; until then it is named.
        path = tracks.file_of_track(one, entry)
        assert sha256_file(path) == come.sha256
        with pytest.raises(BadInput):
            tracks.read_entry(two, come)
        with connect(two) as client:
            done = fetch(two, [come], client)
        assert (done.files, done.refused) == (1, [])
        assert tracks.read_entry(two, come).points == tracks.read_entry(one, entry).points
        tracks.delete(one, entry.id)
        synced(one, hub.url)
        synced(two, hub.url)
        assert two.tracks() == []
        assert one.check() == []


def test_a_line_that_is_none_is_held_alone(tmp_path: Path, hub: Centre) -> None:
    with project(tmp_path / "one") as one:
        hub.admit(one)
        entry = tracks.seal(one, recorded(one.path, 120))
        assert entry is not None
        synced(one, hub.url)
        one.edit("attachment", entry.id, {"geometry": "LINESTRING (900 29, 901 29)"})
        report = synced(one, hub.url)
        assert report.counts["quarantined"] == 1
