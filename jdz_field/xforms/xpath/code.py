"""Compiled pieces: a closure and the kind of value it gives, and how to get another kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.scope import Context, Fn
from jdz_field.xforms.xpath.values import (
    Atom,
    NodeSet,
    Value,
    to_boolean,
    to_number,
    to_string,
    unpack,
)

NUMBER, STRING, BOOLEAN, ATOM, NODES = "number", "string", "boolean", "atom", "nodes"

NumberFn = Callable[[Context], float]
StringFn = Callable[[Context], str]
BooleanFn = Callable[[Context], bool]
NodesFn = Callable[[Context], NodeSet]


@dataclass(frozen=True, slots=True)
class Code:
    """``run`` gives a value of ``kind``; ``nodes`` the node-set behind it, if there is one."""

    kind: str
    run: Fn
    nodes: NodesFn | None = None
    constant: Value | None = None


def constant(value: float | str | bool) -> Code:
    """Code that always gives ``value``."""
    kind = {float: NUMBER, str: STRING, bool: BOOLEAN}[type(value)]
    return Code(kind, lambda _context: value, constant=value)


def as_atom(code: Code) -> Callable[[Context], Atom]:
    """A closure that gives a single value."""
    if code.kind != NODES:
        return cast("Callable[[Context], Atom]", code.run)
    run = code.run
    return lambda context: unpack(run(context))


def as_number(code: Code) -> NumberFn:
    """A closure that gives a number."""
    if code.kind == NUMBER:
        return cast(NumberFn, code.run)
    run = code.run

    def number(context: Context) -> float:
        value = run(context)
        return value if type(value) is float else to_number(value)

    return number


def as_string(code: Code) -> StringFn:
    """A closure that gives a text."""
    if code.kind == STRING:
        return cast(StringFn, code.run)
    run = code.run

    def text(context: Context) -> str:
        value = run(context)
        return value if type(value) is str else to_string(value)

    return text


def as_boolean(code: Code) -> BooleanFn:
    """A closure that gives a truth."""
    if code.kind == BOOLEAN:
        return cast(BooleanFn, code.run)
    run = code.run
    return lambda context: to_boolean(run(context))


def as_nodes(code: Code, what: str, position: int | None = None) -> NodesFn:
    """A closure that gives a node-set; XPathError when ``code`` has none."""
    if code.nodes is not None:
        return code.nodes
    if code.kind != ATOM:
        raise XPathError(_("{what} needs a reference to questions.").format(what=what), position)
    run = code.run

    def nodes(context: Context) -> NodeSet:
        value = run(context)
        if type(value) is not NodeSet:
            raise XPathError(_("{what} needs a reference to questions.").format(what=what))
        return value

    return nodes
