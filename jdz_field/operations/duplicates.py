"""Sites that may be one: one number, or one name within 50 m; merged, or remembered as two.

The rule is the centre's (``sync.merge_decide``): one site stays, the other goes. ``merged_into``
is the centre's alone, as is moving records that were received; what a device can do is what every
role may send: the values that are chosen for the site that stays, and the deletion of the other
one with a remark that names it. A site with records or photos is therefore left to the office.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, radians
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.changes import Value
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.positions import HOW, with_words
from jdz_field.core.sites import Site
from jdz_field.operations.differences import field_label, value_words
from jdz_field.operations.sites import GEOMETRY
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project

#: Sites of one name nearer than this may be one, in metres.
NEAR = 50.0
#: Mean radius of the earth (IUGG 1980), for distances of some metres.
_RADIUS = 6_371_008.8
_METRES = _RADIUS * radians(1)
#: The project's setting that keeps pairs that a person said are two.
_TWO = "not_duplicates"
#: So many sites of one number are compared with each other.
_MOST = 20
NUMBER, PLACE = "number", "place"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sites that may be one.

    ``why``: ``number`` or ``place``; ``metres`` between them, ``None`` when one has no place.
    """

    kind: str
    one: str
    other: str
    why: str
    code: str
    name: str
    metres: float | None = None

    @property
    def key(self) -> str:
        """The same whichever of the two comes first."""
        return "|".join(sorted((self.one, self.other)))

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "kind": self.kind,
            "why": self.why,
            "code": self.code,
            "name": self.name,
            "ids": [self.one, self.other],
            "metres": None if self.metres is None else round(self.metres, 1),
        }


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of two sites; ``differs`` when both have a value and it is not the same."""

    field: str
    label: str
    one: Value
    other: Value
    one_words: str
    other_words: str

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return bool(self.one != self.other)


def find_duplicates(project: Project, kinds: Sequence[str] = ()) -> list[Pair]:
    """Pairs of living sites of one kind with one number, or with one name within 50 m.

    Pairs that a person said are two are left out. By number first.
    """
    two = set(_two(project))
    found: dict[str, Pair] = {}
    for kind in kinds or SITE_KINDS:
        places = {p.id: (p.lon, p.lat, p.name) for p in project.map_points((kind,))}
        for pair in (*_by_number(project, kind, places), *_by_place(kind, places)):
            if pair.key not in two:
                found.setdefault(pair.key, pair)
    return sorted(found.values(), key=lambda pair: (pair.why != NUMBER, pair.code, pair.name))


_Places = Mapping[str, tuple[float, float, str]]


def _by_number(project: Project, kind: str, places: _Places) -> Iterator[Pair]:
    holders: dict[str, list[str]] = {}
    for key in project.site_keys(kind):
        if key.code and not key.deleted:
            holders.setdefault(key.code, []).append(key.id)
    for code, ids in holders.items():
        for one, other in combinations(ids[:_MOST], 2):
            name = places.get(one, places.get(other, (0.0, 0.0, "")))[2]
            yield Pair(kind, one, other, NUMBER, code, name, _apart(places, one, other))


def _by_place(kind: str, places: _Places) -> Iterator[Pair]:
    """Sites of one name are few: only they are compared."""
    named: dict[str, list[str]] = {}
    for id_, (_lon, _lat, name) in places.items():
        if name.strip():
            named.setdefault("".join(name.split()), []).append(id_)
    for name, ids in named.items():
        # Along the parallel only neighbours within reach are looked at.
        ordered = sorted(ids, key=lambda one: places[one][1])
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if (places[other][1] - places[one][1]) * _METRES > NEAR:
                    break
                metres = _apart(places, one, other)
                if metres is not None and metres <= NEAR:
                    yield Pair(kind, one, other, PLACE, "", name, metres)


def _apart(places: _Places, one: str, other: str) -> float | None:
    if one not in places or other not in places:
        return None
    (lon, lat, _name), (east, north, _other) = places[one], places[other]
    return hypot((east - lon) * cos(radians(lat)), north - lat) * _METRES


# ---- side by side


def compare(project: Project, one: str, other: str) -> list[FieldPair]:
    """Two sites field by field, position first; fields that neither has are left out.

    Raises ``BadInput`` when a site is not there, or they are of two kinds.
    """
    first, second = _both(project, one, other)
    names = [GEOMETRY, *(f.name for f in site_kind(first.kind).fields)]
    found = []
    for name in names:
        left, right = _value(first, name), _value(second, name)
        if left is None and right is None:
            continue
        words = [value_words(first.kind, name, v) for v in (left, right)]
        label = field_label(first.kind, name)
        found.append(FieldPair(name, label, left, right, *words))
    return found


def _value(site: Site, name: str) -> Value:
    return site.geometry if name == GEOMETRY else site.fields.get(name)


def _both(project: Project, one: str, other: str) -> tuple[Site, Site]:
    sites = []
    for wanted in (one, other):
        site = project.site(wanted)
        if site is None:
            raise BadInput(_("There is no site {id} in this project.").format(id=wanted))
        sites.append(site)
    first, second = sites
    if first.id == second.id or first.kind != second.kind:
        raise BadInput(
            _("{one} and {other} are not two sites of one kind; name two others.").format(
                one=first.name or first.id, other=second.name or second.id
            )
        )
    return first, second


# ---- settling


def merge_sites(project: Project, stays: str, goes: str, take: Sequence[str] = ()) -> int:
    """Merge two sites in one transaction; how many changes that took.

    ``take``: fields whose value of the site that goes is chosen. The other fields of the site
    that stays are kept, those that it lacks are filled. The site that goes is deleted; it can be
    restored.

    Raises ``BadUsage`` for an unknown field, ``BadInput`` when a site is not there, is deleted,
    or has records or photos, which only the office can move.
    """
    winner, loser = _both(project, stays, goes)
    about = site_kind(winner.kind)
    unknown = [name for name in take if name != GEOMETRY and name not in about.by_name]
    if unknown:
        raise BadUsage(
            _("{kind} has no field «{field}».").format(kind=about.label, field=unknown[0])
        )
    _refuse(project, winner, loser)
    fields = {name: _value(loser, name) for name in take}
    for name in (GEOMETRY, *about.by_name):
        if _value(winner, name) is None and (value := _value(loser, name)) is not None:
            fields.setdefault(name, value)
    if GEOMETRY in fields and loser.fields.get(HOW):
        kept = [str(one.fields.get(HOW) or "") for one in (winner, loser)]
        fields[HOW] = with_words(*kept)
    told = f"【重复】并入 {winner.code or winner.name}（{winner.id}）"
    before = str(loser.fields.get("remarks") or "")
    gone = {"remarks": f"{before}；{told}" if before else told, "deleted": True}
    edits = [Edit(loser.kind, loser.id, gone)]
    if fields:
        edits.insert(0, Edit(winner.kind, winner.id, fields))
    return project.edit_many(edits, origin="edit").updated


def _refuse(project: Project, winner: Site, loser: Site) -> None:
    for site in (winner, loser):
        if site.deleted:
            raise BadInput(
                _("The site {name} is deleted here; restore it first.").format(
                    name=site.name or site.code
                )
            )
    records = len(project.records(site=loser.id))
    photos = len(project.attachments(site=loser.id))
    if records or photos:
        raise BadInput(
            _(
                "{name} has {records} records and {photos} photos, which only the office can move; "
                "let the other site go, or leave the two to the office."
            ).format(name=loser.name or loser.code, records=records, photos=photos)
        )


def keep_both(project: Project, one: str, other: str) -> None:
    """Remember that two sites are two; ``BadInput`` when one is not there."""
    first, second = _both(project, one, other)
    key = "|".join(sorted((first.id, second.id)))
    project.set_setting(_TWO, sorted({*_two(project), key}))


def _two(project: Project) -> list[str]:
    found = project.get_setting(_TWO, [])
    return [str(one) for one in found] if isinstance(found, list) else []
