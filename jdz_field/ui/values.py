"""A field's name and value as a person reads them: code labels, units, coordinates."""

from __future__ import annotations

from collections.abc import Sequence

from jdz_field.core.catalogue import SITE_KINDS, Field, site_kind
from jdz_field.core.changes import Value
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.i18n import _
from jdz_field.core.positions import HOW
from jdz_field.core.sites import point_of
from jdz_field.operations.position_words import added_words
from jdz_field.ui.numbers import coordinates

#: Shown where there is no value.
NOTHING = "—"


def kind_label(kind: str) -> str:
    """The label of a site kind, of ``record`` and of ``attachment``."""
    if kind in SITE_KINDS:
        return site_kind(kind).label
    return {"record": _("Record"), "attachment": _("Attachment")}.get(kind, kind)


def _field(kind: str, name: str) -> Field | None:
    return site_kind(kind).by_name.get(name) if kind in SITE_KINDS else None


def field_label(kind: str, name: str) -> str:
    """The label of a field; ``geometry`` and ``deleted`` are fields too."""
    found = _field(kind, name)
    if found is not None:
        return found.label
    plain = {
        "geometry": _("Position"),
        "deleted": _("Deleted"),
        "answers": _("Answers"),
        "positions": _("How positions were found"),
        "checks": _("Machine checks"),
        "position_how": _("How the position was found"),
        "review": _("Review"),
        "review_comment": _("Comment of the review"),
    }
    return plain.get(name, name)


def shown(kind: str, name: str, value: Value) -> str:
    """The value as text; a dash when there is none."""
    if value is None or value == "":
        return NOTHING
    if name == "geometry":
        return shown_geometry(str(value))
    if name == HOW:
        return added_words(None, value) or NOTHING
    if name == "deleted" or isinstance(value, bool):
        return _("Yes") if value in (True, "true", 1) else _("No")
    field = _field(kind, name)
    return field.words(value) if field is not None else str(value)


def shown_geometry(wkt: str) -> str:
    """``117.21030°E 29.35210°N`` for a point, else the kind of geometry."""
    point = point_of(wkt)
    if point is None:
        kind = wkt.split("(", 1)[0].strip().upper()
        area = _("Area, {n} corners").format(n=max(0, wkt.count(",")))
        return {"POLYGON": area, "MULTIPOLYGON": area}.get(kind, _("Line"))
    return shown_point(*point)


def shown_point(lon: float, lat: float) -> str:
    """A position as every window writes it."""
    return coordinates(lon, lat)


def shown_time(text: str | None) -> str:
    """``2026-11-22 14:05`` in Beijing time; what is no time stays as it is."""
    if not text:
        return NOTHING
    try:
        return local_text(from_text(text))
    except ValueError:
        return text


def shown_size(size: int) -> str:
    """Bytes as KB or MB."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} KB"


def joined(parts: Sequence[str]) -> str:
    """Parts of one line with dots between, without the empty ones."""
    return " · ".join(part for part in parts if part and part != NOTHING)
