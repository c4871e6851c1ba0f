"""The record being filled: what its nodes are (:class:`Def`) and the nodes themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jdz_field.xforms.xpath.values import Atom


@dataclass(slots=True)
class Bind:
    """What the form's ``<bind>`` says of a node; expressions as text, ``""`` when absent.

    Attributes:
        extras: how media are taken, and what a log of the form keeps: ``max-pixels``, ``quality``,
            ``recordaudio`` (the event that starts it), ``track-changes`` …
    """

    type: str = "string"
    relevant: str = ""
    readonly: str = ""
    required: str = ""
    required_message: str = ""
    constraint: str = ""
    constraint_message: str = ""
    calculate: str = ""
    preload: str = ""
    preload_params: str = ""
    save_to: str = ""
    max_pixels: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)


class Def:
    """One node of the form's model; the same for every instance of a repeat.

    Attributes:
        path: ``/data/tree/height``, without positions.
        depth: 1 for the root.
        slot: its place among the nodes that exist once, -1 inside a repeat.
        number: its place in document order.
    """

    __slots__ = (
        "attributes",
        "bind",
        "children",
        "default",
        "depth",
        "name",
        "namespace",
        "number",
        "parent",
        "path",
        "repeat",
        "slot",
        "source",
    )

    def __init__(self, name: str, parent: Def | None) -> None:
        self.name = name
        self.parent = parent
        self.path: str = f"{parent.path if parent else ''}/{name}"
        self.depth: int = parent.depth + 1 if parent else 1
        self.children: dict[str, Def] = {}
        self.bind = Bind()
        self.default = ""
        self.repeat = False
        self.slot = -1
        self.number = 0
        #: Attributes that are copied to the submission as they are (id, version, namespaces).
        self.attributes: dict[str, str] = {}
        #: Name with namespace, as in the form, for the submission.
        self.source = name
        #: Its namespace in the submission, empty for none.
        self.namespace = ""

    def walk(self) -> Iterator[Def]:
        """It and its descendants, attributes too, in document order."""
        yield self
        for child in self.children.values():
            yield from child.walk()

    @property
    def elements(self) -> list[Def]:
        """Its child elements."""
        return [child for name, child in self.children.items() if name[0] != "@"]

    @property
    def leaf(self) -> bool:
        """Whether it holds a value and no elements."""
        return not self.children or all(name[0] == "@" for name in self.children)

    @property
    def chain(self) -> list[Def]:
        """The root, …, its parent, itself."""
        chain: list[Def] = []
        node: Def | None = self
        while node is not None:
            chain.append(node)
            node = node.parent
        return chain[::-1]

    @property
    def nearest_repeat(self) -> Def | None:
        """The innermost repeat that holds it, itself included."""
        node: Def | None = self
        while node is not None and not node.repeat:
            node = node.parent
        return node


class TreeNode:
    """A node of the record; a repeat's instances are a list in their parent's ``kids``.

    Attributes:
        value: what expressions see; ``text``: what is kept and shown.
        unreadable: ``text`` is no value of its type (``value`` is empty then).
        relevant, readonly: with what is inherited; ``own_…``: what its own rule says.
        surplus: a repeat instance beyond a count that was lowered: hidden, not lost.
        entered: the value came from a person or an action, not from a calculation.
    """

    __slots__ = (
        "_ref",
        "definition",
        "entered",
        "index",
        "invalid",
        "kids",
        "name",
        "own_readonly",
        "own_relevant",
        "parent",
        "readonly",
        "relevant",
        "required",
        "surplus",
        "text",
        "unreadable",
        "value",
    )

    def __init__(self, definition: Def, parent: TreeNode | None, index: int = 0) -> None:
        self.definition = definition
        self.name = definition.name
        self.parent = parent
        self.index = index
        self.kids: dict[str, TreeNode | list[TreeNode]] = {}
        self.value: Atom = ""
        self.text = ""
        self.unreadable = False
        self.own_relevant = True
        self.relevant: bool = parent.relevant if parent else True
        self.own_readonly = False
        self.readonly: bool = parent.readonly if parent else False
        self.required = False
        self.invalid = False
        self.surplus = False
        self.entered = False
        self._ref: str | None = None

    def named(self, name: str) -> list[TreeNode]:
        """Its children of that name (``@name``: an attribute)."""
        kid = self.kids.get(name)
        if kid is None:
            return []
        return kid if type(kid) is list else [kid]  # type: ignore[list-item]

    def every(self) -> list[TreeNode]:
        """All its child elements, in order."""
        found: list[TreeNode] = []
        for name, kid in self.kids.items():
            if type(kid) is list:
                found.extend(kid)
            elif name[0] != "@":
                found.append(kid)  # type: ignore[arg-type]
        return found

    def kids_and_attributes(self) -> list[TreeNode]:
        """Everything directly below it."""
        found: list[TreeNode] = []
        for kid in self.kids.values():
            if type(kid) is list:
                found.extend(kid)
            else:
                found.append(kid)  # type: ignore[arg-type]
        return found

    def walk(self) -> Iterator[TreeNode]:
        """It and its descendants, attributes too."""
        yield self
        for kid in self.kids_and_attributes():
            yield from kid.walk()

    @property
    def ref(self) -> str:
        """``/data/tree[1]/height``: a position on every repeat step and none elsewhere."""
        if self._ref is None:
            above = self.parent.ref if self.parent else ""
            here = f"[{self.index + 1}]" if self.definition.repeat else ""
            self._ref = f"{above}/{self.name}{here}"
        return self._ref

    def forget_ref(self) -> None:
        """Its place has changed."""
        self._ref = None

    def renumber(self, index: int) -> None:
        """Give a repeat instance another place; refs below it change with it."""
        self.index = index
        for node in self.walk():
            node.forget_ref()

    def up(self, levels: int) -> TreeNode:
        """The ancestor so many levels above."""
        node = self
        for _level in range(levels):
            node = node.parent  # type: ignore[assignment]
        return node


def instances_below(top: TreeNode, definitions: Iterable[Def]) -> list[TreeNode]:
    """All nodes reached from ``top`` down the chain of ``definitions``, in document order."""
    nodes = [top]
    for definition in definitions:
        name = definition.name
        if definition.repeat:
            nodes = [kid for node in nodes for kid in node.named(name)]
        else:
            nodes = [node.kids[name] for node in nodes]  # type: ignore[misc]
    return nodes


def find_node(root: TreeNode, ref: str) -> TreeNode | None:
    """The node at a ref below ``root``; repeat steps carry a position, others may carry [1]."""
    parts = ref.split("/")
    if len(parts) < 2 or parts[0] or parts[1].removesuffix("[1]") != root.name:
        return None
    node: TreeNode | None = root
    for part in parts[2:]:
        name, _mark, place = part.partition("[")
        node = _child(node, name, place.rstrip("]")) if node is not None else None
    return node


def _child(node: TreeNode, name: str, place: str) -> TreeNode | None:
    kin = node.named(name)
    if place:
        at = int(place) - 1 if place.isdigit() else -1
        return kin[at] if 0 <= at < len(kin) else None
    definition = node.definition.children.get(name)
    return kin[0] if kin and definition is not None and not definition.repeat else None
