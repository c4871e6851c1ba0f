"""Export profiles: whose columns, in whose order and under whose names; data, not code.

``resources/catalogue/exports/<name>.toml``. A profile is for one kind of site. Its heads are ones
that the import knows, so that a file written with a profile can be taken in again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from jdz_field.core.catalogue_files import load, stems
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _, pick

#: What a column can hold beside the kind's fields.
SERIAL, LON, LAT = "serial", "lon", "lat"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, the field it holds (or a constant ``value``), its width in letters."""

    head: str
    field: str = ""
    value: str = ""
    width: int = 14


@dataclass(frozen=True, slots=True)
class Profile:
    """Columns for one kind of site.

    ``suffixes``: formats it is meant for. ``raw``: code lists as their codes, not their labels.
    ``source``, ``certainty``: where the columns are from and how sure that is.
    """

    name: str
    labels: Mapping[str, str]
    kind: str
    title: str
    suffixes: tuple[str, ...]
    raw: bool
    columns: tuple[Column, ...]
    source: str
    certainty: str

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return pick(dict(self.labels))


@cache
def profiles() -> tuple[Profile, ...]:
    """Every profile, by name."""
    return tuple(map(_read, stems("exports")))


def profile(name: str) -> Profile:
    """The profile of this name; ``BadUsage`` when there is none."""
    found = next((one for one in profiles() if one.name == name), None)
    if found is None:
        raise BadUsage(
            _("There is no export profile «{name}»; there are {names}.").format(
                name=name, names=", ".join(one.name for one in profiles())
            )
        )
    return found


def _read(name: str) -> Profile:
    data = load("exports", f"{name}.toml")
    columns = tuple(
        Column(
            str(one["head"]), one.get("field", ""), one.get("value", ""), int(one.get("width", 14))
        )
        for one in data["columns"]
    )
    return Profile(
        name,
        {"zh": str(data["zh"]), "en": str(data["en"])},
        str(data["kind"]),
        str(data["title"]),
        tuple(data["suffixes"]),
        data["codes"] == "codes",
        columns,
        str(data["source"]),
        str(data["certainty"]),
    )
