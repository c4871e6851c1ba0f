"""Answers that a person gave to a calculated question.

They stand until something that the calculation follows from, however remotely, is answered
again, as in JavaRosa; a mere look at what changed would keep some of them too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jdz_field.xforms.form import CALCULATE, READONLY, RELEVANT, REQUIRED, FormDefinition
from jdz_field.xforms.tree import Def, TreeNode


class Overrides:
    """The calculated nodes that hold a person's answer now."""

    def __init__(self, form: FormDefinition) -> None:
        self._form = form
        self._nodes: dict[TreeNode, int] = {}
        self._reached: dict[Def, frozenset[int]] = {}
        self._calculated = {
            rule.definition: rule.order for rule in form.rules if rule.kind == CALCULATE
        }

    def note(self, node: TreeNode) -> None:
        """A person answered ``node``."""
        order = self._calculated.get(node.definition)
        if order is not None:
            self._nodes[node] = order

    def answered(self, node: TreeNode) -> Iterator[tuple[int, TreeNode]]:
        """Calculations to be done again because ``node`` was answered."""
        if not self._nodes:
            return
        reached = self._reached_from(node.definition)
        for other, order in list(self._nodes.items()):
            if other is not node and order in reached and _same_instances(node, other):
                del self._nodes[other]
                yield order, other

    def repeated(self, repeat: Def) -> Iterator[tuple[int, TreeNode]]:
        """Calculations to be done again because a repeat got or lost an instance."""
        if not self._nodes:
            return
        inside = set(repeat.walk())
        beyond = self._union(inside)
        within = self._reached_from(repeat)
        for other, order in list(self._nodes.items()):
            if order in (within if other.definition in inside else beyond):
                del self._nodes[other]
                yield order, other

    def _union(self, definitions: Iterable[Def]) -> set[int]:
        found: set[int] = set()
        for definition in definitions:
            found |= self._reached_from(definition)
        return found

    def _reached_from(self, definition: Def) -> frozenset[int]:
        """The rules that follow from a node, directly or through others."""
        known = self._reached.get(definition)
        if known is not None:
            return known
        found: set[int] = set()
        waiting = [definition]
        while waiting:
            for reaction in self._form.reactions.get(waiting.pop(), ()):
                if reaction.order not in found:
                    found.add(reaction.order)
                    waiting.extend(self._gives(reaction.order))
        self._reached[definition] = frozenset(found)
        return self._reached[definition]

    def _gives(self, order: int) -> list[Def]:
        rule = self._form.rules[order]
        if rule.kind in (CALCULATE, REQUIRED):
            return [rule.definition]
        # What locks a group, or makes an answer a must, counts too, as in JavaRosa.
        return list(rule.definition.walk()) if rule.kind in (RELEVANT, READONLY) else []


def _same_instances(one: TreeNode, other: TreeNode) -> bool:
    """Whether two nodes lie in the same instances of the repeats that hold them both."""
    path, others = _chain(one), _chain(other)
    for mine, theirs in zip(path, others, strict=False):
        if mine.definition is not theirs.definition:
            return True
        if mine is not theirs:
            return False
    return True


def _chain(node: TreeNode | None) -> list[TreeNode]:
    found: list[TreeNode] = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found[::-1]
