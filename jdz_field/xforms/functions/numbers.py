"""Functions over numbers and truths."""

from __future__ import annotations

import math
from collections.abc import Callable

from jdz_field.core.i18n import _
from jdz_field.xforms.functions.registry import function
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.scope import Host
from jdz_field.xforms.xpath.values import (
    NAN,
    Atom,
    NodeSet,
    Value,
    round_number,
    to_boolean,
    to_double,
    to_number,
    truncate,
    value_of,
    whole,
)


@function("true", "", "boolean")
def true() -> bool:
    """True."""
    return True


@function("false", "", "boolean")
def false() -> bool:
    """False."""
    return False


@function("boolean", "boolean", "boolean")
def boolean(truth: bool) -> bool:
    """Its argument as a truth."""
    return truth


@function("not", "boolean", "boolean")
def negation(truth: bool) -> bool:
    """The opposite."""
    return not truth


@function("number", "number", "number")
def number(value: float) -> float:
    """Its argument as a number."""
    return value


@function("int", "number", "number")
def integer(value: float) -> float:
    """Without its fraction."""
    return truncate(value)


@function("round", "number value?", "number")
def rounded(value: float, places: Value = 0.0) -> float:
    """Half up to ``places`` decimals (negative: tens, hundreds …)."""
    return round_number(value, whole(places))


@function("floor", "number", "number")
def floor(value: float) -> float:
    """The greatest whole number that is not greater."""
    return float(math.floor(value)) if math.isfinite(value) else value


@function("ceiling", "number", "number")
def ceiling(value: float) -> float:
    """The smallest whole number that is not smaller."""
    return float(math.ceil(value)) if math.isfinite(value) else value


@function("abs", "atom", "number")
def absolute(value: Atom) -> float:
    """Without its sign."""
    return abs(to_double(value))


@function("pi", "", "number")
def pi() -> float:
    """The ratio of a circle's circumference to its diameter."""
    return math.pi


def _unary(names: str, run: Callable[[float], float]) -> None:
    """Declare a function of one real number; NaN where it is not defined."""

    def apply(value: Atom) -> float:
        try:
            return run(to_double(value))
        except (ValueError, ZeroDivisionError):
            return NAN
        except OverflowError:
            return math.inf

    function(names, "atom", "number")(apply)


def _logarithm(base: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: -math.inf if value == 0 else base(value)


for _names, _run in {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp10": lambda value: math.pow(10.0, value),
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
}.items():
    _unary(_names, _run)


@function("atan2", "atom atom", "number")
def atan2(y: Atom, x: Atom) -> float:
    """The angle of the point (x, y)."""
    return math.atan2(to_double(y), to_double(x))


@function("pow", "atom atom", "number")
def power(base: Atom, exponent: Atom) -> float:
    """``base`` raised to ``exponent``, as IEEE 754 has it."""
    one, other = to_double(base), to_double(exponent)
    if math.isnan(one) and other != 0:
        return NAN
    if abs(one) == 1 and (math.isinf(other) or math.isnan(other)):
        return NAN
    try:
        return math.pow(one, other)
    except OverflowError:
        return -math.inf if one < 0 and other % 2 == 1 else math.inf
    except ValueError:
        return math.inf if one == 0 else NAN


def _numbers(values: tuple[Value, ...]) -> list[float]:
    if len(values) == 1 and type(values[0]) is NodeSet:
        found = [to_number(value_of(node)) for node in values[0]]
    else:
        found = [to_number(value) for value in values]
    return [value for value in found if not math.isnan(value)]


@function("min", "value*", "number")
def minimum(*values: Value) -> float:
    """The smallest number; what is no number does not count."""
    return min(_numbers(values), default=NAN)


@function("max", "value*", "number")
def maximum(*values: Value) -> float:
    """The greatest number; what is no number does not count."""
    return max(_numbers(values), default=NAN)


@function("random", "", "number", host=True)
def random(host: Host) -> float:
    """0 ≤ r < 1, another one at every evaluation."""
    return host.random()


@function("checklist", "number number value*", "boolean")
def checklist(least: float, most: float, *flags: Value) -> bool:
    """Whether so many flags are true; -1 for no limit."""
    true_ones = sum(_truths(flags))
    low, high = whole(least), whole(most)
    return (low < 0 or true_ones >= low) and (high < 0 or true_ones <= high)


def _truths(values: tuple[Value, ...]) -> list[bool]:
    if len(values) == 1 and type(values[0]) is NodeSet:
        return [to_boolean(value_of(node)) for node in values[0]]
    return [to_boolean(value) for value in values]


@function("weighted-checklist", "number number value*", "boolean")
def weighted_checklist(least: float, most: float, *pairs: Value) -> bool:
    """Whether the weights of the true flags add up to something between the limits.

    -1 for no limit (ODK XForms, ``weighted-checklist``: "like checklist()"; JavaRosa differs).
    """
    flags, weights = _pairs(pairs)
    if len(flags) != len(weights):
        raise XPathError(_("weighted-checklist() needs a weight for every answer."))
    total = sum(weight for flag, weight in zip(flags, weights, strict=True) if flag)
    return (least in (-1.0, total) or least < total) and (most in (-1.0, total) or total < most)


def _pairs(pairs: tuple[Value, ...]) -> tuple[list[bool], list[float]]:
    if len(pairs) == 2 and all(type(part) is NodeSet for part in pairs):
        flags, weights = pairs
        return (
            [to_boolean(value_of(node)) for node in flags],  # type: ignore[union-attr,arg-type]
            [to_number(value_of(node)) for node in weights],  # type: ignore[union-attr,arg-type]
        )
    return [to_boolean(flag) for flag in pairs[::2]], [to_number(w) for w in pairs[1::2]]
