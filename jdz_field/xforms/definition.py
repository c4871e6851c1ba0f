"""XForm XML → :class:`FormDefinition`: parsed, checked, every expression compiled once."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.body import BodyReader, repeat_paths
from jdz_field.xforms.entities import check_version, read_blocks
from jdz_field.xforms.form import (
    DISPLAY,
    Action,
    Control,
    FormDefinition,
    FormProblem,
    Rule,
)
from jdz_field.xforms.graph import order_rules, reactions, steady_counts
from jdz_field.xforms.itext import CompileText, Shared, read_itext
from jdz_field.xforms.model import (
    absolute,
    build_definitions,
    find_model,
    named_binds,
    primary_element,
    read_binds,
    read_lists,
)
from jdz_field.xforms.rules import RuleMaker
from jdz_field.xforms.safe_xml import attribute, children, local, read_xml, refuse_many
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.code import as_atom, constant
from jdz_field.xforms.xpath.compiler import compile_text
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.scope import Context, Scope
from jdz_field.xforms.xpath.syntax import Call, Path, String, walk

_SELECTS = {"select1": "select1", "select": "select", "rank": "rank"}
_FIRST_LOAD = {"xforms-ready": "odk-instance-first-load", "jr-insert": "odk-new-repeat"}


def parse_form(xml: str | bytes) -> FormDefinition:
    """The form; BadInput says in one sentence why it cannot be used.

    Refused: no XForm, a DTD, too large, questions bound to nothing, unknown functions,
    unreadable expressions, dependency cycles (with their path). References to nothing inside
    expressions are kept in ``problems`` and are empty, as in JavaRosa.
    """
    try:
        return _Parser(read_xml(xml, _("The form"))).form()
    except XPathError as error:
        raise BadInput(
            _("The form cannot be read: {reason}").format(reason=error.message)
        ) from None
    except RecursionError:
        raise BadInput(_("The form is nested too deeply.")) from None


class _Parser:
    def __init__(self, document: etree._Element) -> None:
        self._model, self._body, self._title = find_model(document)
        check_version(attribute(self._model, "entities-version"))
        self._primary = primary_element(self._model)
        refuse_many(self._primary, _("The form"))
        repeats = repeat_paths(self._body, local(self._primary))
        self._root, self._seed = build_definitions(self._primary, repeats)
        self._nodes = {definition.path: definition for definition in self._root.walk()}
        self._problems: list[FormProblem] = []
        read_binds(self._model, self._nodes, self._root, self._problems)
        self._binds = named_binds(self._model, self._nodes, self._root)
        self._lists = read_lists(self._model)
        self._maker = RuleMaker(self._root)
        self._selects: list[Control] = []
        self._reader = BodyReader(self._root, self._nodes, self._binds, self._maker.shown_scope)

    def form(self) -> FormDefinition:
        """Put everything together."""
        controls = self._controls()
        itext, default = read_itext(self._model, self._outputs)
        made = self._maker.bind_rules()
        made += self._maker.count_rules(controls) + self._maker.display_rules()
        rules = order_rules(made)
        actions = self._actions()
        found = reactions(rules)
        self._check_lists([rule.source for rule in rules] + self._sources(controls))
        return FormDefinition(
            form_id=attribute(self._primary, "id") or self._root.name,
            version=attribute(self._primary, "version"),
            title=self._title or attribute(self._primary, "id"),
            root=self._root,
            seed=self._seed,
            nodes=self._nodes,
            single_count=sum(1 for d in self._nodes.values() if d.slot >= 0),
            controls=controls,
            by_definition=self._by_definition(controls),
            lists=self._lists,
            languages=tuple(itext),
            default_language=default,
            itext=itext,
            rules=rules,
            reactions=found,
            steady_counts=steady_counts(rules, found),
            rules_of=self._rules_of(rules),
            actions=actions,
            entities=read_blocks(self._nodes, self._seed),
            problems=self._problems + self._maker.problems + self._reader.problems,
            namespaces=_namespaces(self._primary),
            instance_name=self._nodes.get(f"{self._root.path}/meta/instanceName"),
            style=attribute(self._body, "class").strip(),
        )

    def _controls(self) -> list[Control]:
        controls = self._reader.read(self._body)
        for top in controls:
            for control in top.walk():
                wanted = _SELECTS.get(control.tag)
                if wanted:
                    self._selects.append(control)
                if wanted and control.definition.bind.type in ("string", "select", "select1"):
                    control.definition.bind.type = wanted
        return controls

    @staticmethod
    def _by_definition(controls: list[Control]) -> dict[Def, Control]:
        found: dict[Def, Control] = {}
        for top in controls:
            for control in top.walk():
                if control.own and (
                    control.definition not in found or control.tag not in ("group", "repeat")
                ):
                    found[control.definition] = control
        return found

    def _outputs(self, identifier: str) -> tuple[CompileText, Def | None]:
        owner = self._nodes.get(identifier.partition(":")[0])
        return (self._shared(identifier) if owner is None else self._own(owner)), owner

    def _own(self, owner: Def) -> CompileText:
        return lambda expression: self._reader.output(expression, owner)

    def _shared(self, identifier: str) -> CompileText:
        def compile_output(expression: str) -> Callable[[Context], str]:
            made = Shared(expression, self._root, self._own)
            made.bind(self._root)
            # Who shows it must be shown again when it changes: pyxform calls the texts of the
            # list "state" state-0, state-1 …
            listed = f"'{identifier.rpartition('-')[0]}'"
            for control in self._selects:
                if control.itemset is not None and listed in control.itemset.source:
                    made.bind(control.definition)
            return made

        return compile_output

    @staticmethod
    def _rules_of(rules: list[Rule]) -> dict[Def, tuple[int, ...]]:
        found: dict[Def, list[int]] = {}
        for rule in rules:
            if rule.kind != DISPLAY:
                found.setdefault(rule.definition, []).append(rule.order)
        return {definition: tuple(orders) for definition, orders in found.items()}

    def _actions(self) -> list[Action]:
        made = [
            self._action(element, None)
            for element in children(self._model, "setvalue", "setgeopoint")
        ]
        made += [self._action(element, holder) for element, holder in self._reader.actions]
        return [action for action in made if action is not None]

    def _action(self, element: etree._Element, holder: Def | None) -> Action | None:
        identifier = attribute(element, "bind")
        path = absolute(attribute(element, "ref"), self._root, holder and holder.parent)
        target = self._binds.get(identifier) if identifier else self._nodes.get(path)
        if target is None:
            raise BadInput(_("The form sets {name}, which does not exist.").format(name=path))
        events = frozenset(
            _FIRST_LOAD.get(event, event) for event in attribute(element, "event").split()
        )
        if local(element) == "setgeopoint":
            return Action(events, target, None, holder, position=True)
        source = attribute(element, "value").strip()
        if not source:
            # A value that is there but empty goes before the text (XForms 1.1 §10.2).
            written = "" if element.get("value") is not None else element.text or ""
            return Action(events, target, constant(written).run, holder)
        scope = Scope(self._root, target, target)
        code = self._maker.guarded(source, target, "default", lambda: compile_text(source, scope))
        return Action(events, target, as_atom(code), holder)

    @staticmethod
    def _sources(controls: list[Control]) -> list[str]:
        return [
            control.itemset.source
            for top in controls
            for control in top.walk()
            if control.itemset is not None
        ]

    def _check_lists(self, sources: list[str]) -> None:
        """Every list that an expression names must be declared."""
        for source in filter(None, sources):
            for part in walk(parse(source)):
                if not isinstance(part, Path | Call):
                    continue
                call = part.start if isinstance(part, Path) else part
                if isinstance(call, Call) and call.name == "instance" and call.arguments:
                    self._declared(call)

    def _declared(self, call: Call) -> None:
        named = call.arguments[0]
        if isinstance(named, String) and named.value not in self._lists:
            message = _("The form looks something up in {name}, a list that it does not declare.")
            problem = FormProblem("", message.format(name=named.value))
            if problem not in self._problems:
                self._problems.append(problem)


def _namespaces(primary: etree._Element) -> dict[str, str]:
    return {prefix: str(uri) for prefix, uri in primary.nsmap.items() if prefix}
