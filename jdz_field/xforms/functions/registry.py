"""How functions are declared and how a call becomes a closure.

A signature names what each argument is turned into: ``number string boolean atom nodes value``;
``?`` marks optional ones, ``*`` the last one that may repeat (or be absent).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.code import (
    Code,
    as_atom,
    as_boolean,
    as_nodes,
    as_number,
    as_string,
)
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.scope import Context
from jdz_field.xforms.xpath.syntax import Call


@dataclass(frozen=True, slots=True)
class Function:
    """A declared function; ``host``: it is given the running form as first argument."""

    name: str
    parameters: tuple[str, ...]
    minimum: int
    repeats: bool
    returns: str
    run: Callable[..., Any]
    host: bool

    def fits(self, count: int) -> bool:
        """Whether so many arguments can be given."""
        return count >= self.minimum and (self.repeats or count <= len(self.parameters))


FUNCTIONS: dict[str, Function] = {}

Declared = Callable[..., Any]


def function(
    names: str, signature: str, returns: str, *, host: bool = False
) -> Callable[[Declared], Declared]:
    """Declare a function under one or more names."""
    marked = signature.split()
    minimum = sum(1 for mark in marked if mark[-1] not in "?*")
    parameters = tuple(mark.rstrip("?*") for mark in marked)
    repeats = bool(marked) and marked[-1].endswith("*")

    def declare(run: Declared) -> Declared:
        for name in names.split():
            FUNCTIONS[name] = Function(name, parameters, minimum, repeats, returns, run, host)
        return run

    return declare


def wrong_count(name: str, position: int) -> XPathError:
    """The error for a call with too few or too many arguments."""
    return XPathError(_("{name}() has the wrong number of arguments.").format(name=name), position)


def build_call(declared: Function, call: Call, arguments: Sequence[Code]) -> Code:
    """The closure of a call whose arguments are compiled."""
    if not declared.fits(len(arguments)):
        raise wrong_count(call.name, call.position)
    takers = [
        _taker(_parameter(declared, at), argument, call) for at, argument in enumerate(arguments)
    ]
    return Code(declared.returns, _closure(declared, takers))


def _parameter(declared: Function, at: int) -> str:
    return declared.parameters[min(at, len(declared.parameters) - 1)]


def _taker(parameter: str, argument: Code, call: Call) -> Callable[[Context], Any]:
    if parameter == "number":
        return as_number(argument)
    if parameter == "string":
        return as_string(argument)
    if parameter == "boolean":
        return as_boolean(argument)
    if parameter == "atom":
        return as_atom(argument)
    if parameter == "nodes":
        return as_nodes(argument, f"{call.name}()", call.position)
    # "value": several nodes stay several, a single reference gives its node too.
    return argument.nodes or argument.run


def _closure(declared: Function, takers: list[Callable[[Context], Any]]) -> Callable[..., Any]:
    run = declared.run
    if declared.host:
        return lambda context: run(context.host, *[take(context) for take in takers])
    if not takers:
        return lambda _context: run()
    if len(takers) == 1:
        first = takers[0]
        return lambda context: run(first(context))
    if len(takers) == 2:
        one, other = takers
        return lambda context: run(one(context), other(context))
    return lambda context: run(*[take(context) for take in takers])
