"""What a page or report says of the plan's progress, out of ``core.progress_json``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _, pick
from jdz_field.core.plan import NEAR_YEAR, plan
from jdz_field.core.plan_counting import counting
from jdz_field.core.progress_words import figure, note_words

Told = Mapping[str, Any]
#: Contradictions of the plan that touch its money, and the list of its projects.
OF_MONEY, OF_PROJECTS = ("I29",), ("I12",)


def indicator_words(line: Told) -> str:
    """How an indicator's value is known, in words."""
    if line["how"] == "records":
        return _("{n} approved records").format(n=len(line["records"]))
    if line["how"] == "entered":
        one = line["figures"][0]
        return _("{year}, {source}, {document}").format(**one)
    if line["adds_up"]:
        return _("no approved record yet")
    return _("not measured in this system")


def binding_words(binding: bool) -> str:
    """约束性 or 预期性."""
    return _("binding") if binding else _("expected")


def target_words(target: Told) -> str:
    """A target as the plan writes it."""
    return f"{'≥' if target['at_least'] else ''}{figure(target['value'])}"


def mean_words(mean: Told) -> str:
    """The mean of sample plots with its standard error."""
    told = {"mean": f"{mean['mean']:.2f}", "n": mean["plots"]}
    if mean["error"] is None:
        return _("mean of {n} sample plots {mean}, for information").format(**told)
    return _("mean of {n} sample plots {mean} ± {error}, for information").format(
        error=f"{mean['error']:.2f}", **told
    )


def place_words(county: str, town: str) -> str:
    """County and township."""
    return " ".join(filter(None, (code_list("county").label(county), town))) or "—"


def unit_words(unit: Mapping[str, str]) -> str:
    """A unit in the language in force."""
    return pick(dict(unit))


def doubt_texts(found: Told, ids: Iterable[str]) -> list[str]:
    """Contradictions of the plan in full."""
    return [f"{id_}  {pick(found['doubts'][id_])}" for id_ in ids]


def doubts_of(line: Told) -> Iterable[str]:
    """Which contradictions of the plan touch a line, by their numbers."""
    if line["doubts"]:
        yield _("the plan contradicts itself: {ids}").format(ids=_(", ").join(line["doubts"]))


def programme_notes(programme: Told) -> list[str]:
    """What does not fit of a programme, quantities by their names."""
    labels = {q["name"]: pick(q["label"]) for q in programme["quantities"]}
    found = []
    for note in programme["notes"]:
        words = note_words(note["code"], note["args"])
        what = labels.get(str(note["args"].get("what", "")))
        found.append(f"{what}: {words}" if what else words)
    return found


def verdict_words(accepted: bool | None) -> str:
    """A record's verdict."""
    return "" if accepted is None else _("accepted") if accepted else _("not accepted")


def drawn_words(cell: Told) -> str:
    """The area by outlines beside what was stated for the same records."""
    if cell["drawn"] is None:
        return ""
    return f"{figure(cell['drawn'])} ({figure(cell['drawn_stated'])})"


def share_words(done: float | None, target: float) -> str:
    """Percent of a target; empty when nothing is known."""
    return "" if done is None else f"{100 * done / target:.1f}"


def years_of(programme: Told, quantity: Told) -> Sequence[int]:
    """A quantity's years: some end in 2025 though others of their programme go on."""
    first, last = programme["years"]
    later = programme["later_only"]
    return (first, min(last, NEAR_YEAR) if later and quantity["name"] not in later else last)


def quantity_words(programme: str, quantity: str) -> str:
    """A quantity of a programme by its name; a sample plot's number as it is."""
    found = plan().programme(programme)
    known = found.quantity(quantity) if found else None
    return f"{programme} {known.label}" if known else quantity


def stated_unit(unit: str) -> str:
    """The unit that a record states, by its code."""
    return pick(dict(counting().stated.get(unit, {"en": unit})))
