"""The envelope: round trip, every flipped or cut byte refused, nothing hostile gets in."""

from __future__ import annotations

import io
import os
import stat
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput, JdzError, Unavailable
from jdz_field.core.hashing import sha256
from jdz_field.sync.container import (
    VOLUME_BYTES,
    Part,
    capacity,
    entry_size,
    open_container,
    write_container,
)

IDENTITY = pyrage.x25519.Identity.generate()
CENTRE, SECRET = str(IDENTITY.to_public()), str(IDENTITY)
PARTS = [Part("package.json", b"{}"), Part("files/" + "a" * 64, b"\0\1\2" * 50), Part("e", b"")]

names = st.from_regex(r"(?:[a-z0-9][a-z0-9._-]{0,9}/){0,2}[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True)
anew = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def read(path: Path, identity: str | None = SECRET) -> dict[str, bytes]:
    """Everything in a container."""
    with open_container(path, [identity] if identity else []) as container:
        return {name: b"".join(container.blocks(name)) for name in container.sizes}


def packed(path: Path, parts: list[Part], keys: tuple[str, ...] = ()) -> bytes:
    """The bytes of a container with these parts."""
    write_container(path, parts, keys)
    return path.read_bytes()


@anew
@given(contents=st.dictionaries(names, st.binary(max_size=200), max_size=5), secret=st.booleans())
def test_what_goes_in_comes_out(tmp_path: Path, contents: dict[str, bytes], secret: bool) -> None:
    path = tmp_path / "a.jdzb"
    parts = [Part(name, data) for name, data in contents.items()]
    size = len(packed(path, parts, (CENTRE,) if secret else ()))
    assert read(path) == contents
    need = sum(entry_size(name, len(data)) for name, data in contents.items())
    assert need <= capacity(size + 5000)


@pytest.mark.parametrize("keys", [(), (CENTRE,)])
def test_any_flipped_byte_is_refused(tmp_path: Path, keys: tuple[str, ...]) -> None:
    path = tmp_path / "a.jdzb"
    raw = packed(path, PARTS, keys)
    for at in range(len(raw)):
        for bit in (1, 0x20, 0x80):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :])
            with pytest.raises(BadInput):
                read(path)


@pytest.mark.parametrize("keys", [(), (CENTRE,)])
def test_any_cut_or_added_byte_is_refused(tmp_path: Path, keys: tuple[str, ...]) -> None:
    path = tmp_path / "a.jdzb"
    raw = packed(path, PARTS, keys)
    for at in range(len(raw)):
        for bad in (raw[:at], raw[:at] + raw[at + 1 :], raw[:at] + b"x" + raw[at:], raw + raw[at:]):
            path.write_bytes(bad)
            with pytest.raises(BadInput):
                read(path)


@pytest.mark.parametrize("data", [b"", b"x", b"PK\5\6" + b"\0" * 18 + b"x", os.urandom(5000)])
def test_what_is_no_container_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jdzb"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"a\.jdzb"):
        read(path)


def test_an_empty_container_is_read(tmp_path: Path) -> None:
    packed(tmp_path / "a.jdzb", [])
    assert read(tmp_path / "a.jdzb") == {}


def foreign(path: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    """A ZIP from another program."""
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return path


def test_bombs_and_climbing_names_are_refused(tmp_path: Path) -> None:
    bomb = foreign(tmp_path / "b", ("x", b"\0" * 10_000_000), method=zipfile.ZIP_DEFLATED)
    climbing = foreign(tmp_path / "c", ("../../x", b"1"))
    for path in (bomb, climbing):
        with pytest.raises(BadInput):
            read(path)


@pytest.mark.parametrize("name", ["../x", "/x", "a/../b", ".x", "a//b", "a\\b", "C:x"])
def test_a_climbing_name_in_our_own_spelling_is_refused(tmp_path: Path, name: str) -> None:
    packed(tmp_path / "a.jdzb", [Part(name, b"1")])
    with pytest.raises(BadInput):
        read(tmp_path / "a.jdzb")


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    packed(tmp_path / "a.jdzb", [Part("x", b"1"), Part("x", b"2")])
    with pytest.raises(BadInput):
        read(tmp_path / "a.jdzb")


def test_other_programs_can_open_what_we_write(tmp_path: Path) -> None:
    packed(tmp_path / "a.jdzb", PARTS)
    with zipfile.ZipFile(tmp_path / "a.jdzb") as file:
        assert file.testzip() is None
        assert file.read("package.json") == b"{}"
    raw = packed(tmp_path / "b.jdzb", PARTS, (CENTRE,))
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(raw, [IDENTITY]))) as file:
        assert file.namelist() == [p.name for p in PARTS]


def test_only_those_it_is_for_can_open_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jdzb"
    raw = packed(path, PARTS, (CENTRE,))
    assert b"package.json" not in raw
    other = str(pyrage.x25519.Identity.generate())
    for identity in (other, None):
        with pytest.raises(BadInput, match="加密"):
            read(path, identity)


def test_damaged_keys_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        packed(tmp_path / "a", PARTS, ("age1nothing",))
    with pytest.raises(BadInput):
        packed(tmp_path / "a", PARTS, ("ssh-ed25519 nothing",))
    packed(tmp_path / "a", PARTS, (CENTRE,))
    for identity in ("AGE-SECRET-KEY-1", "-----BEGIN OPENSSH PRIVATE KEY-----\nx"):
        with pytest.raises(BadInput):
            read(tmp_path / "a", identity)


def test_an_endless_age_header_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"age-encryption.org/v1\n" + b"-> X25519 " + b"a" * 5_000_000)
    with pytest.raises(BadInput):
        read(path)


def test_a_file_that_changed_since_it_was_recorded_stops_the_export(tmp_path: Path) -> None:
    photo = tmp_path / "p.jpg"
    photo.write_bytes(b"altered")
    for keys in ((), (CENTRE,)):
        with pytest.raises(BadInput, match=r"p\.jpg"):
            packed(tmp_path / "a", [Part("files/x", photo, sha256(b"original"))], keys)
    assert [p.name for p in tmp_path.iterdir()] == ["p.jpg"]


def test_a_file_that_is_gone_stops_the_export_with_one_sentence(tmp_path: Path) -> None:
    for keys in ((), (CENTRE,)):
        with pytest.raises(Unavailable):
            packed(tmp_path / "a", [Part("files/x", tmp_path / "gone", "0" * 64)], keys)


def test_a_failed_export_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    before = packed(path, PARTS)
    with pytest.raises(Unavailable):
        packed(path, [Part("files/x", tmp_path / "gone", None)])
    assert path.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.part").symlink_to("/dev/full")
    for keys in ((), (CENTRE,)):
        with pytest.raises(Unavailable):
            packed(tmp_path / "a", PARTS, keys)
        if not (tmp_path / "a.part").is_symlink():
            (tmp_path / "a.part").symlink_to("/dev/full")


def test_a_folder_or_nothing_is_no_container(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(JdzError):
            read(path)


def test_a_file_larger_than_a_volume_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(VOLUME_BYTES + 1)
    with pytest.raises(BadInput, match="2 GB"):
        read(path)


def test_no_room_to_unpack_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a"
    packed(path, PARTS, (CENTRE,))
    with pytest.raises(JdzError), open_container(path, [SECRET], tmp_path / "no such folder"):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="no such folders")
def test_a_read_only_medium_is_enough(tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    packed(card / "a", PARTS, (CENTRE,))
    (card / "a").chmod(stat.S_IRUSR)
    card.chmod(stat.S_IRUSR | stat.S_IXUSR)
    before = (card / "a").stat()
    try:
        assert read(card / "a")["package.json"] == b"{}"
        assert sorted(p.name for p in card.iterdir()) == ["a"]
        assert (card / "a").stat().st_mtime_ns == before.st_mtime_ns
    finally:
        card.chmod(stat.S_IRWXU)


def test_memory_stays_flat(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        for _number in range(64):
            file.write(os.urandom(1 << 20))
    tracemalloc.start()
    write_container(tmp_path / "a", [Part("files/x", big, None)], [CENTRE])
    with open_container(tmp_path / "a", [SECRET]) as container:
        assert sum(len(block) for block in container.blocks("files/x")) == 64 << 20
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_errors_of_the_caller_stay_the_callers(tmp_path: Path) -> None:
    packed(tmp_path / "a", PARTS)
    with pytest.raises(OSError, match="mine"), open_container(tmp_path / "a"):
        raise OSError("mine")
