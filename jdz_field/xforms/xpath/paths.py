"""Closures for paths.

A reference is anchored the way JavaRosa does it: as far as a path names the same levels as the
expression's own node, it means *that* node's ancestors, so inside a repeat ``/data/tree/height``
is the height of the same tree. Steps up with ``..`` let go of the levels they leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from jdz_field.core.i18n import _
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.axes import along
from jdz_field.xforms.xpath.code import ATOM, NODES, Code, as_nodes
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.predicates import Compile, Narrow, compile_predicates
from jdz_field.xforms.xpath.scope import Context, Fn, Scope
from jdz_field.xforms.xpath.syntax import Call, Expression, Path, Step, String
from jdz_field.xforms.xpath.values import NodeSet, XNode

NodeFn = Callable[[Context], XNode]
Walk = Callable[[Context, Iterable[XNode]], Iterable[XNode]]


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where the steps start: ``node`` gives it; ``definition`` is known within the record."""

    node: NodeFn | None
    steps: tuple[Step, ...]
    definition: Def | None = None
    bound: int = 0
    nodes: Callable[[Context], Iterable[XNode]] | None = None


def compile_path(path: Path, scope: Scope, compile_in: Compile) -> Code:
    """The closure of a path; what it reads of the record is added to the scope."""
    origin = _origin(path, scope, compile_in)
    if origin is None:
        scope.missing.append(path_text(path))
        return Code(NODES, _nothing, _nothing)
    single = _single(origin)
    if single is not None:
        target, names = single
        scope.depends(target, origin.bound)
        return _single_code(origin, target, names)
    return _several_code(origin, path, scope, compile_in)


def _nothing(_context: Context) -> NodeSet:
    return NodeSet()


def _origin(path: Path, scope: Scope, compile_in: Compile) -> _Origin | None:
    start = path.start
    if start == ".":
        return _relative(path.steps, scope.node, _context_node, scope.limit)
    if start == "/":
        return _absolute(path.steps, scope)
    if isinstance(start, Call) and start.name == "current" and not start.arguments:
        return _relative(path.steps, scope.current, _current_node, 1_000)
    if isinstance(start, Call) and start.name == "instance":
        return _Origin(None, path.steps, nodes=_instance(start))
    assert not isinstance(start, str)
    nodes = as_nodes(compile_in(start, scope), _("A path"), path.position)
    return _Origin(None, path.steps, nodes=nodes)


def _context_node(context: Context) -> XNode:
    return context.node


def _current_node(context: Context) -> XNode:
    return context.current


def _instance(call: Call) -> Callable[[Context], Iterable[XNode]]:
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], String):
        raise XPathError(_("instance() needs the name of a list in quotes."), call.position)
    name = call.arguments[0].value

    def document(context: Context) -> Iterable[XNode]:
        found = context.host.instance(name)
        return () if found is None else (found,)

    return document


def _up(start: NodeFn, levels: int) -> NodeFn:
    if levels == 0:
        return start
    if levels == 1:
        return lambda context: start(context).parent  # type: ignore[return-value]

    def ancestor(context: Context) -> XNode:
        node = start(context)
        for _level in range(levels):
            node = node.parent  # type: ignore[assignment]
        return node

    return ancestor


def _relative(
    steps: tuple[Step, ...], base: Def | None, start: NodeFn, limit: int
) -> _Origin | None:
    if base is None:
        return _Origin(start, steps)
    ups = at = 0
    while at < len(steps) and steps[at].axis in ("self", "parent") and not steps[at].predicates:
        ups += steps[at].axis == "parent"
        at += 1
    chain = base.chain
    if ups == len(chain) and at < len(steps) and _names(steps[at], chain[0]):
        return _Origin(_up(start, ups - 1), steps[at + 1 :], chain[0], 1)
    if ups >= len(chain):
        return None
    anchor = chain[len(chain) - 1 - ups]
    return _Origin(_up(start, ups), steps[at:], anchor, min(anchor.depth, limit))


def _absolute(steps: tuple[Step, ...], scope: Scope) -> _Origin | None:
    """Levels in common with the expression's own node are that node's ancestors."""
    base, start, limit = scope.node, _context_node, scope.limit
    if base is None:
        base, start, limit = scope.current, _current_node, 1_000
    if base is None or not steps:
        return None
    if steps[0].axis == "descendant-or-self":
        return _Origin(_up(start, base.depth - 1), steps, scope.root, 1)
    chain = base.chain
    shared = 0
    while shared < min(len(chain), len(steps)) and _names(steps[shared], chain[shared]):
        shared += 1
    if shared == 0:
        return None
    anchor = chain[shared - 1]
    return _Origin(_up(start, base.depth - shared), steps[shared:], anchor, min(shared, limit))


def _names(step: Step, definition: Def) -> bool:
    if step.axis != "child" or step.predicates:
        return False
    return step.test in (definition.name, definition.source) or (
        step.test == "*" and definition.parent is None
    )


def child_name(step: Step, definition: Def) -> str | None:
    """The key among ``definition.children`` that a child or attribute step means."""
    if step.axis == "attribute":
        name = "@" + step.test
    elif step.axis == "child":
        name = step.test
    else:
        return None
    if name in definition.children:
        return name
    local = name.rpartition(":")[2]
    local = "@" + local if name[0] == "@" and local[0] != "@" else local
    return local if local in definition.children else None


def _single(origin: _Origin) -> tuple[Def, list[str]] | None:
    """The one node that the steps reach and the names on the way; None if there may be several."""
    if origin.definition is None:
        return None
    target, names = origin.definition, []
    for step in origin.steps:
        name = child_name(step, target)
        if name is None or step.predicates or target.children[name].repeat:
            return None
        target = target.children[name]
        names.append(name)
    return target, names


def target_of(path: Path, scope: Scope) -> tuple[Def, int] | None:
    """What a plain path (no predicates) names in the record, and how far it is bound."""
    origin = _origin(path, scope, _no_code)
    if origin is None or origin.definition is None:
        return None
    target = origin.definition
    for step in origin.steps:
        name = child_name(step, target)
        if name is None or step.predicates:
            return None
        target = target.children[name]
    return target, origin.bound


def _no_code(_expression: Expression, _scope: Scope) -> Code:
    return Code(NODES, _nothing, _nothing)


def _single_code(origin: _Origin, target: Def, names: list[str]) -> Code:
    node = _node_fn(origin, target, names)

    def nodes(context: Context) -> NodeSet:
        found = node(context)
        return NodeSet((found,)) if found.relevant else NodeSet()

    return Code(ATOM, _read(node, target), nodes)


def _node_fn(origin: _Origin, target: Def, names: list[str]) -> NodeFn:
    if target.slot >= 0:
        slot = target.slot
        return lambda context: context.singles[slot]
    start = origin.node
    assert start is not None
    if not names:
        return start

    def node(context: Context) -> XNode:
        found = start(context)
        for name in names:
            found = found.kids[name]  # type: ignore[attr-defined]
        return found

    return node


def _read(node: NodeFn, target: Def) -> Fn:
    if target.slot >= 0:
        slot = target.slot

        def read_slot(context: Context) -> object:
            found = context.singles[slot]
            return found.value if found.relevant else ""

        return read_slot  # type: ignore[return-value]

    def read(context: Context) -> object:
        found = node(context)
        return found.value if found.relevant else ""

    return read  # type: ignore[return-value]


def _several_code(origin: _Origin, path: Path, scope: Scope, compile_in: Compile) -> Code:
    definitions = None if origin.definition is None else [origin.definition]
    walks: list[Walk] = []
    for step in origin.steps:
        reached = None if definitions is None else _reached(step, definitions)
        if reached == []:
            scope.missing.append(path_text(path))
            return Code(NODES, _nothing, _nothing)
        narrows = _narrows(step, reached, origin, scope, compile_in)
        walks.append(_walk(step, narrows))
        definitions = reached
    for definition in definitions or ():
        scope.depends(definition, origin.bound)
    nodes = _chain(origin, walks)
    return Code(NODES, nodes, nodes)


def _narrows(
    step: Step, reached: list[Def] | None, origin: _Origin, scope: Scope, compile_in: Compile
) -> list[Narrow]:
    if not step.predicates:
        return []
    known = reached[0] if reached is not None and len(reached) == 1 else None
    if reached is not None:
        for definition in reached:
            if definition.repeat:
                scope.depends(definition, origin.bound)
    return compile_predicates(step.predicates, scope.inner(known, origin.bound), compile_in)


def _chain(origin: _Origin, walks: list[Walk]) -> Callable[[Context], NodeSet]:
    start, starts = origin.node, origin.nodes

    def nodes(context: Context) -> NodeSet:
        found: Iterable[XNode] = (start(context),) if start else starts(context)  # type: ignore[misc]
        for step in walks:
            found = step(context, found)
        return NodeSet(node for node in found if node.relevant)

    return nodes


def _reached(step: Step, definitions: list[Def]) -> list[Def]:
    """The definitions that a step can reach."""
    found: dict[Def, None] = {}
    for definition in definitions:
        for candidate in _candidates(step.axis, definition):
            local = step.test.rpartition(":")[2]
            if local in ("node()", "*") or candidate.name.lstrip("@") in (step.test, local):
                found[candidate] = None
    return list(found)


def _candidates(axis: str, definition: Def) -> Sequence[Def]:  # noqa: PLR0911 (a table)
    parent = definition.parent
    match axis:
        case "child":
            return definition.elements
        case "attribute":
            return [d for name, d in definition.children.items() if name[0] == "@"]
        case "self":
            return [definition]
        case "parent":
            return [parent] if parent else []
        case "descendant" | "descendant-or-self":
            everything = [d for d in definition.walk() if d.name[0] != "@"]
            return everything if axis == "descendant-or-self" else everything[1:]
        case "ancestor" | "ancestor-or-self":
            chain = definition.chain
            return chain if axis == "ancestor-or-self" else chain[:-1]
        case _:
            return parent.elements if parent else []


def _walk(step: Step, narrows: list[Narrow]) -> Walk:
    pick = _picker(step)
    downward = step.axis in ("child", "attribute", "self")
    if not narrows:

        def plain(context: Context, nodes: Iterable[XNode]) -> Iterable[XNode]:
            found = [kid for node in nodes for kid in pick(node)]
            context.spend(len(found))
            return found if downward else _once_each(found)

        return plain
    name = ("@" if step.axis == "attribute" else "") + step.test

    def walk(context: Context, nodes: Iterable[XNode]) -> Iterable[XNode]:
        found: list[XNode] = []
        for node in nodes:
            kids: Sequence[XNode] = pick(node)  # type: ignore[assignment]
            context.spend(1)
            for narrow in narrows:
                kids = narrow(context, node, name, kids)
            found.extend(kids)
        return found if downward else _once_each(found)

    return walk


def _once_each(nodes: list[XNode]) -> list[XNode]:
    """Several nodes may share what lies on other axes; a node-set holds it once."""
    return list({id(node): node for node in nodes}.values())


def _picker(step: Step) -> Callable[[XNode], Iterable[XNode]]:
    axis, test = step.axis, step.test
    if axis == "child" and test not in ("*", "node()"):
        local = test.rpartition(":")[2]
        return lambda node: node.named(test) or node.named(local)
    if axis == "attribute":
        return lambda node: node.named("@" + test)
    if test in ("*", "node()"):
        return lambda node: along(axis, node)
    return lambda node: [kid for kid in along(axis, node) if kid.name == test]


def path_text(expression: Expression) -> str:
    """A path as a person would write it, without its predicates."""
    if not isinstance(expression, Path):
        return f"{expression.name}()" if isinstance(expression, Call) else "…"
    parts = []
    for step in expression.steps:
        sign = {"attribute": "@", "child": ""}.get(step.axis, f"{step.axis}::")
        short = {"self::node()": ".", "parent::node()": ".."}.get(f"{step.axis}::{step.test}")
        parts.append(short or sign + step.test)
    start = expression.start
    if start == ".":
        return "/".join(parts)
    head = "" if start == "/" else path_text(start)  # type: ignore[arg-type]
    return head + "/" + "/".join(parts)
