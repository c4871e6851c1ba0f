"""The dependency graph: in which order rules are evaluated, and what reacts to what.

Calculations and relevance give values that other expressions read; the others only show. A rule
comes after every rule whose result it reads; relevance of a group also decides what is read of
everything inside. A cycle is refused, with its path.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping

from jdz_field.core.i18n import _
from jdz_field.xforms.form import CALCULATE, COUNT, RELEVANT, FormError, Reaction, Rule
from jdz_field.xforms.tree import Def


def order_rules(rules: list[Rule]) -> list[Rule]:
    """The rules so that each comes after those it depends on; BadInput names a cycle."""
    feeds = _edges(rules)
    waiting = [0] * len(rules)
    for targets in feeds:
        for target in targets:
            waiting[target] += 1
    ready = [at for at, count in enumerate(waiting) if count == 0]
    heapq.heapify(ready)
    ordered: list[int] = []
    while ready:
        at = heapq.heappop(ready)
        ordered.append(at)
        for target in feeds[at]:
            waiting[target] -= 1
            if waiting[target] == 0:
                heapq.heappush(ready, target)
    if len(ordered) < len(rules):
        _refuse_cycle(rules, feeds, {at for at, count in enumerate(waiting) if count})
    # What adds repeat instances comes last: it may depend on what is inside them.
    ordered.sort(key=lambda at: rules[at].kind == COUNT)
    result = [rules[at] for at in ordered]
    for order, rule in enumerate(result):
        rule.order = order
    return result


def _edges(rules: list[Rule]) -> list[list[int]]:
    readers: dict[Def, list[int]] = defaultdict(list)
    for at, rule in enumerate(rules):
        if rule.kind != COUNT:
            for definition in {d.definition for d in rule.dependencies}:
                readers[definition].append(at)
    feeds: list[list[int]] = []
    for rule in rules:
        targets: set[int] = set()
        for definition in _gives(rule):
            targets.update(readers.get(definition, ()))
        feeds.append(sorted(targets))
    return feeds


def _gives(rule: Rule) -> list[Def]:
    """The nodes whose value an expression sees differently because of the rule."""
    if rule.kind == CALCULATE:
        return [rule.definition]
    return list(rule.definition.walk()) if rule.kind == RELEVANT else []


def _refuse_cycle(rules: list[Rule], feeds: list[list[int]], stuck: set[int]) -> None:
    """Follow edges inside what could not be ordered until a rule comes up twice."""
    inside = {at: [t for t in feeds[at] if t in stuck] for at in stuck}
    # Rules that only hang on a cycle lead nowhere; drop them, and a walk cannot end.
    while True:
        dead = [at for at, targets in inside.items() if not targets]
        if not dead:
            break
        for at in dead:
            del inside[at]
        inside = {at: [t for t in targets if t in inside] for at, targets in inside.items()}
    at = min(inside)
    seen: list[int] = []
    while at not in seen:
        seen.append(at)
        at = inside[at][0]
    cycle = [*seen[seen.index(at) :], at]
    names = " → ".join(rules[place].definition.path for place in cycle)
    first = rules[cycle[0]]
    message = _("The form's calculations and conditions go round in a circle: {path}.")
    column = "relevant" if first.kind == RELEVANT else "calculation"
    raise FormError(message.format(path=names), first.definition.path, column)


def steady_counts(rules: list[Rule], found: Mapping[Def, tuple[Reaction, ...]]) -> frozenset[int]:
    """The counts of repeats that nothing inside the repeat has a part in, however remotely.

    Their instances can be made all at once.
    """
    return frozenset(
        rule.order
        for rule in rules
        if rule.repeat is not None and rule.order not in _reached(rule.repeat, rules, found)
    )


def _reached(repeat: Def, rules: list[Rule], found: Mapping[Def, tuple[Reaction, ...]]) -> set[int]:
    reached: set[int] = set()
    waiting = list(repeat.walk())
    while waiting:
        for reaction in found.get(waiting.pop(), ()):
            if reaction.order not in reached:
                reached.add(reaction.order)
                waiting.extend(_gives(rules[reaction.order]))
    return reached


def reactions(rules: list[Rule]) -> dict[Def, tuple[Reaction, ...]]:
    """For every node that something reads: which rules look at it again, and where."""
    found: dict[Def, dict[tuple[int, int], Reaction]] = defaultdict(dict)
    for rule in rules:
        for dependency in rule.dependencies:
            made = _reaction(rule, dependency.definition, dependency.bound)
            found[dependency.definition][made.order, made.bound] = made
    return {definition: tuple(made.values()) for definition, made in found.items()}


def _reaction(rule: Rule, changed: Def, bound: int) -> Reaction:
    target = rule.definition
    # The root is shared by all.
    shared = max(1, min(bound, changed.depth, target.depth))
    while shared > 1 and changed.chain[shared - 1] is not target.chain[shared - 1]:
        shared -= 1
    return Reaction(
        rule.order, shared, changed.depth - shared, tuple(target.chain[shared:]), target.slot
    )
