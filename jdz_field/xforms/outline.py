"""The running form as a window draws it: controls bound to nodes, with labels and errors."""

from __future__ import annotations

from collections.abc import Mapping

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.choices import ChoiceLists
from jdz_field.xforms.filler import Filler
from jdz_field.xforms.form import Control, Phrase
from jdz_field.xforms.tree import Def, TreeNode
from jdz_field.xforms.view import Node, Problem


class Outliner:
    """Turns controls and nodes into :class:`Node`."""

    def __init__(self, filler: Filler, choices: ChoiceLists) -> None:
        self._filler = filler
        self._choices = choices
        self._by_ref = {
            control.ref: control for top in filler.form.controls for control in top.walk()
        }

    def top(self) -> list[Node]:
        """The top level, in order."""
        root = self._filler.root
        return [self._show(control, root) for control in self._filler.form.controls]

    def node(self, ref: str) -> Node:
        """What stands at ``ref``; BadInput when there is nothing."""
        plain = _without_positions(ref)
        control = self._by_ref.get(plain)
        if "/#" in ref:
            place = self._filler.find(ref.rpartition("/#")[0])
            if control is not None and place is not None:
                return self._show(control, place)
        found = self._filler.find(ref)
        if found is not None:
            return self._node(found)
        if control is not None and control.tag == "repeat":
            return self._show(control, self.repeat(ref)[1])
        raise BadInput(_("The form has no question {ref}.").format(ref=ref))

    def _node(self, found: TreeNode) -> Node:
        control = self._filler.form.by_definition.get(found.definition)
        if found.definition.repeat and control is not None:
            return self._instance(control, found)
        if control is not None and control.tag != "group":
            return self._question(control, found)
        if control is not None:
            return self._group(control, found)
        return self._bare(found)

    def repeat(self, ref: str) -> tuple[Control, TreeNode]:
        """The control of a repeat and the node that its instances are in."""
        control = self._by_ref.get(_without_positions(ref))
        definition = None if control is None else control.definition
        if control is None or definition is None or control.tag != "repeat":
            raise BadInput(_("{ref} is no repeat.").format(ref=ref))
        above = ref.rpartition("/")[0]
        parent = self._filler.find(above) if above else None
        if parent is None or ref.endswith("]"):
            raise BadInput(_("{ref} is no repeat.").format(ref=ref))
        return control, parent

    def entry(self, ref: str) -> list[tuple[Control, Node]]:
        """The questions of a new entry of a repeat without repeats in it; nothing is added."""
        control, holder = self.repeat(ref)
        template = self._filler.form.template(control.definition)
        made = self._filler.build(control.definition, holder, template, 0)
        return [
            (inner, self._question(inner, self._below(inner, made)))
            for inner in control.walk()
            if inner.tag not in ("group", "repeat")
        ]

    def may_add(self, control: Control, parent: TreeNode) -> bool:
        """Whether a person may add an instance now."""
        if control.no_add_remove or not parent.relevant:
            return False
        phantom = TreeNode(control.definition, parent)
        return self._filler.may_exist(control.definition, phantom)

    def _below(self, control: Control, place: TreeNode) -> TreeNode:
        """The node of a control, seen from a node of the group that shows it.

        That is nearly always above it; where it is not, the nearest instance is meant.
        """
        return _towards(place, control.definition.chain)

    def _holder(self, control: Control, place: TreeNode) -> TreeNode:
        """The node that a repeat's instances are in."""
        return _towards(place, control.definition.chain[:-1])

    def _show(self, control: Control, place: TreeNode) -> Node:
        if control.tag == "repeat":
            return self._repeat(control, self._holder(control, place), control.definition.name)
        if not control.own:
            return self._unbound_group(control, place)
        node = self._below(control, place)
        return (
            self._group(control, node) if control.tag == "group" else self._question(control, node)
        )

    def _repeat(self, control: Control, holder: TreeNode, name: str) -> Node:
        kin = [node for node in holder.named(name) if not node.surplus]
        phantom = kin[0] if kin else TreeNode(control.definition, holder)
        return Node(
            ref=f"{holder.ref}/{name}",
            name=name,
            kind="repeat",
            appearance=control.appearance,
            relevant=holder.relevant and self._filler.may_exist(control.definition, phantom),
            label=self._filler.phrase_text(control.label, phantom),
            hint=self._filler.phrase_text(control.hint, phantom),
            media=self._media(control),
            parameters=control.parameters,
            children=tuple(node.ref for node in kin),
            can_add=self.may_add(control, holder),
        )

    def _instance(self, control: Control, node: TreeNode) -> Node:
        return Node(
            ref=node.ref,
            name=node.name,
            kind="instance",
            appearance=control.appearance,
            relevant=node.relevant,
            readonly=node.readonly,
            label=self._filler.phrase_text(control.label, node),
            children=self._children(control, node),
            position=node.index + 1,
            can_remove=not control.no_add_remove and node.relevant,
        )

    def _children(self, control: Control, node: TreeNode) -> tuple[str, ...]:
        refs = []
        for inner in control.children:
            if not inner.own:
                refs.append(f"{node.ref}/#{inner.ref.rpartition('#')[2]}")
            elif inner.tag == "repeat":
                refs.append(f"{self._holder(inner, node).ref}/{inner.definition.name}")
            else:
                refs.append(self._below(inner, node).ref)
        return tuple(refs)

    def _group(self, control: Control, node: TreeNode) -> Node:
        return Node(
            ref=node.ref,
            name=node.name,
            kind="group",
            appearance=control.appearance,
            relevant=node.relevant,
            readonly=node.readonly,
            label=self._filler.phrase_text(control.label, node),
            hint=self._filler.phrase_text(control.hint, node),
            guidance=self._filler.phrase_text(control.hint, node, "guidance"),
            media=self._media(control),
            parameters=control.parameters,
            children=self._children(control, node),
        )

    def _media(self, control: Control) -> Mapping[str, str]:
        """Pictures, sounds and films of a label."""
        identifier = control.label.identifier if control.label else ""
        return self._filler.media(identifier) if identifier else {}

    def _unbound_group(self, control: Control, place: TreeNode) -> Node:
        return Node(
            ref=f"{place.ref}/#{control.ref.rpartition('#')[2]}",
            name="",
            kind="group",
            appearance=control.appearance,
            relevant=place.relevant,
            label=self._filler.phrase_text(control.label, place),
            media=self._media(control),
            children=self._children(control, place),
        )

    def _bare(self, node: TreeNode) -> Node:
        """A node that the form does not ask for (calculations, hidden questions)."""
        return Node(
            ref=node.ref,
            name=node.name,
            kind="question" if node.definition.leaf else "group",
            type=node.definition.bind.type,
            value=node.text,
            relevant=node.relevant,
            required=node.required,
            readonly=node.readonly,
            error=self._filler.fault_of(node),
        )

    def _question(self, control: Control, node: TreeNode) -> Node:
        filler = self._filler
        bind = node.definition.bind
        return Node(
            ref=node.ref,
            name=node.name,
            kind="question",
            type=bind.type,
            control=control.tag,
            appearance=control.appearance,
            mediatype=control.mediatype,
            value=node.text,
            relevant=node.relevant,
            required=node.required,
            readonly=node.readonly,
            error=self.error(control, node),
            label=filler.phrase_text(control.label, node),
            hint=filler.phrase_text(control.hint, node),
            guidance=filler.phrase_text(control.hint, node, "guidance"),
            required_message=self._message(bind.required_message, node),
            media=self._media(control),
            parameters={**bind.extras, **control.parameters},
        )

    def _message(self, written: str, node: TreeNode) -> str:
        """A constraint's or requirement's message: a text, or jr:itext('…')."""
        if written.startswith("jr:itext("):
            identifier = written[len("jr:itext(") :].rstrip(") ").strip("'\"")
            found = self._filler.phrase_text(Phrase(identifier), node)
            return "" if found == "-" else found
        return written

    def error(self, control: Control, node: TreeNode) -> str | None:
        """What is wrong with an answer, in a sentence; None when nothing is."""
        found = self._wrong(control, node)
        return None if found is None else found[1]

    def _wrong(self, control: Control, node: TreeNode) -> tuple[str, str] | None:
        if node.unreadable:
            return "type", _unreadable(node)
        if node.invalid:
            message = self._message(node.definition.bind.constraint_message, node)
            return "constraint", message or _("This answer is not allowed.")
        gone = self._choices.unavailable(control, node) if control.tag in _SELECTS else []
        if gone:
            message = _("{value} is not among the choices any more; choose again.")
            return "choice", message.format(value=", ".join(gone))
        fault = self._filler.fault_of(node)
        return None if fault is None else ("rule", fault)

    def questions(self) -> list[tuple[Control, TreeNode]]:
        """All questions with their nodes, in the order of the form."""
        found: list[tuple[Control, TreeNode]] = []
        for control in self._filler.form.controls:
            self._collect(control, self._filler.root, found)
        return found

    def _collect(
        self, control: Control, place: TreeNode, found: list[tuple[Control, TreeNode]]
    ) -> None:
        if control.tag == "repeat":
            for node in self._holder(control, place).named(control.definition.name):
                for inner in control.children:
                    self._collect(inner, node, found)
        elif control.tag == "group":
            node = self._below(control, place) if control.own else place
            for inner in control.children:
                self._collect(inner, node, found)
        else:
            found.append((control, self._below(control, place)))

    def problems(self) -> list[Problem]:
        """What stands against finalizing, in the order of the form."""
        found = []
        asked = set()
        for control, node in self.questions():
            asked.add(node)
            if not node.relevant:
                continue
            wrong = self._wrong(control, node)
            if node.required and node.text == "":
                message = self._message(node.definition.bind.required_message, node)
                wrong = ("required", message or _("An answer is required."))
            if wrong is not None:
                label = self._filler.phrase_text(control.label, node)
                found.append(Problem(node.ref, *wrong, label or node.name))
        for node, message in self._filler.faulty():
            if node not in asked and node.relevant:
                found.append(Problem(node.ref, "rule", message, node.name))
        return found


def _towards(place: TreeNode, chain: list[Def]) -> TreeNode:
    """The node down a chain of definitions, as near to ``place`` as can be."""
    while place.parent is not None and place.definition not in chain:
        place = place.parent
    for definition in chain[place.definition.depth :]:
        kin = place.named(definition.name)
        place = kin[0] if kin else _nowhere(definition, place)
    return place


def _nowhere(definition: Def, place: TreeNode) -> TreeNode:
    """Stands for what is in no instance of a repeat that has none."""
    node = TreeNode(definition, place)
    node.relevant = False
    return node


def _unreadable(node: TreeNode) -> str:
    messages = {
        "int": _("{value} is no whole number."),
        "decimal": _("{value} is no number."),
        "date": _("{value} is no date; write it like 2026-04-05."),
        "time": _("{value} is no time; write it like 08:30."),
        "dateTime": _("{value} is no date and time; write it like 2026-04-05T08:30."),
    }
    otherwise = _("{value} is no position; write latitude and longitude in degrees.")
    return messages.get(node.definition.bind.type, otherwise).format(value=node.text)


_SELECTS = frozenset(("select1", "select", "rank"))


def _without_positions(ref: str) -> str:
    return "/".join(part.partition("[")[0] for part in ref.split("/"))
