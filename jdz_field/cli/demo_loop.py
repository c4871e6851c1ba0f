"""The whole loop on invented data: a centre, an office desk and two devices, every figure checked.

What is done is what people do: the office loads the ledger's sites, two teams enrol and pull, one
inspects with photos (its program is killed half way), both change one site without a network, a
new point is found, all is sent, the office decides, and every copy must end equal.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from jdz_field.central.office import Office
from jdz_field.central.run import RunningServer, start_in_thread
from jdz_field.central.server import create_app
from jdz_field.cli.demo_answers import (
    FORM,
    PHOTO_SIGNS,
    PHOTO_WHOLE,
    answer_first_half,
    answer_second_half,
)
from jdz_field.core.clock import from_text
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.office import Desk
from jdz_field.operations.photos import add_photos
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.operations.sample import make_sample
from jdz_field.operations.sample_photos import sample_photo, sample_track
from jdz_field.operations.sample_work import SMALL, Worked, make_work
from jdz_field.operations.sites import add_site
from jdz_field.operations.sync import connect, enrol, run_sync
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

NEW_NUMBER = "360222019999"
OFFICE, TEAM_A, TEAM_B = "示例办公室", "示例巡查员甲", "示例巡查员乙"

Say = Callable[[str], None]


@dataclass
class Figures:
    """What the loop counts; ``wrong`` names every figure that is not what it must be."""

    sites: dict[str, int] = field(default_factory=dict)
    records: int = 0
    photos: int = 0
    batches: int = 0
    applied: int = 0
    conflicts: int = 0
    decided: int = 0
    equal: bool = False
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def must(self, name: str, found: Any, wanted: Any) -> None:
        """Note a figure that is not what it must be."""
        if found != wanted:
            self.wrong.append(f"{name}: {found!r} ≠ {wanted!r}")

    def to_json(self, project: Path) -> dict[str, Any]:
        """The document that ``demo --json`` prints."""
        return {
            "sites": self.sites,
            "records": self.records,
            "photos": self.photos,
            "batches": self.batches,
            "applied": self.applied,
            "conflicts": self.conflicts,
            "decided": self.decided,
            "equal": self.equal,
            "project": str(project),
            "seconds": round(self.seconds, 1),
            "wrong": self.wrong,
        }


@dataclass
class Centre:
    """A central database under ``folder``, served on loopback."""

    office: Office
    server: RunningServer

    @classmethod
    def start(cls, folder: Path) -> Centre:
        """Make the database and its people, when they are not there, and listen."""
        files = folder / "centre"
        files.mkdir(parents=True, exist_ok=True)
        office = Office(None, files)
        known = {user["name"] for user in office.users()}
        for name, role in ((OFFICE, "office"), (TEAM_A, "field"), (TEAM_B, "field")):
            if name not in known:
                office.add_user(name, role)
        return cls(office, start_in_thread(create_app(None, files)))

    def enrol(self, project: Project, user: str) -> None:
        """Enrol a project's device for this person."""
        enrol(project, self.server.url, self.office.device_code(user))


class Loop:
    """One run of the loop in ``folder``: ``project`` (team A), ``team-b``, ``desk``, ``centre``."""

    def __init__(self, folder: Path, say: Say) -> None:
        self.folder = folder
        self.figures = Figures()
        self._say = say
        self._started = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        say(_("A centre on this machine"))
        self.centre = Centre.start(folder)
        self._teams: list[Project] = []
        self.work = Worked(0, 0, 0, 0.0)

    @property
    def project(self) -> Path:
        """The project of the first team."""
        return self.folder / "project"

    def run(self, *, leave_work: bool = False) -> Figures:
        """Every step in turn, then the figures.

        ``leave_work``: afterwards something is left to do, for those who look at the windows.
        """
        try:
            self._load()
            self._enrol_teams()
            inspected = self._inspect()
            shared = self._both_change(inspected)
            found = self._found_point(inspected)
            self._send()
            self._decide(shared)
            self._number(found)
            self._compare(inspected, shared, found)
            if leave_work:
                self._leave_work()
        finally:
            for team in self._teams:
                team.close()
            self.centre.server.stop()
        self.figures.seconds = time.monotonic() - self._started
        return self.figures

    def _make(self, name: str, author: str) -> Project:
        return create_project(
            self.folder / name, name=_("Demo (invented sample)"), author=author, sample=True
        )

    def _load(self) -> None:
        self._say(_("The office loads the sites"))
        with self._make("desk", OFFICE) as desk:
            make_sample(desk)
            self._say(_("Visits of three flood seasons, a small share of them"))
            self.work = make_work(desk, SMALL)
            made = desk.counts()["unsent"]
            self.centre.enrol(desk, OFFICE)
            report = run_sync(desk)
            self.figures.must("loaded", report.pushed, made)
            self.figures.applied += report.counts["applied"]

    def _enrol_teams(self) -> None:
        self._say(_("Two teams enrol and pull"))
        for name, author in (("project", TEAM_A), ("team-b", TEAM_B)):
            team = self._make(name, author)
            self._teams.append(team)
            self.centre.enrol(team, author)
            run_sync(team)
            self.figures.must(f"{name}: unsent", team.counts()["unsent"], 0)
        self.figures.sites = dict(self._teams[0].counts()["sites"])
        self.figures.must("geohazard", self.figures.sites["geohazard"], 3037)

    def _inspect(self) -> Site:
        """An inspection that is left half done, killed, resumed, photographed and finalized."""
        self._say(_("An inspection, half done, killed, resumed, with photos"))
        team = self._teams[0]
        found = team.search(SiteQuery(kinds=("geohazard",), kind_code="01"), limit=100)
        site = next(one for one in found if not team.records(site=one.id, limit=1))
        filling = Filling.start(team, FORM, site.id)
        answer_first_half(filling)
        team.save_draft(filling.draft(team))
        team.close()

        team = self._teams[0] = Project.open(self.project)
        filling = Filling.resume(team, team.drafts()[0].id)
        answer_second_half(filling)
        self._photograph(team, filling, site)
        result = filling.finalize(team)
        self.figures.must("problems", [p.message for p in result.problems], [])
        self.figures.records = self.work.records + (1 if result.record else 0)
        self.figures.photos += self.work.photos
        self.figures.must("drafts", len(team.drafts()), 0)
        return site

    def _photograph(self, team: Project, filling: Filling, site: Site) -> None:
        """Two photos: one knows its place, one gets it from a track."""
        start = from_text(filling.head.started) - timedelta(minutes=5)
        place = (site.lon or 0.0, site.lat or 0.0)
        card = self.folder / "card"
        card.mkdir(exist_ok=True)
        known = sample_photo(card / "IMG_0001.jpg", start, place)
        lost = sample_photo(card / "IMG_0002.jpg", start + timedelta(seconds=95), seed=2)
        track = sample_track(card / "track.gpx", start, *place)
        for file, path, method in (
            (known, PHOTO_WHOLE, "exif"),
            (lost, PHOTO_SIGNS, "track"),
        ):
            added = add_photos(
                team, [file], record=filling.id, site=site.id, path=path, track=track
            ).files[0]
            found = added.attachment
            self.figures.must(f"{file.name}: position", found and found.method, method)
            if found:
                filling.session.answer(path, found.filename)
                self.figures.photos += 1

    def _both_change(self, inspected: Site) -> Site:
        """Two teams change one site without a network: different fields, and the same field."""
        self._say(_("Two teams change the same site without a network"))
        one, two = self._teams
        query = SiteQuery(kinds=("geohazard",), kind_code="02")
        site = next(s for s in one.search(query, limit=5) if s.id != inspected.id)
        one.edit("geohazard", site.id, {"shelter": "示例小学操场", "monitor_name": "示例员甲"})
        two.edit("geohazard", site.id, {"escape_route": "沿村道向南", "monitor_name": "示例员乙"})
        return site

    def _found_point(self, near: Site) -> Site:
        self._say(_("A new point is found"))
        lon, lat = (near.lon or 0.0) + 0.001, near.lat or 0.0
        fields = {"name": "新发现滑坡（虚构示例）", "kind_code": "01", "sample": True}
        return add_site(self._teams[0], "geohazard", lon, lat, fields)

    def _send(self) -> None:
        self._say(_("Both send"))
        for team in self._teams:
            report = run_sync(team)
            self.figures.applied += report.counts["applied"]
            self.figures.conflicts += report.counts["conflicts"]
            self.figures.must("quarantined", report.counts["quarantined"], 0)
            self.figures.must("waiting", report.counts["waiting"], 0)
        self.figures.must("conflicts", self.figures.conflicts, 1)
        files = 2 + self.work.photos + self.work.tracks
        self.figures.must("files at the centre", self.centre.office.info()["attachments"], files)

    def _desk(self) -> Desk:
        with Project.open(self.folder / "desk") as desk:
            return Desk(connect(desk))

    def _decide(self, shared: Site) -> None:
        self._say(_("The office decides"))
        desk = self._desk()
        try:
            for conflict in desk.conflicts():
                self.figures.must(
                    "conflict", (conflict.subject, conflict.field), (shared.id, "monitor_name")
                )
                desk.decide(conflict, "incoming", None, _("Asked by telephone (sample)"))
                self.figures.decided += 1
            for proposal in desk.proposals():
                desk.settle_proposal(proposal.id, approve=True, why=_("Checked (sample)"))
            self.figures.batches = len(desk.batches())
        finally:
            desk.close()
        self.figures.must("decided", self.figures.decided, self.figures.conflicts)

    def _number(self, found: Site) -> None:
        self.centre.office.give_number(found.id, NEW_NUMBER)

    def _compare(self, inspected: Site, shared: Site, found: Site) -> None:
        """Both devices and the centre hold equal copies; nothing is left open."""
        self._say(_("All copies are compared"))
        for team in self._teams:
            run_sync(team)
            self.figures.must("check", team.check(), [])
            self.figures.must("unsent", team.counts()["unsent"], 0)
        one, two = (every_site(team) for team in self._teams)
        self.figures.must("sites on both", len(one), len(two))
        different = [key for key in one if one[key] != two.get(key)]
        self.figures.must("different sites", different, [])
        merged = self._teams[0].site(shared.id)
        fields = merged.fields if merged else {}
        self.figures.must("shelter", fields.get("shelter"), "示例小学操场")
        self.figures.must("escape route", fields.get("escape_route"), "沿村道向南")
        self.figures.must("monitor", fields.get("monitor_name"), "示例员乙")
        numbered = self._teams[1].site(found.id)
        self.figures.must("number", numbered and numbered.code, NEW_NUMBER)
        record = self._teams[1].records(site=inspected.id)
        self.figures.must("record on the other device", len(record), 1)
        self.figures.equal = not self.figures.wrong

    def _leave_work(self) -> None:
        """An open conflict, a draft and an unsent change."""
        one, two = self._teams
        first, second, third = one.search(SiteQuery(kinds=("geohazard",), grade="B"), limit=3)
        two.edit("geohazard", first.id, {"shelter": "示例村委会"})
        one.edit("geohazard", first.id, {"shelter": "示例祠堂前"})
        for team in (two, one):
            run_sync(team)
        filling = Filling.start(one, FORM, second.id)
        filling.session.answer("/data/visit/weather", "rainstorm")
        one.save_draft(filling.draft(one, "/data/visit/weather"))
        one.edit("geohazard", third.id, {"escape_route": "沿溪边道路向东（虚构示例）"})


def every_site(project: Project) -> dict[str, tuple[Any, ...]]:
    """What a project shows of every site, for comparing copies."""
    found = project.search(SiteQuery(), limit=1_000_000)
    return {s.id: (s.kind, dict(s.fields), s.geometry, s.version) for s in found}
