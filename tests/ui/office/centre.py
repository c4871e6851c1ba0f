"""A real centre with work for the office: conflicts, proposals, held values, records, points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from jdz_field.central.office import Office
from jdz_field.central.run import RunningServer, start_in_thread
from jdz_field.central.server import create_app
from jdz_field.core.changes import Change
from jdz_field.core.ids import new_id
from jdz_field.core.resources import folder as shipped
from jdz_field.operations.office import Desk
from jdz_field.operations.sample import sample_edits
from jdz_field.operations.sample_photos import sample_photo
from jdz_field.sync.client import CentralClient
from tests.central.tablet import Tablet, open_office


@dataclass
class Centre:
    """The centre, its server and who talks to it."""

    office: Office
    server: RunningServer
    clerk: Tablet
    one: Tablet
    two: Tablet
    sites: list[Any]

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def token(self) -> str:
        return self.clerk.enrolment.token

    def desk(self) -> Desk:
        return Desk(CentralClient(self.url, self.token))

    def edit(self, tablet: Tablet, place: int, **fields: tuple[Any, Any]) -> Change:
        """A change of a site that the tablet saw in its first version."""
        return changed(tablet, self.sites[place].subject, self.sites[place].kind, 1, fields)

    def conflict(self, place: int, **fields: tuple[Any, Any, Any]) -> None:
        """Both tablets change the same fields: (before, one's, two's)."""
        one = {name: (values[0], values[1]) for name, values in fields.items()}
        two = {name: (values[0], values[2]) for name, values in fields.items()}
        self.office.receive(self.one.batch(self.edit(self.one, place, **one)))
        self.office.receive(self.two.batch(self.edit(self.two, place, **two)))


def changed(
    tablet: Tablet,
    subject: str,
    kind: str,
    version: int,
    fields: dict[str, tuple[Any, Any]],
    minute: int = 14,
) -> Change:
    return Change(
        id=new_id(),
        device=tablet.enrolment.device,
        author=tablet.enrolment.user,
        hlc=f"2026-11-21T02:{minute:02d}:00.000Z-000000-x",
        kind=kind,
        subject=subject,
        fields=fields,
        base_version=version,
    )  # fmt: skip


@contextmanager
def centre(folder: Path, role: str = "field", sites: int = 12) -> Iterator[Centre]:
    """A centre with some sites; ``role`` is the tablets'."""
    with open_office(folder) as office:
        clerk = Tablet.enrol(office, "王秀英", "office")
        one, two = Tablet.enrol(office, "张三", role), Tablet.enrol(office, "李四", role)
        found = list(islice(sample_edits(1), sites))
        first = [
            replace(
                changed(clerk, e.subject, e.kind, 0, {k: (None, v) for k, v in e.fields.items()}),
                hlc="2026-04-02T01:00:00.000Z-000000-x",
                author="刘建国",
            )
            for e in found
        ]
        office.receive(clerk.batch(*first))
        with start_in_thread(create_app(None, office.files, office=office)) as server:
            yield Centre(office, server, clerk, one, two, found)


def fill(at: Centre, folder: Path) -> None:
    """Some of everything that the office works at."""
    for place in range(2):
        old = at.sites[place].fields
        at.conflict(
            place,
            stability=(old.get("stability"), "较差", "差"),
            monitor_phone=(old.get("monitor_phone"), f"1380000{place}011", f"1390000{place}022"),
        )
    for tablet, place, name, value in (
        (at.one, 4, "threatened_people", 44),
        (at.two, 5, "kind_code", "02"),
        (at.two, 6, "remarks", "路面有新裂缝，已设警示牌"),
        (at.two, 7, "last_inspected", "2031-01-01"),
    ):
        before = at.sites[place].fields.get(name)
        at.office.receive(tablet.batch(at.edit(tablet, place, **{name: (before, value)})))
    new_point(at)
    record(at, folder)


def new_point(at: Centre) -> str:
    subject = new_id()
    fields = {
        "code": "360222LS3F9A001",
        "name": "瑶里镇东埠村新发现崩塌",
        "kind_code": "02",
        "county_code": "360222",
        "town": "瑶里镇",
        "threatened_people": 12,
        "threatened_households": 4,
        "stability": "较差",
        "status": "provisional",
        "provisional": True,
        "geometry": "POINT (117.58 29.53)",
    }
    pairs = {name: (None, value) for name, value in fields.items()}
    at.office.receive(at.one.batch(changed(at.one, subject, "geohazard", 0, pairs)))
    return subject


def record(at: Centre, folder: Path, *, with_form: bool = True) -> str:
    """An inspection with a photo that has arrived and one that has not."""
    form = shipped("forms") / "geohazard_inspection.xlsx"
    version = "1"
    if with_form:
        version = str(at.office.publish_form(form)["version"])
    folder.mkdir(parents=True, exist_ok=True)
    picture = sample_photo(
        folder / "IMG_0412.jpg", datetime(2026, 11, 21, 2, 0, tzinfo=UTC), (117.5, 29.5)
    ).read_bytes()
    subject, site = new_id(), at.sites[3]
    answers = {
        "visit": {
            "inspection_date": "2026-11-21",
            "inspector": "张三、余小敏",
            "weather": "moderate_rain",
            "inspection_type": "flood",
        },
        "signs": {"tension_crack": "yes", "tension_crack_part": "后缘公路内侧"},
        "threat": {"people": 31, "stability": "较差"},
        "photos": {"photo_overview": "IMG_0412.jpg"},
        "result": {"main_problems": "后缘拉张裂缝较上次加宽 3.5 毫米。"},
    }
    values = {
        "form": "geohazard_inspection",
        "form_version": version,
        "site": site.subject,
        "site_kind": site.kind,
        "answers": answers,
        "author": "张三",
        "started": "2026-11-21T01:40:00.000Z",
        "finished": "2026-11-21T02:10:00.000Z",
    }
    made = changed(at.one, subject, "record", 0, {k: (None, v) for k, v in values.items()})
    files = (picture, b"not here yet")
    batch_files = [
        attachment(at.one, subject, content, f"IMG_041{2 + n}.jpg")
        for n, content in enumerate(files)
    ]
    at.office.receive(at.one.batch(made, *batch_files, files=files))
    arrive(at, picture)
    return subject


def attachment(tablet: Tablet, record_id: str, content: bytes, name: str) -> Change:
    import hashlib

    values = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "filename": name,
        "size": len(content),
        "mime": "image/jpeg",
        "record": record_id,
        "path": "/data/photos/photo_overview",
        "taken": "2026-11-21T02:00:00.000Z",
        "lon": 117.5,
        "lat": 29.5,
    }
    return changed(tablet, new_id(), "attachment", 0, {k: (None, v) for k, v in values.items()})


def arrive(at: Centre, content: bytes) -> None:
    """The file itself comes over the network."""
    import hashlib
    import tempfile

    sha = hashlib.sha256(content).hexdigest()
    with (
        tempfile.TemporaryDirectory() as folder,
        CentralClient(at.url, at.one.enrolment.token) as client,
    ):
        file = Path(folder) / "a.jpg"
        file.write_bytes(content)
        client.upload(file, sha, "IMG_0412.jpg", addresses={})
