"""The running form: the record's nodes, and how a change goes through the rules.

A change pushes the rules that read it; they are evaluated in the order of the graph, each for
just the nodes concerned, and push others only when their own result changed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from datetime import date

from jdz_field.core.clock import Now
from jdz_field.core.i18n import _
from jdz_field.xforms.datatypes import from_result, read_answer
from jdz_field.xforms.form import (
    CALCULATE,
    CONSTRAINT,
    READONLY,
    RELEVANT,
    REQUIRED,
    FormDefinition,
    Rule,
    Seed,
)
from jdz_field.xforms.host import Alone
from jdz_field.xforms.overrides import Overrides
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import Def, TreeNode, find_node, instances_below
from jdz_field.xforms.xpath.dates import Moment, moment_of
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.scope import WORK, Context
from jdz_field.xforms.xpath.values import Atom

#: Nodes that all the rules together that one answer sets off may look at, and rules themselves.
RUN_WORK = 6_000_000
_ENDLESS = -1
#: What evaluating an expression may raise for reasons that lie in the answers.
EVALUATION_ERRORS = (XPathError, OverflowError, ValueError, RecursionError)


class Engine(Alone):
    """Nodes and rules, without labels and submissions.

    Attributes:
        touched: nodes whose shown state changed since it was last emptied.
        faults: why a rule of some kind could not be evaluated at a node.
    """

    def __init__(
        self,
        form: FormDefinition,
        now: Now,
        lists: Mapping[str, StaticNode],
        seed: Seed | None = None,
    ) -> None:
        self.form = form
        self.version = form.version
        self.touched: dict[TreeNode, None] = {}
        self.faults: dict[tuple[TreeNode, int], str] = {}
        self._clock = now
        self._lists = lists
        self.singles: list[TreeNode] = [None] * form.single_count  # type: ignore[list-item]
        self._heap: list[int] = []
        self._pending: dict[int, dict[TreeNode, None]] = {}
        self._created = 0
        self._running = False
        self.work, self._left = WORK, RUN_WORK
        self._overrides = Overrides(form)
        self.root = self.build(form.root, None, seed or form.seed, 0)
        self._context = Context(self, self.root)
        self._apply = {
            RELEVANT: self._apply_relevant,
            CALCULATE: self._apply_calculate,
            READONLY: self._apply_readonly,
            REQUIRED: self._apply_required,
            CONSTRAINT: self._apply_constraint,
        }

    # ---- what expressions ask (scope.Host)

    def instance(self, name: str) -> StaticNode | None:
        """The document of a list: handed in, else written in the form."""
        found = self._lists.get(name)
        if found is None:
            source = self.form.lists.get(name)
            found = None if source is None else source.document
        return found

    def now(self) -> Moment:
        """The present."""
        return moment_of(self._clock())

    def today(self) -> date:
        """The local day."""
        return self.now().local.date()

    # ---- nodes

    def build(
        self, definition: Def, parent: TreeNode | None, seed: Seed | None, index: int
    ) -> TreeNode:
        """A node with everything in it, filled from ``seed``."""
        node = TreeNode(definition, parent, index)
        if definition.slot >= 0:
            self.singles[definition.slot] = node
        if seed is not None and seed.text:
            self._put(node, seed.text)
        for name, inner in definition.children.items():
            seeds = seed.kids.get(name, []) if seed is not None else []
            if inner.repeat:
                kin = [self.build(inner, node, kid, at) for at, kid in enumerate(seeds)]
                node.kids[name] = kin
            else:
                node.kids[name] = self.build(inner, node, seeds[0] if seeds else None, 0)
        return node

    def _put(self, node: TreeNode, text: str) -> None:
        typed = read_answer(text, node.definition.bind.type, self.today)
        node.unreadable = typed is None
        node.value, node.text = typed if typed is not None else ("", text)
        node.entered = True

    def put_text(self, node: TreeNode, text: str) -> None:
        """Keep what a person entered, readable or not."""
        self._put(node, text)
        self.touched[node] = None
        self.look_again(node)
        self._overrides.note(node)

    def look_again(self, node: TreeNode) -> None:
        """``node`` was answered, be it with what it held: all that follows is looked at."""
        self.changed(node)
        for order, other in self._overrides.answered(node):
            self.push(order, other)

    def put_value(self, node: TreeNode, value: Atom) -> bool:
        """Keep the result of an expression; whether that changed anything."""
        worth, text = from_result(value, node.definition.bind.type, self.today)
        if text == node.text and worth == node.value and type(worth) is type(node.value):
            node.entered = False
            return False
        node.value, node.text, node.unreadable, node.entered = worth, text, False, False
        self.touched[node] = None
        self.changed(node)
        return True

    # ---- going through the rules

    def start(self) -> None:
        """Evaluate every rule once."""
        for node in self.root.walk():
            self._push_rules(node)
        self.run()

    def _push_rules(self, node: TreeNode) -> None:
        for order in self.form.rules_of.get(node.definition, ()):
            self.push(order, node)

    def push(self, order: int, node: TreeNode) -> None:
        """A rule must be looked at again at a node; run() must follow."""
        waiting = self._pending.get(order)
        if waiting is None:
            self._pending[order] = {node: None}
            heapq.heappush(self._heap, order)
        else:
            waiting[node] = None

    def changed(self, node: TreeNode, outside: int = -1) -> None:
        """What reads ``node`` must be looked at again.

        ``outside`` ≥ 0: only rules that are bound at most so deep, so lie outside its instance.
        """
        for reaction in self.form.reactions.get(node.definition, ()):
            if 0 <= outside < reaction.bound:
                continue
            if reaction.slot >= 0:
                self.push(reaction.order, self.singles[reaction.slot])
                continue
            top = node.up(reaction.ups)
            for target in instances_below(top, reaction.chain):
                self.push(reaction.order, target)

    def run(self) -> None:
        """Evaluate what was pushed, until nothing is left.

        Called again from inside (by the actions of an instance that a count asks for), it
        leaves what was pushed to the run under way.
        """
        if self._running:
            return
        self._running, self._created, self._left = True, 0, RUN_WORK
        self.faults.pop((self.root, _ENDLESS), None)
        try:
            self._run()
        finally:
            self._running = False

    def _run(self) -> None:
        heap, pending, rules = self._heap, self._pending, self.form.rules
        while heap:
            if self._left < 0:
                self.forget_pushed()
                message = _("What the form calculates after this takes too long; it was stopped.")
                self.faults[self.root, _ENDLESS] = message
                return
            order = heapq.heappop(heap)
            nodes = pending.pop(order)
            self._left -= len(nodes)
            rule = rules[order]
            apply = self._apply.get(rule.kind)
            if apply is None:
                self.touched.update(nodes)
            else:
                apply(rule, nodes)

    def forget_pushed(self) -> None:
        """Do not look again at what was pushed since the last run."""
        self._heap.clear()
        self._pending.clear()

    def check_again(self, node: TreeNode) -> None:
        """Look at the constraint of ``node`` again; run() must follow."""
        for order in self.form.rules_of.get(node.definition, ()):
            if self.form.rules[order].kind == CONSTRAINT:
                self.push(order, node)

    def evaluate(self, rule: Rule, node: TreeNode) -> object:
        """The rule's result at ``node``; ``None`` (and a fault on the node) when it fails."""
        context = self._context
        context.node = context.current = node
        given = self.work = min(WORK, max(0, self._left))
        try:
            result = rule.run(context)
        except EVALUATION_ERRORS as error:
            self.fault(node, rule.kind, error)
            return None
        finally:
            self._left -= given - self.work
        if self.faults:
            self.faults.pop((node, rule.kind), None)
        return result

    def fault(self, node: TreeNode, kind: int, error: Exception) -> None:
        """Remember why an expression of ``node`` could not be evaluated."""
        self.faults[node, kind] = str(error)
        self.touched[node] = None

    def fault_of(self, node: TreeNode) -> str | None:
        """Why a rule of ``node`` could not be evaluated, if one could not."""
        if not self.faults:
            return None
        return next((text for (at, _kind), text in self.faults.items() if at is node), None)

    def faulty(self) -> list[tuple[TreeNode, str]]:
        """All nodes with a rule that fails, and why."""
        return [(node, text) for (node, _kind), text in self.faults.items()]

    def _apply_calculate(self, rule: Rule, nodes: Iterable[TreeNode]) -> None:
        for node in nodes:
            value = self.evaluate(rule, node)
            if value is None:
                continue
            try:
                self.put_value(node, value)  # type: ignore[arg-type]
            except EVALUATION_ERRORS as error:
                self.fault(node, rule.kind, error)

    def _apply_relevant(self, rule: Rule, nodes: Iterable[TreeNode]) -> None:
        for node in nodes:
            result = self.evaluate(rule, node)
            if result is not None and result is not node.own_relevant:
                node.own_relevant = bool(result)
                self.refresh_relevance(node)

    def refresh_relevance(self, node: TreeNode) -> None:
        """Pass on what its own rule and its parent say, down to the leaves."""
        above = node.parent.relevant if node.parent is not None else True
        now = above and node.own_relevant and not node.surplus
        if now is node.relevant:
            return
        node.relevant = now
        self.touched[node] = None
        self.changed(node)
        for kid in node.kids_and_attributes():
            self.refresh_relevance(kid)

    def _apply_readonly(self, rule: Rule, nodes: Iterable[TreeNode]) -> None:
        for node in nodes:
            result = self.evaluate(rule, node)
            if result is not None:
                node.own_readonly = bool(result)
                self._refresh_readonly(node)

    def _refresh_readonly(self, node: TreeNode) -> None:
        above = node.parent.readonly if node.parent is not None else False
        now = above or node.own_readonly
        if now is not node.readonly:
            node.readonly = now
            self.touched[node] = None
            for kid in node.kids_and_attributes():
                self._refresh_readonly(kid)

    def _apply_required(self, rule: Rule, nodes: Iterable[TreeNode]) -> None:
        for node in nodes:
            result = self.evaluate(rule, node)
            if result is not None and result is not node.required:
                node.required = bool(result)
                self.touched[node] = None

    def _apply_constraint(self, rule: Rule, nodes: Iterable[TreeNode]) -> None:
        for node in nodes:
            holds = True if node.text == "" else self.evaluate(rule, node)
            if holds is not None and node.invalid is bool(holds):
                node.invalid = not holds
                self.touched[node] = None

    def find(self, ref: str) -> TreeNode | None:
        """The node at ``/data/tree[1]/height``; None when there is none."""
        return find_node(self.root, ref)
