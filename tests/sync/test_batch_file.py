"""``*.jdzb``: batches and attachments by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.core.changes import Change
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256
from jdz_field.core.ids import new_id
from jdz_field.sync.batch import AttachmentRef, Batch, seal, verify
from jdz_field.sync.batch_file import About, read_jdzb, write_jdzb
from jdz_field.sync.container import Part, write_container

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
IDENTITY = pyrage.x25519.Identity.generate()
CENTRE, SECRET = str(IDENTITY.to_public()), str(IDENTITY)


def photo(folder: Path, data: bytes) -> tuple[str, Path]:
    """A file with its SHA-256."""
    path = folder / f"{sha256(data)[:8]}.jpg"
    path.write_bytes(data)
    return sha256(data), path


def batch(number: int, files: dict[str, Path], text: str = "瑶里") -> Batch:
    """A batch of one change with these attachments."""
    one = Change(
        id=new_id(),
        device="d",
        author="张三",
        hlc="h",
        kind="geohazard",
        subject=new_id(),
        fields={"name": (None, text)},
    )
    return seal(
        [one],
        batch_id=new_id(),
        device="d",
        device_epoch="e",
        author="张三",
        sequence=number,
        previous=None,
        attachments=[AttachmentRef(s, p.stat().st_size, p.name) for s, p in files.items()],
        created="2026-11-22T06:05:00.000Z",
        sign_key=KEY,
    )


def contents(path: Path, identity: str | None = SECRET) -> tuple[list[Batch], dict[str, bytes]]:
    """Everything in a file, signatures checked."""
    with read_jdzb(path, identity) as package:
        batches = list(package)
        for one in batches:
            verify(one, KEY.public_key())
        return batches, {sha: b"".join(package.blocks(sha)) for sha in package.files}


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("recipient", [None, CENTRE], ids=["plain", "encrypted"])
def test_round_trip(tmp_path: Path, count: int, recipient: str | None) -> None:
    files = dict(photo(tmp_path, os.urandom(n * 1000 + 1)) for n in range(2 * count))
    names = list(files)
    batches = [batch(n + 1, {s: files[s] for s in names[2 * n : 2 * n + 2]}) for n in range(count)]
    out = tmp_path / "out.jdzb"
    about = About("d", "epoch", 42)
    assert write_jdzb(out, batches, files, recipient, about=about) == [out]
    again, data = contents(out)
    assert again == batches
    assert data == {sha: path.read_bytes() for sha, path in files.items()}
    with read_jdzb(out, SECRET) as package:
        assert package.about == about
        assert package.manifests == tuple(one.manifest for one in batches)


def test_the_device_can_look_into_its_own_export(tmp_path: Path) -> None:
    own = pyrage.x25519.Identity.generate()
    one = batch(1, {})
    write_jdzb(tmp_path / "a.jdzb", [one], {}, CENTRE, also=[str(own.to_public())])
    assert contents(tmp_path / "a.jdzb", str(own))[0] == [one]
    assert contents(tmp_path / "a.jdzb", SECRET)[0] == [one]


def test_attachments_that_are_not_at_hand_stay_away(tmp_path: Path) -> None:
    files = dict(photo(tmp_path, bytes([n]) * 10) for n in range(2))
    one = batch(1, files)
    first = next(iter(files))
    write_jdzb(tmp_path / "a.jdzb", [one], {first: files[first], "0" * 64: files[first]}, CENTRE)
    assert list(contents(tmp_path / "a.jdzb")[1]) == [first]


def test_volumes_stand_alone_and_together_hold_everything(tmp_path: Path) -> None:
    files = dict(photo(tmp_path, os.urandom(20_000)) for n in range(12))
    names = list(files)
    batches = [batch(n + 1, {s: files[s] for s in names[4 * n : 4 * n + 4]}) for n in range(3)]
    limit = 70_000
    written = write_jdzb(tmp_path / "a.jdzb", batches, files, CENTRE, volume_bytes=limit)
    assert [p.name for p in written][:2] == ["a.jdzb", "a.2.jdzb"]
    together: dict[str, bytes] = {}
    for number, path in enumerate(written, start=1):
        assert path.stat().st_size <= limit
        some, data = contents(path)
        assert {a.sha256 for one in some for a in one.manifest.attachments} >= set(data)
        together |= data
        with read_jdzb(path, SECRET) as package:
            assert (package.about.volume, package.about.volumes) == (number, len(written))
    assert contents(written[0])[0] == batches, "the changes travel first"
    assert set(together) == set(files)


def test_an_attachment_larger_than_a_volume_is_named(tmp_path: Path) -> None:
    files = dict([photo(tmp_path, os.urandom(90_000))])
    with pytest.raises(BadInput, match="jpg"):
        write_jdzb(tmp_path / "a.jdzb", [batch(1, files)], files, CENTRE, volume_bytes=70_000)
    assert not (tmp_path / "a.jdzb").exists()


def test_an_attachment_in_two_batches_travels_once(tmp_path: Path) -> None:
    files = dict([photo(tmp_path, b"one")])
    write_jdzb(tmp_path / "a.jdzb", [batch(1, files), batch(2, files)], files, None)
    assert list(contents(tmp_path / "a.jdzb")[1]) == list(files)


def test_any_flipped_byte_of_a_plain_file_is_refused(tmp_path: Path) -> None:
    files = dict([photo(tmp_path, b"picture")])
    path = tmp_path / "a.jdzb"
    write_jdzb(path, [batch(1, files)], files, None)
    raw = path.read_bytes()
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :])
        with pytest.raises(BadInput):
            contents(path)


def test_extract_writes_a_whole_file(tmp_path: Path) -> None:
    sha, path = photo(tmp_path, b"picture" * 1000)
    write_jdzb(tmp_path / "a.jdzb", [batch(1, {sha: path})], {sha: path}, CENTRE)
    with read_jdzb(tmp_path / "a.jdzb", SECRET) as package:
        package.extract(sha, tmp_path / "out")
        with pytest.raises(KeyError):
            package.extract("0" * 64, tmp_path / "none")
    assert (tmp_path / "out").read_bytes() == path.read_bytes()
    assert not list(tmp_path.glob("*.part"))


# What somebody makes who knows the format: every header right, the contents wrong.
ABOUT = b'{"format":1,"kind":"batches","device":"d"}'


def forged(path: Path, **entries: bytes) -> Path:
    """A well-formed container with these entries in place of a good batch's."""
    good = batch(1, {})
    start = {
        "package.json": ABOUT,
        "manifest.json": good.manifest.canonical(),
        "changes.jsonl": good.changes_jsonl,
        "signature": good.signature,
    }
    write_container(path, [Part(n, d) for n, d in {**start, **entries}.items()])
    return path


def test_the_forger_starts_from_a_good_file(tmp_path: Path) -> None:
    assert len(contents(forged(tmp_path / "a"))[0]) == 1


@pytest.mark.parametrize(
    "about",
    [
        b"",
        b"[]",
        b"x",
        b"[" * 1500,
        b'{"format":2,"kind":"batches"}',
        b'{"format":1,"kind":"receipt"}',
        b'{"format":1,"kind":"batches","position":"1"}',
        b'{"format":1,"kind":"batches","position":true}',
        b'{"format":1,"kind":"batches","epoch":5}',
        b'{"format":1,"kind":"batches","x":5}',
        ABOUT + b" " * 3000,
    ],
)
def test_a_false_package_note_is_refused(tmp_path: Path, about: bytes) -> None:
    with pytest.raises(BadInput):
        contents(forged(tmp_path / "a", **{"package.json": about}))


@pytest.mark.parametrize(
    "more",
    [
        {"manifest.json": b"{}"},
        {"manifest.json": b"[" * 100_000},
        {"changes.jsonl": b""},
        {"changes.jsonl": b"x" * 1000},
        {"signature": b"x" * 64},
        {"signature": b"x" * 65},
        {"signature": b""},
        {"files/" + "0" * 64: b"nobody asked for this"},
        {"surprise": b"1"},
        {"other/manifest.json": batch(1, {}).manifest.canonical()},
    ],
)
def test_false_contents_are_refused(tmp_path: Path, more: dict[str, bytes]) -> None:
    with pytest.raises(BadInput):
        contents(forged(tmp_path / "a", **more))


def test_a_manifest_in_another_spelling_is_refused(tmp_path: Path) -> None:
    text = json.dumps(batch(1, {}).manifest.to_json(), indent=1).encode()
    with pytest.raises(BadInput):
        contents(forged(tmp_path / "a", **{"manifest.json": text}))


def test_an_attachment_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    sha, path = photo(tmp_path, b"right")
    one = batch(1, {sha: path})
    entries = {"manifest.json": one.manifest.canonical(), "changes.jsonl": one.changes_jsonl}
    name = f"files/{sha}"
    bad = forged(tmp_path / "a", **entries, signature=one.signature, **{name: b"wrong"})
    with pytest.raises(BadInput):
        contents(bad)
    with read_jdzb(bad, None) as package, pytest.raises(BadInput):
        package.extract(sha, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    size = forged(tmp_path / "b", **entries, signature=one.signature, **{name: b"too long"})
    with pytest.raises(BadInput):
        contents(size)
