"""What a person settled about a ledger before it is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jdz_field.geo.datum import NO_CONVERSION, Conversion


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Choices over what would be found in the file.

    Attributes:
        sheet: sheet or layer; else the one that looks most like a ledger.
        crs: ``EPSG:n`` of coordinates that do not say it themselves.
        mapping: heading (or column letter) → field.
        codes: field → text of a cell → code; the empty code leaves the value out.
        shift: what degrees are when they are no true ones: ``gcj02``, ``bd09`` or nothing.
        datum: name of the parameter set that converts coordinates of an older datum.
        leave: (site id, field) differences that are not to be taken; ``*`` for every one.
        conversion: what ``shift`` and ``datum`` name, found by the operation.
        take: those that are taken although a person changed the value here since.
    """

    sheet: str | None = None
    crs: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shift: str = ""
    datum: str = ""
    leave: frozenset[tuple[str, str]] = frozenset()
    take: frozenset[tuple[str, str]] = frozenset()
    conversion: Conversion = NO_CONVERSION


#: Everything as it is found in the file.
NO_CHOICE = ImportOptions()
