"""Where an expression stands while it is compiled, and what it knows while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from jdz_field.core.i18n import _
from jdz_field.xforms.xpath.dates import Moment
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.values import Value, XNode

#: Nodes that one evaluation may look at (a few seconds).
WORK = 3_000_000

if TYPE_CHECKING:
    from jdz_field.xforms.tree import Def, TreeNode


class Host(Protocol):
    """What a running form offers its expressions."""

    singles: list[TreeNode]
    version: str
    #: How many nodes the evaluation under way may still look at.
    work: int

    def instance(self, name: str) -> XNode | None:
        """The document of a secondary instance."""

    def now(self) -> Moment:
        """The present."""

    def random(self) -> float:
        """0 ≤ r < 1."""

    def itext(self, identifier: str) -> str:
        """A translated text in the language in force."""

    def choice_name(self, value: str, question: TreeNode) -> str:
        """The label of a choice of a question, in the language in force."""

    def metadata(self, name: str) -> str:
        """deviceid, username, phonenumber, email …"""

    def date_language(self) -> str:
        """``zh`` or ``en``: the language that months and days are named in."""


class Context:
    """One evaluation: the context node, ``current()``, the position among its like."""

    __slots__ = ("current", "host", "node", "position", "singles", "size")

    def __init__(self, host: Host, node: XNode, current: XNode | None = None) -> None:
        self.host = host
        self.singles = host.singles
        self.node = node
        self.current = node if current is None else current
        self.position = 0
        self.size = 0

    @classmethod
    def anew(cls, host: Host, node: XNode, current: XNode | None = None) -> Context:
        """An evaluation that does not belong to another one: it may take its own time."""
        host.work = WORK
        return cls(host, node, current)

    def spend(self, nodes: int) -> None:
        """So many nodes were looked at; XPathError when that is more than any form needs."""
        self.host.work -= nodes
        if self.host.work < 0:
            raise XPathError(_("This would take too long; the form looks at too many answers."))


Fn = Callable[[Context], Value]


@dataclass(frozen=True, slots=True)
class Dependency:
    """A part of the record that an expression reads.

    ``bound`` is how many levels from the root down are those of the expression's own node: a
    change at another node matters to exactly the targets that share that ancestor with it.
    """

    definition: Def
    bound: int


@dataclass(slots=True)
class Scope:
    """Where an expression stands.

    Attributes:
        node: what ``.`` is; ``None`` when that is no part of the record.
        current: what ``current()`` is.
        limit: in a predicate, how many levels the candidates share with ``current``.
    """

    root: Def
    node: Def | None
    current: Def | None
    limit: int = 1_000
    dependencies: set[Dependency] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)

    def inner(self, node: Def | None, limit: int) -> Scope:
        """The scope of a predicate over ``node`` (``None``: of a secondary instance)."""
        return Scope(
            self.root, node, self.current, min(limit, self.limit), self.dependencies, self.missing
        )

    def depends(self, definition: Def, bound: int) -> None:
        """Record that the expression reads ``definition``."""
        self.dependencies.add(Dependency(definition, bound))
