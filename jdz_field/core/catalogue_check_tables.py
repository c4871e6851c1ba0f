"""Checks of rules, patrol plans, lists for forms, export profiles and other tables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.catalogue_check import Check, Part, is_number
from jdz_field.core.catalogue_check_kinds import fields_of
from jdz_field.core.i18n import _

#: What a column of an export profile can hold beside fields.
_COLUMNS = {"serial", "lon", "lat"}


def check_grades(part: Part) -> None:
    """Rules: classes, and the limits of each input, ascending, one fewer than classes."""
    rules = part.part("rules")
    if rules is None:
        part.fault(
            (),
            _("«{key}» is missing; it must be {wanted}").format(key="rules", wanted=_("a table")),
        )
        return
    for name in rules.value:
        rule = rules.part(name)
        if rule is None or not rule.value:
            continue
        rule.titles()
        rule.sourced()
        codes = rule.texts("codes", needed=True)
        if len(set(codes)) != len(codes):
            rule.fault(("codes",), _("a class stands there twice"))
        _cases(rule, len(codes))


def _cases(rule: Part, classes: int) -> None:
    by, tables = rule.text("by", needed=False), rule.parts("tables", needed=False)
    if bool(by) != bool(tables) or bool(tables) == ("inputs" in rule.value):
        rule.fault((), _("a rule has «inputs», or «by» and «tables»"))
    seen: set[str] = set()
    for one in tables:
        one.certain()
        for when in one.texts("when", needed=True):
            if when in seen:
                one.twice("when", when)
            seen.add(when)
    for one in tables or [rule]:
        for given in one.parts("inputs", needed=bool(tables)):
            given.text("field")
            _limits(given, classes)


def _limits(given: Part, classes: int) -> None:
    limits = given.value.get("limits")
    if not isinstance(limits, list) or not all(is_number(one) for one in limits):
        given.fault(("limits",), _("«limits» must be numbers"))
    elif len(limits) != classes - 1:
        given.fault(
            ("limits",), _("{n} limits are needed, one fewer than classes").format(n=classes - 1)
        )
    elif any(a >= b for a, b in pairwise(limits)):
        given.fault(("limits",), _("limits must rise"))


def check_planting(part: Part) -> None:
    """Steps by area, rising; the last without an area."""
    part.sourced()
    steps, before = part.parts("sampling"), 0.0
    for number, one in enumerate(steps):
        share = one.number("share", needed=True)
        if share is not None and not 0 < share <= 100:
            one.fault(("share",), _("a share is more than 0 and at most 100 percent"))
        one.number("least_mu")
        last = number == len(steps) - 1
        up_to = one.number("up_to_mu", needed=not last)
        if last and up_to is not None:
            one.fault(("up_to_mu",), _("the last line holds for every larger area"))
        if up_to is not None and up_to <= before:
            one.fault(("up_to_mu",), _("limits must rise"))
        before = up_to or before
        one.flag("below")


def check_patrol(part: Part) -> None:
    """Duties, each in its season and in one way."""
    from jdz_field.core.patrol import season_of  # noqa: PLC0415 - it reads the catalogue itself

    listed = part.files.table("codes/site_status.toml").get("codes")
    states = {one.get("code") for one in listed if isinstance(one, dict)} if listed else set()
    for state in part.texts("free_states", needed=True):
        if state not in states:
            part.unknown(("free_states",), state, _("status"))
    seen: set[str] = set()
    for one in part.parts("duties"):
        one.titles()
        one.sourced()
        one.among("kind", SITE_KINDS, what=_("kind of site"))
        name = one.text("name")
        if name in seen:
            one.twice("name", name)
        seen.add(name)
        for key in ("from", "until"):
            if one.text(key) and season_of(one.text(key)) is None:
                one.fault((key,), _("«{key}» must be a day as 04-01").format(key=key))
        _ways(one)
    rain = part.part("rain")
    if rain is not None:
        rain.titles()
        rain.sourced()
        rain.whole("every", least=1)
        rain.among("kind", SITE_KINDS, what=_("kind of site"))


def _ways(one: Part) -> None:
    days = one.value.get("on")
    if days is not None and not (
        isinstance(days, list)
        and days
        and all(isinstance(d, int) and not isinstance(d, bool) and 1 <= d <= 31 for d in days)
    ):
        one.fault(("on",), _("«on» must be days of the month, 1 to 31"))
    one.whole("every", least=1, needed=False)
    if (one.flag("once"), "on" in one.value, "every" in one.value).count(True) != 1:
        one.fault((), _("a duty has one of «once», «on» and «every»"))


def check_list(part: Part) -> None:
    """A list that forms look up: every row once, with titles and source."""
    part.certain(needed=True)
    seen: set[str] = set()
    for one in part.parts("rows"):
        one.titles()
        one.text("source")
        one.certain()
        name = one.text("name")
        if name in seen:
            one.twice("name", name)
        seen.add(name)
        for key, value in one.value.items():
            if isinstance(value, Mapping | list) or (
                isinstance(value, float) and not is_number(value)
            ):
                one.fault(
                    (key,),
                    _("«{key}» must be {wanted}").format(key=key, wanted=_("a text or a number")),
                )


def check_profile(part: Part) -> None:
    """An export profile: columns that are fields of its kind."""
    part.titles()
    part.sourced()
    part.text("title")
    part.texts("suffixes", needed=True)
    part.among("codes", ("labels", "codes"), what=_("way to write codes"))
    kind = part.among("kind", SITE_KINDS, what=_("kind of site"))
    known = fields_of(part.files, kind) | _COLUMNS
    for one in part.parts("columns"):
        one.text("head")
        one.whole("width", least=1, needed=False)
        if "value" not in one.value:
            one.among("field", known, what=_("field"))


def check_units(part: Part) -> None:
    """Units, and their English words."""
    part.sourced()
    part.texts("known", needed=True)
    words = part.part("en")
    for unit in words.value if words is not None else ():
        if words is not None:
            words.text(unit)


def check_groups(part: Part) -> None:
    """Headings over fields."""
    part.sourced()
    seen: set[str] = set()
    for one in part.parts("groups"):
        one.titles()
        name = one.text("name")
        if name in seen:
            one.twice("name", name)
        seen.add(name)


def check_forms(part: Part) -> None:
    """Which form is offered where."""
    part.sourced()
    programmes = part.files.table("codes/programme.toml").get("codes")
    known = {p.get("code") for p in programmes if isinstance(p, dict)} if programmes else set()
    seen: set[str] = set()
    for one in part.parts("forms"):
        name = one.text("id")
        if name in seen:
            one.twice("id", name)
        seen.add(name)
        for key, values, what in (
            ("kinds", set(SITE_KINDS), _("kind of site")),
            ("programmes", known, _("programme")),
        ):
            for value in one.texts(key):
                if value not in values:
                    one.unknown((key,), value, what)
        for key in ("main", "urgent", "siteless"):
            one.flag(key)


def check_views(part: Part) -> None:
    """Views of photos, and where each is asked for."""
    codes = set()
    for one in part.parts("views"):
        one.titles()
        one.sourced()
        code = one.text("code")
        if code in codes:
            one.twice("code", code)
        codes.add(code)
    for one in part.parts("kinds", needed=False):
        one.sourced()
        one.among("kind", SITE_KINDS, what=_("kind of site"))
        _known_views(one, dict.fromkeys(one.texts("views", needed=True)), codes)
    for one in part.parts("forms", needed=False):
        one.sourced()
        one.text("form")
        asked = one.part("questions")
        named = asked.value.values() if asked is not None else ()
        _known_views(one, dict.fromkeys(map(str, named)), codes)


def _known_views(one: Part, views: Mapping[str, None], codes: set[str]) -> None:
    for view in views:
        if view not in codes:
            one.unknown((), view, _("view"))


def check_reporting(part: Part) -> None:
    """Deadlines of urgent reports, each grade once."""
    part.sourced()
    listed = part.files.table("codes/danger_grade.toml").get("codes")
    grades = {one.get("code") for one in listed if isinstance(one, dict)} if listed else set()
    seen: set[str] = set()
    for one in part.parts("deadlines"):
        grade = one.among("grade", grades, what=_("code list"))
        if grade in seen:
            one.twice("grade", grade)
        seen.add(grade)
        one.whole("hours", least=1)


CHECKS: dict[str, Check] = {
    "reporting.toml": check_reporting,
    "grades.toml": check_grades,
    "planting.toml": check_planting,
    "patrol.toml": check_patrol,
    "units.toml": check_units,
    "groups.toml": check_groups,
    "forms.toml": check_forms,
    "views.toml": check_views,
}
