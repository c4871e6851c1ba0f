"""Filling a form: start, resume, save the draft, finalize, correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.machine_checks import (
    URGENT,
    Finding,
    as_reason,
    read_kept,
    to_kept,
    with_reasons,
)
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import Draft, Record, Site, point_wkt
from jdz_field.operations.answer_positions import (
    geopoints_of,
    of_answers,
    read_positions,
    spelt,
    texts_of,
)
from jdz_field.operations.entries import begin_entries
from jdz_field.operations.forms import open_session
from jdz_field.operations.machine_checks import Visit, held_up, machine_checks, without_photos
from jdz_field.operations.photo_views import missing_views
from jdz_field.operations.site_updates import SiteWork, site_work
from jdz_field.store.project import Project
from jdz_field.xforms.letters import first_point
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Problem


@dataclass(frozen=True, slots=True)
class FinalizeResult:
    """The record that was made, or what stands in its way.

    ``notes``: what sites could not take though the record keeps it, in sentences.
    ``findings``: what the machine found odd, with what was said of it.
    """

    record: Record | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass
class Filling:
    """One form being filled for one site; the draft's id becomes the record's.

    Attributes:
        session: the engine's session; answers go there.
        previous: the answers of the last record of this form at this site, nested JSON.
        noted: how geopoints that were answered came to be, by the answer.
        said: findings of the machine that a reason was given for, by their keys.
    """

    session: FormSession
    head: Draft
    site: Site | None
    previous: Mapping[str, Any]
    noted: dict[str, Provenance] = field(default_factory=dict)
    said: dict[str, Finding] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Id of the draft, and of the record that it becomes."""
        return self.head.id

    @classmethod
    def start(
        cls, project: Project, form_id: str, site_id: str | None = None, *, replaces: str = ""
    ) -> Filling:
        """A fresh form, prefilled from its site; nothing is saved before the first draft.

        ``replaces`` names a record to correct: its answers are the start.
        """
        site = _site(project, site_id)
        old = _record(project, replaces) if replaces else None
        session = open_session(
            project,
            form_id,
            version=old.form_version if old else None,
            site=site,
            answers=old.answers if old else None,
            replaces=str(old.answers.get("meta", {}).get("instanceID", "")) if old else "",
        )
        if site is not None and old is None:
            begin_entries(project, session, site)
        now = to_text(project.now())
        head = Draft(
            id=new_id(),
            form=form_id,
            form_version=session.form.version,
            answers={},
            author=project.author,
            started=now,
            updated=now,
            site=site.id if site else None,
            site_kind=site.kind if site else None,
            replaces=replaces or None,
        )
        noted = read_positions(old.positions) if old else {}
        return cls(session, head, site, _previous(project, form_id, site), noted)

    @classmethod
    def resume(cls, project: Project, draft_id: str) -> Filling:
        """A draft as it was left, on the version it was started with."""
        head = project.draft(draft_id)
        if head is None:
            raise BadInput(
                _("There is no draft {id}; see records list --drafts.").format(id=draft_id)
            )
        site = _site(project, head.site)
        session = open_session(
            project, head.form, version=head.form_version, site=site, answers=head.answers
        )
        noted = read_positions(head.positions)
        said = {one.key: one for one in read_kept(head.checks)}
        return cls(session, head, site, _previous(project, head.form, site), noted, said)

    def note_position(self, value: str, how: Provenance) -> None:
        """Keep how a geopoint came to be, under its answer (``lat lon alt acc``).

        Say it before, or in the same turn as, the answer: the next draft carries both.
        """
        self.noted[spelt(value)] = how

    def position_of(self, value: str) -> Provenance | None:
        """How a geopoint answer came to be; ``None`` when that is not known."""
        return self.noted.get(spelt(value))

    def draft(self, project: Project, place: str = "") -> Draft:
        """The draft as it stands, ready for ``Project.save_draft``."""
        answers = self.session.answers()
        # Carrying over may be taken back: then these are answers again.
        kept = [*texts_of(answers), *texts_of(self.head.carried)]
        self.head = replace(
            self.head,
            answers=answers,
            positions=of_answers(self.noted, kept),
            checks=to_kept(self.said.values()),
            updated=to_text(project.now()),
            place=place or self.head.place,
        )
        return self.head

    def findings(self, project: Project) -> list[Finding]:
        """What the machine finds odd now, with the reasons that were given."""
        visit = Visit(project, self.session, self.head, self.site, self.previous, self.noted)
        found = with_reasons(machine_checks(visit), self.said.values())
        if held_up(self.session, self.head.form):
            return found
        return [one if one.reason else replace(one, reason=URGENT) for one in found]

    def say_why(self, finding: Finding, words: str) -> Finding:
        """Give the reason for a finding: a code or label of ``check_reason``, or own words.

        The next draft keeps it. ``BadInput``: no words.
        """
        answered = as_reason(finding, words)
        self.said[finding.key] = answered
        return answered

    def finalize(self, project: Project, *, ask: bool = False) -> FinalizeResult:
        """Make the record, its changes and the site's in one transaction; or say what is missing.

        With problems nothing changes: the draft stays as it is. With ``ask`` neither while the
        machine found something that no reason is given for; without, it is kept unanswered.
        """
        work = self.site_work(project)
        lacking = missing_views(self.session, self.head.form)
        found = self.findings(project)
        problems = (*without_photos(self.session.problems(), found), *lacking, *work.problems)
        if problems or (ask and not all(one.answered for one in found)):
            project.save_draft(self.draft(project))
            return FinalizeResult(None, problems, tuple(work.notes), tuple(found))
        self.session.finish()
        answers, work = self.session.submission(), self.site_work(project)
        only = work.only_site or (None, None)
        record = Record(
            id=self.head.id,
            form=self.head.form,
            form_version=self.head.form_version,
            answers=answers,
            author=project.author,
            started=self.head.started,
            finished=to_text(project.now()),
            site=self.head.site or only[0],
            site_kind=self.head.site_kind or only[1],
            replaces=self.head.replaces,
            geometry=place_of(answers, self.site),
            positions=of_answers(self.noted, geopoints_of(self.session.root)),
            checks=to_kept(found),
        )
        project.finalize(record, draft=self.head.id, edits=work.numbered(project, record.positions))
        return FinalizeResult(record, (), tuple(work.notes), tuple(found))

    def site_work(self, project: Project) -> SiteWork:
        """What the form's entity blocks do to sites now, and what stands in their way."""
        answers = self.session.submission()
        return site_work(
            project,
            self.session.entity_updates(),
            place=place_of(answers, self.site),
            replaces=self.head.replaces is not None,
        )


def _site(project: Project, site_id: str | None) -> Site | None:
    if not site_id:
        return None
    site = project.site(site_id)
    if site is None:
        raise BadInput(_("There is no site {id} in this project.").format(id=site_id))
    return site


def _record(project: Project, record_id: str) -> Record:
    record = project.record(record_id)
    if record is None:
        raise BadInput(_("There is no record {id} in this project.").format(id=record_id))
    return record


def _previous(project: Project, form_id: str, site: Site | None) -> Mapping[str, Any]:
    if site is None:
        return {}
    found = project.records(site=site.id, form=form_id, limit=1)
    return found[0].answers if found else {}


def place_of(answers: Mapping[str, Any], site: Site | None) -> str | None:
    """The first geopoint answered (ODK: latitude longitude altitude accuracy), else the site's."""
    point = first_point(answers)
    if point is not None:
        return point
    if site and site.lon is not None and site.lat is not None:
        return point_wkt(site.lon, site.lat)
    return None
