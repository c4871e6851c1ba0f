"""A record out of and into a running form: JSON for the store, OpenRosa XML for others."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.check_block import NAME as CHECKS
from jdz_field.xforms.check_block import add_checks
from jdz_field.xforms.datatypes import read_answer
from jdz_field.xforms.form import FormDefinition, Seed
from jdz_field.xforms.position_block import NAME as POSITIONS
from jdz_field.xforms.position_block import add_block
from jdz_field.xforms.safe_xml import attribute, child, children, local, read_xml, text
from jdz_field.xforms.tree import Def, TreeNode

#: Nested answers: names to texts, objects, lists of objects (repeats).
Answers = dict[str, Any]
_ORX = "http://openrosa.org/xforms"
#: What XML 1.0 (§2.2) has no way to write.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Elements that servers add to a submission; they are nobody's answers.
_SYSTEM = frozenset(("formhub", "meta"))
#: What ``meta`` may hold whatever the form says.
_ENVELOPE = frozenset(("instanceID", "deprecatedID", POSITIONS, CHECKS))


def draft_answers(root: TreeNode) -> Answers:
    """Everything that was entered, irrelevant and unreadable answers too, as texts."""
    return _answers(root, lambda _node: True, lambda node: node.text or None)


def record_answers(root: TreeNode) -> Answers:
    """What is relevant, typed: numbers, booleans, lists of choices; empty is ``None``."""
    return _answers(root, lambda node: node.relevant, typed)


def _answers(
    node: TreeNode, wanted: Callable[[TreeNode], bool], leaf: Callable[[TreeNode], Any]
) -> Answers:
    found: Answers = {}
    for name, kid in node.kids.items():
        if isinstance(kid, list):
            found[name] = [_answers(one, wanted, leaf) for one in kid if wanted(one)]
        elif name[0] == "@":
            if kid.text and node.parent is not None:
                found[name] = kid.text
        elif wanted(kid):
            is_leaf = kid.definition.leaf
            found[name] = leaf(kid) if is_leaf else _answers(kid, wanted, leaf)
            if is_leaf and kid.kids:
                _leaf_attributes(kid, found)
    return found


def _leaf_attributes(kid: TreeNode, found: Answers) -> None:
    for name, inner in kid.kids.items():
        if isinstance(inner, TreeNode) and inner.text:
            found[f"{kid.name}{name}"] = inner.text


def typed(node: TreeNode) -> Any:
    """The value of a leaf as JSON has it."""
    kind, kept = node.definition.bind.type, node.text
    if kept == "":
        return None
    if kind in ("int", "decimal") and type(node.value) is float:
        return _number(node.value, kind, kept)
    if kind == "boolean" and type(node.value) is bool:
        return node.value
    return kept.split() if kind in ("select", "rank") else kept


def typed_text(kind: str, kept: str) -> Any:
    """As ``typed``, of a text that was read from somewhere; what is no value stays a text."""
    if kept == "":
        return None
    if kind in ("int", "decimal", "boolean"):
        found = read_answer(kept, kind, date.today)
        if found is None or found[1] == "":
            return kept
        value = found[0]
        return _number(value, kind, kept) if type(value) is float else value
    return kept.split() if kind in ("select", "rank") else kept


def _number(value: float, kind: str, kept: str) -> Any:
    if not math.isfinite(value):
        return kept
    return int(value) if value.is_integer() and kind == "int" else value


def seed_from_answers(form: FormDefinition, answers: Mapping[str, Any]) -> Seed:
    """The starting values that bring a draft or record back; unknown names are left out."""
    return _seed(form.root, form.seed, answers)


def _seed(definition: Def, original: Seed, answers: Mapping[str, Any]) -> Seed:
    seed = Seed(original.text, {}, original.template)
    for name, inner in definition.children.items():
        first = (original.kids.get(name) or [original.template.get(name) or Seed()])[0]
        if name[0] == "@":
            value = answers.get(name)
            seed.kids[name] = [Seed(as_text(value) if value is not None else first.text)]
        elif inner.repeat:
            rows = answers.get(name)
            kin = rows if isinstance(rows, list) else []
            seed.kids[name] = [_seed(inner, first, row) for row in kin if isinstance(row, dict)]
        elif inner.leaf:
            seed.kids[name] = [_leaf(inner, first, answers)]
        else:
            inside = answers.get(name)
            seed.kids[name] = [_seed(inner, first, inside if isinstance(inside, dict) else {})]
    return seed


def _leaf(inner: Def, first: Seed, answers: Mapping[str, Any]) -> Seed:
    kids = {
        name: [Seed(as_text(answers.get(f"{inner.name}{name}")) or _first_text(first, name))]
        for name in inner.children
    }
    return Seed(as_text(answers.get(inner.name)), kids)


def _first_text(seed: Seed, name: str) -> str:
    kin = seed.kids.get(name)
    return kin[0].text if kin else ""


def as_text(value: Any) -> str:
    """A JSON value as the text of an answer."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return " ".join(as_text(part) for part in value)
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def _float_text(value: float) -> str:
    """The shortest decimal that reads back as the same number, without an exponent."""
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"


# ---- OpenRosa XML


@dataclass(frozen=True, slots=True)
class Written:
    """A submission as XML; ``replaced``: refs of answers with characters that XML forbids."""

    xml: str
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """A submission that was read: answers typed as the store keeps them, names of attachments.

    ``unknown``: paths of what the form does not have, which ``answers`` lack.
    """

    answers: Answers
    unknown: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def to_xml(form: FormDefinition, root: TreeNode) -> str:
    """The OpenRosa submission of a running form: relevant nodes only."""
    texts = _answers(root, lambda node: node.relevant, lambda node: node.text)
    return etree.tostring(submission_element(form, texts), encoding="unicode")


def write_submission(
    form: FormDefinition,
    answers: Mapping[str, Any],
    *,
    instance_id: str = "",
    deprecated_id: str = "",
    positions: Mapping[str, Any] | None = None,
    checks: Mapping[str, Any] | None = None,
) -> Written:
    """The OpenRosa submission of stored answers; nothing is evaluated.

    ``instance_id`` is written when the form keeps none; ``deprecated_id`` names the submission
    that this one replaces, whether the form has a place for it or not; ``positions`` say how
    geopoints were found, ``checks`` what the machine doubted. What XML 1.0 forbids
    (§2.2) is written as its picture (U+2400 …), and said.
    """
    replaced: list[str] = []
    element = submission_element(form, answers, replaced)
    _complete_meta(element, instance_id, deprecated_id)
    add_block(element, positions or {})
    add_checks(element, checks or {})
    return Written(etree.tostring(element, encoding="unicode"), tuple(replaced))


def submission_element(
    form: FormDefinition,
    answers: Mapping[str, Any],
    replaced: list[str] | None = None,
    *,
    whole: bool = False,
) -> etree._Element:
    """The root of a submission; ``whole``: questions without an answer are there too, empty."""
    spaces: dict[str | None, str] = {"orx": _ORX}
    spaces.update(form.namespaces.items())
    root = form.root
    if root.namespace and root.namespace not in spaces.values():
        spaces[None] = root.namespace
    element = etree.Element(_tag(root), nsmap=spaces)  # type: ignore[arg-type]
    own = {name: kin[0].text for name, kin in form.seed.kids.items() if name[0] == "@"}
    noted: list[str] = [] if replaced is None else replaced
    _Writer(noted, whole=whole).fill(element, root, {**answers, **own}, root.path)
    return element


class _Writer:
    def __init__(self, replaced: list[str], *, whole: bool) -> None:
        self._replaced = replaced
        #: Questions without an answer are there too.
        self._whole = whole

    def fill(
        self, element: etree._Element, definition: Def, answers: Mapping[str, Any], ref: str
    ) -> None:
        for name, inner in definition.children.items():
            value = answers.get(name)
            here = f"{ref}/{name}"
            if name[0] == "@":
                element.set(_tag(inner), self._text(value, here))
            elif inner.repeat:
                rows = value if isinstance(value, list) else [{}] if self._whole else []
                for at, row in enumerate(rows, 1):
                    made = etree.SubElement(element, _tag(inner))
                    self.fill(made, inner, row, f"{here}[{at}]")
            elif name in answers or self._whole:
                made = etree.SubElement(element, _tag(inner))
                if inner.leaf:
                    made.text = self._text(value, here) or None
                    for sign, attribute in inner.children.items():
                        text_ = self._text(answers.get(f"{name}{sign}"), here)
                        made.set(_tag(attribute), text_)
                else:
                    self.fill(made, inner, value if isinstance(value, Mapping) else {}, here)

    def _text(self, value: Any, ref: str) -> str:
        written = as_text(value)
        sendable = _FORBIDDEN.sub(_picture, written)
        if sendable != written:
            self._replaced.append(ref)
        return sendable


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"


def _tag(definition: Def) -> str:
    name = definition.name.lstrip("@")
    return f"{{{definition.namespace}}}{name}" if definition.namespace else name


def _complete_meta(element: etree._Element, instance_id: str, deprecated_id: str) -> None:
    wanted = {"instanceID": instance_id, "deprecatedID": deprecated_id}
    meta = child(element, "meta")
    for name, text_ in wanted.items():
        if not text_:
            continue
        if meta is None:
            meta = etree.SubElement(element, f"{{{_ORX}}}meta")
        there = child(meta, name)
        if there is None:
            space = etree.QName(meta).namespace
            there = etree.SubElement(meta, f"{{{space}}}{name}" if space else name)
        if not there.text or name == "deprecatedID":
            there.text = text_


def answers_from_xml(form: FormDefinition, xml: str | bytes) -> Answers:
    """The answers of an OpenRosa submission of this form, as texts; BadInput when it is none."""
    return _read_all(form, read_xml(xml, _("The submission")), as_typed=False).answers


def read_submission(form: FormDefinition, element: etree._Element) -> Received:
    """A submission of this form, typed; BadInput when it is of another."""
    return _read_all(form, element, as_typed=True)


def _read_all(form: FormDefinition, element: etree._Element, *, as_typed: bool) -> Received:
    named = attribute(element, "id")
    if (named or local(element)) != (form.form_id if named else form.root.name):
        raise BadInput(
            _("The submission is of another form: {name}.").format(name=named or local(element))
        )
    reader = _Reader(as_typed=as_typed)
    answers = reader.read(form.root, element, form.root.path)
    return Received(answers, tuple(reader.unknown), reader.files)


class _Reader:
    def __init__(self, *, as_typed: bool) -> None:
        self._typed = as_typed
        self.unknown: list[str] = []
        self.files: dict[str, str] = {}

    def read(self, definition: Def, element: etree._Element, ref: str) -> Answers:
        found: Answers = {n: [] for n, d in definition.children.items() if d.repeat}
        for name, value in self._attributes(definition, element, ref).items():
            if definition.parent is not None:
                found[name] = value
        for part in children(element):
            inner = definition.children.get(local(part))
            here = f"{ref}/{local(part)}"
            if inner is None or (not inner.repeat and inner.name in found):
                if local(part) not in (_SYSTEM if definition.parent is None else _ENVELOPE):
                    self.unknown.append(here)
            elif inner.leaf:
                self._leaf(inner, part, here, found)
            elif inner.repeat:
                rows = found[inner.name]
                rows.append(self.read(inner, part, f"{here}[{len(rows) + 1}]"))
            else:
                found[inner.name] = self.read(inner, part, here)
        return found

    def _leaf(self, inner: Def, part: etree._Element, here: str, found: Answers) -> None:
        kind, kept = inner.bind.type, text(part)
        found[inner.name] = typed_text(kind, kept) if self._typed else kept or None
        if kind == "binary" and kept.strip():
            self.files[here] = kept.strip()
        if children(part):
            self.unknown.append(f"{here}/{local(children(part)[0])}")
        for name, value in self._attributes(inner, part, here).items():
            found[f"{inner.name}{name}"] = value

    def _attributes(self, definition: Def, element: etree._Element, ref: str) -> dict[str, str]:
        found = {}
        for key, value in element.attrib.items():
            name = "@" + str(key).rpartition("}")[2]
            if name in definition.children:
                if value:
                    found[name] = str(value)
            elif definition.parent is not None:
                self.unknown.append(f"{ref}/{name}")
        return found
