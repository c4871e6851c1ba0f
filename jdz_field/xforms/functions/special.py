"""Functions that are more than their arguments' values: they choose, look up or look around."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jdz_field.core.i18n import _
from jdz_field.xforms.functions.nodes import seed_of, shuffled
from jdz_field.xforms.functions.registry import wrong_count
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.code import (
    ATOM,
    BOOLEAN,
    NODES,
    NUMBER,
    STRING,
    Code,
    as_atom,
    as_boolean,
    as_nodes,
    as_number,
    as_string,
)
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.paths import compile_path, target_of
from jdz_field.xforms.xpath.predicates import Compile
from jdz_field.xforms.xpath.scope import Context, Scope
from jdz_field.xforms.xpath.syntax import Call, Path, Step, String
from jdz_field.xforms.xpath.values import NodeSet, Value, XNode, empty, value_of, whole

Builder = Callable[[Call, Scope, Compile], Code]
SPECIAL: dict[str, Builder] = {}
_SELF = Path(".", (Step("self", "node()"),))


def _special(name: str, least: int, most: int) -> Callable[[Builder], Builder]:
    def declare(build: Builder) -> Builder:
        def checked(call: Call, scope: Scope, compile_in: Compile) -> Code:
            if not least <= len(call.arguments) <= most:
                raise wrong_count(name, call.position)
            return build(call, scope, compile_in)

        SPECIAL[name] = checked
        return build

    return declare


@_special("if", 3, 3)
def _if(call: Call, scope: Scope, compile_in: Compile) -> Code:
    condition = as_boolean(compile_in(call.arguments[0], scope))
    then, other = (compile_in(argument, scope) for argument in call.arguments[1:])
    yes, no = then.run, other.run
    kind = then.kind if then.kind == other.kind else ATOM
    if kind in (NUMBER, STRING, BOOLEAN):
        return Code(kind, lambda context: yes(context) if condition(context) else no(context))
    yes, no = as_atom(then), as_atom(other)
    return Code(ATOM, lambda context: yes(context) if condition(context) else no(context))


@_special("coalesce", 2, 100)
def _coalesce(call: Call, scope: Scope, compile_in: Compile) -> Code:
    choices = [as_atom(compile_in(argument, scope)) for argument in call.arguments]
    last = choices.pop()

    def run(context: Context) -> Value:
        for choice in choices:
            value = choice(context)
            if not empty(value):
                return value
        return last(context)

    return Code(ATOM, run)


@_special("once", 1, 1)
def _once(call: Call, scope: Scope, compile_in: Compile) -> Code:
    first = as_atom(compile_in(call.arguments[0], scope))

    def run(context: Context) -> Value:
        kept = value_of(context.node)
        return first(context) if kept == "" else kept

    return Code(ATOM, run)


@_special("position", 0, 1)
def _position(call: Call, scope: Scope, compile_in: Compile) -> Code:
    if not call.arguments:
        return Code(NUMBER, lambda context: float(context.position or _place(context.node)))
    nodes = as_nodes(compile_in(call.arguments[0], scope), "position()", call.position)

    def run(context: Context) -> float:
        found = nodes(context)
        return float(_place(found[0])) if found else 0.0

    return Code(NUMBER, run)


def _place(node: XNode) -> int:
    return node.index + 1


@_special("last", 0, 0)
def _last(_call: Call, _scope: Scope, _compile_in: Compile) -> Code:
    return Code(NUMBER, lambda context: float(context.size or 1))


@_special("current", 0, 0)
def _current(call: Call, scope: Scope, compile_in: Compile) -> Code:
    return compile_path(Path(call, (), call.position), scope, compile_in)


@_special("instance", 1, 1)
def _instance(call: Call, scope: Scope, compile_in: Compile) -> Code:
    return compile_path(Path(call, (), call.position), scope, compile_in)


@_special("randomize", 1, 2)
def _randomize(call: Call, scope: Scope, compile_in: Compile) -> Code:
    nodes = as_nodes(compile_in(call.arguments[0], scope), "randomize()", call.position)
    seed = as_atom(compile_in(call.arguments[1], scope)) if len(call.arguments) > 1 else None

    def run(context: Context) -> NodeSet:
        chosen = None if seed is None else seed_of(seed(context))
        return NodeSet(shuffled(nodes(context), context.host, chosen))

    return Code(NODES, run, run)


@_special("pulldata", 4, 4)
def _pulldata(call: Call, scope: Scope, compile_in: Compile) -> Code:
    name, column, key, wanted = (as_string(compile_in(a, scope)) for a in call.arguments)

    def run(context: Context) -> str:
        document, looked_up = context.host.instance(name(context)), wanted(context)
        if document is None or not looked_up:
            return ""
        for root in document.every():
            if isinstance(root, StaticNode):
                found = root.index_of("item", key(context)).find((looked_up,))
                return found[0].text_of(column(context)) if found else ""
        return ""

    return Code(STRING, run)


@_special("jr:choice-name", 2, 2)
def _choice_name(call: Call, scope: Scope, compile_in: Compile) -> Code:
    value = as_string(compile_in(call.arguments[0], scope))
    where = call.arguments[1]
    path = parse(where.value) if isinstance(where, String) else where
    question = as_nodes(compile_in(path, scope), "jr:choice-name()", call.position)

    def run(context: Context) -> str:
        nodes: Any = question(context)
        return context.host.choice_name(value(context), nodes[0]) if nodes else ""

    return Code(STRING, run)


@_special("indexed-repeat", 3, 21)
def _indexed_repeat(call: Call, scope: Scope, compile_in: Compile) -> Code:
    if len(call.arguments) % 2 == 0:
        raise wrong_count("indexed-repeat", call.position)
    target, bound = _target(call, 0, scope)
    places = {}
    for at in range(1, len(call.arguments), 2):
        repeat, _bound = _target(call, at, scope)
        if repeat not in target.chain[:-1]:
            raise XPathError(
                _("{name} does not hold {other}.").format(name=repeat.path, other=target.path),
                call.position,
            )
        places[repeat] = as_number(compile_in(call.arguments[at + 1], scope))
        if repeat.repeat:
            scope.depends(repeat, repeat.depth - 1)
    top = max(1, min(bound, *(repeat.depth - 1 for repeat in places)))
    scope.depends(target, top)
    return _indexed_nodes(target, top, places)


def _target(call: Call, at: int, scope: Scope) -> tuple[Def, int]:
    path = call.arguments[at]
    found = target_of(path, scope) if isinstance(path, Path) else None
    if found is None:
        raise XPathError(
            _("indexed-repeat() needs references to questions and repeats."), call.position
        )
    return found


def _indexed_nodes(target: Def, top: int, places: dict[Def, Callable[[Context], float]]) -> Code:
    below = target.chain[top:]

    def nodes(context: Context) -> NodeSet:
        start: Any = context.current
        while start.definition.depth > top:
            start = start.parent
        found = [start]
        for definition in below:
            found = [kid for node in found for kid in node.named(definition.name)]
            if definition in places:
                place = max(1, whole(places[definition](context)))
                found = [kid for kid in found if kid.index == place - 1]
        return NodeSet(node for node in found if node.relevant)

    return Code(NODES, nodes, nodes)


def _of_self(name: str) -> None:
    """A function that takes the context node when it has no argument."""

    @_special(name, 0, 1)
    def _build(call: Call, scope: Scope, compile_in: Compile) -> Code:
        inner = scope
        if not call.arguments:
            # As in JavaRosa, and as for once(): looking at oneself is no dependency, so that
            # a calculation may do it.
            inner = Scope(scope.root, scope.node, scope.current, scope.limit)
        return compile_in(Call(f"{name}\0", call.arguments or (_SELF,), call.position), inner)


for _name in ("string", "number", "string-length", "normalize-space", "name", "local-name"):
    _of_self(_name)
