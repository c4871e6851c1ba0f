"""Expressions of a form against its nodes: what they name, what they go round in, what is dull."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jdz_field.core.i18n import _
from jdz_field.xforms.check_cells import expression_messages, function_messages
from jdz_field.xforms.check_circles import circles
from jdz_field.xforms.check_facts import Facts, Use
from jdz_field.xforms.check_place import Places, listed, meant, nearest
from jdz_field.xforms.check_tables import Tables
from jdz_field.xforms.check_walk import Seen, paths
from jdz_field.xforms.complaints import Issue, Severity
from jdz_field.xforms.form import CONSTRAINT, COUNT, RELEVANT, REQUIRED
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.paths import target_of
from jdz_field.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Number,
    Path,
    String,
    chain,
    walk,
)

#: The list that holds the record saved last; pyxform does not always declare it.
LAST_SAVED = "__last-saved"


def logic_issues(facts: Facts, places: Places, tables: Tables) -> Iterator[Issue]:
    """What is wrong with the form's expressions, apart from choice lists."""
    checker = _Checker(facts, places, tables)
    yield from checker.lost()
    for use in facts.uses:
        yield from checker.use(use)
    yield from checker.cycles()
    yield from checker.dull()


@dataclass(slots=True)
class _Checker:
    facts: Facts
    places: Places
    tables: Tables

    def _issue(self, use: Use, message: str, *, warning: bool = False) -> Issue:
        severity: Severity = "warning" if warning else "error"
        dataset = self.facts.dataset(use.definition)
        return self.places.issue(use.definition.path, use.column, message, severity, dataset)

    # ---- what is not there

    def lost(self) -> Iterator[Issue]:
        """Questions and rules that are bound to nothing."""
        for path, tag in self.facts.lost:
            message = _("The form asks for {name}, which its model does not have.")
            yield self.places.issue(path, tag, message.format(name=path))
        for problem in self.facts.unbound:
            yield self.places.issue(problem.ref, "nodeset", problem.message)

    def use(self, use: Use) -> Iterator[Issue]:
        """Everything about one expression."""
        if use.error is not None or use.scope is None or use.tree is None:
            yield from self._unreadable(use)
            return
        for message in function_messages(use.tree, use.source):
            yield self._issue(use, message)
        for path in dict.fromkeys(use.scope.missing):
            yield self._issue(use, self._missing(path))
        for seen in paths(use.tree, scalar=use.column not in ("choice_filter", "type")):
            yield from self._path(use, seen)
        for part in walk(use.tree):
            yield from self._comparison(use, part)
        yield from self._pulled(use)

    def _unreadable(self, use: Use) -> Iterator[Issue]:
        messages = list(expression_messages(use.source))
        if not messages and use.error is not None:
            messages = [use.error.message]
        for message in messages:
            yield self._issue(use, message)

    def _missing(self, path: str) -> str:
        if "/" in path:
            name = path.rpartition("/")[2]
            near = nearest(name, self.facts.names, 0.8)
            message = _("There is nothing at {path}.").format(path=path)
            return message + (" " + _("Did you mean {name}?").format(name=near) if near else "")
        if path in self.facts.names:
            return _("{name} is a question; write it as ${{{name}}}.").format(name=path)
        return _("{name} is nothing that exists; a text needs quotes: '{name}'.").format(name=path)

    def _path(self, use: Use, seen: Seen) -> Iterator[Issue]:
        path = seen.path
        if isinstance(path.start, Call) and path.start.name == "instance":
            yield from self._list_path(use, path.start, path)
        elif seen.item_list:
            yield from self._column(use, seen.item_list, path)
        elif seen.scalar:
            yield from self._first_only(use, path)

    def _first_only(self, use: Use, path: Path) -> Iterator[Issue]:
        assert use.scope is not None
        found = target_of(path, use.scope)
        if found is None:
            return
        target, bound = found
        repeats = [level for level in target.chain[bound:] if level.repeat]
        if repeats and target is not repeats[-1]:
            message = _(
                "{name} lies in the repeat {repeat}: from here it is only that of its first entry;"
                " use sum(), join() or indexed-repeat()."
            )
            text = message.format(name=target.name, repeat=repeats[-1].name)
            yield self._issue(use, text, warning=True)

    # ---- lists

    def _list_path(self, use: Use, call: Call, path: Path) -> Iterator[Issue]:
        argument = call.arguments[0] if call.arguments else None
        if not isinstance(argument, String):
            return
        name = argument.value
        if name == LAST_SAVED:
            return
        if name not in self.facts.lists:
            message = _("There is no list {name} in the form.").format(name=name)
            yield self._issue(use, message + meant(name, self.facts.lists))
            return
        for step in path.steps[2:3]:
            yield from self._column_named(use, name, step.test if step.axis == "child" else "")

    def _column(self, use: Use, list_name: str, path: Path) -> Iterator[Issue]:
        step = path.steps[0] if path.start == "." and path.steps else None
        if step is not None and step.axis == "child":
            yield from self._column_named(use, list_name, step.test)

    def _column_named(self, use: Use, list_name: str, column: str) -> Iterator[Issue]:
        columns = self.tables.columns(list_name)
        book = self.places.book
        if book is not None and column in book.sheet("choices").columns and column != "label":
            return
        if not columns or not column or column in columns or "*" in column or "(" in column:
            return
        if column == "label" and "itextId" in columns:
            message = _(
                "The labels of the list {list} are translated and cannot be looked up;"
                " use jr:choice-name()."
            )
            yield self._issue(use, message.format(list=list_name))
            return
        message = _("The list {list} has no column {column}.").format(list=list_name, column=column)
        if column in self.facts.names:
            message += " " + _("For the question write ${{{name}}}.").format(name=column)
        else:
            message += meant(column, columns)
        yield self._issue(use, message)

    def _pulled(self, use: Use) -> Iterator[Issue]:
        assert use.tree is not None
        for part in walk(use.tree):
            if not (isinstance(part, Call) and part.name == "pulldata"):
                continue
            texts = [one.value if isinstance(one, String) else "" for one in part.arguments]
            if texts and texts[0] in self.facts.lists:
                for column in texts[1:3]:
                    yield from self._column_named(use, texts[0], column)

    # ---- answers that never come

    def _comparison(self, use: Use, part: Expression) -> Iterator[Issue]:
        path, word = _compared(part)
        if path is None or not word or use.scope is None:
            return
        found = target_of(path, use.scope)
        asked = None if found is None else self.facts.by_node.get(found[0])
        values = None if asked is None else self.tables.values_of(asked)
        if asked is None or not values or word in values:
            return
        message = _("{question} never is {value}: its list has {values}.").format(
            question=asked.definition.name, value=f"'{word}'", values=listed(values)
        )
        yield self._issue(use, message + meant(word, values), warning=True)

    # ---- circles

    def cycles(self) -> Iterator[Issue]:
        """Calculations and conditions that need each other."""
        rules = [use for use in self.facts.uses if use.kind <= COUNT and use.scope is not None]
        for circle in circles(rules):
            first = rules[circle[0]]
            names = " → ".join(rules[at].definition.name for at in circle)
            message = _("The form's calculations and conditions go round in a circle: {path}.")
            yield self._issue(first, message.format(path=names))

    # ---- what does nothing

    def dull(self) -> Iterator[Issue]:
        """Conditions that never hold, constraints that say nothing, demands nobody can meet."""
        for use in self.facts.uses:
            value = None if use.tree is None else constant(use.tree)
            if use.kind == RELEVANT and value is not None and not value:
                yield self._issue(use, _("This is never true: it is never shown."), warning=True)
            elif use.kind == CONSTRAINT and value is not None and not value:
                yield self._issue(use, _("This is never true: no answer is right."), warning=True)
            elif use.kind == CONSTRAINT and not use.definition.bind.constraint_message:
                if self._written(use):
                    yield self._without_message(use)
            elif use.kind == REQUIRED and value is not False:
                yield from self._required(use)

    def _written(self, use: Use) -> bool:
        """Some question types bring a constraint of their own."""
        book = self.places.book
        if book is None:
            return True
        row = self.places.rows.get(book.places.row_of_path(use.definition.path))
        return row is not None and bool(row["constraint"])

    def _without_message(self, use: Use) -> Issue:
        message = _("The constraint has no constraint_message: nobody is told what is wrong.")
        return self._issue(use, message, warning=True)

    def _required(self, use: Use) -> Iterator[Issue]:
        node = use.definition
        asked = self.facts.by_node.get(node)
        locked = constant_of(node, "readonly") is True and not node.bind.calculate
        if asked is None and node.leaf:
            message = _("{name} is never asked, so requiring it does nothing.")
        elif asked is not None and asked.tag in ("group", "repeat"):
            message = _("{name} is a group; require its questions instead.")
        elif asked is not None and locked:
            message = _("{name} cannot be answered, so it must not be required.")
        else:
            return
        yield self._issue(use, message.format(name=node.name), warning=True)


def constant_of(node: Def, name: str) -> object:
    """What a rule of a bind always gives, None when that depends."""
    source = getattr(node.bind, name)
    try:
        return constant(parse(source)) if source else None
    except XPathError:
        return None


def constant(tree: Expression) -> bool | float | str | None:
    """The value of an expression that names nothing; None when it cannot be told."""
    match tree:
        case Number(value=value) | String(value=value):
            return value
        case Call(name="true"):
            return True
        case Call(name="false"):
            return False
        case Call(name="not" | "boolean", arguments=(inner,)):
            found = constant(inner)
            return None if found is None else bool(found) is (tree.name == "boolean")
        case Binary():
            return _constant_binary(tree)
    return None


def _constant_binary(tree: Binary) -> bool | float | str | None:
    first, others = chain(tree)
    value = constant(first)
    for other in others:
        value = _constant_of(other.operator, value, constant(other.right))
    return value


def _constant_of(
    operator: str, left: bool | float | str | None, right: bool | float | str | None
) -> bool | None:
    if operator == "and" and ((left is not None and not left) or (right is not None and not right)):
        return False
    if left is None or right is None:
        return None
    if operator in ("=", "!="):
        same = str(left) == str(right) if isinstance(left, str) else left == right
        return same is (operator == "=")
    return None if operator != "or" else bool(left or right)


def _compared(part: Expression) -> tuple[Path | None, str]:
    """The path and the text of ``path = 'text'`` or ``selected(path, 'text')``."""
    if isinstance(part, Binary) and part.operator in ("=", "!="):
        sides: Sequence[Expression] = (part.left, part.right)
    elif isinstance(part, Call) and part.name == "selected" and len(part.arguments) == 2:
        sides = part.arguments
        if not isinstance(sides[0], Path):
            return None, ""
    else:
        return None, ""
    path = next((side for side in sides if isinstance(side, Path)), None)
    word = next((side.value for side in sides if isinstance(side, String)), "")
    return path, word
