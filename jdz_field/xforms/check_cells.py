"""Expressions as a person wrote them: their syntax, their functions, their ``${references}``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from jdz_field.core.i18n import _
from jdz_field.xforms.check_place import meant
from jdz_field.xforms.complaints import Issue
from jdz_field.xforms.functions.patterns import matches
from jdz_field.xforms.functions.registry import FUNCTIONS
from jdz_field.xforms.workbook import Book, Row, Sheet
from jdz_field.xforms.xpath.compiler import known_functions
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.syntax import Call, Expression, String, walk

#: Columns whose cells are expressions, by sheet.
_EXPRESSIONS = {
    "survey": (
        "relevant",
        "constraint",
        "calculation",
        "required",
        "read_only",
        "choice_filter",
        "repeat_count",
    ),
    "entities": ("entity_id", "create_if", "update_if", "label"),
    "settings": ("instance_name",),
}
#: Columns in which ``${name}`` has no meaning.
_PLAIN = frozenset(("name", "list_name", "version", "form_id"))
_YES_NO = frozenset(
    word
    for plain in ("yes", "no", "true", "false")
    for word in (plain, plain.capitalize(), plain.upper())
)
_REFERENCE = re.compile(r"\$\{([^}]*)\}|\$\{[^}]*$")
_NAME = re.compile(r"(?:last-saved#)?[^\W\d][\w.\-·]*(?::[^\W\d][\w.\-·]*)?")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
#: Signs of a Chinese keyboard, and what an expression needs instead.
_WIDE = {
    "（": "(",
    "）": ")",
    "，": ",",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "＋": "+",
    "－": "-",
    "＊": "*",
    "［": "[",
    "］": "]",
    "｛": "{",
    "｝": "}",
    "＄": "$",
    "。": ".",
    "．": ".",
    "：": ":",
}
#: pyxform makes these straight by itself.
_CURLY = str.maketrans("‘’“”", "''\"\"")
#: Signs of other languages.
_FOREIGN = {"==": "=", "&&": "and", "||": "or", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
#: Functions of spreadsheets and other engines, and what does their work here.
_INSTEAD = {
    "len": "string-length",
    "length": "string-length",
    "average": "sum() div count",
    "avg": "sum() div count",
    "mean": "sum() div count",
    "iif": "if",
    "ifelse": "if",
    "isblank": "string-length",
    "upper": "translate",
    "upper-case": "translate",
    "lower-case": "translate",
    "trim": "normalize-space",
    "substring": "substr",
    "sqr": "pow",
    "concatenate": "concat",
    "power": "pow",
    "ceil": "ceiling",
    "includes": "contains",
    "matches": "regex",
    "year": "format-date",
    "month": "format-date",
    "day": "format-date",
    "datediff": "decimal-date-time",
    "or": "or",
    "and": "and",
}


def cell_issues(book: Book, *, references: bool) -> Iterator[Issue]:
    """What is wrong with the cells of a workbook by themselves.

    ``references``: with what stands in ``${…}``, which pyxform has judged when it took the form.
    """
    rows = book.sheet("survey").rows
    named = (row["name"] for row in rows if not row["type"].lower().startswith("end"))
    names = Counter(name for name in named if name) if references else None
    for sheet_name, columns in _EXPRESSIONS.items():
        sheet = book.sheet(sheet_name)
        for row in sheet.rows:
            yield from _row(sheet, row, columns, names)


def _row(
    sheet: Sheet, row: Row, columns: tuple[str, ...], names: Mapping[str, int] | None
) -> Iterator[Issue]:
    question = row["name"] if sheet.name == "survey" else ""
    for column, text in row.cells.items():
        messages = [] if names is None or column in _PLAIN else list(_references(text, names))
        if not messages and column in columns and text not in _YES_NO:
            messages = list(expression_messages(text))
        written = sheet.written(column)
        for message in messages:
            yield Issue(sheet.name, row.number, written, message, "error", question)


def _references(text: str, names: Mapping[str, int]) -> Iterator[str]:
    for found in _REFERENCE.finditer(text):
        inner = found[1]
        if inner is None or not _NAME.fullmatch(inner):
            yield _("A reference must look like ${{name}}.").format()
            continue
        name = inner.removeprefix("last-saved#")
        if name not in names:
            message = _("There is no question {q}; check the name inside ${{…}}.").format(q=name)
            yield message + meant(name, names)
        elif names[name] > 1:
            yield _("{q} is the name of several questions; make names unique.").format(q=name)


def expression_messages(text: str) -> Iterator[str]:
    """What is wrong with an expression, in sentences with the place; none when it is sound."""
    plain = _REFERENCE.sub(_as_name, text.translate(_CURLY))
    try:
        tree = parse(plain)
        yield from list(function_messages(tree, text))
    except XPathError as error:
        yield _sentence(text, error.position, error.message) + _hint(text)
    except RecursionError:
        yield _("The expression is nested too deeply.")


def _as_name(found: re.Match[str]) -> str:
    """A reference as a name of the same length, so that places stay what they are."""
    inner = (found[1] or "").replace("#", "-").replace(":", "-")
    return f"  {inner} "


def function_messages(tree: Expression, text: str) -> Iterator[str]:
    """Functions that are not there, or are given too little, too much or nonsense."""
    known = known_functions()
    for part in walk(tree):
        if not isinstance(part, Call):
            continue
        message = _call_message(part) if part.name in known else _unknown(part.name, known)
        if message:
            yield _sentence(text, part.position, message)


def _unknown(name: str, known: frozenset[str]) -> str:
    message = _("There is no function {name}().").format(name=name)
    instead = _INSTEAD.get(name.lower())
    if instead:
        return message + " " + _("Did you mean {name}?").format(name=f"{instead}()")
    return message + meant(name, known).replace("?", "()?").replace("？", "()？")


def _call_message(call: Call) -> str:
    declared = FUNCTIONS.get(call.name)
    count = len(call.arguments)
    if declared is not None and not declared.fits(count) and call.name not in _OF_SELF:
        wanted = _wanted(declared.minimum, None if declared.repeats else len(declared.parameters))
        return _("{name}() takes {wanted} arguments, here are {n}.").format(
            name=call.name, wanted=wanted, n=count
        )
    if call.name == "regex" and count == 2 and isinstance(call.arguments[1], String):
        return _pattern_message(call.arguments[1].value)
    return ""


#: They take the question itself when they are given nothing.
_OF_SELF = frozenset(("string", "number", "string-length", "normalize-space", "name", "local-name"))


def _wanted(least: int, most: int | None) -> str:
    if most is None:
        return _("at least {n}").format(n=least)
    return str(least) if least == most else f"{least}–{most}"


def _pattern_message(pattern: str) -> str:
    try:
        matches(pattern, "")
    except XPathError as error:
        return _("The regular expression {pattern} cannot be read: {reason}").format(
            pattern=pattern[:60], reason=error.message
        )
    return ""


def _sentence(text: str, position: int | None, message: str) -> str:
    if position is None:
        return message
    head = text[max(0, position - 20) : position]
    tail = text[position : position + 20]
    return f"{message} " + _("(at character {n}: …{head}▸{tail}…)").format(
        n=position + 1, head=head, tail=tail
    )


def _hint(text: str) -> str:
    """A word about a usual slip."""
    bare = _QUOTED.sub("", text)
    for sign, right in _WIDE.items():
        if sign in bare:
            return " " + _("{sign} is a full-width sign; write {right}.").format(
                sign=sign, right=right
            )
    for sign, right in _FOREIGN.items():
        if sign in bare:
            return " " + _("Instead of {sign} write {right}.").format(sign=sign, right=right)
    if bare.count("(") != bare.count(")"):
        return " " + _("There are {n} ( and {m} ).").format(n=bare.count("("), m=bare.count(")"))
    return ""
