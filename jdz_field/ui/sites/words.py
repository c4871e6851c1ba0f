"""How a site is told in a line: what matters now, where it is, its state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jdz_field.core.catalogue import Field, code_list, site_kind
from jdz_field.core.i18n import _, ngettext
from jdz_field.core.shown_first import GRADES, Said
from jdz_field.core.sites import Site
from jdz_field.ui.marks import Mark
from jdz_field.ui.numbers import days_since, number
from jdz_field.ui.values import joined


def mark_of(site: Site) -> Mark:
    """The site's mark."""
    return Mark(
        site.kind,
        _text(site.fields.get("kind_code")),
        _grade(site),
        bool(site.local.get("unsent")),
        site.local.get("held") == "conflict",
        site.fields.get("status") == "closed",
    )


def title(site: Site) -> str:
    """Its name, else its number, else its kind."""
    return site.name or site.code or site_kind(site.kind).label


def kind_words(site: Site) -> str:
    """``Landslide``, ``Mine``: the kind's own kind where it has one."""
    field = site_kind(site.kind).by_name.get("kind_code")
    codes = field.code_list() if field else None
    value = _text(site.fields.get("kind_code"))
    return codes.label(value) if codes and value else site_kind(site.kind).label


def kind_title(site: Site) -> str:
    """The kind's name; of a site below another what such sites are called: ``Sample plots``."""
    kind = site_kind(site.kind)
    below = site.fields.get("parent") or site.fields.get("parent_code")
    return kind.children.label if kind.children and below else kind.label


def grade_words(site: Site) -> str:
    """The danger grade's word, empty when it has none."""
    grade = _grade(site)
    return code_list(GRADES).label(grade) if grade else ""


def _grade(site: Site) -> str | None:
    field = site_kind(site.kind).show.grade
    return _text(site.fields.get(field)) if field else None


def place_words(site: Site) -> str:
    """County, township, village as far as known."""
    county = _text(site.fields.get("county_code"))
    parts = [code_list("county").label(county) if county else ""]
    parts += [_text(site.fields.get(name)) or "" for name in ("town", "village")]
    return " ".join(part for part in parts if part)


def threat_words(fields: Mapping[str, Any]) -> str:
    """``threatens 26 people``; empty when nobody or unknown."""
    people = fields.get("threatened_people")
    if isinstance(people, (int, float)) and people > 0:
        n = int(people)
        return ngettext("threatens {n} person", "threatens {n} people", n).format(n=f"{n:,}")
    return ""


def first_words(site: Site) -> list[str]:
    """What the catalogue wants to be seen before anything else, as far as it is known."""
    kind = site_kind(site.kind)
    told = (_said(kind.by_name[one.field], one, site.fields) for one in kind.show.line)
    return [words for words in told if words]


def _said(field: Field, one: Said, fields: Mapping[str, Any]) -> str:
    value = fields.get(one.field)
    if one.field == "threatened_people" and not one.labelled:
        return threat_words(fields)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and field.unit != "%":
        words = f"{number(value)} {field.unit_label}".strip()
    else:
        words = field.words(value)
    return f"{field.label} {words}" if one.labelled and words else words


def visited_words(site: Site, now: datetime) -> str:
    """``6 days ago``, ``never inspected``; empty for kinds that are not inspected by days."""
    if "last_inspected" not in site_kind(site.kind).by_name:
        return ""
    days = days_since(_text(site.fields.get("last_inspected")), now)
    if days is None:
        return _("not inspected")
    if days <= 0:
        return _("inspected today")
    return ngettext("{n} day ago", "{n} days ago", days).format(n=f"{days:,}")


def row_line(site: Site, visited: str = "") -> str:
    """The second line of a list row; ``visited`` when it has no place of its own."""
    return joined((*first_words(site), visited, place_words(site)))


def overdue_words() -> str:
    """That an inspection is overdue."""
    return _("overdue")


def state_chip(site: Site) -> tuple[str, str]:
    """A word for the site's state and the role of its chip; empty when all is well."""
    held = site.local.get("held")
    if site.deleted:
        return _("deleted"), "error"
    if held == "conflict":
        return _("conflict"), "error"
    if held in ("proposed", "waiting", "quarantined"):
        return _("at the office"), "attention"
    if site.local.get("unsent"):
        return _("unsent"), "accent"
    status = _text(site.fields.get("status"))
    if status in ("provisional", "closed"):
        return code_list("site_status").label(status), "attention" if status != "closed" else ""
    return "", ""


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None
