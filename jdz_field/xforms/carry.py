"""What becomes of answers when they are carried from one version of a form to another. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jdz_field.xforms.datatypes import read_answer
from jdz_field.xforms.form import Control, FormDefinition, Phrase
from jdz_field.xforms.submission import Answers, as_text
from jdz_field.xforms.tree import Def

#: Why an answer is not simply kept: its question is gone, or does not take it any more.
GONE, TYPE, CHOICE = "gone", "type", "choice"
#: Said of a new question that must be answered.
REQUIRED = "required"
_LIST = re.compile(r"^\s*instance\(\s*(['\"])(.+?)\1\s*\)")
_HOLDERS = ("group", "repeat")
_NEVER = ("", "false()")


@dataclass(frozen=True, slots=True)
class Told:
    """A question of the form and, where one was given, its answer as it is shown."""

    ref: str
    label: str
    value: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Carry:
    """What carrying over does.

    Attributes:
        answers: for a session over the new version.
        kept: how many answered questions are carried as they are.
        moved: carried to where the new version has the question; ``ref`` is the new place.
        lost: the new version has no place for them.
        changed: carried, but the new version does not take them as they are (``type``: another
            kind of answer; ``choice``: no such choice); the form then says so at the question.
        required: not answered, and required only in the new version.
        new: questions that the old version did not have.
    """

    answers: Answers
    kept: int = 0
    moved: tuple[Told, ...] = ()
    lost: tuple[Told, ...] = ()
    changed: tuple[Told, ...] = ()
    required: tuple[Told, ...] = ()
    new: tuple[Told, ...] = ()

    @property
    def smooth(self) -> bool:
        """Whether nothing is lost and nothing needs another look."""
        return not (self.lost or self.changed or self.required)


def compare(
    old: FormDefinition, new: FormDefinition, answers: Mapping[str, Any], language: str = ""
) -> Carry:
    """What carrying ``answers`` (a draft's or record's) from ``old`` to ``new`` does.

    Answers go to the question of the same path; a question that stands elsewhere now is found
    by its name, when that is told from all others and neither place is in a repeat. Labels are
    in ``language``, as the forms name it, where they have it.
    """
    walk = _Walk(old, new, language)
    made = walk.holder(old.root, new.root, answers, old.root.path)
    walk.place_moved(made)
    return Carry(
        answers=made,
        kept=walk.kept,
        moved=tuple(walk.moved),
        lost=tuple(walk.lost),
        changed=tuple(walk.changed),
        required=tuple(_required(old, new, made, language)),
        new=tuple(_new(old, new, walk.targets, language)),
    )


# ---- labels and choices


def label_of(form: FormDefinition, definition: Def, language: str = "") -> str:
    """A question's label without its answers, else its name."""
    control = form.by_definition.get(definition)
    found = _phrase(form, control.label, language) if control is not None else ""
    return " ".join(found.split()) or definition.name


def _phrase(form: FormDefinition, phrase: Phrase | None, language: str) -> str:
    if phrase is None:
        return ""
    if phrase.identifier:
        for name in (language, form.default_language, *form.languages):
            texts = form.itext.get(name, {}).get(phrase.identifier)
            if texts:
                shown = texts.get("") or texts.get("long") or texts.get("short")
                return _pieces(shown) if shown else ""
        return ""
    return _pieces(phrase)


def _pieces(phrase: Phrase) -> str:
    return "".join(piece if isinstance(piece, str) else "…" for piece in phrase.pieces)


def choices_of(form: FormDefinition, control: Control, language: str = "") -> dict[str, str] | None:
    """Every choice that a question may ever offer, with its label; ``None`` when that depends on
    what lies outside the form.
    """
    if control.itemset is None:
        return {c.value: _phrase(form, c.label, language) for c in control.choices}
    itemset = control.itemset
    named = _LIST.match(itemset.source)
    source = form.lists.get(named[2]) if named else None
    if source is None or source.document is None:
        return None
    found = {}
    for root in source.document.every():
        for item in root.every():
            text = item.text_of(itemset.label_name)
            label = _phrase(form, Phrase(text), language) if itemset.translated else text
            found[item.text_of(itemset.value_name)] = label
    return found


# ---- the walk


@dataclass
class _Walk:
    old: FormDefinition
    new: FormDefinition
    language: str
    kept: int = 0
    moved: list[Told] = field(default_factory=list)
    lost: list[Told] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    #: Where moved answers go.
    targets: dict[Def, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._free = _by_name(self.new, self.old)
        self._gone = _by_name(self.old, self.new)

    def holder(self, old: Def, new: Def | None, answers: Mapping[str, Any], ref: str) -> Answers:
        """The answers below a group, a repeat's entry or the root."""
        made: Answers = {}
        for name, definition in old.children.items():
            here = f"{ref}/{name}"
            other = new.children.get(name) if new is not None else None
            if name not in answers:
                continue
            value = answers[name]
            if name[0] == "@":
                if other is not None:
                    made[name] = value
            elif definition.leaf:
                self._leaf(definition, other, here, answers, made)
            elif definition.repeat:
                self._rows(definition, other, here, value, made)
            elif isinstance(value, Mapping):
                self._group(definition, other, here, value, made)
        return made

    def _group(
        self, old: Def, new: Def | None, ref: str, inside: Mapping[str, Any], made: Answers
    ) -> None:
        fits = new if new is not None and _is_group(new) else None
        carried = self.holder(old, fits, inside, ref)
        if fits is not None:
            made[old.name] = carried

    def _rows(self, old: Def, new: Def | None, ref: str, rows: Any, made: Answers) -> None:
        fits = new if new is not None and new.repeat else None
        carried = [
            self.holder(old, fits, row, f"{ref}[{at}]")
            for at, row in enumerate(rows if isinstance(rows, list) else [], 1)
            if isinstance(row, Mapping)
        ]
        if fits is not None:
            made[old.name] = carried

    def _leaf(
        self, old: Def, new: Def | None, ref: str, answers: Mapping[str, Any], made: Answers
    ) -> None:
        value = answers[old.name]
        text = as_text(value)
        entered = text != "" and old in self.old.by_definition
        if new is not None and new.leaf and not new.repeat:
            self._put(old, new, ref, answers, made, told=entered)
            return
        target = self._target(old)
        if target is not None and text:
            self.targets[target] = value
            if entered:
                label = label_of(self.new, target, self.language)
                self.moved.append(Told(target.path, label, self._shown(old, text)))
        elif entered:
            self.lost.append(self._told(old, ref, text, GONE))

    def _put(
        self,
        old: Def,
        new: Def,
        ref: str,
        answers: Mapping[str, Any],
        made: Answers,
        *,
        told: bool,
    ) -> None:
        text = as_text(answers[old.name])
        why = self._misfit(old, new, text) if text else ""
        if why == TYPE and "binary" in (old.bind.type, new.bind.type):
            # A file's name is no text, and a text names no file.
            if told:
                self.lost.append(self._told(old, ref, text, TYPE))
            return
        # As text: the new version reads it as what it takes.
        made[new.name] = text or None
        for sign in new.children:
            attribute = answers.get(f"{old.name}{sign}")
            if attribute:
                made[f"{new.name}{sign}"] = attribute
        if told and why:
            self.changed.append(self._told(old, ref, text, why))
        elif told:
            self.kept += 1

    def _misfit(self, old: Def, new: Def, text: str) -> str:
        kind = new.bind.type
        if "binary" in (old.bind.type, kind):
            return TYPE if old.bind.type != kind else ""
        if read_answer(text, kind, date.today) is None:
            return TYPE
        control = self.new.by_definition.get(new)
        if control is None or kind not in ("select", "select1", "rank"):
            return ""
        offered = choices_of(self.new, control)
        chosen = [text] if kind == "select1" else text.split()
        return CHOICE if offered is not None and not set(chosen) <= set(offered) else ""

    def _target(self, old: Def) -> Def | None:
        if self._gone.get(old.name) is not old:
            return None
        target = self._free.get(old.name)
        fits = target is not None and target.bind.type == old.bind.type
        return target if fits else None

    def place_moved(self, made: Answers) -> None:
        """Put the moved answers where they belong."""
        for target, value in self.targets.items():
            here = made
            for step in target.chain[1:-1]:
                here = here.setdefault(step.name, {})
            here[target.name] = value

    def _told(self, old: Def, ref: str, text: str, why: str) -> Told:
        label = label_of(self.old, old, self.language)
        return Told(ref, label, self._shown(old, text), why)

    def _shown(self, old: Def, text: str) -> str:
        control = self.old.by_definition.get(old)
        if control is None or old.bind.type not in ("select", "select1", "rank"):
            return text
        labels = choices_of(self.old, control, self.language) or {}
        chosen = [text] if old.bind.type == "select1" else text.split()
        return ", ".join(labels.get(value) or value for value in chosen)


def _is_group(definition: Def) -> bool:
    return not definition.leaf and not definition.repeat


def _by_name(form: FormDefinition, other: FormDefinition) -> dict[str, Def]:
    """Questions outside repeats that only this version has at their place, by a name that is
    theirs alone.
    """
    named: dict[str, list[Def]] = {}
    for definition in form.by_definition:
        if definition.leaf:
            named.setdefault(definition.name, []).append(definition)
    return {
        name: kin[0]
        for name, kin in named.items()
        if len(kin) == 1 and kin[0].nearest_repeat is None and kin[0].path not in other.nodes
    }


# ---- what the new version asks


def _required(
    old: FormDefinition, new: FormDefinition, answers: Answers, language: str
) -> Iterator[Told]:
    for definition in new.by_definition:
        before = old.nodes.get(definition.path)
        if before is None or definition.bind.required in _NEVER or not definition.leaf:
            continue
        if before.bind.required in _NEVER and _unanswered(answers, definition.chain[1:]):
            yield Told(definition.path, label_of(new, definition, language))


def _unanswered(answers: Mapping[str, Any], chain: list[Def]) -> bool:
    """Whether the question is empty somewhere; an entry that is not there asks nothing."""
    value = answers.get(chain[0].name)
    if len(chain) == 1:
        return value in (None, "", [])
    if chain[0].repeat:
        rows = value if isinstance(value, list) else []
        return any(_unanswered(row, chain[1:]) for row in rows)
    return _unanswered(value if isinstance(value, Mapping) else {}, chain[1:])


def _new(
    old: FormDefinition, new: FormDefinition, moved: Mapping[Def, Any], language: str
) -> Iterator[Told]:
    for definition, control in new.by_definition.items():
        known = definition.path in old.nodes or definition in moved
        if control.tag not in _HOLDERS and not known and not _is_note(control):
            why = "" if definition.bind.required in _NEVER else REQUIRED
            yield Told(definition.path, label_of(new, definition, language), why=why)


def _is_note(control: Control) -> bool:
    bind = control.definition.bind
    return control.tag == "input" and bind.readonly == "true()" and not bind.calculate
