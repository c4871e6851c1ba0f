"""Closures for ``or and = != < <= > >= + - * div mod |`` and unary minus."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence

from jdz_field.xforms.xpath.code import (
    BOOLEAN,
    NODES,
    NUMBER,
    STRING,
    Code,
    as_atom,
    as_boolean,
    as_nodes,
    as_number,
)
from jdz_field.xforms.xpath.scope import Context
from jdz_field.xforms.xpath.syntax import Binary
from jdz_field.xforms.xpath.values import NAN, NodeSet, equal

_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def divide(left: float, right: float) -> float:
    """IEEE 754 division: no exception for zero."""
    if right:
        return left / right
    if not left or math.isnan(left) or math.isnan(right):
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """The remainder with the sign of the dividend; NaN where there is none."""
    if not right or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return NAN
    return math.fmod(left, right)


_NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divide,
    "mod": remainder,
}
#: Longer rows of operators are worked off one by one: closures in closures would nest too deep.
_SHORT = 8


def compile_chain(first: Code, others: Sequence[Binary], codes: Sequence[Code]) -> Code:
    """The closure of ``first`` followed by operations; ``codes``: their right sides."""
    if len(others) > _SHORT:
        made = _row(first, others, codes)
        if made is not None:
            return made
    code = first
    for expression, right in zip(others, codes, strict=True):
        code = _binary(expression, code, right)
    return code


def _row(first: Code, others: Sequence[Binary], codes: Sequence[Code]) -> Code | None:
    name = others[0].operator
    if name in ("or", "and"):
        return Code(BOOLEAN, _any_or_all([first, *codes], stop=name == "or"))
    if name == "|":
        return _union([first, *codes], others[0].position)
    if name not in _NUMBERS:
        return None
    start = as_number(first)
    steps = [
        (_NUMBERS[other.operator], as_number(code))
        for other, code in zip(others, codes, strict=True)
    ]

    def number(context: Context) -> float:
        result = start(context)
        for calculate, operand in steps:
            result = calculate(result, operand(context))
        return result

    return Code(NUMBER, number)


def _any_or_all(codes: Sequence[Code], *, stop: bool) -> Callable[[Context], bool]:
    parts = [as_boolean(code) for code in codes]

    def holds(context: Context) -> bool:
        for part in parts:
            if part(context) is stop:
                return stop
        return not stop

    return holds


def _binary(expression: Binary, left: Code, right: Code) -> Code:
    name = expression.operator
    if name in ("or", "and"):
        return Code(BOOLEAN, _logic(name, left, right))
    if name in ("=", "!="):
        return Code(BOOLEAN, _equality(name == "=", left, right))
    if name == "|":
        return _union([left, right], expression.position)
    one, other = as_number(left), as_number(right)
    if name in _ORDER:
        compare = _ORDER[name]
        return Code(BOOLEAN, lambda context: compare(one(context), other(context)))
    return Code(NUMBER, _arithmetic(name, left, right))


def _logic(name: str, left: Code, right: Code) -> Callable[[Context], bool]:
    one, other = as_boolean(left), as_boolean(right)
    if name == "or":
        return lambda context: one(context) or other(context)
    return lambda context: one(context) and other(context)


def _equality(wanted: bool, left: Code, right: Code) -> Callable[[Context], bool]:
    if left.kind == STRING and left.constant is not None:
        left, right = right, left
    one = as_atom(left)
    if right.kind == STRING and right.constant is not None:
        return _equal_to_text(wanted, one, str(right.constant))
    other = as_atom(right)
    return lambda context: equal(one(context), other(context)) is wanted


def _equal_to_text(wanted: bool, one: Callable[..., object], text: str) -> Callable[..., bool]:
    def same(context: Context) -> bool:
        value = one(context)
        found = value == text if type(value) is str else equal(value, text)  # type: ignore[arg-type]
        return found is wanted

    return same


def _arithmetic(name: str, left: Code, right: Code) -> Callable[[Context], float]:
    one, other = as_number(left), as_number(right)
    if name == "+":
        if right.kind == NUMBER and right.constant is not None:
            added = float(right.constant)  # type: ignore[arg-type]
            return lambda context: one(context) + added
        return lambda context: one(context) + other(context)
    if name == "-":
        return lambda context: one(context) - other(context)
    if name == "*":
        return lambda context: one(context) * other(context)
    if name == "div":
        return lambda context: divide(one(context), other(context))
    return lambda context: remainder(one(context), other(context))


def compile_negate(operand: Code) -> Code:
    """The closure of ``-operand``."""
    number = as_number(operand)
    return Code(NUMBER, lambda context: -number(context))


def _union(codes: Sequence[Code], position: int) -> Code:
    parts = [as_nodes(code, "|", position) for code in codes]

    def nodes(context: Context) -> NodeSet:
        found = {id(node): node for part in parts for node in part(context)}
        return NodeSet(found.values())

    return Code(NODES, nodes, nodes)
