"""Binds, labels, choices and counts → compiled rules."""

from __future__ import annotations

from collections.abc import Callable

from jdz_field.core.i18n import _
from jdz_field.xforms.form import (
    CALCULATE,
    CONSTRAINT,
    COUNT,
    DISPLAY,
    READONLY,
    RELEVANT,
    REQUIRED,
    Control,
    FormError,
    FormProblem,
    Rule,
)
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.code import Code, as_atom, as_boolean, as_number
from jdz_field.xforms.xpath.compiler import compile_text
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.scope import Dependency, Scope

_BIND_RULES: tuple[tuple[int, str, str], ...] = (
    (RELEVANT, "relevant", "relevant"),
    (CALCULATE, "calculate", "calculation"),
    (READONLY, "readonly", "read_only"),
    (REQUIRED, "required", "required"),
    (CONSTRAINT, "constraint", "constraint"),
)


#: How many questions all the rules of a form may name, each time counted.
MAX_READ = 500_000


class RuleMaker:
    """Compiles the expressions of a form and remembers what they read."""

    def __init__(self, root: Def) -> None:
        self._root = root
        self.problems: list[FormProblem] = []
        self._read = 0
        #: What labels, hints and choices of a node read.
        self._shown: dict[Def, Scope] = {}

    def shown_scope(self, definition: Def) -> Scope:
        """The scope for what a node only shows (labels, choices)."""
        scope = self._shown.get(definition)
        if scope is None:
            scope = self._shown[definition] = Scope(self._root, definition, definition)
        return scope

    def bind_rules(self) -> list[Rule]:
        """The rules of all binds, in document order."""
        made: list[Rule] = []
        for definition in self._root.walk():
            for kind, name, column in _BIND_RULES:
                source = getattr(definition.bind, name)
                if source and not _is_default(kind, source):
                    made.append(self._rule(kind, definition, source, column))
        return made

    def _rule(self, kind: int, definition: Def, source: str, column: str) -> Rule:
        scope = Scope(self._root, definition, definition)
        code = self.guarded(source, definition, column, lambda: compile_text(source, scope))
        self._report_missing(definition, scope, column)
        self._limit(scope, definition, column)
        run = as_atom(code) if kind == CALCULATE else as_boolean(code)
        read = set(scope.dependencies)
        if kind == CONSTRAINT:
            read.add(Dependency(definition, definition.depth))
        return Rule(kind, definition, run, frozenset(read), source)

    def _limit(self, scope: Scope, definition: Def, column: str) -> None:
        """Wildcards over thousands of questions in thousands of rules would fill the memory."""
        self._read += len(scope.dependencies)
        if self._read > MAX_READ:
            message = _("{column} of {name} looks at too many questions at once.")
            raise FormError(
                message.format(column=column, name=definition.path), definition.path, column
            )

    def count_rules(self, controls: list[Control]) -> list[Rule]:
        """A rule for every repeat with a count; its node is the repeat's parent."""
        everything = (control for top in controls for control in top.walk())
        return [self._count_rule(control) for control in everything if control.count]

    def _count_rule(self, control: Control) -> Rule:
        repeat = control.definition
        scope = Scope(self._root, repeat, repeat)
        code = self.guarded(
            control.count, repeat, "repeat_count", lambda: compile_text(control.count, scope)
        )
        self._report_missing(repeat, scope, "repeat_count")
        parent = repeat.parent
        assert parent is not None
        read = set(scope.dependencies) | {Dependency(parent, parent.depth)}
        for rule_source in (repeat.bind.relevant,):
            if rule_source:
                inner = Scope(self._root, repeat, repeat)
                compile_text(rule_source, inner)
                read |= inner.dependencies
        run = as_number(code)
        return Rule(COUNT, parent, run, frozenset(read), control.count, repeat=repeat)

    def display_rules(self) -> list[Rule]:
        """What is only shown again when something it names changes."""
        made = []
        for definition, scope in self._shown.items():
            self._report_missing(definition, scope, "label")
            if scope.dependencies:
                read = frozenset(scope.dependencies)
                made.append(Rule(DISPLAY, definition, _nothing, read))
        return made

    def _report_missing(self, definition: Def, scope: Scope, column: str) -> None:
        for path in dict.fromkeys(scope.missing):
            message = _("{column} of {name} refers to {path}, which does not exist.").format(
                column=column, name=definition.path, path=path
            )
            self.problems.append(FormProblem(definition.path, message, column))

    def guarded(self, source: str, definition: Def, column: str, make: Callable[[], Code]) -> Code:
        """What ``make`` compiles; BadInput names node, column, expression and place."""
        try:
            return make()
        except XPathError as error:
            where = "" if error.position is None else _place(source, error.position)
            message = _("{column} of {name} cannot be read: {reason}{where}").format(
                column=column, name=definition.path, reason=error.message, where=where
            )
            raise FormError(message, definition.path, column) from None


def _place(source: str, position: int) -> str:
    head = source[max(0, position - 20) : position]
    tail = source[position : position + 20]
    return " " + _("(at character {n}: …{head}▸{tail}…)").format(
        n=position + 1, head=head, tail=tail
    )


def _is_default(kind: int, source: str) -> bool:
    """Rules that say what holds anyway."""
    plain = "".join(source.split())
    return (kind == RELEVANT and plain == "true()") or (
        kind in (READONLY, REQUIRED) and plain == "false()"
    )


def _nothing(_context: object) -> str:
    return ""
