"""The abstract syntax of an expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class String:
    """A quoted text."""

    value: str


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right``; operators: or and = != < <= > >= + - * div mod |."""

    operator: str
    left: Expression
    right: Expression
    position: int = 0


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    name: str
    arguments: tuple[Expression, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: ``axis::test[predicate]…``; test: a name, ``*`` or ``node()``."""

    axis: str
    test: str
    predicates: tuple[Expression, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Path:
    """``start`` is ``/`` (the document), ``.`` (the context) or an expression with nodes."""

    start: str | Expression
    steps: tuple[Step, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """An expression with predicates: ``(expression)[predicate]…``."""

    operand: Expression
    predicates: tuple[Expression, ...]


Expression = Number | String | Binary | Negate | Call | Path | Filter


#: Operators that bind alike: a row of them is as long as its author likes.
_ALIKE: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
)
_ALIKE += (("*", "div", "mod"), ("|",))
_LEVEL = {sign: level for level, signs in enumerate(_ALIKE) for sign in signs}


def chain(tree: Binary) -> tuple[Expression, list[Binary]]:
    """``a + b - c + …``: the first operand, and each operation that follows, in order."""
    found, level = [tree], _LEVEL[tree.operator]
    left = tree.left
    while isinstance(left, Binary) and _LEVEL[left.operator] == level:
        found.append(left)
        left = left.left
    return left, found[::-1]


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything in it, outermost first."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(tuple(_parts(part))))


def _parts(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Binary(left=left, right=right):
            yield left
            yield right
        case Negate(operand=operand):
            yield operand
        case Call(arguments=arguments):
            yield from arguments
        case Filter(operand=operand, predicates=predicates):
            yield operand
            yield from predicates
        case Path(start=start, steps=steps):
            if not isinstance(start, str):
                yield start
            for step in steps:
                yield from step.predicates
        case _:
            pass


def has_call(expression: Expression, names: frozenset[str]) -> bool:
    """Whether a function of these names is called anywhere in it."""
    return any(isinstance(part, Call) and part.name in names for part in walk(expression))
