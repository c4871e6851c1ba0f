"""The values of expressions and how one kind turns into another, as JavaRosa does it.

A value is a ``float``, ``str``, ``bool``, :class:`Moment` or :class:`NodeSet`. An empty answer,
an irrelevant one and an empty node-set are all ``""``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Protocol

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.dates import Moment, date_text, days_and_time, days_since_epoch
from jdz_field.xforms.xpath.errors import XPathError

NAN = math.nan
#: Numbers closer than this are equal (JavaRosa's tolerance).
EPSILON = 1e-12
INT_MAX, INT_MIN = 2**31 - 1, -(2**31)
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)


class XNode(Protocol):
    """What an expression sees of a node, of the record or of a secondary instance."""

    name: str
    value: Atom
    relevant: bool
    index: int

    @property
    def parent(self) -> XNode | None:
        """The node that holds it."""

    def named(self, name: str) -> Iterable[XNode]:
        """Its children of that name (``@name``: attributes), in order."""

    def every(self) -> Iterable[XNode]:
        """All its child elements, in order."""


class NodeSet(list[XNode]):
    """Nodes in document order."""

    __slots__ = ()


Atom = float | str | bool | Moment
Value = Atom | NodeSet


def value_of(node: XNode) -> Atom:
    """What a node is worth: nothing when it is irrelevant."""
    return node.value if node.relevant else ""


def unpack(value: Value) -> Atom:
    """A node-set's single value; XPathError when it holds several nodes."""
    if type(value) is not NodeSet:
        return value  # type: ignore[return-value]
    if not value:
        return ""
    if len(value) > 1:
        raise XPathError(
            _(
                "{name} is repeated {n} times here; say which one is meant, for example with "
                "indexed-repeat()."
            ).format(name=value[0].name, n=len(value))
        )
    return value_of(value[0])


def to_number(value: Value) -> float:
    """XPath ``number()``: a date counts its days; text that is no number is NaN."""
    if type(value) is float:
        return value
    atom = unpack(value)
    if type(atom) is str:
        return _parse_number(atom)
    if type(atom) is Moment:
        return float(days_since_epoch(atom))
    return float(atom)  # type: ignore[arg-type]


def _parse_number(text: str) -> float:
    cleaned = text.strip().replace(",", ".")
    return float(cleaned) if _NUMBER.fullmatch(cleaned) else NAN


def to_double(value: Value) -> float:
    """As ``to_number``, but a date keeps its time of day (mathematical functions)."""
    atom = unpack(value)
    return days_and_time(atom) if type(atom) is Moment else to_number(atom)


def to_boolean(value: Value) -> bool:
    """XPath ``boolean()``."""
    atom = unpack(value)
    if type(atom) is bool:
        return atom
    if type(atom) is float:
        return abs(atom) > EPSILON
    return bool(atom) if type(atom) is str else True


def to_string(value: Value) -> str:
    """XPath ``string()``; a date is ``YYYY-MM-DD``."""
    if type(value) is str:
        return value
    atom = unpack(value)
    if type(atom) is str:
        return atom
    if type(atom) is float:
        return number_text(atom)
    if type(atom) is bool:
        return "true" if atom else "false"
    return date_text(atom)  # type: ignore[arg-type]


def number_text(number: float) -> str:
    """A number as ``string()`` shows it: whole ones (of 32 bits) without a point."""
    if math.isnan(number):
        return "NaN"
    if abs(number) < EPSILON:
        return "0"
    if math.isinf(number):
        return "-Infinity" if number < 0 else "Infinity"
    whole = max(INT_MIN, min(INT_MAX, int(number)))
    return str(whole) if abs(number - whole) < EPSILON else double_text(number)


def double_text(number: float) -> str:
    """A double as Java writes it: ``0.5``, ``12.0``, ``1.0E10``."""
    if not math.isfinite(number):
        return number_text(number)
    if number == 0:
        return "-0.0" if math.copysign(1, number) < 0 else "0.0"
    if 1e-3 <= abs(number) < 1e7:
        return repr(float(number))
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    power = len(figures) - 1 + int(exponent)
    minus = "-" if sign else ""
    if -3 <= power < 7:
        plain = f"{abs(Decimal(repr(number)).normalize()):f}"
        return minus + (plain if "." in plain else plain + ".0")
    return f"{minus}{figures[0]}.{figures[1:] or '0'}E{power}"


def truncate(number: float) -> float:
    """``int()``: towards zero; NaN and infinities stay."""
    if not math.isfinite(number):
        return number
    return math.copysign(float(math.trunc(number)), number)


def whole(value: Value, default: int = 0) -> int:
    """An argument that counts something; NaN is 0, as a Java cast makes it."""
    number = to_number(value)
    if math.isnan(number):
        return default
    return int(max(INT_MIN, min(INT_MAX, number)))


def round_number(number: float, places: int) -> float:
    """``round()``: half up (towards zero for negative numbers); NaN beyond 30 places."""
    if not math.isfinite(number):
        return number
    if abs(places) > 30:
        return NAN
    if places >= 0:
        method = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
        return _quantize(number, places, method)
    scale = 10.0**-places
    return float(math.trunc(number / scale + 0.5)) * scale


def _quantize(number: float, places: int, method: str) -> float:
    exact = Decimal(repr(number))
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    # Enough digits for any double: the default context has only 28.
    return float(exact.quantize(Decimal(1).scaleb(-places), rounding=method, context=_WIDE))


_WIDE = Context(prec=400)


def equal(left: Value, right: Value) -> bool:
    """``=``: as booleans, else as numbers, else as texts, by what the sides are."""
    one, other = unpack(left), unpack(right)
    if type(one) is str and type(other) is str:
        return one == other
    if type(one) is bool or type(other) is bool:
        return to_boolean(one) is to_boolean(other)
    if type(one) is float or type(other) is float:
        return abs(to_number(one) - to_number(other)) < EPSILON
    return to_string(one) == to_string(other)


def empty(value: Value) -> bool:
    """Whether a value is nothing: an empty text or NaN."""
    atom = unpack(value)
    return atom == "" or (type(atom) is float and math.isnan(atom))
