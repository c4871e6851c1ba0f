"""Tokens → abstract syntax: recursive descent over the XPath 1.0 grammar (§3)."""

from __future__ import annotations

from functools import lru_cache

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.lexer import Token, tokenize
from jdz_field.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Number,
    Path,
    Step,
    String,
)

#: Deeper nesting is refused; it also keeps the recursion far from Python's limit.
MAX_DEPTH = 60

AXES = frozenset(
    (
        "child",
        "parent",
        "self",
        "attribute",
        "descendant",
        "descendant-or-self",
        "ancestor",
        "ancestor-or-self",
        "preceding-sibling",
        "following-sibling",
    )
)
_LEVELS: tuple[frozenset[str], ...] = (
    frozenset(("or",)),
    frozenset(("and",)),
    frozenset(("=", "!=")),
    frozenset(("<", "<=", ">", ">=")),
    frozenset(("+", "-")),
    frozenset(("*", "div", "mod")),
)


@lru_cache(maxsize=4096)
def parse(expression: str) -> Expression:
    """The syntax tree of ``expression``; XPathError (with position) when it is none."""
    reader = _Reader(tokenize(expression))
    tree = reader.expression()
    if reader.peek().kind != "end":
        raise reader.unexpected()
    return tree


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _next(self) -> Token:
        token = self.peek()
        self._at += 1
        return token

    def _is(self, text: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token.kind in ("symbol", "operator") and token.text == text

    def _accept(self, text: str) -> bool:
        if self._is(text):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self.unexpected(text)

    def unexpected(self, wanted: str = "") -> XPathError:
        token = self.peek()
        if token.kind == "end":
            message = _("The expression ends too early.")
        else:
            message = _("{token} is not expected here.").format(token=token.text)
        if wanted:
            message += " " + _("{sign} is missing.").format(sign=wanted)
        return XPathError(message, token.position)

    def expression(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise XPathError(_("The expression is nested too deeply."), self.peek().position)
        tree = self._binary(0)
        self._depth -= 1
        return tree

    def _binary(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._unary()
        tree = self._binary(level + 1)
        while self._is_operator(_LEVELS[level]):
            token = self._next()
            tree = Binary(token.text, tree, self._binary(level + 1), token.position)
        return tree

    def _is_operator(self, operators: frozenset[str]) -> bool:
        token = self.peek()
        return token.text in operators and (
            token.kind == "operator" or (token.kind == "symbol" and token.text != "*")
        )

    def _unary(self) -> Expression:
        negative = False
        signs = 0
        while self._accept("-"):
            negative, signs = not negative, signs + 1
        tree = self._union()
        if not signs:
            return tree
        return Negate(tree) if negative else Negate(Negate(tree))

    def _union(self) -> Expression:
        tree = self._path()
        while self._is("|"):
            token = self._next()
            tree = Binary("|", tree, self._path(), token.position)
        return tree

    def _path(self) -> Expression:
        token = self.peek()
        if self._accept("/"):
            steps = self._steps() if self._step_starts() else ()
            return Path("/", steps, token.position)
        if self._accept("//"):
            return Path("/", (_ANY_DEPTH, *self._steps()), token.position)
        if self._step_starts():
            return Path(".", self._steps(), token.position)
        primary = self._filter()
        if self._accept("/"):
            return Path(primary, self._steps(), token.position)
        if self._accept("//"):
            return Path(primary, (_ANY_DEPTH, *self._steps()), token.position)
        return primary

    def _step_starts(self) -> bool:
        token = self.peek()
        if token.kind == "name":
            return not self._is("(", 1) or token.text == "node"
        return token.kind == "symbol" and token.text in (".", "..", "@", "*")

    def _steps(self) -> tuple[Step, ...]:
        steps = [self._step()]
        while self._is("/") or self._is("//"):
            if self._next().text == "//":
                steps.append(_ANY_DEPTH)
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        token = self.peek()
        if not self._step_starts():
            raise self.unexpected()
        if self._accept("."):
            return Step("self", "node()", self._predicates(), token.position)
        if self._accept(".."):
            return Step("parent", "node()", self._predicates(), token.position)
        axis = "child"
        if self._accept("@"):
            axis = "attribute"
        elif self._is("::", 1):
            axis = self._axis()
        return Step(axis, self._test(), self._predicates(), token.position)

    def _axis(self) -> str:
        token = self._next()
        if token.text not in AXES:
            raise XPathError(
                _("The axis {name} is not supported.").format(name=token.text), token.position
            )
        self._next()
        return token.text

    def _test(self) -> str:
        token = self.peek()
        if self._accept("*"):
            return "*"
        if token.kind != "name":
            raise self.unexpected()
        self._next()
        if token.text == "node" and self._accept("("):
            self._expect(")")
            return "node()"
        return "*" if token.text.endswith(":*") else token.text

    def _predicates(self) -> tuple[Expression, ...]:
        predicates = []
        while self._accept("["):
            predicates.append(self.expression())
            self._expect("]")
        return tuple(predicates)

    def _filter(self) -> Expression:
        primary = self._primary()
        predicates = self._predicates()
        return Filter(primary, predicates) if predicates else primary

    def _primary(self) -> Expression:
        token = self.peek()
        if self._accept("("):
            tree = self.expression()
            self._expect(")")
            return tree
        if token.kind == "name" and self._is("(", 1):
            return self._call()
        if token.kind not in ("number", "string"):
            raise self.unexpected()
        self._next()
        return Number(float(token.text)) if token.kind == "number" else String(token.text)

    def _call(self) -> Call:
        token = self._next()
        self._expect("(")
        arguments: list[Expression] = []
        if not self._accept(")"):
            arguments.append(self.expression())
            while self._accept(","):
                arguments.append(self.expression())
            self._expect(")")
        return Call(token.text, tuple(arguments), token.position)


_ANY_DEPTH = Step("descendant-or-self", "node()")
