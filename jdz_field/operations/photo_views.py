"""The views that photos of a site are taken from: which a form wants, which a visit lacks.

``resources/catalogue/views.toml`` says which views there are. A form's photo question names its
view with the bind attribute ``jdz:photo-view``; for forms that say nothing the catalogue knows
some questions by name. ``jdz:photo-view-else`` names the question whose answer says why a view
could not be taken; with it a record is refused only while both are empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jdz_field.core.catalogue import table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _, language
from jdz_field.core.sites import Attachment, Site
from jdz_field.geo.tracks import distance_m
from jdz_field.photos.kinds import IMAGE
from jdz_field.store.project import Project
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Node, Problem

#: Attributes of a bind, without their namespace.
VIEW, ELSE = "photo-view", "photo-view-else"


@dataclass(frozen=True, slots=True)
class View:
    """One view; ``certainty`` is ``source`` or ``general``."""

    code: str
    labels: tuple[str, str]
    hints: tuple[str, str]
    certainty: str

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        return self.labels[language() != "zh"]

    @property
    def hint(self) -> str:
        """How it is taken, in the language in force."""
        return self.hints[language() != "zh"]


@cache
def views() -> tuple[View, ...]:
    """Every view of the catalogue, in its order."""
    return tuple(
        View(
            one["code"], (one["zh"], one["en"]), (one["hint_zh"], one["hint_en"]), one["certainty"]
        )
        for one in table("views")["views"]
    )


def view(code: str | None) -> View | None:
    """The view of this code."""
    return next((one for one in views() if one.code == code), None)


def known_view(code: str) -> View:
    """The view of this code, or of this name in either language; ``BadInput`` for another."""
    found = next((one for one in views() if code in (one.code, *one.labels)), None)
    if found is None:
        raise BadInput(
            _("There is no view «{code}»; views: {views}.").format(
                code=code, views=" ".join(one.code for one in views())
            )
        )
    return found


def label_of(code: str | None) -> str:
    """A view's name; a code of another catalogue as it is; empty for none."""
    found = view(code)
    return found.label if found else code or ""


@cache
def _questions(form: str) -> dict[str, str]:
    found = (one["questions"] for one in table("views")["forms"] if one["form"] == form)
    return dict(next(found, {}))


@cache
def views_of_kind(kind: str) -> tuple[str, ...]:
    """Codes of the views that every visit of a site of this kind should bring."""
    found = (one["views"] for one in table("views")["kinds"] if one["kind"] == kind)
    return tuple(next(found, ()))


def view_of(form: str, node: Node) -> str:
    """The code of the view that answers a question; empty when it is of none."""
    if node.control != "upload" or node.mediatype.partition("/")[0] != IMAGE:
        return ""
    return node.parameters.get(VIEW, "") or _questions(form).get(node.name, "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view that a form wants now; ``needed``: the record is refused without it.

    ``reason`` is what was answered instead of a picture, ``otherwise`` the ref of that question.
    """

    view: str
    node: Node
    needed: bool
    otherwise: str = ""
    reason: str = ""

    @property
    def missing(self) -> bool:
        """Whether there is neither a picture nor a reason."""
        return not self.node.value and not self.reason


def wanted_views(session: FormSession, form: str) -> list[Wanted]:
    """The views that a form wants as it is answered now, in its order; hidden ones are not."""
    found = []
    for node in _nodes(session):
        code = view_of(form, node)
        if code:
            other = _other(session, node)
            needed = (node.required or bool(node.parameters.get(ELSE))) and not node.readonly
            reason = other.value.strip() if other is not None and other.relevant else ""
            found.append(Wanted(code, node, needed, other.ref if other else "", reason))
    return found


def missing_views(session: FormSession, form: str) -> tuple[Problem, ...]:
    """What stands in the way of a record: views with neither picture nor reason.

    Questions that are simply required are the form's own matter (``FormSession.problems``).
    """
    return tuple(
        Problem(one.node.ref, "required", _sentence(session, one), one.node.label or one.node.name)
        for one in wanted_views(session, form)
        if one.needed and one.missing and not one.node.required
    )


def _sentence(session: FormSession, one: Wanted) -> str:
    name = label_of(one.view)
    if not one.otherwise:
        return _("The photo «{view}» is missing.").format(view=name)
    other = session.node(one.otherwise)
    words = _("The photo «{view}» is missing; take it, or say why not at «{question}».")
    return words.format(view=name, question=other.label or other.name)


def _nodes(session: FormSession) -> Iterator[Node]:
    waiting = list(session.outline())
    while waiting:
        node = waiting.pop(0)
        if node.relevant:
            if node.kind == "question":
                yield node
            waiting[:0] = [session.node(ref) for ref in node.children]


def _other(session: FormSession, node: Node) -> Node | None:
    """The question that may be answered instead, the nearest of its name above or beside."""
    name = node.parameters.get(ELSE, "").rpartition("/")[2]
    found = [one for one in _nodes(session) if one.name == name] if name else []
    return max(found, key=lambda one: _shared(one.ref, node.ref), default=None)


def _shared(one: str, other: str) -> int:
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), 99)


# ---- visits
def photos_of_site(project: Project, site: str) -> list[Attachment]:
    """The pictures of a site, newest first, each once: a smaller copy stands for its original."""
    found = [a for a in project.attachments(site=site) if a.mime.startswith("image/")]
    shown = {a.original for a in found if a.original}
    kept = [a for a in found if a.sha256 not in shown]
    return sorted(kept, key=lambda a: (a.taken or "", a.id), reverse=True)


def last_of_view(
    photos: Sequence[Attachment], code: str, *, before: Attachment | None = None, record: str = ""
) -> Attachment | None:
    """The newest of ``photos`` (newest first) of this view that is of another visit.

    ``before``: taken before this one and no picture of its record; ``record``: of another.
    """
    own = before.record if before is not None else record or None
    for one in photos:
        if one.view != code or (own is not None and one.record == own):
            continue
        if before is not None and (one.id == before.id or (one.taken or "") >= _taken(before)):
            continue
        return one
    return None


def _taken(photo: Attachment) -> str:
    return photo.taken or "9999"


def missing_of_site(project: Project, site: Site) -> tuple[list[str], Attachment | None]:
    """Views that a site has no picture of at all; and the newest picture there is."""
    photos = photos_of_site(project, site.id)
    there = {one.view for one in photos}
    lacking = [code for code in views_of_kind(site.kind) if code not in there]
    return lacking, photos[0] if photos else None


def apart_m(one: Attachment, other: Attachment) -> float | None:
    """Metres between the places of two photos; ``None`` when one has no position."""
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    return distance_m(one.lon, one.lat, other.lon, other.lat)
