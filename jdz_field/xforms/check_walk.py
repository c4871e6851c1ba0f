"""The paths of an expression, each with what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jdz_field.xforms.functions.registry import FUNCTIONS
from jdz_field.xforms.functions.special import SPECIAL
from jdz_field.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Path,
    String,
    chain,
)

#: Special functions that pass one value on.
_ONE_VALUE = frozenset(("if", "coalesce", "once"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A path; ``scalar``: one value is wanted of it; ``item_list``: it starts at a list's item."""

    path: Path
    scalar: bool
    item_list: str = ""


def paths(tree: Expression, *, scalar: bool = True, item_list: str = "") -> Iterator[Seen]:
    """Every path, outermost first; ``scalar``: the expression's own result is one value."""
    match tree:
        case Path():
            yield from _path(tree, scalar, item_list)
        case Binary():
            first, others = chain(tree)
            for side in (first, *(other.right for other in others)):
                yield from paths(side, scalar=tree.operator != "|", item_list=item_list)
        case Negate(operand=operand):
            yield from paths(operand, item_list=item_list)
        case Call():
            for at, argument in enumerate(tree.arguments):
                yield from paths(argument, scalar=_wants_one(tree, at), item_list=item_list)
        case Filter(operand=operand, predicates=predicates):
            yield from paths(operand, scalar=False, item_list=item_list)
            yield from _inside(predicates, "?")


def _inside(predicates: tuple[Expression, ...], item_list: str) -> Iterator[Seen]:
    for predicate in predicates:
        yield from paths(predicate, item_list=item_list)


def _path(path: Path, scalar: bool, item_list: str) -> Iterator[Seen]:
    anchored = path.start == "/" or _is_call(path.start, "current")
    if anchored or not item_list:
        yield Seen(path, scalar)
    elif item_list != "?":
        yield Seen(path, scalar=False, item_list=item_list)
    elif _is_call(path.start, "instance"):
        yield Seen(path, scalar=False)
    inner = list_of(path) or "?"
    for at, step in enumerate(path.steps):
        # Items are the second step of root/item; deeper ones are cells.
        yield from _inside(step.predicates, inner if at == 1 else "?")
    if not isinstance(path.start, str) and not _is_call(path.start, "instance"):
        yield from paths(path.start, scalar=False, item_list=item_list)


def list_of(path: Path) -> str:
    """The list whose items a path ``instance('list')/root/item`` gives, else ``""``."""
    start = path.start
    if isinstance(start, Call) and start.name == "instance" and len(start.arguments) == 1:
        name = start.arguments[0]
        return name.value if isinstance(name, String) else ""
    return ""


def _is_call(start: str | Expression, name: str) -> bool:
    return isinstance(start, Call) and start.name == name


def _wants_one(call: Call, at: int) -> bool:
    if call.name in SPECIAL:
        return call.name in _ONE_VALUE
    declared = FUNCTIONS.get(call.name)
    if declared is None or not declared.parameters:
        return False
    kind = declared.parameters[min(at, len(declared.parameters) - 1)]
    return kind not in ("nodes", "value")
