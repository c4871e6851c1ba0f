"""``report record``: an inspection on paper, with its map, photos, verdict and review.

A record that shows a protected species names no site, has no map and coarse places only; sensitive
photos are blurred or left out. Nothing here changes the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jdz_field.core.catalogue import site_kind
from jdz_field.core.clock import from_text, local_text, to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Record, Site, point_of
from jdz_field.geo.display import shown_position
from jdz_field.operations.personal import without_personal
from jdz_field.operations.photo_exports import Leaving, PhotoExport, chosen
from jdz_field.operations.photo_sensitive import BLUR
from jdz_field.operations.photo_views import label_of
from jdz_field.operations.record_places import RecordPlaces
from jdz_field.operations.report_answers import Answer, Read, Section, read_record
from jdz_field.operations.report_common import Cancelled, Issue, Progress, check, moment_of
from jdz_field.operations.report_maps import Maps
from jdz_field.operations.sites import resolve
from jdz_field.store.check import file_of
from jdz_field.store.project import Project

#: Longest side of a picture on paper in pixels: 87 mm at 250 dots an inch.
_EDGE = 860
#: Answers so short (in letters) stand two in a line.
_SHORT_LABEL, _SHORT_VALUE = 14, 12


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """Which records (ids, the newest version of each counts as named), and how they leave.

    ``sensitive``: ``blur`` or ``leave-out``; ``photos``: with the pictures.
    """

    ids: tuple[str, ...]
    issue: Issue = field(default_factory=Issue)
    sensitive: str = BLUR
    photos: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on paper: its name among the pictures, what is said of it.

    ``name`` is empty when the picture is not here: ``words`` says why.
    """

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One record before it is a page.

    ``head``: rows of label and value, or two of each; ``map``: SVG, empty for none.
    """

    title: str
    state: str
    head: tuple[tuple[str, ...], ...]
    read: Read
    map: str
    photos: tuple[Shown, ...]
    sample: bool
    notes: tuple[str, ...] = ()


@dataclass
class Sheets:
    """Records before they are a file; ``pictures`` are JPEG by the names that sheets use."""

    made: datetime
    sheets: list[Sheet] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def sheets(
    project: Project,
    request: RecordRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Sheets:
    """The records as they read at the moment asked for.

    Raises:
        BadUsage: a day to come.
        BadInput: no record is named; one is not there, or was not yet.
        Stopped: ``cancelled`` said so.
    """
    if not request.ids:
        raise BadInput(_("No record is chosen; choose at least one."))
    made = moment_of(request.issue.day, project.now())
    then = {one.id: one for one in project.records_then(to_text(made))}
    found = [_named(project, then, id_, request.issue.day) for id_ in request.ids]
    work = _Work(project, request, to_text(made), list(then.values()))
    result = Sheets(made)
    for number, record in enumerate(found):
        check(cancelled)
        if progress is not None:
            progress(number, len(found))
        result.sheets.append(work.sheet(record, number, result.pictures))
    if progress is not None:
        progress(len(found), len(found))
    result.told = work.told(found)
    return result


def ids_of(
    project: Project, named: Sequence[str], code: str = "", form: str = "", day: str = ""
) -> tuple[str, ...]:
    """Ids of the records that are asked for: as named, or those of a site and form.

    ``BadInput``: no such site. The newest first, of several versions the one that counts.
    """
    if not (code or form):
        return tuple(named)
    site = resolve(project, code).id if code else None
    moment = to_text(moment_of(day, project.now()))
    found = project.records_then(moment, site=site, form=form or None)
    replaced = {one.replaces for one in project.records_then(moment)}
    return (*named, *(one.id for one in found if one.id not in {*named, *replaced}))


def _named(project: Project, then: Mapping[str, Record], id_: str, day: str) -> Record:
    fitting = [one for known, one in then.items() if known.startswith(id_.lower())]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        raise BadInput(
            _("{n} records begin with «{id}»; give more of the id.").format(n=len(fitting), id=id_)
        )
    if day and project.record(id_) is not None:
        raise BadInput(
            _("Record {id} was not there yet on {day}; name a later day.").format(id=id_, day=day)
        )
    raise BadInput(_("There is no record {id} in this project.").format(id=id_))


class _Work:
    """Makes sheets; what it must look up once for all of them."""

    def __init__(
        self, project: Project, request: RecordRequest, moment: str, records: Sequence[Record]
    ) -> None:
        self.project, self.request, self.moment = project, request, moment
        self.records = {one.id: one for one in records}
        self.places = RecordPlaces(project, records)
        self.leaving = Leaving(project, request.sensitive)
        kinds = {one.site_kind for one in records if one.site_kind}
        self.sites = {
            site.id: site for site in project.sites_then(moment, sorted(kinds)).sites
        }  # fmt: skip
        self.later = {one.replaces: one for one in records if one.replaces}
        self.maps = Maps(project, moment, request.issue.map_number)
        self.left_out = 0

    def sheet(self, record: Record, number: int, pictures: dict[str, bytes]) -> Sheet:
        hidden = self.places.hides(record)
        leaving = self.places.leaving(record)
        site = None if hidden else self.sites.get(record.site or "")
        if site is not None and self.request.issue.privacy.leave_out:
            site = without_personal(site)
        personal = not self.request.issue.privacy.leave_out
        read = read_record(self.project, leaving, personal=personal)
        photos = self._photos(record, number, pictures) if self.request.photos else ()
        notes = []
        if hidden:
            notes.append(_("Shows a protected species: its place is coarse and its site unnamed."))
        if not read.known:
            notes.append(_("The form is not on this machine; questions go by their names."))
        return Sheet(
            read.title,
            review_words(record.review),
            tuple(self._head(leaving, site, hidden)),
            read,
            "" if hidden else self.maps.of_record(site, record),
            tuple(photos),
            self.project.sample or bool(site and site.fields.get("sample")),
            tuple(notes),
        )

    def told(self, records: Iterable[Record]) -> list[str]:
        """What the person must know of the file."""
        said = self.places.notes(list(records))
        if self.left_out:
            words = _("{n} sensitive photos were left out.")
            said.append(words.format(n=self.left_out))
        if not self.request.issue.privacy.leave_out:
            said.append(
                _("It is as complete as the records: names and telephones in answers are in it.")
            )
        return said

    # ---- head
    def _head(self, record: Record, site: Site | None, hidden: bool) -> Iterable[tuple[str, ...]]:
        if site is not None:
            names = ("code", "name", "county_code", "town", "village", "kind_code")
            fields = site_kind(site.kind).by_name
            told = [(fields[n].label, fields[n].words(site.fields.get(n))) for n in names]
            yield from _paired(told)
        elif not hidden:
            yield (_("Site"), _("none"))
        yield (_("Filled in by"), record.author, _("Finished"), _when(record.finished))
        where = _("Where it was recorded")
        yield (_("Begun"), _when(record.started), where, _place(record))
        yield (_("Record"), f"{record.id} ({record.form} {record.form_version})")
        yield from self._review(record)

    def _review(self, record: Record) -> Iterable[tuple[str, ...]]:
        who, when = self._reviewed(record.id)
        by = " ".join(filter(None, (who, _when(when) if when else "")))
        yield (_("Review"), review_words(record.review), _("Reviewed by"), by)
        if record.review_comment:
            yield (_("Comment of the review"), record.review_comment)
        if record.replaces:
            yield (_("Corrects"), _("record {id}").format(id=record.replaces))
        later = self.later.get(record.id)
        if later is not None:
            words = _("record {id}, finished {time}; that one counts")
            yield (_("Corrected by"), words.format(id=later.id, time=_when(later.finished)))

    def _reviewed(self, record: str) -> tuple[str, str]:
        events = self.project.courses(ids=[record])[record].events
        found = [e for e in events if "review" in e.fields and e.at <= self.moment]
        verdicts = [e for e in found if e.fields["review"] in ("approved", "returned", "rejected")]
        return (verdicts[-1].author, verdicts[-1].at) if verdicts else ("", "")

    # ---- photos
    def _photos(self, record: Record, number: int, pictures: dict[str, bytes]) -> Iterable[Shown]:
        there = {one.id for one in self.project.attachments_then(self.moment, record=record.id)}
        found = chosen(self.project, PhotoExport(records=(record.id,)))
        for place, photo in enumerate(one for one in found if one.id in there):
            if self.leaving.left_out(photo):
                self.left_out += 1
                continue
            yield self._photo(photo, f"{number}-{place}.jpg", pictures)

    def _photo(self, photo: Attachment, name: str, pictures: dict[str, bytes]) -> Shown:
        words = self._caption(photo)
        file = file_of(self.project.path, photo.sha256)
        if file is None:
            missing = _("The photo is not on this machine; fetch it from the centre.")
            return Shown("", f"{words}\n{missing}")
        try:
            pictures[name] = self.leaving.jpeg(photo, file, _EDGE)
        except BadInput as error:
            return Shown("", f"{words}\n{error}")
        return Shown(name, words)

    def _caption(self, photo: Attachment) -> str:
        place = self.leaving.known.place(photo)
        rough = self.leaving.known.species(photo)
        where = shown_position(*place) if place else ""
        told = (
            label_of(photo.view),
            photo.caption or "",
            _when(photo.taken) if photo.taken else "",
            _("{place} (coarse)").format(place=where) if rough and where else where,
            _("blurred") if self.leaving.hides(photo) else "",
        )
        return " · ".join(filter(None, told)) or photo.filename


def review_words(review: str) -> str:
    """The state of a review; empty before the first receipt: it has not been at the office."""
    known = {
        "": _("Not yet at the office"),
        "received": _("Received"),
        "approved": _("Approved"),
        "returned": _("Returned"),
        "rejected": _("Rejected"),
    }
    return known.get(review, review)


def _paired(told: Sequence[tuple[str, str]]) -> Iterable[tuple[str, ...]]:
    for start in range(0, len(told) - 1, 2):
        yield (*told[start], *told[start + 1])
    if len(told) % 2:
        yield told[-1]


def _when(text: str) -> str:
    try:
        return local_text(from_text(text))
    except ValueError:
        return text


def _place(record: Record) -> str:
    point = point_of(record.geometry)
    return shown_position(*point, "dms") if point else ""


def rows_of(section: Section) -> list[list[Answer]]:
    """The answers of a section in lines: two short ones stand beside each other."""
    rows: list[list[Answer]] = []
    for answer in section.answers:
        if rows and len(rows[-1]) == 1 and _short(answer) and _short(rows[-1][0]):
            rows[-1].append(answer)
        else:
            rows.append([answer])
    return rows


def _short(answer: Answer) -> bool:
    if answer.note or answer.warning or answer.file:
        return False
    return len(answer.label) <= _SHORT_LABEL and len(answer.value) <= _SHORT_VALUE


def json_of(made: Sheets) -> list[dict[str, Any]]:
    """What a sheet says, for programs."""
    return [
        {
            "title": one.title,
            "review": one.state,
            "photos": sum(bool(photo.name) for photo in one.photos),
            "missing_photos": sum(not photo.name for photo in one.photos),
            "verdicts": {a.label: a.value for a in one.read.verdicts},
        }
        for one in made.sheets
    ]
