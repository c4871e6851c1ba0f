"""Which choices a question offers now."""

from __future__ import annotations

from collections.abc import Mapping

from jdz_field.xforms.engine import EVALUATION_ERRORS
from jdz_field.xforms.filler import Filler
from jdz_field.xforms.form import CALCULATE, Control, Itemset, Phrase
from jdz_field.xforms.static import RowNode, StaticNode
from jdz_field.xforms.tree import TreeNode
from jdz_field.xforms.view import Choice
from jdz_field.xforms.xpath.scope import Context
from jdz_field.xforms.xpath.values import NodeSet, XNode

_GEO = frozenset(("geopoint", "geotrace", "geoshape"))


class ChoiceLists:
    """Gives choices; the last list of every question is kept until its items change."""

    def __init__(self, filler: Filler) -> None:
        self._filler = filler
        self._kept: dict[tuple[TreeNode, str], tuple[NodeSet, list[Choice]]] = {}
        self._offered: dict[TreeNode, tuple[NodeSet, frozenset[str]]] = {}

    def of(self, node: TreeNode) -> list[Choice]:
        """The choices of a question; none when it is no select or its filter fails."""
        control = self._filler.form.by_definition.get(node.definition)
        if control is None:
            return []
        if control.itemset is None:
            filler = self._filler
            return [
                Choice(
                    choice.value,
                    filler.phrase_text(choice.label, node),
                    filler.media(choice.label.identifier) if choice.label.identifier else {},
                )
                for choice in control.choices
            ]
        items = self._items(control.itemset, node)
        key = (node, self._filler.language)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == items:
            return kept[1]
        found = [self._choice(control.itemset, item, node) for item in items]
        if self._lasting(control.itemset, items):
            self._kept[key] = (items, found)
        return found

    def _lasting(self, itemset: Itemset, items: NodeSet) -> bool:
        """Whether the labels stay as they are: those of a list, without answers in them."""
        if not all(isinstance(item, StaticNode | RowNode) for item in items[:1]):
            return False
        if not itemset.translated or not _plain(itemset.label_name):
            return _plain(itemset.label_name)
        return all(
            self._filler.lasting(item.text_of(itemset.label_name))
            for item in items
            if isinstance(item, StaticNode | RowNode)
        )

    def details(self, node: TreeNode) -> list[Mapping[str, str]]:
        """Every column of the items that are offered, in the order of ``of``."""
        control = self._filler.form.by_definition.get(node.definition)
        if control is None or control.itemset is None:
            return []
        return [_columns(item) for item in self._items(control.itemset, node)]

    def _items(self, itemset: Itemset, node: TreeNode) -> NodeSet:
        try:
            return itemset.nodes(Context.anew(self._filler, node))
        except EVALUATION_ERRORS as error:
            self._filler.fault(node, CALCULATE, error)
            return NodeSet()

    def _choice(self, itemset: Itemset, item: XNode, node: TreeNode) -> Choice:
        value = self._value(itemset, item, node)
        if isinstance(item, StaticNode | RowNode) and _plain(itemset.label_name):
            text = item.text_of(itemset.label_name)
            if not itemset.translated:
                return Choice(value, text)
            label = self._filler.phrase_text(Phrase(text), node)
            return Choice(value, label, self._filler.media(text))
        return Choice(value, itemset.label(Context.anew(self._filler, item, node)))

    def _value(self, itemset: Itemset, item: XNode, node: TreeNode) -> str:
        if isinstance(item, StaticNode | RowNode) and _plain(itemset.value_name):
            return item.text_of(itemset.value_name)
        return itemset.value(Context.anew(self._filler, item, node))

    def unavailable(self, control: Control, node: TreeNode) -> list[str]:
        """The chosen values that are not offered (any more)."""
        chosen = [node.text] if node.definition.bind.type == "select1" else node.text.split()
        if not node.text or (control.itemset is None and not control.choices):
            return []
        offered = self._values(control, node)
        return [value for value in chosen if value not in offered]

    def _values(self, control: Control, node: TreeNode) -> frozenset[str]:
        """The values on offer; those of a list are kept until its items change."""
        itemset = control.itemset
        if itemset is None:
            return frozenset(choice.value for choice in control.choices)
        items = self._items(itemset, node)
        kept = self._offered.get(node)
        if kept is not None and kept[0] == items:
            return kept[1]
        offered = frozenset(self._value(itemset, item, node) for item in items)
        listed = all(isinstance(item, StaticNode | RowNode) for item in items[:1])
        if listed and _plain(itemset.value_name):
            self._offered[node] = (items, offered)
        return offered


def _columns(item: XNode) -> Mapping[str, str]:
    if isinstance(item, TreeNode):
        leaves = [kid for kid in item.walk() if kid.definition.leaf]
        found = {kid.name: kid.text for kid in leaves}
        places = [kid.text for kid in leaves if kid.definition.bind.type in _GEO]
        return {"geometry": places[0], **found} if places else found
    if isinstance(item, StaticNode | RowNode):
        return {kid.name: str(kid.value) for kid in item.every()}
    return {}


def _plain(name: str) -> bool:
    return not any(sign in name for sign in "/()[]. ")
