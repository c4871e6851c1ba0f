"""Enrolling by file, batches out, receipts in: the way without any network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jdz_field.core.changes import ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.feed import FeedEntry
from jdz_field.operations.sync import (
    apply_receipt_file,
    connect,
    enrol_from_file,
    export_batches,
    show_batch,
)
from jdz_field.store.project import Project
from jdz_field.sync.batch import Batch, encode, public_key_text, verify
from jdz_field.sync.batch_file import read_jdzb
from jdz_field.sync.batch_return import write_receipt
from jdz_field.sync.container import recipient_of
from jdz_field.sync.enrolment import Enrolment, write_enrolment
from jdz_field.sync.keys import load_secret
from tests.sync.places import add_photo, add_site, project, shown

AGE = pyrage.x25519.Identity.generate()
CENTRE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DEVICE = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
AT = "2026-11-22T06:05:00.000Z"
PLACE = Enrolment(
    device="device-7",
    user="张三",
    role="field",
    token="tok",
    centre_key=str(AGE.to_public()),
    centre_sign_key=public_key_text(CENTRE.public_key()),
    sign_key=encode(DEVICE.private_bytes_raw()),
)


@pytest.fixture(autouse=True)
def _secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")


@pytest.fixture
def tablet(tmp_path: Path) -> Iterator[Project]:
    """A project whose device was taken in by file."""
    with project(tmp_path / "tablet") as one:
        enrolled(one, tmp_path)
        yield one


def enrolled(one: Project, folder: Path, place: Enrolment = PLACE) -> None:
    write_enrolment(folder / "enrolment.json", place)
    enrol_from_file(one, folder / "enrolment.json")


def unpacked(path: Path) -> tuple[list[Batch], set[str]]:
    with read_jdzb(path, str(AGE)) as package:
        batches = list(package)
        for batch in batches:
            verify(batch, DEVICE.public_key())
        return batches, set(package.files)


def answer(path: Path, batches: list[Batch], outcome: str = "applied", **more: Any) -> Path:
    """What a centre sends back: one receipt a change, and the changes as its feed."""
    changes = [(b.manifest.batch, c) for b in batches for c in b.changes]
    receipts = [
        (
            batch,
            ChangeReceipt(
                change.id,
                change.subject,
                {name: FieldOutcome(Outcome(outcome), 1) for name in change.fields},
            ),
        )
        for batch, change in changes
    ]
    feed = [
        FeedEntry(
            n, c.kind, c.subject, 1, {k: new for k, (_b, new) in c.fields.items()},
            c.id, None, c.device, c.author, c.hlc, AT,
        )
        for n, (_batch, c) in enumerate(changes, start=1)
    ]  # fmt: skip
    start: dict[str, Any] = {
        "device": "device-7",
        "epoch": "e1",
        "after": 0,
        "position": len(feed),
        "receipts": receipts,
        "feed": feed if outcome == "applied" else [],
        "attachments": [a.sha256 for b in batches for a in b.manifest.attachments],
        "created": AT,
        "sign_key": CENTRE,
        "recipient": recipient_of(DEVICE.public_key()),
    }
    write_receipt(path, **{**start, **more})
    return path


def test_a_file_enrols_and_its_secrets_stay_out_of_the_project(tablet: Project) -> None:
    secret = load_secret(tablet.device)
    assert secret is not None
    assert (secret.token, secret.sign_key.private_bytes_raw()) == (
        "tok",
        DEVICE.private_bytes_raw(),
    )
    text = str(tablet.get_setting("enrolment"))
    assert "tok'" not in text
    assert PLACE.sign_key not in text


@pytest.mark.parametrize(
    "place", [replace(PLACE, sign_key=""), replace(PLACE, sign_key="AAAA"),
              replace(PLACE, centre_sign_key="AAAA")]
)  # fmt: skip
def test_a_file_without_good_keys_enrols_nobody(tmp_path: Path, place: Enrolment) -> None:
    with project(tmp_path / "p") as one:
        with pytest.raises(BadInput):
            enrolled(one, tmp_path, place)
        assert one.get_setting("enrolment") is None


def test_before_enrolment_everything_says_so(tmp_path: Path) -> None:
    with project(tmp_path / "p") as one:
        for work in (connect, lambda p: export_batches(p, tmp_path / "x.jdzb")):
            with pytest.raises(BadUsage, match="enrol"):
                work(one)


def test_a_device_without_network_says_so(tablet: Project) -> None:
    with pytest.raises(BadUsage, match="--server"):
        connect(tablet)


def test_an_export_holds_every_change_and_photo(tablet: Project, tmp_path: Path) -> None:
    site = add_site(tablet)
    photo = add_photo(tablet, site)
    report = export_batches(tablet, tmp_path / "out.jdzb")
    batches, files = unpacked(tmp_path / "out.jdzb")
    assert batches[0].changes[0].subject == site
    assert files == {photo}
    assert report.to_json() == {
        "files": [str(tmp_path / "out.jdzb")],
        "batches": 1,
        "changes": 2,
        "attachments": 1,
        "bytes": (tmp_path / "out.jdzb").stat().st_size,
        "refused": [],
    }


def test_a_batch_is_sealed_once_and_packed_until_its_receipt_comes(
    tablet: Project, tmp_path: Path
) -> None:
    add_site(tablet, "一")
    export_batches(tablet, tmp_path / "1.jdzb")
    add_site(tablet, "二")
    export_batches(tablet, tmp_path / "2.jdzb")
    first, _files = unpacked(tmp_path / "1.jdzb")
    both, _files = unpacked(tmp_path / "2.jdzb")
    assert both[0] == first[0]
    assert (both[1].manifest.sequence, both[1].manifest.previous) == (2, first[0].manifest.sha)


def test_an_export_over_ones_own_is_fine_over_anothers_is_not(
    tablet: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out.jdzb"
    add_site(tablet)
    export_batches(tablet, out)
    export_batches(tablet, out)
    key = Ed25519PrivateKey.generate()
    with project(tmp_path / "second") as second:
        other = replace(PLACE, device="device-8", sign_key=encode(key.private_bytes_raw()))
        enrolled(second, tmp_path, other)
        add_site(second)
        with pytest.raises(BadUsage, match=r"out\.jdzb"):
            export_batches(second, out)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BadUsage):
        export_batches(tablet, tmp_path / "notes.txt")


def test_an_export_on_a_missing_card_loses_nothing(tablet: Project, tmp_path: Path) -> None:
    add_site(tablet)
    with pytest.raises(Unavailable):
        export_batches(tablet, tmp_path / "no card" / "out.jdzb")
    assert export_batches(tablet, tmp_path / "out.jdzb").changes == 1


def test_a_photo_that_is_gone_is_listed_and_the_rest_travels(
    tablet: Project, tmp_path: Path
) -> None:
    site = add_site(tablet)
    gone, there = add_photo(tablet, site, name="gone.jpg"), add_photo(tablet, site)
    next((tablet.path / "files").rglob(f"{gone}.jpg")).unlink()
    report = export_batches(tablet, tmp_path / "out.jdzb")
    assert [r["file"] for r in report.refused] == ["gone.jpg"]
    assert unpacked(tmp_path / "out.jdzb")[1] == {there}


def test_show_says_what_is_in_a_file(tablet: Project, tmp_path: Path) -> None:
    site = add_site(tablet)
    add_photo(tablet, site)
    export_batches(tablet, tmp_path / "out.jdzb")
    data = show_batch(tablet, tmp_path / "out.jdzb")
    assert (data["device"], data["changes"], data["attachments"]) == ("device-7", 2, 1)
    assert [(b["sequence"], b["author"], b["valid"]) for b in data["batches"]] == [
        (1, "张三", True)
    ]


def test_show_without_the_key_says_whose_it_is(tablet: Project, tmp_path: Path) -> None:
    export_batches(tablet, tmp_path / "out.jdzb")
    with pytest.raises(BadInput):
        show_batch(None, tmp_path / "out.jdzb")


def test_a_receipt_settles_changes_and_photos(tablet: Project, tmp_path: Path) -> None:
    site = add_site(tablet)
    add_photo(tablet, site)
    export_batches(tablet, tmp_path / "out.jdzb")
    batches, _files = unpacked(tmp_path / "out.jdzb")
    back = answer(tmp_path / "back.jdzr", batches)
    report = apply_receipt_file(tablet, back)
    assert (report.counts["applied"], report.attachments, report.pulled) == (2, 1, 0)
    assert (tablet.open_batches(), tablet.pending_attachments()) == ([], [])
    assert (tablet.feed_position, tablet.centre_epoch) == (2, "e1")
    assert tablet.counts()["unsent"] == 0
    assert shown(tablet, site)["name"] == "瑶里村"
    again = apply_receipt_file(tablet, back)
    assert (again.attachments, tablet.feed_position) == (0, 2)
    assert export_batches(tablet, tmp_path / "out.jdzb").batches == 0


def test_without_its_photo_a_batch_travels_again(tablet: Project, tmp_path: Path) -> None:
    site = add_site(tablet)
    photo = add_photo(tablet, site)
    export_batches(tablet, tmp_path / "out.jdzb")
    batches, _files = unpacked(tmp_path / "out.jdzb")
    apply_receipt_file(tablet, answer(tmp_path / "back.jdzr", batches, attachments=[]))
    assert export_batches(tablet, tmp_path / "again.jdzb").attachments == 1
    assert unpacked(tmp_path / "again.jdzb") == (batches, {photo})


def test_what_was_refused_is_listed(tablet: Project, tmp_path: Path) -> None:
    add_site(tablet)
    export_batches(tablet, tmp_path / "out.jdzb")
    batches, _files = unpacked(tmp_path / "out.jdzb")
    report = apply_receipt_file(tablet, answer(tmp_path / "b", batches, "quarantined"))
    assert report.counts["quarantined"] == 1
    assert {r["field"] for r in report.refused} >= {"name", "kind_code"}


@pytest.mark.parametrize(
    "more",
    [
        {"device": "device-8"},
        {"sign_key": DEVICE},
        {"recipient": recipient_of(CENTRE.public_key())},
    ],
)
def test_an_answer_for_somebody_else_changes_nothing(
    tablet: Project, tmp_path: Path, more: dict[str, Any]
) -> None:
    add_site(tablet)
    export_batches(tablet, tmp_path / "out.jdzb")
    batches, _files = unpacked(tmp_path / "out.jdzb")
    with pytest.raises(BadInput):
        apply_receipt_file(tablet, answer(tmp_path / "back.jdzr", batches, **more))
    assert (len(tablet.open_batches()), tablet.feed_position) == (1, 0)


def test_an_answer_with_a_gap_gives_its_receipts_and_says_so(
    tablet: Project, tmp_path: Path
) -> None:
    add_site(tablet)
    export_batches(tablet, tmp_path / "out.jdzb")
    batches, _files = unpacked(tmp_path / "out.jdzb")
    back = answer(tmp_path / "back.jdzr", batches, after=5, position=9, feed=[])
    with pytest.raises(BadInput, match="5"):
        apply_receipt_file(tablet, back)
    assert (tablet.open_batches(), tablet.feed_position) == ([], 0)


def test_an_answer_from_before_a_restore_of_the_centre_is_refused(
    tablet: Project, tmp_path: Path
) -> None:
    add_site(tablet)
    export_batches(tablet, tmp_path / "out.jdzb")
    batches, _files = unpacked(tmp_path / "out.jdzb")
    old = answer(tmp_path / "old.jdzr", batches)
    apply_receipt_file(tablet, old)
    apply_receipt_file(tablet, answer(tmp_path / "new.jdzr", [], epoch="e2"))
    assert (tablet.centre_epoch, tablet.feed_position) == ("e2", 0)
    assert export_batches(tablet, tmp_path / "out.jdzb").batches == 1, "it may have lost them"
    with pytest.raises(BadInput, match="恢复"):
        apply_receipt_file(tablet, old)
    assert tablet.centre_epoch == "e2"


def test_one_sync_at_a_time(tablet: Project, tmp_path: Path) -> None:
    with tablet.lock_sync(), pytest.raises(Unavailable):
        export_batches(tablet, tmp_path / "out.jdzb")
