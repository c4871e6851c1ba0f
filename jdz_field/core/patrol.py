"""How often a site is to be inspected, and since when one is overdue: one rule for all.

The intervals are data (``resources/catalogue/patrol.toml``), with their source and certainty: no
rule of the city's own was found, so a county writes its own there.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from jdz_field.core.resources import resource


@dataclass(frozen=True, slots=True)
class Duty:
    """Inspect every ``days`` days in these ``months``; ``kind`` is the site kind.

    ``certainty`` is ``source`` or ``general`` as in the other tables.
    """

    kind: str
    months: tuple[int, ...]
    days: int
    source: str
    certainty: str


@cache
def duties() -> tuple[Duty, ...]:
    """Every duty, in the order of the table."""
    with resource("catalogue", "patrol.toml").open("rb") as file:
        data = tomllib.load(file)
    return tuple(
        Duty(
            str(entry["kind"]),
            tuple(entry["months"]),
            int(entry["days"]),
            str(entry["source"]),
            str(entry["certainty"]),
        )
        for entry in data["duties"]
    )


@cache
def free_states() -> frozenset[str]:
    """States of a site in which nothing is due (closed after treatment)."""
    with resource("catalogue", "patrol.toml").open("rb") as file:
        return frozenset(tomllib.load(file)["free_states"])


def duty(kind: str, today: date) -> Duty | None:
    """The duty for a site kind on a day; ``None`` when nothing is due by the calendar."""
    found = (one for one in duties() if one.kind == kind and today.month in one.months)
    return next(found, None)


def due_since(kind: str, today: date) -> date | None:
    """A site last inspected before this day, or never, is overdue; ``None``: never overdue."""
    found = duty(kind, today)
    return None if found is None else today - timedelta(days=found.days)


def overdue(kind: str, status: str | None, inspected: date | None, today: date) -> bool:
    """Whether a site's inspection is overdue on a day."""
    since = due_since(kind, today)
    if since is None or status in free_states():
        return False
    return inspected is None or inspected < since
