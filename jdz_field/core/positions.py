"""How a position came to be: measured, placed, typed or taken over, and how well it is known.

A provenance belongs to one point, named by ``key_of`` its coordinates; it is looked up by that
key, so it can never be shown beside a point that it does not describe. ISO 19115-1 calls this
lineage; ODK keeps only the accuracy of a geopoint.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self, get_args

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import point_of

Method = Literal["receiver", "average", "map", "typed", "site", "photo", "file", "track"]
METHODS: tuple[Method, ...] = get_args(Method)
#: Methods that measured the place with a receiver; all others were put there.
MEASURED = frozenset({"receiver", "average"})
#: The field of a site that keeps how its positions were found.
HOW = "position_how"
#: Points that a site's field keeps; what it lets go of stays in the change log.
MOST_POINTS = 24
#: Longest text of one provenance.
MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How one point was found. Empty text and ``None``: not known.

    Attributes:
        method: how; one of ``METHODS``.
        accuracy: horizontal error in metres, one sigma.
        fix: ``single dgps float rtk``.
        satellites: used for the last fix.
        pdop: dilution of precision of the last fix.
        age: seconds since the last correction (differential and carrier-phase solutions).
        samples: fixes that went into an average; outliers: those left out.
        seconds: how long the average took.
        antenna: metres of the antenna above the ground, already taken off the height.
        height_datum: ``geoid``, ``ellipsoid``, ``1985``.
        moment: UTC time of the last fix, ISO 8601.
        crs: reference system in which the coordinates were typed, ``EPSG:4547``.
        typed: the coordinates as typed.
        limit: accuracy in metres that form or kind of site asked for.
        reason: code of the list ``position_reason``: why the limit was not kept.
        note: the person's words for it.
        replay: measured by a recorded log, not by a receiver that was there.
    """

    method: Method
    accuracy: float | None = None
    fix: str = ""
    satellites: int | None = None
    pdop: float | None = None
    age: float | None = None
    samples: int | None = None
    outliers: int | None = None
    seconds: float | None = None
    antenna: float | None = None
    height_datum: str = ""
    moment: str = ""
    crs: str = ""
    typed: str = ""
    limit: float | None = None
    reason: str = ""
    note: str = ""
    replay: bool = False

    @property
    def overridden(self) -> bool:
        """Whether it was taken although it did not keep the limit."""
        return bool(self.reason)

    def to_json(self) -> dict[str, Any]:
        """Only what is known."""
        every = ((f.name, getattr(self, f.name)) for f in fields(self))
        # A zero is known: no outliers, corrections of this second.
        return {
            name: value for name, value in every if value not in (None, "") and value is not False
        }

    @classmethod
    def from_json(cls, found: object) -> Self:
        """Read it back; what a newer version added is left out.

        ``BadInput``: no object, unknown method, or a value of the wrong type.
        """
        if not isinstance(found, dict) or found.get("method") not in METHODS:
            raise _unreadable()
        made = cls(method=found["method"])
        given = {name: found[name] for name in _TYPES if name in found}
        for name, value in given.items():
            kind = _TYPES[name]
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                raise _unreadable()
            if isinstance(value, float) and not math.isfinite(value):
                raise _unreadable()
        return replace(made, **given)


_TYPES: Mapping[str, Any] = {
    **dict.fromkeys(("accuracy", "pdop", "age", "seconds", "antenna", "limit"), int | float),
    **dict.fromkeys(("satellites", "samples", "outliers"), int),
    **dict.fromkeys(("fix", "height_datum", "moment", "crs", "typed", "reason", "note"), str),
    "replay": bool,
}


def key_of(lon: float, lat: float) -> str:
    """The point that a provenance belongs to; 1e-7 degrees (1 cm) tell two points apart."""
    return f"{lon:.7f},{lat:.7f}"


def with_item(kept: str | None, lon: float, lat: float, how: Provenance) -> str:
    """A site's ``position_how`` with one more point; merges as a set, so that none is ever lost.

    One word a point, as multi-selects are kept: ``{"at":"117.2103000,29.3521000","method":…}``
    without blanks.
    """
    at = key_of(lon, lat)
    rest = [word for word in (kept or "").split() if _at(word) != at]
    return " ".join([*rest, _word({"at": at, **how.to_json()})][-MOST_POINTS:])


def with_words(kept: str | None, more: str | None) -> str:
    """A ``position_how`` with every word of another one; of two of one point both stay."""
    return " ".join(dict.fromkeys([*(kept or "").split(), *(more or "").split()]))


def with_point(kept: object, wkt: str | None, how: Provenance | None) -> str | None:
    """``with_item`` for a geometry as the log has it; ``None`` where there is nothing to keep.

    An area or a line has no single point that was found; "as the site is" tells nothing of the
    point that the site has already.
    """
    point = point_of(wkt)
    if how is None or point is None:
        return None
    known = provenance_at(kept, *point)
    if known == how or (known is not None and how.method == "site"):
        return None
    return with_item(kept if isinstance(kept, str) else None, *point, how)


def provenance_at(kept: object, lon: float, lat: float) -> Provenance | None:
    """What ``position_how`` of a site says of this point; ``None`` for what cannot be read.

    Of two that two people kept of one point the one that was measured last.
    """
    at = key_of(lon, lat)
    words: Iterable[str] = kept.split() if isinstance(kept, str) else ()
    found = [how for word in words if _at(word) == at and (how := read_word(word)) is not None]
    return max(found, key=lambda how: (how.moment, json.dumps(how.to_json())), default=None)


def read_word(word: str) -> Provenance | None:
    """One word of a ``position_how``; ``None`` for what cannot be read."""
    try:
        return Provenance.from_json(json.loads(word))
    except (ValueError, RecursionError, BadInput):
        return None


def check_words(kept: str) -> bool:
    """Whether every word of a ``position_how`` can be read."""
    for word in kept.split():
        try:
            if len(word) > MAX_TEXT or not _at(word):
                return False
            Provenance.from_json(json.loads(word))
        except (ValueError, RecursionError, BadInput):
            return False
    return True


def check_answers(found: object) -> bool:
    """Whether a record's ``positions`` are an object of readable provenances."""
    if not isinstance(found, dict):
        return False
    try:
        return all(
            len(str(Provenance.from_json(one).to_json())) <= MAX_TEXT for one in found.values()
        )
    except BadInput:
        return False


def _word(found: Mapping[str, Any]) -> str:
    compact = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    # Blanks part the words; in JSON they can only stand within texts.
    return "".join(f"\\u{ord(c):04x}" if c.isspace() else c for c in compact)


def _at(word: str) -> str:
    try:
        found = json.loads(word)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("at", "")) if isinstance(found, dict) else ""


def _unreadable() -> BadInput:
    return BadInput(_("What is said about how a position was measured cannot be read."))
