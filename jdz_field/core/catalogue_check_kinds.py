"""Checks of site kinds, their fields, and code lists."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.catalogue_check import Files, Part
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.position_rule import position_rule
from jdz_field.core.shown_first import GRADES, MOST

TYPES = ("text", "integer", "decimal", "date", "boolean", "code", "codes")
#: Names that the layers, the log and the merge use themselves.
TAKEN = {"fid", "geom", "geometry", "id", "lon", "lat", "version", "deleted", "updated", "extra"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def check_code_list(part: Part) -> None:
    """A closed list: every code once, labelled, no word for two codes."""
    part.sourced()
    said: dict[str, str] = {}
    seen: set[str] = set()
    for one in part.parts("codes"):
        one.titles()
        one.flag("exclusive")
        code = one.text("code")
        if not code:
            continue
        if " " in code:
            one.fault(("code",), _("a code has no spaces"))
        if code in seen:
            one.twice("code", code)
            continue
        seen.add(code)
        words = {code, one.text("zh", needed=False), one.text("en", needed=False)}
        for word in words.union(one.texts("synonyms")) - {""}:
            if said.setdefault(word, code) != code:
                one.fault(
                    (), _("«{word}» means code {code} already").format(word=word, code=said[word])
                )


def check_kind(part: Part) -> None:
    """A site kind, or the fields that all have (``sites/common.toml``)."""
    stem = PurePosixPath(part.document.name).stem
    if stem == "common":
        _fields(part, [*part.parts("first"), *part.parts("last")])
        return
    if stem not in SITE_KINDS:
        part.unknown((), stem, _("kind of site"))
        return
    part.titles()
    part.sourced()
    part.text("entity_list")
    part.among("geometry", ("POINT", "GEOMETRY"), what=_("geometry"))
    part.flag("geometry_controlled")
    names = _fields(part, part.parts("fields")) | _common(part.files)
    for name in part.texts("ask"):
        if name not in names:
            part.unknown(("ask",), name, _("field"))
    _children(part, names)
    _position(part)
    _show(part)
    _rules(part, names)


def fields_of(files: Files, kind: str) -> set[str]:
    """Names of the fields of a kind, its own and those that all have."""
    return _names(files, f"sites/{kind}.toml", "fields") | _common(files)


def _common(files: Files) -> set[str]:
    return _names(files, "sites/common.toml", "first") | _names(files, "sites/common.toml", "last")


def _names(files: Files, file: str, key: str) -> set[str]:
    found = files.table(file).get(key)
    entries = found if isinstance(found, list) else []
    return {str(one["name"]) for one in entries if isinstance(one, dict) and "name" in one}


def _fields(part: Part, fields: list[Part]) -> set[str]:
    common = set() if part.document.name == "sites/common.toml" else _common(part.files)
    seen = set(common)
    for one in fields:
        name = one.text("name")
        if name in seen:
            one.twice("name", name)
        if name and (name in TAKEN or not _NAME.fullmatch(name)):
            one.fault(("name",), _("«{name}» cannot be the name of a field").format(name=name))
        seen.add(name)
        _field(one)
    return seen - common


def _field(one: Part) -> None:
    one.titles()
    one.certain()
    kind = one.among("type", TYPES, what=_("type"))
    codes = one.text("codes", needed=kind in ("code", "codes"))
    if codes and kind not in ("code", "codes"):
        one.fault(("codes",), _("only fields of type code or codes have a list"))
    if codes and f"codes/{codes}.toml" not in one.files.named:
        one.unknown(("codes",), codes, _("code list"))
    _words(one)
    least, most = one.number("min"), one.number("max")
    if least is not None and most is not None and least >= most:
        one.fault(("min",), _("«min» must be below «max»"))
    for key in ("controlled", "derived", "personal"):
        one.flag(key)
    _rule(one)


def _words(one: Part) -> None:
    """Unit, heading, other names, pattern."""
    unit = one.text("unit", needed=False)
    if unit and unit not in _known_units(one.files):
        one.unknown(("unit",), unit, _("unit"))
    groups = one.files.table("groups.toml").get("groups")
    entries = groups if isinstance(groups, list) else []
    names = {entry.get("name") for entry in entries if isinstance(entry, dict)}
    one.among("group", names, what=_("heading"), needed=False)
    one.texts("synonyms")
    pattern = one.text("pattern", needed=False)
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        one.fault(("pattern",), _("it is no pattern ({why})").format(why=error))


def _known_units(files: Files) -> list[object]:
    known = files.table("units.toml").get("known")
    return known if isinstance(known, list) else []


def _rule(one: Part) -> None:
    rules = one.files.table("grades.toml").get("rules")
    known = rules if isinstance(rules, dict) else {}
    rule = one.among("rule", known, what=_("rule"), needed=one.value.get("derived") is True)
    if rule and one.value.get("derived") is not True:
        one.fault(("rule",), _("a field with a rule is derived = true"))
    entry = known.get(rule)
    codes = entry.get("codes") if isinstance(entry, dict) else None
    listed = one.files.table(f"codes/{one.value.get('codes')}.toml").get("codes")
    values = {c.get("code") for c in listed if isinstance(c, dict)} if listed else set()
    for code in codes if isinstance(codes, list) and values else []:
        if code not in values:
            one.fault(
                ("rule",), _("its rule gives «{code}», which its list lacks").format(code=code)
            )


def _children(part: Part, names: set[str]) -> None:
    below = part.part("children")
    if below is None:
        return
    for key in ("zh", "en", "add_zh", "add_en"):
        below.text(key)
    given = below.part("given")
    wanted = [*below.texts("ask", needed=True), *(given.value if given else ())]
    number = below.text("number", needed=False)
    for name in [*wanted, *([number] if number else [])]:
        if name not in names:
            below.unknown((), name, _("field"))


def _position(part: Part) -> None:
    found = part.part("position")
    if found is None or not found.value:
        return
    try:
        position_rule(found.value, part.document.name)
    except BadInput as error:
        found.fault((), str(error))


def _show(part: Part) -> None:
    """What list and map show first names fields that can be shown there."""
    show = part.part("show")
    if show is None:
        part.fault(("show",), _("«show» is missing: what list and map show first"))
        return
    for key in set(show.value) - {"line", "label", "grade"}:
        show.unknown((key,), key, _("setting"))
    common = part.files.table("sites/common.toml")
    listed = [part.value.get("fields"), common.get("first"), common.get("last")]
    entries = [one for each in listed if isinstance(each, list) for one in each]
    known = {str(one.get("name")): one for one in entries if isinstance(one, dict)}
    _shown_line(show, set(known))
    _shown_label(show, known)
    graded = any(one.get("codes") == GRADES for one in known.values())
    grade = show.text("grade", needed=graded)
    if grade and known.get(grade, {}).get("codes") != GRADES:
        show.fault(("grade",), _("a mark is coloured by a field of {codes}").format(codes=GRADES))


def _shown_label(show: Part, known: dict[str, dict[str, object]]) -> None:
    names = show.texts("label", needed=True)
    if show.value.get("label") == []:
        show.fault(("label",), _("a list of at most {n} fields is expected here").format(n=MOST))
    for name in names:
        found = known.get(name)
        if found is None:
            show.unknown(("label",), name, _("field"))
        elif found.get("type") != "text" or found.get("personal"):
            show.fault(
                ("label",),
                _("«{name}» cannot stand on the map: a text about no person is expected").format(
                    name=name
                ),
            )


def _shown_line(show: Part, names: set[str]) -> None:
    line = show.value.get("line", [])
    if not isinstance(line, list) or len(line) > MOST:
        show.fault(("line",), _("a list of at most {n} fields is expected here").format(n=MOST))
        return
    seen: set[str] = set()
    for one in line:
        entry = one if isinstance(one, dict) else {"field": one}
        name = entry.get("field")
        if not isinstance(name, str) or name not in names:
            show.unknown(("line",), name, _("field"))
        elif name in seen:
            show.twice("line", name)
        else:
            seen.add(name)
        for key in set(entry) - {"field", "label"}:
            show.unknown(("line",), key, _("setting"))
        if not isinstance(entry.get("label", False), bool):
            show.fault(("line",), _("«label» is true or false"))


def _rules(part: Part, names: set[str]) -> None:
    """What the rules of a kind's fields look at must be fields of it."""
    rules = part.files.table("grades.toml").get("rules")
    for one in part.parts("fields"):
        entry = rules.get(one.value.get("rule")) if isinstance(rules, dict) else None
        for name in _inputs(entry):
            if name not in names:
                one.fault(
                    ("rule",),
                    _("its rule looks at «{name}», which the kind lacks").format(name=name),
                )


def _inputs(entry: object) -> set[str]:
    if not isinstance(entry, dict):
        return set()
    tables = entry.get("tables")
    cases = [entry, *(tables if isinstance(tables, list) else [])]
    given = [one.get("inputs") for one in cases if isinstance(one, dict)]
    inputs = [one for each in given if isinstance(each, list) for one in each]
    found = {str(one["field"]) for one in inputs if isinstance(one, dict) and "field" in one}
    return found | ({str(entry["by"])} if entry.get("by") else set())
