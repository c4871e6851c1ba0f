"""Progress as JSON: what ``report progress --json`` prints and ``GET /v1/progress`` answers.

Numbers, ids and codes; words come from the catalogue and ``core.progress_words`` where they are
shown, so that each reader has them in its own language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from jdz_field.core.money import SOURCES, STEPS, Amounts, Note, Project, Sum
from jdz_field.core.plan import FAR_YEAR, NEAR_YEAR, Indicator, Target, plan
from jdz_field.core.progress import (
    Cell,
    IndicatorLine,
    Mean,
    ProgrammeLine,
    Progress,
    QuantityLine,
)
from jdz_field.core.progress_entries import Entry


def progress_json(
    found: Progress, counties: Iterable[str] = (), kinds: Iterable[str] = ()
) -> dict[str, Any]:
    """Everything; ``counties`` and ``kinds``: what it was limited to, none for no limit."""
    return {
        "until": found.until,
        "whole": found.whole,
        "counties": sorted(counties),
        "kinds": sorted(kinds),
        "sample": found.sample,
        "indicators": [_indicator(line) for line in found.indicators],
        "programmes": [_programme(line) for line in found.programmes],
        "projects": [_project(one) for one in found.projects],
        "money": _money(found.money, found.towns),
        "records": {id_: _entry(one) for id_, one in sorted(found.entries.items())},
        "aside": [asdict(one) for one in found.aside],
        "waiting": [asdict(one) for one in found.waiting],
        "doubts": {d.id: dict(d.labels) for d in plan().doubts.values()},
    }


def _target(target: Target) -> dict[str, Any]:
    return {"year": target.year, "value": target.value, "at_least": target.at_least}


def _names(indicator: Indicator) -> dict[str, Any]:
    return {
        "no": indicator.no,
        "name": dict(indicator.labels),
        "unit": dict(indicator.units),
        "binding": indicator.binding,
        "adds_up": bool(indicator.rolls_up) and not indicator.partly,
        "meaning": dict(indicator.why),
        "base": indicator.base,
        str(NEAR_YEAR): _target(indicator.near),
        str(FAR_YEAR): _target(indicator.far),
        "doubts": list(indicator.doubts),
    }


def _indicator(line: IndicatorLine) -> dict[str, Any]:
    return _names(line.indicator) | {
        "how": line.how,
        "value": line.value,
        "drawn": line.drawn,
        "records": list(line.records),
        "figures": [asdict(one) for one in line.figures],
        "mean": _mean(line.mean),
        "mines": line.others,
    }


def _mean(mean: Mean | None) -> dict[str, Any] | None:
    return None if mean is None else asdict(mean) | {"records": list(mean.records)}


def _programme(line: ProgrammeLine) -> dict[str, Any]:
    one = line.programme
    return {
        "id": one.id,
        "name": dict(one.labels),
        "system": one.system,
        "where": list(one.where),
        "years": list(one.years),
        "later_only": list(one.later_only),
        "money": one.money,
        "quantities": [_quantity(q) for q in line.quantities],
        "funds": _sum(line.money) if line.money else None,
        "notes": _notes(line.notes),
        "doubts": list(one.doubts),
    }


def _quantity(line: QuantityLine) -> dict[str, Any]:
    return {
        "name": line.quantity.name,
        "label": dict(line.quantity.labels),
        "unit": dict(line.quantity.units),
        "target": line.quantity.target,
        "about": line.quantity.about,
        **_cell(line.whole),
        "towns": [{"county": c.key[0], "town": c.key[1], **_cell(c)} for c in line.towns],
        "years": _years(line.years),
    }


def _years(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """By year, in all; ``added``: in this year alone, less when a newer visit says less."""
    found, before = [], 0.0
    for one in cells:
        added = round(one.done - before, 6)
        found.append({"year": int(one.key[0]), "added": added, **_cell(one)})
        before = one.done
    return found


def _cell(cell: Cell) -> dict[str, Any]:
    """Without a record nothing is known, which is not 0."""
    return {
        "done": cell.done if cell.records else None,
        "accepted": cell.accepted if cell.records else None,
        "drawn": cell.drawn,
        "drawn_stated": cell.drawn_stated,
        "records": list(cell.records),
    }


def _entry(one: Entry) -> dict[str, Any]:
    told = asdict(one)
    del told["order"]
    return told | {"flags": list(one.flags)}


def _notes(notes: Iterable[Note]) -> list[dict[str, Any]]:
    return [{"code": one.code, "args": dict(one.args)} for one in notes]


def _project(one: Project) -> dict[str, Any]:
    return {
        "id": one.id,
        "code": one.code,
        "name": one.name,
        "programme": one.programme,
        "county": one.county,
        "town": one.town,
        "level": one.level,
        "version": one.version,
        "budget": one.budget,
        "sources": _sources(one.amounts),
        **{step: one.totals[step] for step in STEPS},
        "performance": one.performance,
        "document": one.document,
        "counted": one.counted,
        "changed": {"at": one.changed[0], "by": one.changed[1]},
        "notes": _notes(one.notes),
    }


def _sources(amounts: Amounts) -> dict[str, dict[str, float | None]]:
    return {s: {step: amounts[f"{step}_{s}"] for step in STEPS} for s in SOURCES}


def _sum(one: Sum) -> dict[str, Any]:
    return {
        **{step: one.totals[step] for step in STEPS},
        "sources": _sources(one.amounts),
        "projects": list(one.projects),
    }


def _money(by_programme: Iterable[Sum], by_town: Iterable[Sum]) -> dict[str, Any]:
    return {
        "plan": plan().total,
        "programmes": [{"programme": one.key[0], **_sum(one)} for one in by_programme],
        "towns": [{"county": one.key[0], "town": one.key[1], **_sum(one)} for one in by_town],
    }
