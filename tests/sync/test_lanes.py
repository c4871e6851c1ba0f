"""Files side by side: a real centre, a good line, a line that breaks, a file that is damaged."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256
from jdz_field.store.project import Project
from jdz_field.sync.client import CentralClient
from jdz_field.sync.lanes import Lanes, Load
from jdz_field.sync.link import Cancelled
from tests.sync.centre import Centre, client_of, synced
from tests.sync.places import add_photo, add_site, project
from tests.sync.proxy import Passage, proxied

GOOD = 4 << 20


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one") as device:
        hub.admit(device)
        yield device


@pytest.fixture
def client(one: Project, hub: Centre) -> Iterator[CentralClient]:
    with client_of(one, hub.url) as client:
        client._link.piece = GOOD
        yield client


def load(folder: Path, name: str, size: int = 200_000) -> Load:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return Load(path, size, sha256(path.read_bytes()), name)


def test_files_arrive_and_their_bytes_are_counted(
    hub: Centre, client: CentralClient, tmp_path: Path
) -> None:
    loads = [load(tmp_path, f"{n}.jpg") for n in range(7)]
    with client.lanes() as lanes:
        assert list(lanes.went(loads)) == [True] * 7
    assert all(hub.office.blobs.holds(one.sha) for one in loads)
    assert client.bytes_sent == 7 * 200_000


def test_over_a_line_that_has_not_proved_good_nothing_goes_this_way(
    hub: Centre, client: CentralClient, tmp_path: Path
) -> None:
    client._link.piece = 1 << 19
    with client.lanes() as lanes:
        assert list(lanes.went([load(tmp_path, "a.jpg")])) == [False]
    assert hub.office.info()["attachments"] == 0


def test_what_is_small_or_larger_than_a_piece_or_missing_goes_the_patient_way(
    client: CentralClient, tmp_path: Path
) -> None:
    lost = load(tmp_path, "lost.jpg")
    (tmp_path / "lost.jpg").unlink()
    loads = [
        load(tmp_path, "small.jpg", 1_000),
        load(tmp_path, "large.jpg", GOOD + 1),
        Load(None, 200_000, "0" * 64, "none.jpg"),
        load(tmp_path, "fits.jpg"),
        lost,
    ]
    with client.lanes() as lanes:
        assert list(lanes.went(loads)) == [False, False, False, True, False]


def test_each_answer_is_for_its_own_file_while_the_line_gets_worse(
    hub: Centre, client: CentralClient, tmp_path: Path
) -> None:
    """Every second file is damaged, so that the line seems to break again and again."""
    loads = [load(tmp_path, f"{n}.jpg") for n in range(24)]
    for one in loads[1::2]:
        (tmp_path / one.filename).write_bytes(os.urandom(200_000))
    with client.lanes() as lanes:
        for number, went in enumerate(lanes.went(loads)):
            assert went is hub.office.blobs.holds(loads[number].sha)
            assert not (went and number % 2)
            client._link.piece = GOOD if number % 3 else 1 << 19


def test_a_damaged_file_does_not_count(hub: Centre, client: CentralClient, tmp_path: Path) -> None:
    damaged = load(tmp_path, "a.jpg")
    (tmp_path / "a.jpg").write_bytes(os.urandom(200_000))
    with client.lanes() as lanes:
        assert list(lanes.went([damaged])) == [False]
    assert not hub.office.blobs.holds(damaged.sha)
    assert client._link.piece == GOOD // 4
    with pytest.raises(BadInput, match=r"a\.jpg"):
        client.upload(tmp_path / "a.jpg", damaged.sha, "a.jpg", addresses={})


def test_a_line_that_breaks_makes_the_files_go_the_patient_way(hub: Centre, one: Project) -> None:
    """All of a sync: the line cuts each large body, until pieces are small again."""
    site = add_site(one)
    shas = [add_photo(one, site, os.urandom(700_000)) for _n in range(8)]
    cut = threading.Event()

    def fault(passage: Passage, data: bytes) -> bytes | None:
        if passage.up and passage.passed > 2_000_000 and not cut.is_set():
            cut.set()
            return None
        return data

    with proxied("127.0.0.1", hub.port, fault) as proxy:
        report = synced(one, proxy.url)
    assert cut.is_set()
    assert report.attachments == 8
    assert all(hub.office.blobs.holds(sha) for sha in shas)
    assert one.pending_attachments() == []


def test_cancelled_ends_all(hub: Centre, client: CentralClient, tmp_path: Path) -> None:
    loads = [load(tmp_path, f"{n}.jpg") for n in range(9)]
    asked = threading.Event()
    client.cancel_when(asked.is_set)

    def some() -> None:
        with client.lanes() as lanes:
            for number, went in enumerate(lanes.went(loads)):
                assert went
                if number == 3:
                    asked.set()

    with pytest.raises(Cancelled):
        some()
    assert 4 <= hub.office.info()["attachments"] < 9
    assert not [one for one in threading.enumerate() if one.name.startswith("lane")]


def test_a_centre_that_does_not_know_this_way_gets_the_files_the_other_way(
    client: CentralClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older centre only begins the upload and says that it has 0 bytes."""
    monkeypatch.setattr("jdz_field.sync.transfer._BYTES", "application/x-unknown")
    with Lanes(client._link) as lanes:
        assert list(lanes.went([load(tmp_path, "a.jpg")])) == [False]
