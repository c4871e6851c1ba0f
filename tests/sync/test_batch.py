"""The batch: round trip, and every flipped or cut byte refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from jdz_field.core.changes import Change, ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.errors import BadInput
from jdz_field.core.ids import new_id
from jdz_field.sync import batch as b

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
CREATED = "2026-11-22T06:05:00.000Z"

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
changes = st.builds(
    Change,
    id=st.uuids().map(str),
    device=st.just("device-1"),
    author=st.text(min_size=1, max_size=8),
    hlc=st.just("2026-11-22T06:05:00.000Z-000000-device-1"),
    kind=st.sampled_from(["geohazard", "record", "attachment"]),
    subject=st.uuids().map(str),
    fields=st.dictionaries(
        st.text(st.characters(codec="utf-8").filter(str.isprintable), min_size=1),
        st.tuples(json_values, json_values),
        min_size=1,
        max_size=4,
    ),
    base_version=st.integers(0, 9),
    parent=st.none() | st.uuids().map(str),
)
many = st.lists(changes, max_size=4, unique_by=lambda c: c.id)


def change(**more: Any) -> Change:
    """A change of one field."""
    start = {"id": new_id(), "device": "d", "author": "张三", "hlc": "h", "kind": "geohazard"}
    return Change(**{**start, "subject": new_id(), "fields": {"name": (None, "瑶里")}, **more})


def sealed(items: list[Change], **more: Any) -> b.Batch:
    """A batch of these changes with one attachment."""
    start: dict[str, Any] = {
        "batch_id": new_id(),
        "device": "device-1",
        "device_epoch": "e1",
        "author": "张三",
        "sequence": 1,
        "previous": None,
        "attachments": [b.AttachmentRef.of("a" * 64, 12, "IMG_1.jpg")],
        "created": CREATED,
        "sign_key": KEY,
    }
    return b.seal(items, **{**start, **more})


def reopened(batch: b.Batch) -> b.Batch:
    """The batch through its network form and back."""
    return b.Batch.from_json(json.loads(json.dumps(batch.to_json())))


@given(many)
def test_a_batch_survives_the_network_unchanged(items: list[Change]) -> None:
    batch = sealed(items)
    again = reopened(batch)
    assert again == batch
    b.verify(again, KEY.public_key())


@given(many)
def test_a_manifest_survives_its_bytes(items: list[Change]) -> None:
    manifest = sealed(items).manifest
    assert b.read_manifest(manifest.canonical()) == manifest
    assert b.read_manifest(manifest.canonical()).sha == manifest.sha


@given(st.lists(changes, min_size=1, max_size=3, unique_by=lambda c: c.id), st.data())
def test_any_flipped_byte_of_the_changes_is_refused(items: list[Change], data: Any) -> None:
    batch = sealed(items)
    at = data.draw(st.integers(0, len(batch.changes_jsonl) - 1))
    bad = bytearray(batch.changes_jsonl)
    bad[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadInput):
        b.open_batch(batch.manifest, bytes(bad), batch.signature)


@given(st.data())
def test_any_flipped_or_cut_byte_of_manifest_or_signature_is_refused(data: Any) -> None:
    batch = sealed([change()])
    raw = batch.manifest.canonical() + batch.signature
    edge = len(batch.manifest.canonical())
    bad = bytearray(raw)
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        bad[at] ^= data.draw(st.integers(1, 255))
    else:
        del bad[at]
        edge -= at < edge

    def receive() -> None:
        manifest = b.read_manifest(bytes(bad[:edge]))
        signed = b.open_batch(manifest, batch.changes_jsonl, bytes(bad[edge:]))
        b.verify(signed, KEY.public_key())

    with pytest.raises(BadInput):
        receive()


def test_the_hash_names_the_manifest_and_the_successor_names_the_hash() -> None:
    first = sealed([change()])
    second = sealed([change()], sequence=2, previous=first.manifest.sha)
    assert reopened(second).manifest.previous == first.manifest.sha


def test_a_batch_signed_by_another_device_is_refused() -> None:
    with pytest.raises(BadInput, match="device-1"):
        b.verify(sealed([change()], sign_key=OTHER), KEY.public_key())


def test_changes_swapped_under_a_signed_manifest_are_refused() -> None:
    batch = sealed([change()])
    other = sealed([change()])
    forged = b.Batch(batch.manifest, other.changes, other.changes_jsonl, batch.signature)
    with pytest.raises(BadInput):
        b.verify(forged, KEY.public_key())


def test_too_many_changes_are_the_callers_mistake() -> None:
    one = change()
    with pytest.raises(ValueError, match="too many"):
        sealed([one] * (b.MAX_CHANGES + 1))


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"[]\n",
        b"null\n",
        b"[" * 100_000 + b"\n",
        b'{"id": NaN}\n',
        b"9" * 10_000 + b"\n",
        b"\xff\n",
        b'"\\ud800"\n',
    ],
)
def test_a_line_that_is_no_change_is_refused_with_its_number(line: bytes) -> None:
    good = b.changes_bytes([change()])
    with pytest.raises(BadInput, match="changes:2"):
        b.parse_changes(good + line)


def test_another_spelling_of_the_same_change_is_refused() -> None:
    line = b.changes_bytes([change()])
    with pytest.raises(BadInput):
        b.parse_changes(json.dumps(json.loads(line)).encode() + b"\n")
    with pytest.raises(BadInput):
        b.parse_changes(line[:-1])
    with pytest.raises(BadInput):
        b.parse_changes(line[:-1] + b"\r\n")


def test_one_change_twice_in_a_batch_is_refused() -> None:
    line = b.changes_bytes([change()])
    with pytest.raises(BadInput, match="changes:2"):
        b.parse_changes(line + line)


def test_lone_surrogates_are_refused() -> None:
    line = b.changes_bytes([change(author="AAAA")]).replace(b"AAAA", b"\\ud800")
    with pytest.raises(BadInput):
        b.parse_changes(line)
    body = sealed([change()]).to_json()
    with pytest.raises(BadInput):
        b.Batch.from_json({**body, "changes": "\ud800"})


WRONG: list[tuple[str, Any]] = [
    ("batch", "../x"),
    ("batch", ""),
    ("batch", 7),
    ("device", "a b"),
    ("device_epoch", None),
    ("author", ""),
    ("author", "x" * 201),
    ("author", "\ud800"),
    ("sequence", 0),
    ("sequence", True),
    ("sequence", "1"),
    ("sequence", 2**60),
    ("previous", "00"),
    ("changes_sha256", "G" * 64),
    ("changes", -1),
    ("changes", 5001),
    ("attachments", {}),
    ("attachments", [{}]),
    ("attachments", ["x"]),
    ("attachments", [{"sha256": "a" * 64, "size": -1, "filename": "x"}]),
    ("attachments", [{"sha256": "a" * 64, "size": 1, "filename": "../x"}]),
    ("attachments", [{"sha256": "a" * 64, "size": 1, "filename": "x"}] * 2),
    ("attachments", [{"sha256": "a" * 64, "size": 1, "filename": "x"}] * 20_001),
    ("created", 5),
    ("surprise", 1),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_entry_of_the_manifest_is_refused(name: str, value: Any) -> None:
    data = sealed([change()]).manifest.to_json()
    with pytest.raises(BadInput):
        b.Manifest.from_json({**data, name: value})


@pytest.mark.parametrize("name", sorted(set(sealed([]).manifest.to_json()) - {"format"}))
def test_a_missing_entry_of_the_manifest_is_refused(name: str) -> None:
    data = sealed([change()]).manifest.to_json()
    del data[name]
    with pytest.raises(BadInput):
        b.Manifest.from_json(data)


def test_a_newer_format_says_update() -> None:
    data = sealed([]).manifest.to_json()
    with pytest.raises(BadInput, match="更新"):
        b.Manifest.from_json({**data, "format": 2})


@pytest.mark.parametrize("data", [None, 1, "x", [], {"changes": 1}, {"changes": "", "manifest": 0}])
def test_a_body_that_is_no_batch_is_refused(data: Any) -> None:
    with pytest.raises(BadInput):
        b.Batch.from_json(data)


@pytest.mark.parametrize("signature", [None, 5, "%%%", "", "AAAA"])
def test_a_signature_that_is_none_is_refused(signature: Any) -> None:
    body = {**sealed([change()]).to_json(), "signature": signature}
    with pytest.raises(BadInput):
        b.verify(b.Batch.from_json(body), KEY.public_key())


@pytest.mark.parametrize("key", [None, "x", "AAAA", "=" * 44])
def test_a_key_that_is_none_is_refused(key: Any) -> None:
    with pytest.raises(BadInput):
        b.public_key(key)


def test_a_key_survives_its_text() -> None:
    text = b.public_key_text(KEY.public_key())
    assert b.public_key(text).public_bytes_raw() == KEY.public_key().public_bytes_raw()


def test_receipts_are_the_centres_or_refused() -> None:
    receipts = [
        ChangeReceipt("c1", "s1", {"name": FieldOutcome(Outcome.APPLIED, 3)}),
        ChangeReceipt("c2", "s1", {"town": FieldOutcome(Outcome.QUARANTINED, None, "无此镇")}),
    ]
    signature = b.sign_receipts(receipts, KEY)
    b.verify_receipts(receipts, signature, KEY.public_key())
    for wrong in (receipts[:1], receipts[::-1], []):
        with pytest.raises(BadInput):
            b.verify_receipts(wrong, signature, KEY.public_key())
    with pytest.raises(BadInput):
        b.verify_receipts(receipts, signature, OTHER.public_key())


@given(st.text())
def test_any_file_name_becomes_one_that_a_manifest_takes(name: str) -> None:
    ref = b.AttachmentRef.of("b" * 64, 1, name)
    assert b.AttachmentRef.from_json(ref.to_json()) == ref


@pytest.mark.parametrize(
    "more",
    [
        {"id": "a\0b"}, {"subject": ""}, {"subject": "x" * 201}, {"kind": "\u202e"},
        {"fields": {"": (None, 1)}}, {"fields": {"a\nb": (None, 1)}}, {"fields": {}},
        {"parent": "\x1b"}, {"base_version": -1}, {"base_version": 1 << 60},
        {"author": "x" * 201}, {"hlc": "h" * 201},
    ],
)  # fmt: skip
def test_what_no_index_takes_is_no_change(more: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        b.parse_changes(b.changes_bytes([change(**more)]))


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "9" * 5_000])
def test_numbers_without_end_are_no_versions(number: str) -> None:
    line = b.changes_bytes([change(base_version=7)]).replace(b":7,", f":{number},".encode())
    with pytest.raises(BadInput):
        b.parse_changes(line)


def test_lines_without_end_and_lists_without_end_are_refused_before_they_are_read() -> None:
    for bomb in (b"\n" * 6_000, b"[]," * (b.MAX_CHANGES_BYTES // 15), b"[" * 200_000):
        with pytest.raises(BadInput):
            b.parse_changes(bomb)
