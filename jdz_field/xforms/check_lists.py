"""Choice lists: filters that leave nothing, lists nobody uses, choices nobody can tell apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from jdz_field.core.i18n import _
from jdz_field.xforms.check_facts import Asked, Facts, Use
from jdz_field.xforms.check_place import Places, listed
from jdz_field.xforms.check_tables import Tables, itemset_path
from jdz_field.xforms.check_walk import list_of
from jdz_field.xforms.complaints import Issue, Severity
from jdz_field.xforms.safe_xml import attribute, child, children
from jdz_field.xforms.tree import Def
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

#: Lists of which nobody needs to speak.
_OWN = ("last-saved",)


def list_issues(facts: Facts, places: Places, tables: Tables) -> Iterator[Issue]:
    """What is wrong with choices and their filters."""
    for use in facts.uses:
        path = itemset_path(use.source) if use.asked is not None else None
        if path is not None and list_of(path) and use.column == "choice_filter":
            yield from _Filter(facts, places, tables, use, list_of(path)).issues(path)
    yield from _unused(facts, places)
    for asked in facts.asked:
        yield from _twice(asked, places, tables)


class _Filter:
    """One choice_filter over one list."""

    def __init__(
        self, facts: Facts, places: Places, tables: Tables, use: Use, list_name: str
    ) -> None:
        self._facts = facts
        self._places = places
        self._tables = tables
        self._use = use
        self._list = list_name

    def issues(self, path: Path) -> Iterator[Issue]:
        """One for every comparison that no row, or not every answer, can satisfy."""
        if not self._tables.known(self._list) or len(path.steps) < 2:
            return
        for predicate in path.steps[1].predicates:
            for condition in _parts(predicate):
                yield from self._condition(condition)

    def _condition(self, condition: Expression) -> Iterator[Issue]:
        column, other = _comparison(condition)
        if other is None or not self._has(column):
            return
        values = set(self._tables.values(self._list, column)) - {""}
        word = _text(other)
        if word is not None:
            if word and word not in values:
                message = _("No choice of the list {list} has {value} in {column}: none is left.")
                yield self._issue("error", message, list=self._list, value=word, column=column)
        elif isinstance(other, Path):
            yield from self._against(column, values, other)

    def _has(self, column: str) -> bool:
        """Whether the list has the column, if only as a heading with nothing below it."""
        book = self._places.book
        written = book is not None and column in book.sheet("choices").columns
        return column in self._tables.columns(self._list) or written

    def _against(self, column: str, values: set[str], other: Path) -> Iterator[Issue]:
        asked = self._asked(other)
        offered = [] if asked is None else self._tables.values_of(asked)
        if asked is None or not offered:
            return
        name = asked.definition.name
        childless = [value for value in offered if value not in values]
        if len(childless) == len(offered):
            message = _(
                "No choice of the list {list} has an answer of {question} in {column}:"
                " none is ever left ({column} has {values})."
            )
            yield self._issue(
                "error",
                message,
                list=self._list,
                question=name,
                column=column,
                values=listed(sorted(values)) or "—",
            )
            return
        childless = [value for value in childless if not self._hidden_for(value)]
        if childless:
            message = _("When {question} is {values}, the list {list} offers nothing.")
            text = listed(childless)
            yield self._issue("warning", message, question=name, values=text, list=self._list)

    def _asked(self, path: Path) -> Asked | None:
        assert self._use.scope is not None
        found = target_of(path, self._use.scope)
        return None if found is None else self._facts.by_node.get(found[0])

    def _hidden_for(self, value: str) -> bool:
        """Whether the question's conditions name the answer: it is probably not asked then."""
        node: Def | None = self._use.definition
        while node is not None:
            if f"'{value}'" in node.bind.relevant or f'"{value}"' in node.bind.relevant:
                return True
            node = node.parent
        return False

    def _issue(self, severity: Severity, message: str, **words: str) -> Issue:
        text = message.format(**words)
        return self._places.issue(self._use.definition.path, "choice_filter", text, severity)


def _parts(predicate: Expression) -> Iterator[Expression]:
    """What must all hold."""
    if isinstance(predicate, Binary) and predicate.operator == "and":
        first, others = chain(predicate)
        for side in (first, *(other.right for other in others)):
            yield from _parts(side)
    else:
        yield predicate


def _comparison(condition: Expression) -> tuple[str, Expression | None]:
    """The column and what it is compared with: ``column = x`` or ``selected(x, column)``."""
    sides: tuple[Expression, ...] = ()
    if isinstance(condition, Binary) and condition.operator == "=":
        sides = (condition.left, condition.right)
    elif isinstance(condition, Call) and condition.name == "selected":
        sides = condition.arguments
    if len(sides) == 2:
        for one, other in (sides, sides[::-1]):
            column = _column(one)
            if column:
                return column, other
    return "", None


def _column(side: Expression) -> str:
    if isinstance(side, Path) and side.start == "." and len(side.steps) == 1:
        step = side.steps[0]
        return step.test if step.axis == "child" and not step.predicates else ""
    return ""


def _text(side: Expression) -> str | None:
    if isinstance(side, String):
        return side.value
    if isinstance(side, Number):
        return str(int(side.value)) if side.value.is_integer() else str(side.value)
    return None


def _unused(facts: Facts, places: Places) -> Iterator[Issue]:
    named = {text for use in facts.uses if use.tree for text in _lists_named(use.tree)}
    for asked in facts.asked:
        named.update(_words_of(asked))
    for name, source in facts.lists.items():
        if name in named or name in _OWN or source.document is None:
            continue
        message = _("No question uses the list {list}.").format(list=name)
        yield places.list(name, "list_name", message, "warning")


def _words_of(asked: Asked) -> Iterator[str]:
    """Lists that a question names otherwise than by an expression."""
    itemset = child(asked.element, "itemset")
    path = None if itemset is None else itemset_path(attribute(itemset, "nodeset"))
    if path is not None:
        yield list_of(path)
    for value in asked.element.attrib.values():
        yield from str(value).replace("'", " ").replace("/", " ").split()


def _lists_named(tree: Expression) -> Iterator[str]:
    for part in walk(tree):
        if isinstance(part, Path):
            yield list_of(part)
        elif isinstance(part, Call) and part.name in ("pulldata", "instance") and part.arguments:
            yield _text(part.arguments[0]) or ""


def _twice(asked: Asked, places: Places, tables: Tables) -> Iterator[Issue]:
    """Choices of one value: only the first can be told from an answer."""
    itemset = child(asked.element, "itemset")
    if itemset is None:
        words = [
            (value.text or "").strip()
            for item in children(asked.element, "item")
            if (value := child(item, "value")) is not None
        ]
        for word, count in Counter(words).items():
            if count > 1:
                message = _("The choice {value} is there {n} times; make names unique.")
                text = message.format(value=word, n=count)
                yield places.issue(asked.ref, "type", text)
        return
    source = attribute(itemset, "nodeset")
    path = itemset_path(source)
    if path is None or "[" in source or not list_of(path):
        return
    counted = Counter(tables.values(list_of(path), "name"))
    twice = [word for word, count in counted.items() if count > 1 and word]
    if twice:
        message = _("The list {list} has several choices of the name {values}; filter it.")
        text = message.format(list=list_of(path), values=listed(twice))
        yield places.issue(asked.ref, "type", text, "warning")
