"""Calculations and conditions that need each other, and the way round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from jdz_field.xforms.check_facts import Use
from jdz_field.xforms.form import CALCULATE, COUNT, RELEVANT
from jdz_field.xforms.tree import Def

#: More beginnings than this are not followed.
_MOST = 300


def _feeds(rules: Sequence[Use]) -> list[list[int]]:
    """Which rules read what a rule decides (as :func:`jdz_field.xforms.graph.order_rules`)."""
    readers: dict[Def, list[int]] = defaultdict(list)
    for at, rule in enumerate(rules):
        if rule.kind != COUNT and rule.scope is not None:
            for definition in {d.definition for d in rule.scope.dependencies}:
                readers[definition].append(at)
    feeds = []
    for rule in rules:
        given = []
        if rule.kind == CALCULATE:
            given = [rule.definition]
        elif rule.kind == RELEVANT:
            given = list(rule.definition.walk())
        feeds.append(sorted({at for one in given for at in readers.get(one, ())}))
    return feeds


def _stuck(feeds: list[list[int]]) -> set[int]:
    """Rules that cannot be put in an order: in a circle, or behind one."""
    waiting = [0] * len(feeds)
    for targets in feeds:
        for target in targets:
            waiting[target] += 1
    ready = [at for at, count in enumerate(waiting) if not count]
    while ready:
        for target in feeds[ready.pop()]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return {at for at, count in enumerate(waiting) if count}


def circles(rules: Sequence[Use]) -> Iterator[list[int]]:
    """For every knot of rules the shortest circle through its first, as places in ``rules``."""
    feeds = _feeds(rules)
    stuck = _stuck(feeds)
    told: set[int] = set()
    for start in sorted(stuck)[:_MOST]:
        if start not in told:
            circle = _way_back(feeds, start, stuck)
            if circle:
                told.update(circle)
                yield circle


def _way_back(feeds: list[list[int]], start: int, inside: set[int]) -> list[int]:
    """The shortest way from a rule to itself, ``[]`` when there is none."""
    came: dict[int, int] = {}
    waiting = [start]
    for at in waiting:
        for target in feeds[at]:
            if target == start:
                way = [start, at]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if target in inside and target not in came:
                came[target] = at
                waiting.append(target)
    return []
