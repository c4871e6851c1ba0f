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
        self._indexes: dict[tuple[str, tuple[str, ...]], Index] = {}

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

    def index_of(self, name: str, *keys: str) -> Index:
        """Its children ``name`` by their children ``keys``; built once."""
        found = self._indexes.get((name, keys))
        if found is None:
            found = self._indexes[name, keys] = Index(self.named(name), keys)
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
    """Items by the texts (or numbers) of some of their children."""

    __slots__ = ("_items", "_keys", "_tables")

    def __init__(self, items: Sequence[StaticNode | RowNode], keys: tuple[str, ...]) -> None:
        self._items = items
        self._keys = keys
        #: One table for every mixture of texts and numbers that was asked for.
        self._tables: dict[tuple[bool, ...], dict[tuple[Atom, ...], list[StaticNode | RowNode]]]
        self._tables = {}

    def find(self, wanted: tuple[str | float, ...]) -> Sequence[StaticNode | RowNode]:
        """Items whose children, in the order of the keys, read or are ``wanted``."""
        numeric = tuple([type(value) is float for value in wanted])
        table = self._tables.get(numeric)
        if table is None:
            table = self._tables[numeric] = self._build(numeric)
        return table.get(tuple([_key(value) for value in wanted]), ())

    def _build(
        self, numeric: tuple[bool, ...]
    ) -> dict[tuple[Atom, ...], list[StaticNode | RowNode]]:
        table: dict[tuple[Atom, ...], list[StaticNode | RowNode]] = {}
        pairs = list(zip(self._keys, numeric, strict=True))
        for item in self._items:
            key = tuple(
                [
                    _key(to_number(item.text_of(name))) if number else item.text_of(name)
                    for name, number in pairs
                ]
            )
            table.setdefault(key, []).append(item)
        return table


def _key(value: str | float) -> str | float:
    """What is looked up: numbers closer than a billionth are one."""
    return round(value, 9) if isinstance(value, float) else value


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
