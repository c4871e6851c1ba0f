"""Closures for ``[…]``; equality over a secondary instance goes through an index."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeGuard

from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.xpath.code import BOOLEAN, NUMBER, Code, as_atom
from jdz_field.xforms.xpath.scope import Context, Scope
from jdz_field.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Number,
    Path,
    chain,
    walk,
)
from jdz_field.xforms.xpath.values import Atom, NodeSet, XNode, to_boolean

#: Narrows the children ``name`` of a node: ``(context, parent, name, kids) -> kids``.
Narrow = Callable[[Context, XNode, str, Sequence[XNode]], Sequence[XNode]]
Compile = Callable[[Expression, Scope], Code]


def compile_predicates(
    predicates: tuple[Expression, ...], scope: Scope, compile_in: Compile
) -> list[Narrow]:
    """One closure a predicate, to be applied in order."""
    narrows: list[Narrow] = []
    for predicate in predicates:
        indexed = None
        if scope.node is None and not narrows:
            indexed = _indexed(predicate, scope, compile_in)
        narrows.append(indexed or _general(predicate, scope, compile_in))
    return narrows


def _general(predicate: Expression, scope: Scope, compile_in: Compile) -> Narrow:
    if isinstance(predicate, Number):
        return _at(int(predicate.value))
    return _filter(compile_in(predicate, scope))


def _at(place: int) -> Narrow:
    def narrow(
        _context: Context, _parent: XNode, _name: str, kids: Sequence[XNode]
    ) -> Sequence[XNode]:
        return kids[place - 1 : place] if place > 0 else ()

    return narrow


def _filter(code: Code) -> Narrow:
    passes = _passes(code)

    def narrow(
        context: Context, _parent: XNode, _name: str, kids: Sequence[XNode]
    ) -> Sequence[XNode]:
        context.spend(len(kids))
        inner = Context(context.host, context.node, context.current)
        inner.size = len(kids)
        found = []
        for place, kid in enumerate(kids, 1):
            inner.node = kid
            inner.position = place
            if passes(inner):
                found.append(kid)
        return found

    return narrow


def _passes(code: Code) -> Callable[[Context], bool]:
    run = code.run
    if code.kind == BOOLEAN:
        return run  # type: ignore[return-value]
    if code.kind == NUMBER:
        return lambda context: run(context) == context.position
    atom = as_atom(code)

    def passes(context: Context) -> bool:
        value = atom(context)
        return value == context.position if type(value) is float else to_boolean(value)

    return passes


def _indexed(predicate: Expression, scope: Scope, compile_in: Compile) -> Narrow | None:
    """All ``child = value`` parts of a conjunction in one look-up, the others as filters."""
    keys: list[str] = []
    wanted: list[Code] = []
    rest: list[Narrow] = []
    for conjunct in _conjuncts(predicate):
        sides = _key_and_value(conjunct)
        if sides is None or sides[0] in keys:
            rest.append(_filter(compile_in(conjunct, scope)))
        else:
            keys.append(sides[0])
            wanted.append(compile_in(sides[1], scope))
    if not keys:
        return None
    return _lookup(tuple(keys), wanted, rest, _filter(compile_in(predicate, scope)))


def _conjuncts(predicate: Expression) -> list[Expression]:
    if isinstance(predicate, Binary) and predicate.operator == "and":
        first, others = chain(predicate)
        return [part for side in (first, *(o.right for o in others)) for part in _conjuncts(side)]
    return [predicate]


def _key_and_value(conjunct: Expression) -> tuple[str, Expression] | None:
    if not isinstance(conjunct, Binary) or conjunct.operator != "=":
        return None
    for one, other in ((conjunct.left, conjunct.right), (conjunct.right, conjunct.left)):
        if (
            isinstance(one, Path)
            and one.start == "."
            and len(one.steps) == 1
            and one.steps[0].axis in ("child", "attribute")
            and one.steps[0].test not in ("*", "node()")
            and not one.steps[0].predicates
            and not _needs_item(other)
        ):
            step = one.steps[0]
            return ("@" if step.axis == "attribute" else "") + step.test, other
    return None


def _needs_item(expression: Expression) -> bool:
    return any(
        (isinstance(part, Path) and part.start == ".")
        or (isinstance(part, Call) and (part.name in ("position", "last") or not part.arguments))
        for part in walk(expression)
        if not (
            isinstance(part, Call) and part.name in ("current", "today", "now", "true", "false")
        )
    )


def _lookup(keys: tuple[str, ...], wanted: list[Code], rest: list[Narrow], slow: Narrow) -> Narrow:
    values_of = [as_atom(code) for code in wanted]

    def narrow(
        context: Context, parent: XNode, name: str, kids: Sequence[XNode]
    ) -> Sequence[XNode]:
        values = tuple([value_of(context) for value_of in values_of])
        if not isinstance(parent, StaticNode) or not _findable(values):
            return slow(context, parent, name, kids)
        kids = parent.index_of(name, *keys).find(values)
        for other in rest:
            kids = other(context, parent, name, kids)
        return kids

    return narrow


def _findable(values: tuple[Atom, ...]) -> TypeGuard[tuple[str | float, ...]]:
    # NaN equals nothing, not even in a table.
    return all(
        type(value) is str or (type(value) is float and not math.isnan(value)) for value in values
    )


def filter_nodes(narrows: list[Narrow], context: Context, nodes: NodeSet) -> NodeSet:
    """Predicates over a whole node-set: ``(expression)[…]``."""
    found: Sequence[XNode] = nodes
    for narrow in narrows:
        found = narrow(context, context.node, "", found)
    return NodeSet(found)
