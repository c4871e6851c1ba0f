"""The command language of the reference engine, answered with the same JSON lines.

::

    answer PATH VALUE     set one question (tab separated; VALUE may be empty)
    repeat PATH           add one instance to the repeat at PATH, no position on it
    remove PATH           remove that repeat instance
    choices PATH          {"choices": [...]}: the choices that are offered now
    dump                  {"leaves": {PATH: {value, relevant, required, readonly}}}
    validate              {"valid": true} or {"valid": false, "path": PATH, "outcome": N}
    lang NAME             switch the language
    time N PATH A B       answer PATH with A and B in turn, N times each: {"ns_per_answer": X}

A line that cannot be done is answered with ``{"line": N, "error": TEXT}`` and changes nothing.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.xforms.datatypes import canonical
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.tree import TreeNode, find_node

#: Outcomes of ``validate``, as JavaRosa numbers them.
REQUIRED_BUT_EMPTY, CONSTRAINT_VIOLATED = 1, 2
_WARM_UP = 200
_SELECTS = ("select1", "select", "rank")


class Runner:
    """Performs commands on a session.

    ``strict``: as JavaRosa, an answer that is no value of its type clears the question, and
    choices that are not offered any more are taken back when they are looked at. Otherwise they
    are kept and reported, as everywhere else in this program.
    """

    def __init__(self, session: FormSession, *, strict: bool = True) -> None:
        self.session = session
        self._strict = strict
        #: Multiple choices that were taken back to nothing: JavaRosa keeps an empty list.
        self._emptied: set[TreeNode] = set()

    def run(self, lines: Iterable[str]) -> Iterator[str]:
        """The answer lines (JSON) to command lines."""
        for number, line in enumerate(lines, 1):
            words = line.rstrip("\r\n").split("\t")
            if not "".join(words).strip():
                continue
            try:
                made = self.perform(words)
            except JdzError as error:
                made = {"line": number, "error": str(error)}
            except (IndexError, ValueError):
                made = {"line": number, "error": _("The line is not complete.")}
            if made is not None:
                yield json.dumps(made, ensure_ascii=False)

    def perform(self, words: list[str]) -> dict[str, Any] | None:
        """One command; None when it has nothing to say. JdzError when it cannot be done."""
        match words[0]:
            case "choices":
                return self._choices(words[1])
            case "dump":
                return {"leaves": self._dump()}
            case "validate":
                return self._validate()
            case "time":
                return self._time(int(words[1]), words[2], words[3], words[4])
        self._act(words)
        return None

    def _act(self, words: list[str]) -> None:
        match words[0]:
            case "answer":
                self.answer(words[1], words[2] if len(words) > 2 else "")
            case "repeat":
                self.session.add_repeat(words[1])
            case "remove":
                self.session.remove_repeat(words[1])
            case "lang":
                self.session.set_language(words[1])
            case other:
                raise JdzError(_("There is no command {name}.").format(name=other))

    def answer(self, path: str, value: str) -> None:
        """Answer one question."""
        before = set(self.session.faults(constraints=False))
        self._emptied.discard(self._place(path))
        if self._strict and not self.session.readable(path, value):
            value = ""
        self.session.answer(path, value)
        new = [fault for fault in self.session.faults(constraints=False) if fault not in before]
        if new:
            raise JdzError(new[0])

    def _place(self, path: str) -> TreeNode:
        node = find_node(self.session.root, path)
        return self.session.root if node is None else node

    def _choices(self, path: str) -> dict[str, Any]:
        offered = [choice.value for choice in self.session.choices(path)]
        if self.session.node(path).type not in _SELECTS:
            raise JdzError(_("{question} has no choices.").format(question=path))
        if self._strict:
            self._take_back(path, offered, follow=False)
        return {"choices": offered}

    def _take_back(self, path: str, offered: list[str], *, follow: bool) -> None:
        node = self.session.node(path)
        if node.type == "select1":
            kept = node.value if node.value in offered else ""
        else:
            kept = " ".join(value for value in node.value.split() if value in offered)
        if kept != node.value:
            if not kept and node.type != "select1":
                self._emptied.add(self._place(path))
            # JavaRosa commits what is left, but nothing when nothing is left of a single choice.
            follow = follow and (bool(kept) or node.type != "select1")
            self.session.correct(path, kept, follow=follow)

    def _dump(self) -> dict[str, dict[str, Any]]:
        leaves = dump(self.session.root)
        for node in self._emptied:
            if find_node(self.session.root, node.ref) is node:
                leaves[node.ref]["value"] = leaves[node.ref]["value"] or ""
        return leaves

    def _validate(self) -> dict[str, Any]:
        for control, node in self.session.questions():
            if not node.relevant:
                continue
            listed = control.itemset is not None and control.tag != "range"
            if self._strict and listed and node.text:
                offered = [choice.value for choice in self.session.choices(node.ref)]
                self._take_back(node.ref, offered, follow=True)
            if node.required and node.text == "" and node not in self._emptied:
                return _refused(node, REQUIRED_BUT_EMPTY)
            fault = self.session.constraint_fault(node) if node.text else None
            if fault is not None:
                raise JdzError(f"{node.ref}: {fault}")
            if node.invalid or (node.unreadable and not self._strict):
                return _refused(node, CONSTRAINT_VIOLATED)
            if self._strict and (node.text or node in self._emptied):
                self.session.look_again(node.ref)
        return {"valid": True}

    def _time(self, count: int, path: str, one: str, other: str) -> dict[str, Any]:
        for turn in range(min(count, _WARM_UP)):
            self.session.answer(path, other if turn % 2 else one)
        start = time.perf_counter_ns()
        for _turn in range(count):
            self.session.answer(path, one)
            self.session.answer(path, other)
        return {"ns_per_answer": (time.perf_counter_ns() - start) / (2.0 * count)}


def system_language() -> str:
    """What JavaRosa would name months and days in: the language of the system."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_TIME", "LANG"))), "")
    return "zh" if named.startswith("zh") else "en"


def _refused(node: TreeNode, outcome: int) -> dict[str, Any]:
    parts = []
    place: TreeNode | None = node
    while place is not None and place.parent is not None:
        parts.append(f"/{place.name}[{place.index + 1}]")
        place = place.parent
    root = place.name if place is not None else ""
    return {"valid": False, "path": f"/{root}{''.join(reversed(parts))}", "outcome": outcome}


def dump(root: TreeNode) -> dict[str, dict[str, Any]]:
    """Every leaf element with its state."""
    leaves: dict[str, dict[str, Any]] = {}
    _dump(root, leaves)
    return leaves


def _dump(node: TreeNode, leaves: dict[str, dict[str, Any]]) -> None:
    # JavaRosa keeps templates outside instances: a group left empty there looks like a leaf.
    empty = node.definition.nearest_repeat is not None and not node.every()
    if node.definition.leaf or empty:
        leaves[node.ref] = {
            "value": shown(node),
            "relevant": node.relevant,
            "required": node.required,
            "readonly": node.readonly,
        }
    for kid in node.every():
        _dump(kid, leaves)


def shown(node: TreeNode) -> str | None:
    """A leaf's value as the reference engine prints it."""
    if node.unreadable or node.text == "":
        return None
    if node.entered:
        return canonical(node.value, node.text, node.definition.bind.type)
    return node.text
