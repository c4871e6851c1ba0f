"""What was done in an open form, step by step, so that each step can be taken back and redone.

A step is found by comparing: what every question held before, and what it holds after. So the
answers that the form itself gave along with it (its actions) are taken back too, and calculated
values, which follow by themselves, are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from jdz_field.core.i18n import _
from jdz_field.ui.form.last_time import shown_answer
from jdz_field.ui.form.marked import plain
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.tree import TreeNode, find_node

#: So many steps can be taken back.
MOST = 500

Kind = Literal["answer", "add", "remove"]


class Change(NamedTuple):
    """One question before and after a step, in lexical form."""

    ref: str
    before: str
    after: str


@dataclass(slots=True)
class Done:
    """One step.

    Attributes:
        kind: an answer, or an entry of a repeat that was added or removed.
        ref: the question that was answered, or the entry.
        changes: questions outside the entry; the one at ``ref`` first.
        held: what the entry holds when it is away.
        words: what the step is called, when that is not seen from its changes.
        whole: nothing more is joined to it.
        more: further entries that were added or removed in the same step.
    """

    kind: Kind
    ref: str
    changes: tuple[Change, ...] = ()
    held: dict[str, Any] | None = None
    words: str = ""
    whole: bool = False
    more: tuple[Done, ...] = ()

    @property
    def entries(self) -> tuple[Done, ...]:
        """It and the further entries, in the order in which they came or went."""
        return (self, *self.more)

    def in_order(self, *, forward: bool) -> tuple[Done, ...]:
        """The entries as they are to be done again, or taken back: the last one first."""
        return self.entries if forward else self.entries[::-1]


class Shadow:
    """What every question of a session held when it was last looked at."""

    def __init__(self, session: FormSession) -> None:
        self._session = session
        leaves = (node for node in session.root.walk() if node.definition.leaf)
        self._texts: dict[TreeNode, str] = {node: node.text for node in leaves}

    def compare(self, refs: Iterable[str]) -> tuple[Change, ...]:
        """What persons and actions changed at ``refs``; entries that are new are learnt."""
        found = []
        for ref in refs:
            node = find_node(self._session.root, ref)
            if node is None or not node.definition.leaf:
                continue
            before = self._texts.get(node)
            if before is not None and before != node.text and node.entered:
                found.append(Change(ref, before, node.text))
            self._texts[node] = node.text
        return tuple(found)

    def forget(self, ref: str) -> None:
        """An entry is about to go."""
        top = find_node(self._session.root, ref)
        for node in top.walk() if top is not None else ():
            self._texts.pop(node, None)


@dataclass(slots=True)
class History:
    """The steps of one open form: what was done, and what was taken back."""

    done: list[Done] = field(default_factory=list)
    undone: list[Done] = field(default_factory=list)
    _together: list[Done] | None = None

    def push(self, step: Done, *, join: bool = False) -> None:
        """A step was done; ``join``: with the one before when both answer one question."""
        if self._together is not None:
            self._together.append(step)
            return
        if step.kind == "answer" and not step.changes:
            return
        self.undone.clear()
        last = self.done[-1] if self.done else None
        if join and last is not None and _same_question(last, step):
            last.changes = tuple(_merged(last.changes, step.changes))
            if all(before == after for _ref, before, after in last.changes):
                self.done.pop()
            return
        self.done.append(step)
        del self.done[:-MOST]

    def seal(self) -> None:
        """What comes next is a step of its own."""
        if self.done:
            self.done[-1].whole = True

    @contextmanager
    def together(self, words: str = "") -> Iterator[None]:
        """Answers that are given inside are one step, called ``words``."""
        if self._together is not None:
            yield
            return
        self._together = []
        try:
            yield
        finally:
            steps, self._together = self._together, None
            for step in _as_one(steps, words):
                self.push(step)


def _as_one(steps: list[Done], words: str) -> list[Done]:
    """Several steps as one; of entries that came and went together, each kind is one step."""
    entries = [step for step in steps if step.kind != "answer"]
    merged = _merged((), (change for step in steps for change in step.changes))
    changes = tuple(
        change
        for change in merged
        if change.before != change.after
        and not any(change.ref.startswith(f"{entry.ref}/") for entry in entries)
    )
    if not entries:
        return [Done("answer", changes[0].ref, changes, None, words, whole=True)] if changes else []
    for entry in entries:
        entry.changes, entry.words = (), words
    entries[0].changes = changes
    found: list[Done] = []
    for entry in entries:
        if found and found[-1].kind == entry.kind:
            found[-1].more += (entry,)
        else:
            found.append(entry)
    return found


def _same_question(last: Done, step: Done) -> bool:
    return last.kind == step.kind == "answer" and last.ref == step.ref and not last.whole


def _merged(first: Iterable[Change], then: Iterable[Change]) -> Iterable[Change]:
    """Two runs of changes as one: the oldest before, the newest after."""
    found = {change.ref: change for change in first}
    for change in then:
        known = found.get(change.ref)
        found[change.ref] = change if known is None else change._replace(before=known.before)
    return found.values()


#: Letters of an answer in the name of a step, and the sign for no answer.
_SHORT, _NOTHING = 24, "—"


def describe(session: FormSession, step: Done, *, forward: bool = False) -> str:
    """What a step did, or what doing it again would: «Crack width: 12 → 20»."""
    if step.words:
        return step.words
    if step.kind != "answer":
        words = _("Added: {what}") if step.kind == "add" else _("Removed: {what}")
        return words.format(what=_entry(session, step.ref))
    node = session.node(step.ref)
    change = next((c for c in step.changes if c.ref == step.ref), step.changes[0])
    choices = session.choices(step.ref) if node.control in ("select1", "select", "rank") else ()
    before, after = (
        _short(shown_answer(node.type, value, choices) if value else "")
        for value in (change.before, change.after)
    )
    label = _short(plain(node.label) or node.name)
    first, then = (before, after) if forward else (after, before)
    return _("{label}: {before} → {after}").format(label=label, before=first, after=then)


def _entry(session: FormSession, ref: str) -> str:
    repeat, _mark, place = ref.rpartition("[")
    node = session.node(repeat)
    return f"{plain(node.label) or node.name} {place.rstrip(']')}"


def _short(words: str) -> str:
    first = " ".join(words.split()) or _NOTHING
    return first if len(first) <= _SHORT else f"{first[:_SHORT]}…"
