"""What does not fit in the account of the plan, as sentences in the language in force."""

from __future__ import annotations

from collections.abc import Mapping

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.i18n import _


def reason_words(reason: str, what: str = "") -> str:
    """Why an approved record does not count."""
    if reason == "kind" and what in SITE_KINDS:
        what = site_kind(what).label
    if reason == "population":
        what = code_list("mine_population").label(what)
    sentences = {
        "no_site": _("its site is not here"),
        "deleted": _("its site was deleted"),
        "kind": _("its site is of another kind ({what})"),
        "population": _("its site is no legacy mine ({what})"),
        "role": _("its site is a sample plot"),
        "programme": _("no programme of the plan is known for it ({what})"),
        "quantity": _("the plan has no such quantity ({what})"),
        "measure": _("its unit does not fit the plan's ({what})"),
        "amount": _("its quantity is no number ({what})"),
        "day": _("its day is none ({what})"),
        "has_projects": _("a unit whose projects are counted"),
        "waiting": _("waits for review"),
    }
    return sentences.get(reason, reason).format(what=what or "—")


def flag_words(flag: str) -> str:
    """What is odd about a record that counts."""
    return {
        "place": _("outside the places that the plan names"),
        "drawn": _("the drawn area is another than the stated one"),
        "years": _("outside the years of the programme"),
        "design": _("more than the design"),
    }.get(flag, flag)


def source_words(source: str) -> str:
    """Where money comes from."""
    return {
        "central": _("Central"),
        "province": _("Province"),
        "county": _("City and county"),
        "social": _("Social capital"),
    }[source]


def step_words(step: str) -> str:
    """How far money got."""
    return {"planned": _("planned"), "allocated": _("allocated"), "spent": _("spent")}[step]


def note_words(code: str, args: Mapping[str, object]) -> str:
    """What does not add up."""
    told = {name: figure(value) for name, value in args.items()}
    if "source" in args:
        told["source"] = source_words(str(args["source"]))
    return _note(code).format_map(told)


def _note(code: str) -> str:
    return {
        "budget": _("the budget is {one}, its sources add up to {other} × 10⁴ yuan"),
        "spent": _("{one} × 10⁴ yuan spent, by source {other}"),
        "record_spent": _("{one} × 10⁴ yuan spent, the newest approved record says {other}"),
        "allocated_over": _("{source}: {one} allocated, {other} × 10⁴ yuan planned"),
        "spent_over": _("{source}: {one} spent, {other} × 10⁴ yuan allocated"),
        "allocated_alone": _("{source}: {one} × 10⁴ yuan allocated, nothing entered as planned"),
        "spent_alone": _("{source}: {one} × 10⁴ yuan spent, nothing entered as allocated"),
        "no_document": _("no document is named for the money"),
        "no_performance": _("accepted, and nothing is said of its performance"),
        "no_programme": _("of no programme of the plan"),
        "parts": _("the budget is {one}, that of its projects {other} × 10⁴ yuan"),
        "over_target": _("more done ({one}) than the plan wants ({other})"),
        "planned_over_plan": _("{one} × 10⁴ yuan planned, the plan has {other}"),
        "allocated_over_plan": _("{one} × 10⁴ yuan allocated, the plan has {other}"),
        "spent_over_plan": _("{one} × 10⁴ yuan spent, the plan has {other}"),
    }.get(code, code)


def figure(value: object) -> str:
    """A number without needless zeros, thousands parted: ``36,028`` or ``0.494``; texts as is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
