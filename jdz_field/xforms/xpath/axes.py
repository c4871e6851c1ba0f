"""The nodes along an axis of XPath 1.0 (§2.2), of the record or of a list."""

from __future__ import annotations

from jdz_field.xforms.xpath.values import XNode


def along(axis: str, node: XNode) -> list[XNode]:
    """What lies along ``axis`` from ``node``, in document order."""
    parent = node.parent
    match axis:
        case "child":
            return list(node.every())
        case "self":
            return [node]
        case "parent":
            return [parent] if parent is not None else []
        case "descendant" | "descendant-or-self":
            everything = _descend(node)
            return everything if axis == "descendant-or-self" else everything[1:]
        case "ancestor" | "ancestor-or-self":
            return _ascend(node if axis == "ancestor-or-self" else parent)
        case _:
            return _siblings(axis, node)


def _descend(node: XNode) -> list[XNode]:
    found = [node]
    for kid in node.every():
        found.extend(_descend(kid))
    return found


def _ascend(node: XNode | None) -> list[XNode]:
    found: list[XNode] = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found[::-1]


def _siblings(axis: str, node: XNode) -> list[XNode]:
    if node.parent is None:
        return []
    kin = list(node.parent.every())
    at = next(place for place, kid in enumerate(kin) if kid is node)
    return kin[:at] if axis == "preceding-sibling" else kin[at + 1 :]
