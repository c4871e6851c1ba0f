"""``*.jdzr``: the way back by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.core.changes import ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.errors import BadInput
from jdz_field.core.feed import FeedEntry
from jdz_field.core.hashing import sha256
from jdz_field.sync import batch_return
from jdz_field.sync.batch_return import ReturnManifest, read_receipt, write_receipt
from jdz_field.sync.container import Part, identity_of, recipient_of, write_container

CENTRE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DEVICE = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
AT = "2026-11-22T06:05:00.000Z"
RECEIPTS = [
    ("b1", ChangeReceipt("c1", "s1", {"name": FieldOutcome(Outcome.APPLIED, 2)})),
    (None, ChangeReceipt("c2", "s1", {"town": FieldOutcome(Outcome.REJECTED, None, "不对")})),
]


def entries(*positions: int) -> list[FeedEntry]:
    """Feed entries at these positions."""
    return [
        FeedEntry(p, "geohazard", "s1", p, {"name": f"瑶里{p}"}, None, None, "d", "李四", "h", AT)
        for p in positions
    ]


def write(path: Path, **more: Any) -> ReturnManifest:
    """An answer with these receipts and three entries."""
    start: dict[str, Any] = {
        "device": "d1",
        "epoch": "e1",
        "after": 6,
        "position": 9,
        "receipts": RECEIPTS,
        "feed": entries(7, 8, 9),
        "attachments": ["a" * 64],
        "created": AT,
        "sign_key": CENTRE,
        "recipient": recipient_of(DEVICE.public_key()),
    }
    return write_receipt(path, **{**start, **more})


def everything(path: Path, key: Ed25519PrivateKey = DEVICE) -> tuple[Any, ...]:
    """What an answer says."""
    with read_receipt(path, identity_of(key), CENTRE.public_key()) as answer:
        return answer.manifest, list(answer.receipts()), list(answer.feed())


@pytest.mark.parametrize("recipient", [None, recipient_of(DEVICE.public_key())])
def test_round_trip(tmp_path: Path, recipient: str | None) -> None:
    manifest = write(tmp_path / "a.jdzr", recipient=recipient)
    assert everything(tmp_path / "a.jdzr") == (manifest, RECEIPTS, entries(7, 8, 9))


def test_an_answer_may_be_empty(tmp_path: Path) -> None:
    write(tmp_path / "a", receipts=[], feed=[], attachments=[], after=0, position=0)
    assert everything(tmp_path / "a")[1:] == ([], [])


def test_long_lines_cross_the_blocks_unharmed(tmp_path: Path) -> None:
    one = entries(7)[0]
    big = [FeedEntry(**{**one.to_json(), "fields": {"answers": "字" * 700_000}, "position": p})
           for p in (7, 8, 9)]  # fmt: skip
    write(tmp_path / "a", feed=big)
    assert everything(tmp_path / "a")[2] == big


def test_it_is_for_one_device_alone(tmp_path: Path) -> None:
    write(tmp_path / "a")
    with pytest.raises(BadInput):
        everything(tmp_path / "a", STRANGER)


def test_another_centres_answer_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a", sign_key=STRANGER)
    with pytest.raises(BadInput, match="签名"):
        everything(tmp_path / "a")


def test_any_flipped_or_cut_byte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write(path)
    raw = path.read_bytes()
    for at in range(0, len(raw), 3):
        for bad in (raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1 :], raw[:at]):
            path.write_bytes(bad)
            with pytest.raises(BadInput):
                everything(path)


@pytest.mark.parametrize("positions", [(8, 7), (6,), (10,)])
def test_entries_out_of_place_are_refused(tmp_path: Path, positions: tuple[int, ...]) -> None:
    write(tmp_path / "a", feed=entries(*positions))
    with pytest.raises(BadInput):
        everything(tmp_path / "a")


def forged(path: Path, change: Callable[[dict[str, Any]], Any] = dict, **files: bytes) -> Path:
    """A signed answer, its manifest changed, these files in place of good ones."""
    receipts, feed = files.get("receipts", b""), files.get("feed", b"")
    good = ReturnManifest("d1", "e1", 0, 9, AT, (), sha256(receipts), sha256(feed))
    data = json.loads(good.canonical())
    change(data)
    raw = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    signature = CENTRE.sign(batch_return.hashlib.sha256(raw).digest())
    parts = [raw, receipts, feed, signature]
    names = ["receipt.json", "receipts.jsonl", "feed.jsonl", "signature"]
    write_container(path, [Part(n, d) for n, d in zip(names, parts, strict=True)])
    return path


def test_the_forger_starts_from_a_good_file(tmp_path: Path) -> None:
    assert everything(forged(tmp_path / "a"))[1:] == ([], [])


@pytest.mark.parametrize(
    "more",
    [
        {"format": 2},
        {"kind": "batches"},
        {"device": 5},
        {"after": "0"},
        {"after": -1},
        {"after": 10},
        {"position": True},
        {"attachments": "x"},
        {"attachments": None},
        {"surprise": 1},
        {"feed_sha256": "0" * 64},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path, more: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        everything(forged(tmp_path / "a", lambda data: data.update(more)))


@pytest.mark.parametrize("line", [b"x", b"x\n", b"[]\n", b"{}\n", b"[" * 99_999 + b"\n", b"5\n"])
@pytest.mark.parametrize("name", ["receipts", "feed"])
def test_lines_that_make_no_sense_are_refused(tmp_path: Path, name: str, line: bytes) -> None:
    with pytest.raises(BadInput):
        everything(forged(tmp_path / "a", **{name: line}))


def test_a_container_with_other_entries_is_refused(tmp_path: Path) -> None:
    write_container(tmp_path / "a", [Part("receipt.json", b"{}")])
    with pytest.raises(BadInput):
        everything(tmp_path / "a")
