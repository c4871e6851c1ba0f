"""The contract between a running form and whoever fills it: window, command line, tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms import entities, submission
from jdz_field.xforms.choices import ChoiceLists
from jdz_field.xforms.datatypes import read_answer
from jdz_field.xforms.filler import Filler
from jdz_field.xforms.form import CONSTRAINT, COUNT, Control, FormDefinition
from jdz_field.xforms.last_saved import last_saved_lists
from jdz_field.xforms.outline import Outliner
from jdz_field.xforms.static import StaticNode, from_rows
from jdz_field.xforms.tree import TreeNode
from jdz_field.xforms.view import Choice, EntityUpdate, Node, Problem

#: Rows of an entity list or table, or a document read from a file.
ListRows = Sequence[Mapping[str, object]] | StaticNode


class FormSession:
    """A record being filled.

    Args:
        answers: what a draft or record held (``answers()`` or ``submission()`` of a session).
        language: a name of ``languages``; else the form's default.
        instances: rows of the lists the form looks things up in, by the list's name.
        metadata: deviceid, username, email, phonenumber.
        first_load: preloads and first-load actions run; by default when ``answers`` is None.
        replaces: instanceID of the record that this one is a new version of.
        last_saved: answers of the record of this form that was saved last (``last-saved#``).
        date_language: ``zh`` or ``en``: what names months and days (``format-date``) where the
            form has no language; by default the program's.
    """

    def __init__(  # noqa: PLR0913 (a form needs so many things from outside)
        self,
        form: FormDefinition,
        *,
        answers: Mapping[str, Any] | None = None,
        language: str | None = None,
        instances: Mapping[str, ListRows] | None = None,
        now: Now = utc_now,
        metadata: Mapping[str, str] | None = None,
        first_load: bool | None = None,
        replaces: str = "",
        last_saved: Mapping[str, Any] | None = None,
        date_language: str = "",
    ) -> None:
        self.form = form
        lists = last_saved_lists(form, last_saved) | {
            name: rows if isinstance(rows, StaticNode) else from_rows(rows)
            for name, rows in (instances or {}).items()
        }
        seed = form.seed if answers is None else submission.seed_from_answers(form, answers)
        self._filler = Filler(form, now, lists, metadata or {}, seed)
        self._filler.client_language = date_language
        self._choices = ChoiceLists(self._filler)
        self._outliner = Outliner(self._filler, self._choices)
        self._recount: list[tuple[int, TreeNode]] = []
        if language:
            self.set_language(language)
        if answers is None if first_load is None else first_load:
            self._filler.first_load()
        else:
            self._filler.reopen()
        if replaces:
            self._replace(replaces)
        self._filler.touched.clear()

    # ---- languages

    @property
    def languages(self) -> tuple[str, ...]:
        """The form's languages, as it names them."""
        return self.form.languages

    @property
    def language(self) -> str:
        """The language in force."""
        return self._filler.language

    def set_language(self, language: str) -> None:
        """Switch; a short name (``zh``) finds ``中文 (zh)``. BadInput when there is none."""
        for name in self.form.languages:
            if language in (name, name.rpartition("(")[2].rstrip(")")):
                self._filler.language = name
                return
        if self.form.languages:
            raise BadInput(_("The form has no language {name}.").format(name=language))

    # ---- answering

    def answer(self, ref: str, value: str | None) -> tuple[str, ...]:
        """Answer one question; gives the refs whose shown state changed, in no special order.

        ``value`` is XForms text, ``""`` or None clears. What is no value of the question's type
        is kept and shown, and reported by ``node().error`` and ``problems()``.
        """
        for order, parent in self._recount:
            self._filler.push(order, parent)
        self._recount.clear()
        self._filler.answer(self._leaf(ref), value or "")
        return self._changes()

    def _changes(self) -> tuple[str, ...]:
        refs = tuple(node.ref for node in self._filler.touched)
        self._filler.touched.clear()
        return refs

    def _leaf(self, ref: str) -> TreeNode:
        node = self._find(ref)
        if not node.definition.leaf:
            raise BadInput(_("{ref} is no question.").format(ref=ref))
        return node

    def _find(self, ref: str) -> TreeNode:
        node = self._filler.find(ref)
        if node is None:
            raise BadInput(_("The form has no question {ref}.").format(ref=ref))
        return node

    def add_repeat(self, ref: str) -> str:
        """Add an instance to the repeat ``/data/tree``; gives its ref; BadInput when refused."""
        control, parent = self._outliner.repeat(ref)
        if not self._outliner.may_add(control, parent):
            raise BadInput(_("{ref} cannot have another entry now.").format(ref=ref))
        made = self._filler.add_instance(control.definition, parent)
        self._filler.run()
        return made.ref

    def remove_repeat(self, ref: str) -> tuple[str, ...]:
        """Remove the instance ``/data/tree[2]``; gives the refs that changed.

        The instances of a counted repeat come back with the next answer, as in JavaRosa.
        """
        node = self._find(ref)
        if not node.definition.repeat or node.parent is None:
            raise BadInput(_("{ref} is no entry of a repeat.").format(ref=ref))
        for rule in self.form.rules:
            if rule.kind == COUNT and rule.repeat is node.definition:
                self._recount.append((rule.order, node.parent))
        self._filler.remove_instance(node)
        self._filler.run()
        return self._changes()

    def take_changes(self) -> tuple[str, ...]:
        """Refs that changed since anybody asked (after ``add_repeat``)."""
        return self._changes()

    # ---- looking

    def node(self, ref: str) -> Node:
        """A question, group, repeat or instance as it is now; BadInput when there is none."""
        return self._outliner.node(ref)

    def outline(self) -> list[Node]:
        """The top level of the form, in order; ``children`` lead further."""
        return self._outliner.top()

    def entry(self, ref: str) -> list[tuple[Control, Node]]:
        """The questions that a new entry of the repeat ``ref`` would have; nothing is added.

        BadInput when it is no repeat; a repeat within it is not looked into.
        """
        return self._outliner.entry(ref)

    def choices(self, ref: str) -> list[Choice]:
        """The choices that are offered now."""
        return self._choices.of(self._leaf(ref))

    def choice_details(self, ref: str) -> list[Mapping[str, str]]:
        """Every column of the items that ``choices`` offers, in their order (``geometry``, …).

        Also of a geopoint, geotrace or geoshape with ``reference-geometry``: its items.
        """
        return self._choices.details(self._leaf(ref))

    def problems(self) -> list[Problem]:
        """What stands against finalizing, in the order of the form."""
        return self._outliner.problems()

    @property
    def wanted_positions(self) -> tuple[str, ...]:
        """Refs that the form wants the present position in (setgeopoint)."""
        nodes = self._filler.wanted_positions
        return tuple(node.ref for node in nodes if self._filler.find(node.ref) is node)

    def give_position(
        self,
        ref: str,
        lat: float,
        lon: float,
        altitude: float | None = None,
        accuracy: float | None = None,
    ) -> tuple[str, ...]:
        """Answer one of ``wanted_positions``; gives the refs that changed.

        Degrees (EPSG:4490), altitude and accuracy in metres, 0 when they are not known (ODK
        XForms, data type ``geopoint``). A ref that wants none (any more) is left as it is:
        BadInput only when the form has no such question.
        """
        node = self._leaf(ref)
        if node not in self._filler.wanted_positions:
            return ()
        del self._filler.wanted_positions[node]
        parts = (lat, lon, altitude or 0.0, accuracy or 0.0)
        self._filler.answer(node, " ".join(str(float(part)) for part in parts))
        return self._changes()

    def refuse_position(self, ref: str) -> None:
        """No position is to be had for one of ``wanted_positions``: it is wanted no more."""
        self._filler.wanted_positions.pop(self._leaf(ref), None)

    # ---- the record

    @property
    def instance_id(self) -> str:
        """``uuid:…``, the record's OpenRosa id (empty when the form asks for none)."""
        node = self._filler.find(f"{self.form.root.path}/meta/instanceID")
        return "" if node is None else node.text

    @property
    def instance_name(self) -> str:
        """What the form calls the record."""
        definition = self.form.instance_name
        return "" if definition is None else self._filler.singles[definition.slot].text

    def _replace(self, old: str) -> None:
        """A new version of a record: a new id, the old one is named."""
        meta = f"{self.form.root.path}/meta"
        identifier = self._filler.find(f"{meta}/instanceID")
        if identifier is not None:
            self._filler.renew_id(identifier)
        deprecated = self._filler.find(f"{meta}/deprecatedID")
        if deprecated is not None:
            self._filler.answer(deprecated, old)

    def finish(self) -> None:
        """Stamp the time of finishing (preload ``end``); call it right before ``submission``."""
        self._filler.stamp_end()

    def answers(self) -> dict[str, Any]:
        """Everything entered, for a draft."""
        return submission.draft_answers(self._filler.root)

    def submission(self) -> dict[str, Any]:
        """What is relevant, typed, for the record."""
        return submission.record_answers(self._filler.root)

    def to_xml(self) -> str:
        """The OpenRosa submission."""
        return submission.to_xml(self.form, self._filler.root)

    def entity_updates(self) -> list[EntityUpdate]:
        """What the record changes in lists of sites."""
        return entities.updates(self.form, self._filler.root)

    # ---- for the command language

    @property
    def root(self) -> TreeNode:
        """The root of the record's tree (read only)."""
        return self._filler.root

    def correct(self, ref: str, value: str, *, follow: bool) -> None:
        """Change an answer without the actions of a change.

        ``follow``: all rules look at it, otherwise only its own constraint.
        """
        node = self._leaf(ref)
        self._filler.put_text(node, value)
        if not follow:
            self._filler.forget_pushed()
            self._filler.check_again(node)
        self._filler.run()

    def look_again(self, ref: str) -> None:
        """As if the question had been answered with what it holds."""
        self._filler.look_again(self._leaf(ref))
        self._filler.run()

    def readable(self, ref: str, value: str) -> bool:
        """Whether a text would be a value of the question's type."""
        kind = self._leaf(ref).definition.bind.type
        return read_answer(value, kind, self._filler.today) is not None

    def faults(self, *, constraints: bool = True) -> list[str]:
        """What could not be evaluated, in sentences; with or without the constraints."""
        return [
            f"{node.ref}: {message}"
            for (node, kind), message in self._filler.faults.items()
            if constraints or kind != CONSTRAINT
        ]

    def constraint_fault(self, node: TreeNode) -> str | None:
        """Why it cannot be told whether an answer is allowed, if so."""
        return self._filler.faults.get((node, CONSTRAINT))

    def questions(self) -> list[tuple[Control, TreeNode]]:
        """All questions with their nodes, in the order of the form."""
        return self._outliner.questions()
