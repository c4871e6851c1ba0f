"""Secondary instances: lists that a form looks things up in; they never change while filling.

Tables (which nearly all of them are) stay rows of texts: a node for a cell is made when an
expression asks for it, so that 50,000 choices cost their texts and little more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jdz_field.xforms.xpath.values import Atom, to_number


class StaticNode:
    """An element of a secondary instance; ``value`` is its text."""

    __slots__ = ("_indexes", "_kids", "index", "name", "parent", "value")
    relevant = True

    def __init__(
        self, name: str, parent: StaticNode | RowNode | None, value: str = "", index: int = 0
    ) -> None:
        self.name = name
        self.parent = parent
        self.value: Atom = value
        self.index = index
        self._kids: dict[str, list[StaticNode | RowNode]] = {}
        self._indexes: dict[tuple[str, str], Index] = {}

    def add(self, name: str, value: str = "") -> StaticNode:
        """A new child (``@name``: an attribute)."""
        kin = self._kids.setdefault(name, [])
        kid = StaticNode(name, self, value, len(kin))
        kin.append(kid)
        return kid

    def add_row(self, name: str, columns: Mapping[str, int], cells: Sequence[str]) -> None:
        """A new child with one text a column; ``columns`` is shared by all its like."""
        kin = self._kids.setdefault(name, [])
        kin.append(RowNode(name, self, columns, cells, len(kin)))

    def named(self, name: str) -> Sequence[StaticNode | RowNode]:
        """Its children of that name, in order."""
        return self._kids.get(name, ())

    def every(self) -> Iterable[StaticNode | RowNode]:
        """All its child elements."""
        return [kid for name, kin in self._kids.items() if name[0] != "@" for kid in kin]

    def text_of(self, name: str) -> str:
        """The text of its first child of that name."""
        kin = self._kids.get(name)
        return str(kin[0].value) if kin else ""

    def index_of(self, name: str, key: str) -> Index:
        """Its children ``name`` by the text of their child ``key``; built once."""
        found = self._indexes.get((name, key))
        if found is None:
            found = self._indexes[name, key] = Index(self.named(name), key)
        return found


class RowNode:
    """A row of a table as a node."""

    __slots__ = ("_cells", "_columns", "index", "name", "parent")
    relevant = True
    value: Atom = ""

    def __init__(
        self,
        name: str,
        parent: StaticNode,
        columns: Mapping[str, int],
        cells: Sequence[str],
        index: int,
    ) -> None:
        self.name = name
        self.parent = parent
        self._columns = columns
        self._cells = cells
        self.index = index

    def named(self, name: str) -> Sequence[StaticNode]:
        """The cell of that column, when it has one."""
        at = self._columns.get(name, -1)
        return (StaticNode(name, self, self._cells[at]),) if 0 <= at < len(self._cells) else ()

    def every(self) -> Iterable[StaticNode]:
        """All its cells."""
        return [kid for name in self._columns for kid in self.named(name) if name[0] != "@"]

    def text_of(self, name: str) -> str:
        """The text of that column."""
        at = self._columns.get(name, -1)
        return self._cells[at] if 0 <= at < len(self._cells) else ""


class Index:
    """Items by the text (or the number) of one of their children."""

    __slots__ = ("_by_number", "_by_text", "_items", "_key")

    def __init__(self, items: Sequence[StaticNode | RowNode], key: str) -> None:
        self._items = items
        self._key = key
        self._by_text: dict[str, list[StaticNode | RowNode]] = {}
        self._by_number: dict[float, list[StaticNode | RowNode]] | None = None
        for item in items:
            self._by_text.setdefault(item.text_of(key), []).append(item)

    def with_text(self, text: str) -> Sequence[StaticNode | RowNode]:
        """Items whose child reads ``text``."""
        return self._by_text.get(text, ())

    def with_number(self, number: float) -> Sequence[StaticNode | RowNode]:
        """Items whose child is that number."""
        if self._by_number is None:
            self._by_number = {}
            for item in self._items:
                value = round(to_number(item.text_of(self._key)), 9)
                self._by_number.setdefault(value, []).append(item)
        return self._by_number.get(round(number, 9), ())


def from_rows(rows: Iterable[Mapping[str, object]]) -> StaticNode:
    """The document ``/root/item/column`` of a table (CSV, entity list)."""
    document = StaticNode("", None)
    root = document.add("root")
    shared: dict[tuple[str, ...], dict[str, int]] = {}
    for row in rows:
        names = tuple(row)
        columns = shared.get(names)
        if columns is None:
            columns = shared[names] = {name: at for at, name in enumerate(names)}
        root.add_row("item", columns, ["" if v is None else str(v) for v in row.values()])
    return document
