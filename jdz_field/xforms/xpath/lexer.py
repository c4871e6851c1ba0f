"""Text → tokens (XPath 1.0 §3.7, with its rule that tells ``*`` and names from operators)."""

from __future__ import annotations

import re
from typing import NamedTuple

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.errors import XPathError

#: Longer expressions are refused: no form needs them, and a hostile one could take minutes.
MAX_LENGTH = 100_000

_NAME = r"[^\W\d][\w.\-\u00B7]*"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n\f]+)
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<name>{_NAME}(?::(?!:)(?:\*|{_NAME}))?)
    |(?P<symbol>::|\.\.|//|!=|<=|>=|[=<>+\-*|/\[\]().@,$])""",
    re.VERBOSE,
)
_WORD_OPERATORS = frozenset(("and", "or", "div", "mod"))
#: After one of these (or at the start) an operand is due, else an operator.
_OPERAND_DUE = frozenset(
    ("::", "//", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*op", "|", "/", "[", "(", "@", ",")
)


class Token(NamedTuple):
    """``kind``: number, string, name, operator, symbol or end; ``text`` as written, unquoted."""

    kind: str
    text: str
    position: int


def tokenize(expression: str) -> list[Token]:
    """The tokens of ``expression`` and a last one of kind ``end``; XPathError when unreadable."""
    if len(expression) > MAX_LENGTH:
        raise XPathError(_("The expression is longer than {n} characters.").format(n=MAX_LENGTH))
    tokens: list[Token] = []
    at = 0
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise _unreadable(expression, at)
        if match.lastgroup != "space":
            tokens.append(_token(match, tokens))
        at = match.end()
    tokens.append(Token("end", "", len(expression)))
    return tokens


def _unreadable(expression: str, at: int) -> XPathError:
    if expression[at] in "\"'":
        return XPathError(_("A quotation mark is not closed."), at)
    return XPathError(_("{sign} cannot stand here.").format(sign=repr(expression[at])), at)


def _token(match: re.Match[str], before: list[Token]) -> Token:
    text, at = match.group(), match.start()
    kind = str(match.lastgroup)
    if kind == "string":
        return Token(kind, text[1:-1], at)
    if text == "*" and not _operand_due(before):
        return Token("operator", text, at)
    if kind == "name" and text in _WORD_OPERATORS and not _operand_due(before):
        return Token("operator", text, at)
    return Token(kind, text, at)


def _operand_due(before: list[Token]) -> bool:
    if not before:
        return True
    last = before[-1]
    return last.kind == "operator" or (last.kind == "symbol" and last.text in _OPERAND_DUE)
