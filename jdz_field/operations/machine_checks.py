"""What the machine finds odd in a form that is filled, while the person is still there.

Far from the site, a required view missing, the same photo twice, seldom values, areas that do
not fit, time that goes back, positions that are replayed or coarse. Limits and reasons are the
catalogue's (``checks.toml``). A record is never refused for it; see ``core.machine_checks``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import shapely

from jdz_field.core.catalogue import site_kind, table
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.machine_checks import Finding
from jdz_field.core.positions import Provenance
from jdz_field.core.sites import Attachment, Draft, Site
from jdz_field.geo.measures import nearest_place
from jdz_field.geo.tracks import distance_m
from jdz_field.operations.form_choice import offers
from jdz_field.operations.machine_checks_values import Answered, odd_values
from jdz_field.operations.photo_views import views_of_kind, wanted_views
from jdz_field.store.project import Project
from jdz_field.xforms.position_block import spelt
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Problem

#: How a form says in its body that nobody is held up.
_NEVER = ("gate", "never")


@dataclass(frozen=True, slots=True)
class Visit:
    """What is looked at: a form being filled, and what is known beside it.

    ``previous``: answers of the last record of this form at this site; ``noted``: how geopoints
    came to be.
    """

    project: Project
    session: FormSession
    head: Draft
    site: Site | None
    previous: Mapping[str, Any] = field(default_factory=dict)
    noted: Mapping[str, Provenance] = field(default_factory=dict)


def held_up(session: FormSession, form: str) -> bool:
    """Whether a person is asked at all; never in an urgent report."""
    if any(offer.id == form and offer.urgent for offer in offers()):
        return False
    name, never = _NEVER
    return all(control.parameters.get(name) != never for control, _node in session.questions())


def machine_checks(visit: Visit) -> list[Finding]:
    """What is odd, in the order of the catalogue's checks; no reasons yet."""
    answered = answers_of(visit.session)
    found = [*_positions(visit, answered), *_views(visit), *_photos(visit, answered)]
    found += odd_values(answered, visit.head.form, visit.site)
    found += _times(visit, answered)
    unique = {one.key: one for one in found}
    order = [entry["code"] for entry in table("checks")["checks"]]
    return sorted(unique.values(), key=lambda one: order.index(one.check))


def answers_of(session: FormSession) -> list[Answered]:
    """Every relevant answer, calculated ones too, with what its question is called."""
    asked = {node.ref for _control, node in session.questions()}
    return [
        Answered(
            node.ref,
            node.name,
            node.definition.bind.type,
            node.text,
            partial(_label, session, node.ref) if node.ref in asked else str,
        )
        for node in session.root.walk()
        if node.text and node.relevant and not node.surplus and node.name[0] != "@"
    ]


def _label(session: FormSession, ref: str) -> str:
    return session.node(ref).label


def excusable(session: FormSession, form: str) -> set[str]:
    """Refs of required photos that a reason may stand for."""
    return {one.node.ref for one in wanted_views(session, form) if one.node.required}


def without_photos(problems: Iterable[Problem], findings: list[Finding]) -> tuple[Problem, ...]:
    """The problems without views that could not be taken, for which there is a reason."""
    excused = {one.ref for one in findings if one.check == "view" and one.answered}
    return tuple(p for p in problems if not (p.ref in excused and p.kind == "required"))


# ---- where one was
def _positions(visit: Visit, answered: list[Answered]) -> Iterator[Finding]:
    points = [one for one in answered if one.type == "geopoint" and "[" not in one.ref]
    for one in points[:1]:
        numbers = [float(part) for part in one.text.split()]
        how = visit.noted.get(spelt(one.text))
        metres = metres_from(visit.site, numbers[1], numbers[0])
        limit = _far_limit(visit.site)
        error = numbers[3] if len(numbers) > 3 else 0.0
        if metres is not None and metres > limit + error:
            yield one.found("far", metres=round(metres), limit=limit)
        if how is not None and how.replay:
            yield one.found("replayed", at=how.moment)
        yield from _coarse(visit, one, how, error)


def _coarse(visit: Visit, one: Answered, how: Provenance | None, error: float) -> Iterator[Finding]:
    rule = site_kind(visit.site.kind).position if visit.site is not None else None
    measured = how is None or how.method in ("receiver", "average", "photo")
    said = how is not None and how.overridden
    if rule is not None and measured and not said and error > rule.accuracy_m:
        yield one.found("coarse", accuracy=round(error, 1), limit=rule.accuracy_m)


def metres_from(site: Site | None, lon: float, lat: float) -> float | None:
    """Metres from a site, 0 inside its area; ``None`` where it has no place."""
    if site is None:
        return None
    if site.geometry and not site.geometry.startswith("POINT"):
        return distance_m(lon, lat, *nearest_place(shapely.from_wkt(site.geometry), lon, lat))
    if site.lon is None or site.lat is None:
        return None
    return distance_m(lon, lat, site.lon, site.lat)


def _far_limit(site: Site | None) -> float:
    metres: dict[str, float] = table("checks")["far"]["metres"]
    return float(metres.get(site.kind, max(metres.values()))) if site is not None else 0.0


# ---- pictures
def _views(visit: Visit) -> Iterator[Finding]:
    kind = visit.site.kind if visit.site is not None else None
    usual = views_of_kind(kind) if kind else ()
    for one in wanted_views(visit.session, visit.head.form):
        must = one.node.required or one.view in usual
        if must and one.missing and not one.otherwise:
            label = one.node.label or one.node.name
            yield Finding("view", one.node.ref, label, {"view": one.view})


def _photos(visit: Visit, answered: list[Answered]) -> Iterator[Finding]:
    own = {a.filename: a for a in visit.project.attachments(record=visit.head.id)}
    shown: dict[str, str] = {}
    for one in answered:
        photo = own.get(one.text) if one.type == "binary" else None
        if photo is None or not photo.mime.startswith("image/"):
            continue
        yield from _again(visit, one, photo, shown)
        yield from _elsewhere(visit, one, photo)


def _again(
    visit: Visit, one: Answered, photo: Attachment, shown: dict[str, str]
) -> Iterator[Finding]:
    if photo.sha256 in shown:
        yield one.found("photo_again", file=photo.filename)
        return
    shown[photo.sha256] = one.ref
    chain = {visit.head.id, visit.head.replaces}
    for other in visit.project.attachment_by_hash(photo.sha256):
        if not other.record or other.record in chain:
            continue
        record = visit.project.record(other.record)
        if record is not None:
            day = local_text(from_text(record.finished))[:10]
            titles = {row.form_id: row for row in visit.project.forms()}
            form = titles[record.form].title if record.form in titles else record.form
            yield one.found(
                "photo_again", file=photo.filename, record=record.id, form=form, day=day
            )
            return


def _elsewhere(visit: Visit, one: Answered, photo: Attachment) -> Iterator[Finding]:
    """Of another place or another time than the visit."""
    if photo.lon is not None and photo.lat is not None and photo.method == "exif":
        metres, limit = metres_from(visit.site, photo.lon, photo.lat), _far_limit(visit.site)
        if metres is not None and metres > limit + (photo.accuracy or 0.0):
            yield one.found("photo_far", file=photo.filename, metres=round(metres), limit=limit)
    taken, begun = _moment(photo.taken), _moment(visit.head.started)
    if taken is None or begun is None or visit.head.replaces:
        return
    room = timedelta(hours=float(table("checks")["photo"]["hours"]))
    ahead = timedelta(minutes=float(table("checks")["clock"]["minutes"]))
    if taken < begun - room or taken > visit.project.now() + ahead:
        yield one.found("photo_old", file=photo.filename, taken=local_text(taken))


def _moment(text: str | None) -> datetime | None:
    try:
        return from_text(text) if text else None
    except ValueError:
        return None


# ---- time
def _times(visit: Visit, answered: list[Answered]) -> Iterator[Finding]:
    named = {one.name: one for one in reversed(answered) if one.type == "date"}
    days = [named[name] for name in table("checks")["visit"]["questions"] if name in named]
    last = _last_day(visit.previous, days[0].name) if days else ""
    if days and last and days[0].text[:10] < last and not visit.head.replaces:
        yield days[0].found("before_last", day=days[0].text[:10], last=last)
    yield from _clock(visit)


def _last_day(previous: Mapping[str, Any], name: str) -> str:
    for key, value in previous.items():
        if key == name and isinstance(value, str):
            return value[:10]
        inner = _last_day(value, name) if isinstance(value, Mapping) else ""
        if inner:
            return inner
    return ""


def _clock(visit: Visit) -> Iterator[Finding]:
    now, room = visit.project.now(), timedelta(minutes=float(table("checks")["clock"]["minutes"]))
    newest = visit.project.records(limit=1)
    own = [one.finished for one in newest if one.author == visit.head.author]
    known = (_moment(text) for text in (visit.head.started, visit.head.updated, *own))
    earlier = max((one for one in known if one is not None), default=now)
    if earlier > now + room:
        figures = {"now": local_text(now), "earlier": local_text(earlier)}
        yield Finding("clock", f"/{visit.session.form.root.name}", "", figures)
