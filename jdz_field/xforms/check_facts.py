"""A form taken apart for checking: its nodes, questions, texts, lists and every expression.

Unlike :mod:`jdz_field.xforms.definition` it goes on after a mistake, so that all can be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from jdz_field.core.i18n import _
from jdz_field.xforms.body import QUESTIONS, repeat_paths
from jdz_field.xforms.form import (
    CALCULATE,
    CONSTRAINT,
    COUNT,
    DISPLAY,
    READONLY,
    RELEVANT,
    REQUIRED,
    FormProblem,
    ListSource,
    Seed,
)
from jdz_field.xforms.model import (
    absolute,
    build_definitions,
    find_model,
    primary_element,
    read_binds,
    read_lists,
)
from jdz_field.xforms.safe_xml import attribute, child, children, local, refuse_many
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.compiler import compile_expression
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.scope import Scope
from jdz_field.xforms.xpath.syntax import Expression

#: What a bind says: kind, attribute of our Bind, column of an XLSForm.
BINDS = (
    (RELEVANT, "relevant", "relevant"),
    (CALCULATE, "calculate", "calculation"),
    (READONLY, "readonly", "read_only"),
    (REQUIRED, "required", "required"),
    (CONSTRAINT, "constraint", "constraint"),
)
#: Values and texts that are set by an action.
ACTION = 100
_TEXTS = {
    "label": "label",
    "hint": "hint",
    "jr:constraintMsg": "constraint_message",
    "jr:requiredMsg": "required_message",
}


@dataclass(slots=True)
class Asked:
    """A question, group or repeat of the body; ``above``: what holds it, outermost first."""

    element: etree._Element
    tag: str
    definition: Def
    appearance: str
    above: tuple[Asked, ...]
    own: bool = True

    @property
    def ref(self) -> str:
        """The path of its node."""
        return self.definition.path


@dataclass(slots=True)
class Use:
    """An expression of the form: whose it is, what it decides, what it reads."""

    kind: int
    definition: Def
    column: str
    source: str
    asked: Asked | None = None
    tree: Expression | None = None
    error: XPathError | None = None
    scope: Scope | None = None


@dataclass(slots=True)
class Facts:
    """What a form says, as far as it can be read."""

    root: Def
    seed: Seed
    nodes: dict[str, Def]
    lists: dict[str, ListSource]
    asked: list[Asked]
    uses: list[Use]
    texts: dict[str, dict[str, etree._Element]]
    default_language: str
    form_id: str
    version: str
    title: str
    instance: etree._Element
    unbound: list[FormProblem]
    #: Paths of the body that the model does not have, with their tags.
    lost: list[tuple[str, str]] = field(default_factory=list)
    by_node: dict[Def, Asked] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def dataset(self, definition: Def) -> str:
        """The entity list whose declaration a node belongs to."""
        for level in reversed(definition.chain):
            if level.name == "entity":
                element = _descend(self.instance, level)
                return "" if element is None else attribute(element, "dataset")
        return ""


def _descend(instance: etree._Element, definition: Def) -> etree._Element | None:
    found: etree._Element | None = instance
    for level in definition.chain[1:]:
        found = None if found is None else child(found, level.name)
    return found


def read_facts(document: etree._Element) -> Facts:
    """Take a form apart; BadInput when it is none at all."""
    model, body, title = find_model(document)
    primary = primary_element(model)
    refuse_many(primary, _("The form"))
    root, seed = build_definitions(primary, repeat_paths(body, local(primary)))
    nodes = {definition.path: definition for definition in root.walk()}
    unbound: list[FormProblem] = []
    read_binds(model, nodes, root, unbound)
    reader = _Reader(root, nodes)
    asked = list(reader.controls(body, root, ()))
    texts, default = _itext(model)
    uses = [*_bind_uses(root), *reader.uses, *reader.actions(model, None)]
    uses += reader.translated(texts)
    facts = Facts(
        root=root,
        seed=seed,
        nodes=nodes,
        lists=read_lists(model),
        asked=asked,
        uses=uses,
        texts=texts,
        default_language=default,
        form_id=attribute(primary, "id"),
        version=attribute(primary, "version"),
        title=title,
        instance=primary,
        unbound=unbound,
        lost=reader.lost,
        names=frozenset(definition.name for definition in nodes.values()),
    )
    for one in asked:
        if one.own and (one.definition not in facts.by_node or one.tag in QUESTIONS):
            facts.by_node[one.definition] = one
    _compile(facts)
    return facts


def _bind_uses(root: Def) -> Iterator[Use]:
    for definition in root.walk():
        for kind, name, column in BINDS:
            source = getattr(definition.bind, name)
            if source:
                yield Use(kind, definition, column, source)


def _itext(model: etree._Element) -> tuple[dict[str, dict[str, etree._Element]], str]:
    """``{language: {identifier: <text>}}`` and the default language."""
    found: dict[str, dict[str, etree._Element]] = {}
    default = ""
    for block in children(model, "itext"):
        for translation in children(block, "translation"):
            language = attribute(translation, "lang")
            texts = found.setdefault(language, {})
            texts.update({attribute(one, "id"): one for one in children(translation, "text")})
            if translation.get("default") is not None or not default:
                default = language
    return found, default


class _Reader:
    """Walks the body; keeps what is bound to nothing apart."""

    def __init__(self, root: Def, nodes: dict[str, Def]) -> None:
        self._root = root
        self._nodes = nodes
        self.uses: list[Use] = []
        self.lost: list[tuple[str, str]] = []

    def controls(
        self, element: etree._Element, parent: Def, above: tuple[Asked, ...]
    ) -> Iterator[Asked]:
        """Everything in an element of the body, in order."""
        for part in children(element):
            tag = local(part)
            if tag not in QUESTIONS and tag not in ("group", "repeat"):
                continue
            path = attribute(part, "ref") or attribute(part, "nodeset")
            definition = self._node(path, tag) if path else parent
            if definition is None:
                continue
            own = bool(path) and not (tag == "group" and _is_repeat_frame(part, path))
            made = Asked(part, tag, definition, attribute(part, "appearance").strip(), above, own)
            yield made
            self._expressions(made)
            if tag not in QUESTIONS:
                yield from self.controls(part, definition, (*above, made))

    def _node(self, path: str, tag: str) -> Def | None:
        plain = absolute(path, self._root)
        found = self._nodes.get(plain)
        if found is None:
            self.lost.append((plain, tag))
        return found

    def _expressions(self, asked: Asked) -> None:
        element, node = asked.element, asked.definition
        count = attribute(element, "count").strip()
        if count and asked.tag == "repeat":
            self.uses.append(Use(COUNT, node, "repeat_count", count, asked))
        for name in ("label", "hint"):
            for part in children(element, name):
                self.uses += [Use(DISPLAY, node, name, text) for text in _outputs(part)]
        for item in children(element, "item"):
            self.uses += [Use(DISPLAY, node, "label", text) for text in _outputs(item)]
        itemset = child(element, "itemset")
        source = "" if itemset is None else attribute(itemset, "nodeset").strip()
        source = source or element.get("query", "").strip()
        if source:
            column = "choice_filter" if "[" in source else "type"
            self.uses.append(Use(DISPLAY, node, column, source, asked))
        self.uses += self.actions(element, asked)

    def actions(self, element: etree._Element, asked: Asked | None) -> list[Use]:
        """What ``setvalue`` elements directly in an element set."""
        made = []
        for action in children(element, "setvalue"):
            path = attribute(action, "ref")
            source = attribute(action, "value").strip()
            target = self._node(path, "setvalue")
            changed = "xforms-value-changed" in attribute(action, "event").split()
            if source and target is not None:
                column = "calculation" if changed else "default"
                made.append(Use(ACTION, target, column, source, asked))
        return made

    def translated(self, texts: dict[str, dict[str, etree._Element]]) -> Iterator[Use]:
        """The references inside translated texts."""
        for language, entries in texts.items():
            for identifier, entry in entries.items():
                path, _colon, kind = identifier.partition(":")
                node = self._nodes.get(path, self._root)
                column = f"{_TEXTS.get(kind, 'label')}::{language}"
                for source in _outputs(entry):
                    yield Use(DISPLAY, node, column, source)


def _is_repeat_frame(group: etree._Element, path: str) -> bool:
    repeats = children(group, "repeat")
    return len(repeats) == 1 and attribute(repeats[0], "nodeset") == path


def _outputs(element: etree._Element) -> Iterator[str]:
    for part in element.iter():
        if isinstance(part.tag, str) and local(part) == "output":
            yield (attribute(part, "value") or attribute(part, "ref")).strip()


def _compile(facts: Facts) -> None:
    """Parse and compile every expression; what goes wrong is kept with it."""
    for use in facts.uses:
        scope = Scope(facts.root, use.definition, use.definition)
        try:
            use.tree = parse(use.source)
            compile_expression(use.tree, scope)
        except XPathError as error:
            use.error = error
        except RecursionError:
            use.tree, use.error = None, XPathError(_("The expression is nested too deeply."))
        else:
            use.scope = scope
