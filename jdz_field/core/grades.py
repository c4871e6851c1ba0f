"""Grades that follow from figures, by the thresholds of ``resources/catalogue/grades.toml``."""

from __future__ import annotations

from jdz_field.core.catalogue import table


def danger_grade(people: float, assets: float) -> str:
    """Danger grade code (A–D) from people threatened and potential loss in 万元.

    Either figure decides and the higher grade is taken (国家突发地质灾害应急预案,
    地质灾害防治条例 art. 4).
    """
    rows = table("grades")["danger"]
    return str(next(r for r in rows if people >= r["people"] or assets >= r["assets"])["code"])
