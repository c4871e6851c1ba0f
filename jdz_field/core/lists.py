"""Tables of the catalogue that forms look up as external lists (``<name>.csv``).

A county changes them without code: a file in ``resources/catalogue/lists`` is a list, its rows
have ``name``, titles (``zh``, ``en``), ``source``, and whatever figures the form reads. A text
``source_zh`` takes the place of ``source`` in Chinese, and so with every other column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.catalogue_files import stems
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _, language

#: Not a file of its own: the limits of ``grades.toml`` and ``planting.toml``, a figure a row.
LIMITS = "rule_limits"

_TITLES = ("zh", "en")
_IN_LANGUAGE = ("_zh", "_en")


@cache
def list_names() -> tuple[str, ...]:
    """The lists that there are."""
    return tuple(sorted([*stems("lists"), LIMITS]))


def list_rows(name: str) -> Sequence[Mapping[str, str]] | None:
    """The rows of a list as forms read them, labels in the language in force.

    ``None``: there is no such list; ``BadInput``: its file has a row twice, or one without source.
    """
    if name == LIMITS:
        return _limits()
    return _rows(name, language()) if name in list_names() else None


@cache
def _limits() -> tuple[Mapping[str, str], ...]:
    """Rows ``rule.input.class`` (``rule.case.input.class`` where a rule has cases) and ``value``.

    The value is the lower limit of the class, which holds from there on.
    """
    made: dict[str, str] = {}
    for name, entry in table("grades")["rules"].items():
        cases = [("", entry)] if "inputs" in entry else []
        cases += [(f".{w}", one) for one in entry.get("tables", ()) for w in one["when"]]
        for case, one in cases:
            for given in one["inputs"]:
                steps = zip(entry["codes"][1:], given["limits"], strict=True)
                made |= {f"{name}{case}.{given['field']}.{c}": _text(v) for c, v in steps}
    for number, step in enumerate(table("planting")["sampling"], 1):
        names = ("up_to_mu", "share", "least_mu")
        made |= {f"sampling.{number}.{key}": _text(step[key]) for key in names if key in step}
    for line in table("reporting")["deadlines"]:
        made[f"report_deadline.{line['grade']}"] = _text(line["hours"])
    return tuple({"name": name, "label": name, "value": value} for name, value in made.items())


@cache
def _rows(name: str, spoken: str) -> tuple[Mapping[str, str], ...]:
    found = table(f"lists/{name}")
    rows = found["rows"]
    seen: set[str] = set()
    for row in rows:
        if row.get("name") in seen or not row.get("name") or not row.get("source"):
            raise BadInput(
                _(
                    "catalogue/lists/{file}.toml: row {row} stands there twice or has no source; "
                    "correct it."
                ).format(file=name, row=row.get("name", "?"))
            )
        seen.add(row["name"])
    return tuple(_row(row, spoken, str(found.get("certainty", ""))) for row in rows)


def _row(row: Mapping[str, Any], spoken: str, certainty: str) -> dict[str, str]:
    own = f"_{spoken}"
    rest = {
        key: _text(row.get(key + own, value))
        for key, value in row.items()
        if key not in _TITLES and not key.endswith(_IN_LANGUAGE)
    }
    label = str(row.get(spoken) or row["zh"])
    return {"certainty": certainty, **rest, "label": label}


def _text(value: Any) -> str:
    # XPath 1.0 (3.7) knows no exponents.
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
