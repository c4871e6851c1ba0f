"""What the store's tests share: quick projects, a clock, sites, a centre to sync with."""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jdz_field.core.changes import Change
from jdz_field.core.clock import to_text
from jdz_field.core.feed import FeedEntry
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Attachment, Draft, Record
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from tests.sync.loop import Centre

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MOMENT = to_text(START)


class Clock:
    """A clock that goes one second a look."""

    def __init__(self, start: datetime = START) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@cache
def template() -> Path:
    """A project made once a run; copies of it cost next to nothing."""
    folder = Path(tempfile.mkdtemp(prefix="jdz-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Project.create(folder / "p", name="示例", author="张三", now=Clock()).close()
    return folder / "p"


def quick_project(path: Path, device: str | None = None, author: str = "张三") -> Project:
    """A fresh, empty project with a device id of its own."""
    shutil.copytree(template(), path)
    project = Project.open(path, now=Clock())
    project.set_setting("device", device or new_id())
    project.set_setting("device_epoch", new_id())
    project.set_setting("author", author)
    return project


def geohazard(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Fields of a geohazard point."""
    return {
        "code": f"3602220{number:05d}",
        "name": f"白石塔{number}号滑坡",
        "county_code": "360222",
        "town": "瑶里镇",
        "kind_code": "01",
        "threatened_people": 12,
        "geometry": f"POINT ({117.2 + number / 10000:.4f} 29.3)",
        **fields,
    }


def add_site(project: Project, number: int = 1, **fields: Any) -> str:
    """A new geohazard point; its id."""
    site = new_id()
    project.edit("geohazard", site, geohazard(number, **fields))
    return site


def many(n: int) -> Iterator[Edit]:
    """Edits that make geohazard points, the same ids every time."""
    for number in range(n):
        yield Edit("geohazard", f"00000000-0000-5000-8000-{number:012d}", geohazard(number))


def draft(**fields: Any) -> Draft:
    """A draft of an inspection."""
    values: dict[str, Any] = {
        "id": new_id(),
        "form": "geohazard_inspection",
        "form_version": "1",
        "answers": {"signs": {"cracks": "1"}, "trees": [{"height": 3.5}, {"height": None}]},
        "author": "张三",
        "started": MOMENT,
        "updated": MOMENT,
    }
    return Draft(**(values | fields))


def record(**fields: Any) -> Record:
    """A finished inspection."""
    values: dict[str, Any] = {
        "id": new_id(),
        "form": "geohazard_inspection",
        "form_version": "1",
        "answers": {"signs": {"cracks": "1"}, "trees": [{"height": 3.5}]},
        "author": "张三",
        "started": MOMENT,
        "finished": MOMENT,
        "geometry": "POINT (117.2 29.3)",
    }
    return Record(**(values | fields))


def photo(content: bytes = b"photo", **fields: Any) -> Attachment:
    """A photo's attachment; its file is not there."""
    from jdz_field.core.hashing import sha256

    values: dict[str, Any] = {
        "id": new_id(),
        "sha256": sha256(content),
        "filename": "IMG_1.jpg",
        "size": len(content),
        "mime": "image/jpeg",
        "taken": "2026-11-22T14:00:00+08:00",
        "lon": 117.2,
        "lat": 29.3,
        "method": "exif",
    }
    return Attachment(**(values | fields))


def entry(position: int, change: Change, version: int, **other: Any) -> FeedEntry:
    """The feed entry that applies a change whole."""
    values: dict[str, Any] = {
        "position": position,
        "kind": change.kind,
        "subject": change.subject,
        "version": version,
        "fields": {name: new for name, (_base, new) in change.fields.items()},
        "change": change.id,
        "decision": None,
        "device": change.device,
        "author": change.author,
        "hlc": change.hlc,
        "at": MOMENT,
    }
    return FeedEntry(**(values | other))


def told(
    position: int, subject: str, version: int, fields: dict[str, Any], **other: Any
) -> FeedEntry:
    """A feed entry of somebody else's change."""
    values: dict[str, Any] = {
        "position": position,
        "kind": "geohazard",
        "subject": subject,
        "version": version,
        "fields": fields,
        "change": new_id(),
        "decision": None,
        "device": "elsewhere",
        "author": "李四",
        "hlc": f"{MOMENT}-000000-elsewhere",
        "at": MOMENT,
    }
    return FeedEntry(**(values | other))


def seal_all(project: Project, limit: int = 5000) -> tuple[str, list[Change]]:
    """Seal what is in no batch; the batch's id and its changes."""
    changes = project.unsent_changes(limit)
    last = project.last_batch()
    batch = new_id()
    project.seal(
        batch,
        last.seq + 1 if last else 1,
        last.sha if last else None,
        f"sha of {batch}",
        "{}",
        "\n".join(json.dumps(change.to_json()) for change in changes).encode(),
        [change.id for change in changes],
    )
    return batch, changes


class Desk:
    """The real merge as a centre, and projects that sync with it over no wire."""

    def __init__(self) -> None:
        self.centre = Centre()

    def push(self, project: Project, role: str = "office", limit: int = 5000) -> None:
        """Seal and deliver."""
        if project.unsent_changes(1):
            seal_all(project, limit)
        for batch in project.open_batches():
            changes = [Change.from_json(json.loads(line)) for line in batch.changes.splitlines()]
            project.apply_receipts(batch.id, self.centre.receive(changes, role))

    def pull(self, project: Project) -> None:
        """Every receipt as it stands now, then the feed from where the project was."""
        if project.centre_epoch is None:
            project.begin_feed("epoch")
        known = [self.centre.receipt(one) for one in self.centre.world.known]
        project.apply_receipts(None, [one for one in known if one])
        feed = self.centre.feed
        entries = [
            FeedEntry(
                position=number,
                kind=version.kind,
                subject=version.subject,
                version=version.version,
                fields=dict(version.fields),
                change=version.change,
                decision=version.decision,
                device=version.device,
                author=version.author,
                hlc=version.hlc if version.hlc[:1].isdigit() else f"{MOMENT}-000000-office",
                at=MOMENT,
            )
            for number, version in enumerate(feed, 1)
            if number > project.feed_position
        ]
        project.apply_feed(entries, len(feed))

    def sync(self, project: Project, role: str = "office") -> None:
        """Push, then pull."""
        self.push(project, role)
        self.pull(project)


def break_log(file: Path) -> None:
    """Overwrite the page at which the change log begins; the database still opens."""
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'jdz_change'"
        ).fetchone()[0]
    with file.open("r+b") as stream:
        stream.seek((root - 1) * size)
        stream.write(b"\xff" * size)
