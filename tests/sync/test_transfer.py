"""Attachments over bad lines: a real centre, and a proxy that cuts, stalls and falsifies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.hashing import sha256
from jdz_field.store.project import Project
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Cancelled, Refused
from tests.sync.centre import Centre, client_of, synced
from tests.sync.places import add_photo, add_site, project
from tests.sync.proxy import Passage, Proxy, proxied

SIZE = 3_000_000


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    """A device whose batch named a photo of 3 MB; the photo itself is not sent."""
    with project(tmp_path / "one") as device:
        hub.admit(device)
        yield device


@pytest.fixture
def proxy(hub: Centre) -> Iterator[Proxy]:
    with proxied("127.0.0.1", hub.port) as one:
        yield one


@pytest.fixture
def photo(hub: Centre, one: Project) -> tuple[Path, str]:
    data = os.urandom(SIZE)
    sha = add_photo(one, add_site(one), data)
    path = next((one.path / "files").rglob(f"{sha}.*"))
    hidden = one.path / "away"
    path.rename(hidden)
    synced(one, hub.url)
    hidden.rename(path)
    return path, sha


@pytest.fixture
def client(one: Project, proxy: Proxy) -> Iterator[CentralClient]:
    with client_of(one, proxy.url) as client:
        yield client


class Once:
    """A fault that strikes once, when so many bytes have gone one way."""

    def __init__(self, at: int, *, up: bool = True, flip: bool = False) -> None:
        self.at, self.up, self.flip = at, up, flip
        self.seen = 0
        self.struck = False

    def __call__(self, passage: Passage, data: bytes) -> bytes | None:
        if passage.up is not self.up or self.struck:
            return data
        self.seen += len(data)
        if self.seen < self.at:
            return data
        self.struck = True
        place = len(data) - (self.seen - self.at) - 1
        return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] if self.flip else None


def test_a_photo_arrives(
    hub: Centre, client: CentralClient, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo
    seen: list[tuple[int, int]] = []
    addresses: dict[str, str] = {}
    client.upload(path, sha, "a.jpg", addresses=addresses, progress=lambda *s: seen.append(s))
    assert hub.office.blobs.holds(sha)
    assert addresses == {}
    assert seen == sorted(seen)
    assert seen[-1] == (SIZE, SIZE)
    assert proxy.up < SIZE + 20_000


@pytest.mark.parametrize(
    ("at", "up"),
    [(1, True), (900, True), (300_000, True), (SIZE - 1, True), (1, False), (600, False)],
)
def test_a_cut_at_any_place_costs_little(
    hub: Centre, client: CentralClient, photo: tuple[Path, str], proxy: Proxy, at: int, up: bool
) -> None:
    path, sha = photo
    proxy.fault = Once(at, up=up)
    client.upload(path, sha, "a.jpg", addresses={})
    assert hub.office.blobs.holds(sha)
    assert proxy.up < SIZE * 1.7


def test_a_killed_program_goes_on_where_it_stopped(
    hub: Centre, one: Project, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo
    addresses: dict[str, str] = {}
    passed = 0

    def gone(passage: Passage, data: bytes) -> bytes | None:
        nonlocal passed
        passed += len(data) if passage.up else 0
        return data if passed < 1_500_000 else None

    proxy.fault = gone
    with client_of(one, proxy.url, patience=1.0) as first, pytest.raises(Unavailable):
        first.upload(path, sha, "a.jpg", addresses=addresses)
    assert list(addresses) == [sha]
    proxy.fault, proxy.up = None, 0
    with client_of(one, proxy.url) as second:
        second.upload(path, sha, "a.jpg", addresses=addresses)
    assert hub.office.blobs.holds(sha)
    assert proxy.up < 2_000_000
    assert addresses == {}


def test_a_falsified_photo_is_sent_again(
    hub: Centre, client: CentralClient, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo
    proxy.fault = Once(1_000_000, flip=True)
    client.upload(path, sha, "a.jpg", addresses={})
    assert hub.office.blobs.holds(sha)
    assert proxy.up > SIZE * 1.9


def test_a_line_that_falsifies_everything_is_given_up(
    hub: Centre, client: CentralClient, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo

    def flip(passage: Passage, data: bytes) -> bytes:
        if passage.up and len(data) > 20_000:
            return data[:10_000] + bytes([data[10_000] ^ 1]) + data[10_001:]
        return data

    proxy.fault = flip
    with pytest.raises(Unavailable):
        client.upload(path, sha, "a.jpg", addresses={})
    assert not hub.office.blobs.holds(sha)


def test_an_upload_that_the_centre_forgot_starts_anew(
    hub: Centre, client: CentralClient, photo: tuple[Path, str]
) -> None:
    path, sha = photo
    addresses = {sha: client.url + "v1/attachments/uploads/01a203fa-20af-7917-916d-e8cfcbcaa7b1"}
    client.upload(path, sha, "a.jpg", addresses=addresses)
    assert hub.office.blobs.holds(sha)


def test_a_last_answer_that_was_lost_is_asked_for_again(
    hub: Centre, one: Project, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo
    addresses: dict[str, str] = {}
    sent = [0]

    def deaf(passage: Passage, data: bytes) -> bytes | None:
        sent[0] += len(data) if passage.up else 0
        return data if passage.up or sent[0] < SIZE else None

    proxy.fault = deaf
    with client_of(one, proxy.url, patience=0.5) as first, pytest.raises(Unavailable):
        first.upload(path, sha, "a.jpg", addresses=addresses)
    assert list(addresses) == [sha]
    # It is the answer that was lost: on a busy machine the centre may still be at work.
    end = time.monotonic() + 20
    while not hub.office.blobs.holds(sha) and time.monotonic() < end:
        time.sleep(0.05)
    proxy.fault, proxy.up = None, 0
    with client_of(one, proxy.url) as second:
        assert second.upload(path, sha, "a.jpg", addresses=addresses)
    assert hub.office.blobs.holds(sha)
    assert proxy.up < 5_000


def test_a_photo_that_the_centre_has_is_not_sent(
    client: CentralClient, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo
    assert client.upload(path, sha, "a.jpg", addresses={})
    proxy.up = 0
    assert not client.upload(path, sha, "a.jpg", addresses={})
    assert proxy.up < 2_000


def test_a_file_that_shrinks_meanwhile_is_said(
    client: CentralClient, photo: tuple[Path, str]
) -> None:
    path, sha = photo

    def shrink(done: int, _size: int) -> None:
        if done > 0:
            with path.open("r+b") as file:
                file.truncate(1_000)

    with pytest.raises(BadInput, match="check"):
        client.upload(path, sha, "a.jpg", addresses={}, progress=shrink)


def test_a_line_that_stalls_is_given_up_in_time(
    one: Project, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo
    stalled = [False]

    def stall(passage: Passage, data: bytes) -> bytes:
        if passage.up and passage.passed > 600_000:
            stalled[0] = True
        return b"" if stalled[0] else data

    proxy.fault = stall
    start = time.monotonic()
    with client_of(one, proxy.url, patience=1.5) as client, pytest.raises(Unavailable):
        client.upload(path, sha, "a.jpg", addresses={})
    assert time.monotonic() - start < 6


def test_stopping_stops_between_two_pieces(
    client: CentralClient, photo: tuple[Path, str], proxy: Proxy
) -> None:
    path, sha = photo
    addresses: dict[str, str] = {}
    client.cancel_when(lambda: proxy.up > 500_000)
    with pytest.raises(Cancelled):
        client.upload(path, sha, "a.jpg", addresses=addresses)
    assert list(addresses) == [sha]


def test_a_download_is_complete_or_not_there(
    client: CentralClient, photo: tuple[Path, str], tmp_path: Path
) -> None:
    path, sha = photo
    with pytest.raises(Refused):
        client.download(sha, tmp_path / "none")
    assert list(tmp_path.glob("none*")) == []
    client.upload(path, sha, "a.jpg", addresses={})
    seen: list[int] = []
    client.download(sha, tmp_path / "b.jpg", progress=lambda done, _all: seen.append(done))
    assert (tmp_path / "b.jpg").read_bytes() == path.read_bytes()
    assert seen[-1] == SIZE
    assert sorted(p.name for p in tmp_path.glob("b*")) == ["b.jpg"]


def test_a_download_goes_on_where_it_broke_off(
    client: CentralClient, photo: tuple[Path, str], proxy: Proxy, tmp_path: Path
) -> None:
    path, sha = photo
    client.upload(path, sha, "a.jpg", addresses={})
    proxy.fault, proxy.down = Once(2_000_000, up=False), 0
    client.download(sha, tmp_path / "b.jpg")
    assert (tmp_path / "b.jpg").read_bytes() == path.read_bytes()
    assert proxy.down < SIZE * 1.4


def test_a_falsified_download_is_thrown_away(
    client: CentralClient, photo: tuple[Path, str], proxy: Proxy, tmp_path: Path
) -> None:
    path, sha = photo
    client.upload(path, sha, "a.jpg", addresses={})
    proxy.fault = Once(1_000_000, up=False, flip=True)
    with pytest.raises(BadInput):
        client.download(sha, tmp_path / "b.jpg")
    assert list(tmp_path.glob("b.jpg*")) == []
    client.download(sha, tmp_path / "b.jpg")
    assert sha256((tmp_path / "b.jpg").read_bytes()) == sha
