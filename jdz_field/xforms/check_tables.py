"""The lists of a form as tables: their columns and values, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jdz_field.xforms.check_facts import Asked, Facts
from jdz_field.xforms.check_walk import list_of
from jdz_field.xforms.safe_xml import attribute, child, children
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.syntax import Call, Path

SELECTS = ("select1", "select", "rank")


class Tables:
    """The lists that are written in the form or that were read from the files beside it."""

    def __init__(self, facts: Facts, files: Mapping[str, StaticNode]) -> None:
        self._documents = {
            name: source.document for name, source in facts.lists.items() if source.document
        } | dict(files)
        self._columns: dict[str, dict[str, list[str]]] = {}

    def columns(self, name: str) -> Sequence[str]:
        """The columns of a list; none when it is not known."""
        return list(self._table(name))

    def values(self, name: str, column: str) -> list[str]:
        """The values of a column, row by row; ``""`` where a row has none."""
        return self._table(name).get(column, [])

    def known(self, name: str) -> bool:
        """Whether the rows of a list are there."""
        return name in self._documents

    def size(self, name: str) -> int:
        """How many rows a list has."""
        return max((len(values) for values in self._table(name).values()), default=0)

    def _table(self, name: str) -> dict[str, list[str]]:
        known = self._columns.get(name)
        if known is None:
            document = self._documents.get(name)
            known = self._columns[name] = {} if document is None else _read(document)
        return known

    def values_of(self, asked: Asked) -> list[str]:
        """What may be chosen in a question, whatever filters it; none when not known."""
        items = children(asked.element, "item")
        if items:
            found = (child(item, "value") for item in items)
            return [(value.text or "").strip() for value in found if value is not None]
        itemset = child(asked.element, "itemset")
        if itemset is None or asked.tag not in SELECTS:
            return []
        path = itemset_path(attribute(itemset, "nodeset"))
        value = child(itemset, "value")
        name = "name" if value is None else attribute(value, "ref").strip()
        return [] if path is None else list(dict.fromkeys(self.values(list_of(path), name)))


def itemset_path(source: str) -> Path | None:
    """The path of an itemset's nodeset, whether or not its order is random."""
    try:
        tree = parse(source.strip())
    except XPathError:
        return None
    while isinstance(tree, Call) and tree.name == "randomize" and tree.arguments:
        tree = tree.arguments[0]
    return tree if isinstance(tree, Path) else None


def _read(document: StaticNode) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for root in document.every():
        items: Iterable[object] = root.every()
        for number, item in enumerate(items):
            for cell in item.every():  # type: ignore[attr-defined]
                column = table.setdefault(cell.name, [])
                column.extend("" for _gap in range(number - len(column)))
                if len(column) == number:
                    column.append(str(cell.value))
    size = max((len(column) for column in table.values()), default=0)
    for column in table.values():
        column.extend("" for _gap in range(size - len(column)))
    return table
