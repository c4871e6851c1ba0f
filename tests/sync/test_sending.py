"""In which order files go: urgent reports, small pictures, then small and old before large."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from jdz_field.central.tables import attachments, audit
from jdz_field.core.hashing import sha256
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Attachment, Record
from jdz_field.store.project import Project
from jdz_field.sync.sending import LIGHT
from tests.sync.centre import Centre, synced
from tests.sync.places import add_site, project

BIG = LIGHT + 1


@pytest.fixture
def one(tmp_path: Path, hub: Centre) -> Iterator[Project]:
    with project(tmp_path / "one", "张三") as device:
        hub.admit(device)
        yield device


def stored(project: Project, name: str, size: int, **more: str) -> Attachment:
    data = name.encode().ljust(size, b".")
    sha = sha256(data)
    path = project.path / "files" / sha[:2] / f"{sha}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    one = Attachment(id=new_id(), sha256=sha, filename=name, size=size, mime="image/jpeg")
    return replace(one, **more)


def urgent_report(project: Project, site: str, photo: Attachment) -> None:
    record = Record(
        id=new_id(),
        form="disaster_report",
        form_version="1",
        site=site,
        site_kind="geohazard",
        answers={},
        author="张三",
        started="2026-11-23T00:00:00.000Z",
        finished="2026-11-23T00:00:00.000Z",
    )
    project.finalize(record, draft=None, attachments=[replace(photo, record=record.id)])


def fill(project: Project) -> str:
    """Files in an order that is not the one in which they are to go; the large one's hash."""
    xml = '<h:html xmlns:h="http://www.w3.org/1999/xhtml"/>'
    project.add_form("disaster_report", "1", "灾情", xml, None)
    site = add_site(project)
    large = stored(project, "large.jpg", BIG, site=site)
    project.add_attachment(large)
    project.add_attachment(stored(project, "old.jpg", 9_000, site=site))
    project.add_attachment(stored(project, "new.jpg", 9_100, site=site))
    preview = {"site": site, "variant": "preview", "original": large.sha256}
    project.add_attachment(stored(project, "preview.jpg", 20_000, **preview))
    urgent_report(project, site, stored(project, "urgent.jpg", BIG + 5, site=site))
    return large.sha256


def arrived(hub: Centre) -> list[str]:
    with hub.office.database.read() as connection:
        names = {row.sha256: row.filename for row in connection.execute(select(attachments))}
        told = select(audit.c.what).where(audit.c.act == "attachment").order_by(audit.c.id)
        return [names[json.loads(what)["sha256"]] for what in connection.execute(told).scalars()]


def test_urgent_then_small_pictures_then_by_size_and_age(hub: Centre, one: Project) -> None:
    fill(one)
    synced(one, hub.url)
    assert arrived(hub) == ["urgent.jpg", "preview.jpg", "old.jpg", "new.jpg", "large.jpg"]


def test_over_a_line_that_costs_money_only_urgent_and_small_files_go(
    hub: Centre, one: Project
) -> None:
    large = fill(one)
    report = synced(one, hub.url, light=True)
    assert (report.attachments, report.deferred) == (4, 1)
    assert [a.sha256 for a in one.pending_attachments()] == [large]
    assert synced(one, hub.url).attachments == 1
    assert one.pending_attachments() == []
