"""Sample work: teams, visits over three flood seasons, their photos and tracks; all invented.

From the seed and the sites alone: equal seeds give equal records, pictures and tracks, byte for
byte. ``make_work`` brings them into a project and says how long it took.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jdz_field.core.changes import RECORD
from jdz_field.core.clock import to_text
from jdz_field.core.hashing import sha256
from jdz_field.core.ids import import_id
from jdz_field.core.sites import Attachment, Record, Site
from jdz_field.geo.tracks import read_track
from jdz_field.operations.definitions import SITE_QUESTION, definition
from jdz_field.operations.forms import instances_of
from jdz_field.operations.records import place_of
from jdz_field.operations.sample_filler import MARK, Filler
from jdz_field.operations.sample_photos import photo_bytes, sample_track
from jdz_field.operations.site_updates import site_work
from jdz_field.operations.tracks_line import length_of, line_of
from jdz_field.photos.keep import keep
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.store.tracks import FILE, TrackEntry
from jdz_field.xforms.entities import datasets_read
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.session import FormSession, ListRows
from jdz_field.xforms.site_edits import kind_of_list

#: Who goes out: team and its people.
TEAMS = {
    "示例一队": ("示例员甲", "示例员乙"),
    "示例二队": ("示例员丙", "示例员丁"),
    "示例三队": ("示例员戊", "示例员己"),
    "示例林业队": ("示例员庚", "示例员辛"),
}
#: Flood seasons: first day and days.
SEASONS = ((date(2024, 4, 1), 91), (date(2025, 4, 1), 91), (date(2026, 4, 1), 91))
#: Forms that a kind of site is visited with, and how often each of them.
FORMS = {
    "geohazard": (("geohazard_inspection", 17), ("geohazard_monitoring", 2), ("card_survey", 1)),
    "risk": (("risk_survey", 1),),
    "mine": (("mine_inspection", 4), ("mine_progress", 2), ("mine_patch_check", 1)),
    "plot": (("plot_check", 6), ("forest_works_check", 1), ("tree_tally_class", 1)),
    "works": (("treatment_progress", 1),),
}
LICENSED = (("mine_random_check", 1),)
#: How a project's share of kinds looks: of a hundred visits so many.
_SHARE = {"geohazard": 70, "mine": 12, "plot": 12, "risk": 3, "works": 3}
#: So many records are written at once.
_AT_ONCE = 100

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Size:
    """How much work: visits, how many pixels their photos are wide, and tracks of teams."""

    visits: int
    pixels: int = 320
    tracks: int = 0


#: What the demo shows; what three seasons of the whole city are.
SMALL, WHOLE = Size(24, 320, 2), Size(10_600, 320, 360)


@dataclass(frozen=True, slots=True)
class Visit:
    """One record as it will be, its pictures (entry and bytes), and what it does to sites."""

    record: Record
    photos: tuple[tuple[Attachment, bytes], ...]
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """How much was made, in how many seconds; ``stopped``: before it was all."""

    records: int
    photos: int
    tracks: int
    seconds: float
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Desk:
    """A project's forms with the lists they look up, until something is written.

    What the forms of a hundred visits look up is the same but for the row of the site.
    """

    project: Project
    known: dict[str, tuple[FormDefinition, dict[str, ListRows]]] = field(default_factory=dict)

    def session(self, form_id: str, site: Site, moment: datetime, person: str) -> FormSession:
        """A fresh form for a site, as ``person`` opens it at ``moment``."""
        form, instances = self._opened(form_id, site)
        session = FormSession(
            form,
            instances=instances,
            now=lambda: moment,
            metadata={"username": person, "deviceid": "sample"},
            first_load=True,
        )
        question = f"{form.root.path}/{SITE_QUESTION}"
        if question in form.nodes:
            session.answer(question, site.id)
        return session

    def _opened(self, form_id: str, site: Site) -> tuple[FormDefinition, dict[str, ListRows]]:
        if form_id in self.known:
            form, known = self.known[form_id]
            return form, instances_of(self.project, form, site, known)
        form = definition(self.project, form_id, None)
        found = instances_of(self.project, form, site)
        of_sites = [n for n, listed in datasets_read(form.lists).items() if kind_of_list(listed)]
        self.known[form_id] = form, {n: rows for n, rows in found.items() if n not in of_sites}
        return form, found


def visits(desk: _Desk, size: Size, seed: int = 1) -> Iterator[Visit]:
    """Every visit in the order of time; the project gives sites and forms and is only read."""
    plan = _planned(desk.project, size.visits, seed)
    for number, (moment, site, form) in enumerate(plan):
        source = random.Random(f"visit {seed} {number}")  # noqa: S311 - invented, no secrets
        yield _visit(desk, source, (number, seed, size.pixels), moment, site, form)


def _planned(project: Project, count: int, seed: int) -> list[tuple[datetime, Site, str]]:
    """When, where and with which form."""
    source = random.Random(f"plan {seed}")  # noqa: S311 - as above
    sites: dict[str, list[Site]] = {}
    for kind, share in _SHARE.items():
        found = project.search(SiteQuery(kinds=(kind,)), limit=1_000_000)
        every = sorted(found, key=lambda one: (one.code, one.id))
        source.shuffle(every)
        wanted = max(1, round(count * share / 100)) if every else 0
        sites[kind] = [every[n % len(every)] for n in range(wanted)]
    named = [one for kind in sites for one in sites[kind]][:count]
    made = [(_moment(source, n), site, _form(source, site)) for n, site in enumerate(named)]
    return sorted(made, key=lambda one: (one[0], one[1].id))


def _moment(source: random.Random, number: int) -> datetime:
    first, days = SEASONS[number % len(SEASONS)]
    day = first + timedelta(days=source.randrange(days))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start + timedelta(minutes=source.randrange(30, 570), seconds=source.randrange(60))


def _form(source: random.Random, site: Site) -> str:
    licensed = site.kind == "mine" and site.fields.get("population") == "licensed"
    forms = LICENSED if licensed else FORMS[site.kind]
    return source.choices([one for one, _w in forms], [weight for _o, weight in forms])[0]


def _visit(
    desk: _Desk,
    source: random.Random,
    numbers: tuple[int, int, int],
    moment: datetime,
    site: Site,
    form: str,
) -> Visit:
    number, seed, pixels = numbers
    record_id = import_id(RECORD, form, {"sample": seed, "number": number})
    team = list(TEAMS)[3 if site.kind == "plot" else number % 3]
    person = TEAMS[team][number % 2]
    session = desk.session(form, site, moment, person)
    filler = Filler(source, site, moment, f"sample-{number:05d}")
    files = filler.fill(session)
    session.finish()
    answers = session.submission()
    answers.setdefault("meta", {})["instanceID"] = f"uuid:{record_id}"
    place = place_of(answers, site)
    work = site_work(desk.project, session.entity_updates(), place=place)
    record = Record(
        id=record_id,
        form=form,
        form_version=session.form.version,
        answers=answers,
        author=person,
        started=to_text(moment - timedelta(minutes=source.randrange(4, 25))),
        finished=to_text(moment),
        site=site.id,
        site_kind=site.kind,
        geometry=place,
    )
    photos = tuple(_photo(record, site, name, (seed, pixels), n) for n, name in enumerate(files))
    own = [edit for edit in work.numbered(desk.project) if edit.subject == site.id]
    return Visit(record, photos, tuple(own))


def _photo(
    record: Record, site: Site, name: str, how: tuple[int, int], number: int
) -> tuple[Attachment, bytes]:
    seed, pixels = how
    taken = datetime.fromisoformat(record.finished) - timedelta(minutes=3 - number % 3)
    place = (site.lon or 117.2, site.lat or 29.3)
    image = name.endswith(".jpg")
    content = photo_bytes(taken, place, f"{seed} {record.id} {number}", pixels) if image else b""
    return (
        Attachment(
            id=import_id("attachment", name, {"record": record.id}),
            sha256=sha256(content),
            filename=name,
            size=len(content),
            mime="image/jpeg" if image else "text/plain",
            record=record.id,
            path=_path_of(record.answers, name),
            site=site.id,
            taken=to_text(taken),
            lon=place[0],
            lat=place[1],
            method="exif",
            caption=MARK,
        ),
        content,
    )


def _path_of(answers: Any, name: str, above: str = "/data") -> str | None:
    """The question that a file answers."""
    for key, value in answers.items():
        inner = value if isinstance(value, list) else [value]
        for place, one in enumerate(inner, 1):
            here = f"{above}/{key}" + (f"[{place}]" if isinstance(value, list) else "")
            if one == name:
                return here
            found = _path_of(one, name, here) if isinstance(one, dict) else None
            if found:
                return found
    return None


def make_work(
    project: Project,
    size: Size = SMALL,
    seed: int = 1,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Worked:
    """Bring sample work into a project that has the sample's sites.

    What was written before ``cancelled`` said so stays, whole records with their photos.
    ``BadInput``: a form takes none of the sample's answers. ``Unavailable``: the disk.
    """
    started, batch, desk = time.monotonic(), list[Visit](), _Desk(project)
    total, done, photos, stopped = size.visits + size.tracks, 0, 0, False
    for visit in visits(desk, size, seed):
        batch.append(visit)
        if len(batch) >= _AT_ONCE:
            photos += _write(project, batch, seed)
            done += len(batch)
            batch = []
            desk.known.clear()
        if progress is not None:
            progress(done + len(batch), total)
        if cancelled is not None and cancelled():
            stopped = True
            break
    photos += _write(project, batch, seed)
    done += len(batch)
    tracks = 0 if stopped else _tracks(project, size, seed)
    return Worked(done, photos, tracks, time.monotonic() - started, stopped)


def _write(project: Project, batch: Sequence[Visit], seed: int) -> int:
    if not batch:
        return 0
    kept = []
    with TemporaryDirectory(prefix="jdz-") as folder:
        for visit in batch:
            for entry, content in visit.photos:
                kept.append(_kept(project, Path(folder), entry, content))
    edits = []
    for visit in batch:
        fields = {k: v for k, v in _fields(visit.record).items() if v is not None}
        edits += [Edit(RECORD, visit.record.id, fields), *visit.edits]
    project.edit_many(edits, origin=f"import:sample-work-{seed}")
    project.add_attachments(kept)
    return len(kept)


def _kept(project: Project, folder: Path, entry: Attachment, content: bytes) -> Attachment:
    file = folder / entry.filename
    file.write_bytes(content)
    stored = keep(file, project.path / "files", suffix=file.suffix)
    return replace(entry, sha256=stored.sha256, size=stored.size)


def _fields(record: Record) -> dict[str, Any]:
    names = ("form", "form_version", "answers", "author", "started", "finished")
    more = ("site", "site_kind", "geometry")
    return {name: getattr(record, name) for name in (*names, *more)}


def _tracks(project: Project, size: Size, seed: int) -> int:
    """A walk of each team by each of so many of its days."""
    sites = sorted(project.search(SiteQuery(kinds=("geohazard",)), limit=1_000_000), key=_by_code)
    with TemporaryDirectory(prefix="jdz-") as folder:
        for number in range(size.tracks if sites else 0):
            source = random.Random(f"track {seed} {number}")  # noqa: S311 - as above
            site, start = source.choice(sites), _moment(source, number)
            person = TEAMS[list(TEAMS)[number % len(TEAMS)]][0]
            file = Path(folder) / f"sample-{number:04d}.gpx"
            sample_track(file, start, site.lon or 117.2, site.lat or 29.3)
            project.add_track(_track(project, file, (seed, number), person))
    return size.tracks if sites else 0


def _track(project: Project, file: Path, numbers: tuple[int, int], person: str) -> TrackEntry:
    stored, track = keep(file, project.path / "files", suffix=".gpx"), read_track(file)
    seed, number = numbers
    return TrackEntry(
        id=import_id("track", file.name, {"sample": seed}),
        sha256=stored.sha256,
        filename=file.name,
        size=stored.size,
        mime="application/gpx+xml",
        started=to_text(track.start),
        ended=to_text(track.end),
        length=length_of(track.segments),
        person=person,
        title=f"{MARK} {number + 1}",
        origin=FILE,
        geometry=line_of(track.segments),
    )


def _by_code(site: Site) -> tuple[str, str]:
    return site.code, site.id
