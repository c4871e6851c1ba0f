"""Reading ``<body>``: questions, groups and repeats in the order they are shown."""

from __future__ import annotations

import html
from collections.abc import Callable

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.form import Control, FormProblem, Itemset, Phrase, StaticChoice
from jdz_field.xforms.itext import phrase
from jdz_field.xforms.model import absolute
from jdz_field.xforms.safe_xml import attribute, child, children, line_of, local
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.code import as_nodes, as_string
from jdz_field.xforms.xpath.compiler import compile_expression, compile_text
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.scope import Context, Scope
from jdz_field.xforms.xpath.syntax import Call, Expression, Path

QUESTIONS = frozenset(("input", "select1", "select", "rank", "upload", "trigger", "range"))
_PLAIN = frozenset(("ref", "nodeset", "appearance", "mediatype", "bind", "count"))

#: Gives the scope that expressions of a node are compiled in.
ScopeOf = Callable[[Def], Scope]


def repeat_paths(body: etree._Element, root_name: str) -> frozenset[str]:
    """The paths of all repeats, which must be known before the instance is read."""
    found = set()
    for element in body.iter():
        if isinstance(element.tag, str) and local(element) == "repeat":
            plain = "".join(attribute(element, "nodeset").split())
            found.add(plain if plain.startswith("/") else f"/{root_name}/{plain}")
    return frozenset(found)


class BodyReader:
    """Reads the controls; BadInput when one is bound to nothing."""

    def __init__(
        self, root: Def, nodes: dict[str, Def], binds: dict[str, Def], scope_of: ScopeOf
    ) -> None:
        self._root = root
        self._nodes = nodes
        self._binds = binds
        self._scope_of = scope_of
        #: Elements of actions nested in a control: (element, the control's node).
        self.actions: list[tuple[etree._Element, Def]] = []
        self.problems: list[FormProblem] = []

    def read(self, body: etree._Element) -> list[Control]:
        """The top level of the form."""
        return self._inside(body, self._root)

    def _inside(self, element: etree._Element, parent: Def) -> list[Control]:
        found: list[Control] = []
        for part in children(element):
            name = local(part)
            if name in QUESTIONS:
                found.append(self._question(part, parent))
            elif name == "group":
                found.extend(self._group(part, parent, len(found)))
            elif name == "repeat":
                found.append(self._repeat(part, parent))
        return found

    def _bound(self, element: etree._Element, parent: Def) -> Def:
        identifier = attribute(element, "bind")
        written = attribute(element, "ref") or attribute(element, "nodeset")
        path = absolute(written, self._root, parent)
        definition = self._binds.get(identifier) if identifier else self._nodes.get(path)
        if definition is None:
            raise BadInput(
                _("The form asks for {name}, which its model does not have (line {line}).").format(
                    name=path, line=line_of(element)
                )
            )
        return definition

    def _common(self, control: Control, element: etree._Element) -> Control:
        control.appearance = attribute(element, "appearance").strip()
        control.line = line_of(element)
        control.label = self._phrase(element, "label", control.definition)
        control.hint = self._phrase(element, "hint", control.definition)
        control.parameters = {
            str(key).rpartition("}")[2]: str(value)
            for key, value in element.attrib.items()
            if str(key).rpartition("}")[2] not in _PLAIN
        }
        for action in children(element, "setvalue", "setgeopoint"):
            self.actions.append((action, control.definition))
        return control

    def _phrase(self, element: etree._Element, name: str, owner: Def) -> Phrase | None:
        found = child(element, name)
        if found is None:
            return None
        return phrase(found, lambda text: self.output(text, owner), owner)

    def output(self, expression: str, owner: Def) -> Callable[[Context], str]:
        """The closure of an ``<output>``; an unreadable one shows nothing, as in JavaRosa."""
        # pyxform escapes what is inside instance() twice.
        source = html.unescape(expression) if "&" in expression else expression
        try:
            return as_string(compile_text(source, self._scope_of(owner)))
        except XPathError as error:
            message = _("{column} of {name} cannot be read: {reason}{where}").format(
                column="label", name=owner.path, reason=error.message, where=""
            )
            self.problems.append(FormProblem(owner.path, message, "label"))
            return lambda _context: ""

    def _question(self, element: etree._Element, parent: Def) -> Control:
        definition = self._bound(element, parent)
        control = Control(local(element), definition.path, definition)
        control.mediatype = attribute(element, "mediatype")
        self._common(control, element)
        itemset = child(element, "itemset")
        if itemset is not None:
            control.itemset = self._itemset(itemset, definition)
        control.choices = tuple(
            self._choice(item, definition) for item in children(element, "item")
        )
        return control

    def _choice(self, item: etree._Element, definition: Def) -> StaticChoice:
        value = child(item, "value")
        text = "" if value is None else (value.text or "").strip()
        return StaticChoice(text, self._phrase(item, "label", definition) or Phrase())

    def _group(self, element: etree._Element, parent: Def, place: int) -> list[Control]:
        inner = children(element)
        repeats = [part for part in inner if local(part) == "repeat"]
        if len(repeats) == 1 and not any(
            local(part) in QUESTIONS or local(part) == "group" for part in inner
        ):
            return [self._labelled_repeat(element, repeats[0], parent)]
        named = any(attribute(element, name) for name in ("ref", "nodeset", "bind"))
        definition = self._bound(element, parent) if named else parent
        ref = definition.path if named else f"{parent.path}/#{place}"
        control = Control("group", ref, definition, own=named)
        self._common(control, element)
        control.children = self._inside(element, definition)
        return [control]

    def _labelled_repeat(
        self, group: etree._Element, element: etree._Element, parent: Def
    ) -> Control:
        control = self._repeat(element, parent)
        control.label = control.label or self._phrase(group, "label", control.definition)
        control.hint = self._phrase(group, "hint", control.definition)
        control.appearance = control.appearance or attribute(group, "appearance").strip()
        return control

    def _repeat(self, element: etree._Element, parent: Def) -> Control:
        definition = self._bound(element, parent)
        control = Control("repeat", definition.path, definition)
        self._common(control, element)
        control.count = attribute(element, "count").strip()
        control.no_add_remove = bool(control.count) or (
            attribute(element, "noAddRemove").strip() in ("true()", "true")
        )
        control.children = self._inside(element, definition)
        return control

    def _itemset(self, element: etree._Element, definition: Def) -> Itemset:
        source = attribute(element, "nodeset").strip()
        scope = self._scope_of(definition)
        tree = parse(source)
        nodes = as_nodes(compile_expression(tree, scope), _("A list of choices"))
        value_name = self._reference(element, "value") or "name"
        label_name = self._reference(element, "label") or value_name
        inner = scope.inner(_item_definition(tree, scope), 0)
        value = as_string(compile_text(value_name, inner))
        label = as_string(compile_text(label_name, inner))
        translated = label_name.startswith("jr:itext(")
        plain = label_name[len("jr:itext(") :].rstrip(") ").strip() if translated else label_name
        return Itemset(nodes, value, label, value_name, plain, translated, source)

    @staticmethod
    def _reference(element: etree._Element, name: str) -> str:
        found = child(element, name)
        return "" if found is None else attribute(found, "ref").strip()


def _item_definition(tree: Expression, scope: Scope) -> Def | None:
    """The node of the record that choices are taken from; None for a list."""
    while isinstance(tree, Call) and tree.name == "randomize" and tree.arguments:
        tree = tree.arguments[0]
    if not isinstance(tree, Path) or (
        isinstance(tree.start, Call) and tree.start.name == "instance"
    ):
        return None
    # A throw-away scope: the nodeset itself has recorded what it reads.
    probe = Scope(scope.root, scope.node, scope.current)
    bare = Path(tree.start, tuple(type(s)(s.axis, s.test) for s in tree.steps))
    compile_expression(bare, probe)
    depths = [dependency.definition for dependency in probe.dependencies]
    return max(depths, key=lambda definition: definition.depth, default=None)
