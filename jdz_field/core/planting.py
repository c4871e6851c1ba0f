"""Checks of planting: of how many trees the live ones count, what the rate says, how many to see.

Rate and verdict go by exact fractions, so that a limit is met at the limit and nowhere before it.
The limits are the catalogue's: ``grades.toml`` (survival_verdict), ``planting.toml`` (sampling),
``lists/minimum_density.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from jdz_field.core.catalogue import table
from jdz_field.core.grades import derive, rule
from jdz_field.core.lists import list_rows

#: 1 公顷 = 15 亩, by definition of the 市制.
MU_PER_HA = 15
_M2_PER_HA = 10_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample plot: its area in m², trees that were planted and that live."""

    area_m2: float
    planted: int
    alive: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check says: ``rate`` in percent, unrounded; ``verdict`` a code of the catalogue."""

    base: Fraction
    alive: int
    rate: float | None
    verdict: str | None


def minimum_density(species: str | None) -> float:
    """Trees a mu below which planting of a species (its code) is not reasonable; 0: unknown."""
    rows = list_rows("minimum_density") or ()
    found = next((row["per_mu"] for row in rows if row["name"] == species), "0")
    return float(found)


def base_of(sample: Sample, design_per_mu: float | None, least_per_mu: float) -> Fraction:
    """Of how many trees a plot's live ones count: the largest of designed, least, planted."""
    per_mu = max(Fraction(str(design_per_mu or 0)), Fraction(str(least_per_mu)))
    should = per_mu * Fraction(str(sample.area_m2)) * MU_PER_HA / _M2_PER_HA
    return max(Fraction(sample.planted), should)


def outcome(
    samples: Iterable[Sample], design_per_mu: float | None = None, species: str | None = None
) -> Outcome:
    """Rate and verdict of a check over all its sample plots; neither when there is no base."""
    seen, least = list(samples), minimum_density(species)
    base = sum((base_of(one, design_per_mu, least) for one in seen), Fraction(0))
    alive = sum(one.alive for one in seen)
    if base <= 0:
        return Outcome(base, alive, None, None)
    exact = Fraction(alive * 100) / base
    return Outcome(base, alive, float(exact), verdict(float(exact)))


def verdict(rate: Any) -> str | None:
    """Code of ``survival_verdict`` for an unrounded rate in percent; ``None`` for no figure."""
    found = derive(rule("survival_verdict"), {"survival_rate": rate})
    return found.value if found else None


def sample_needed(area_ha: float) -> float:
    """Least area in m² that the sample plots of a 小班 of so many hectares must cover."""
    mu = Fraction(str(area_ha)) * MU_PER_HA
    if mu <= 0:
        return 0.0
    step = next(one for one in table("planting")["sampling"] if _holds(one, mu))
    least = max(mu * Fraction(str(step["share"])) / 100, Fraction(str(step["least_mu"])))
    return float(least * _M2_PER_HA / MU_PER_HA)


def _holds(step: Mapping[str, Any], mu: Fraction) -> bool:
    if "up_to_mu" not in step:
        return True
    limit = Fraction(str(step["up_to_mu"]))
    return mu < limit if step.get("below") else mu <= limit
