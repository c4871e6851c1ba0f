"""A record out of and into a running form: JSON for the store, OpenRosa XML for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.form import FormDefinition, Seed
from jdz_field.xforms.safe_xml import children, local, read_xml, text
from jdz_field.xforms.tree import Def, TreeNode

#: Nested answers: names to texts, objects, lists of objects (repeats).
Answers = dict[str, Any]
_ORX = "http://openrosa.org/xforms"


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
            found[name] = leaf(kid) if kid.definition.leaf else _answers(kid, wanted, leaf)
            if kid.definition.leaf:
                _leaf_attributes(kid, found)
    return found


def _leaf_attributes(kid: TreeNode, found: Answers) -> None:
    for name, attribute in kid.kids.items():
        if isinstance(attribute, TreeNode) and attribute.text:
            found[f"{kid.name}{name}"] = attribute.text


def typed(node: TreeNode) -> Any:
    """The value of a leaf as JSON has it."""
    kind, kept = node.definition.bind.type, node.text
    if kept == "":
        return None
    if kind in ("int", "decimal") and type(node.value) is float:
        return int(node.value) if node.value.is_integer() and kind == "int" else node.value
    if kind == "boolean" and type(node.value) is bool:
        return node.value
    return kept.split() if kind in ("select", "rank") else kept


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
    return repr(value) if isinstance(value, float) and not value.is_integer() else _plain(value)


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)


def to_xml(form: FormDefinition, root: TreeNode) -> str:
    """The OpenRosa submission: relevant nodes only."""
    namespaces = {"orx": _ORX, **form.namespaces}
    element = etree.Element(form.root.name, nsmap=namespaces)
    _fill(element, root, namespaces)
    return etree.tostring(element, encoding="unicode")


def _fill(element: etree._Element, node: TreeNode, namespaces: Mapping[str, str]) -> None:
    for kid in node.kids_and_attributes():
        if kid.name[0] == "@":
            _set_attribute(element, kid, namespaces)
        elif kid.relevant:
            inner = etree.SubElement(element, _qualified(kid.definition.source, namespaces))
            if kid.definition.leaf:
                inner.text = _xml_text(kid.text) or None
            _fill(inner, kid, namespaces)


def _set_attribute(element: etree._Element, kid: TreeNode, namespaces: Mapping[str, str]) -> None:
    name = kid.definition.source.lstrip("@")
    element.set(_qualified(name, namespaces), _xml_text(kid.text))


def _qualified(name: str, namespaces: Mapping[str, str]) -> str:
    prefix, _mark, plain = name.rpartition(":")
    return f"{{{namespaces[prefix]}}}{plain}" if prefix in namespaces else plain


def _xml_text(value: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(sign for sign in value if sign in "\t\n\r" or sign >= " ")


def answers_from_xml(form: FormDefinition, xml: str | bytes) -> Answers:
    """The answers of an OpenRosa submission of this form, as texts; BadInput when it is none."""
    element = read_xml(xml, _("The submission"))
    if local(element) != form.root.name:
        raise BadInput(_("The submission is of another form: {name}.").format(name=local(element)))
    return _read(form.root, element)


def _read(definition: Def, element: etree._Element) -> Answers:
    found: Answers = {}
    for key, value in element.attrib.items():
        name = "@" + str(key).rpartition("}")[2]
        if name in definition.children and definition.parent is not None:
            found[name] = str(value)
    for part in children(element):
        inner = definition.children.get(local(part))
        if inner is None:
            continue
        if inner.leaf:
            found[inner.name] = text(part) or None
            for key, value in part.attrib.items():
                found[f"{inner.name}@{str(key).rpartition('}')[2]}"] = str(value)
        elif inner.repeat:
            found.setdefault(inner.name, []).append(_read(inner, part))
        else:
            found[inner.name] = _read(inner, part)
    return found
