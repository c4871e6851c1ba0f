"""Which subjects a person sees: by stored county code and kind, in SQL, never by geometry."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, and_, true

from jdz_field.central.accounts import Caller
from jdz_field.core.catalogue import SITE_KINDS


def within(caller: Caller, kind: Column[str], county: Column[str]) -> ColumnElement[bool]:
    """The condition under which a caller sees a subject of this kind in this county."""
    found: list[ColumnElement[bool]] = [true()]
    if caller.counties:
        found.append(county.in_(sorted(caller.counties)))
    if caller.kinds:
        found.append(kind.not_in([one for one in SITE_KINDS if one not in caller.kinds]))
    return and_(*found)


def limited(caller: Caller) -> bool:
    """Whether a person sees less than everything."""
    return bool(caller.counties or caller.kinds)
