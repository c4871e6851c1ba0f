"""What a record changes in entity lists (ODK Entities 2024.1): our sites."""

from __future__ import annotations

from jdz_field.xforms.form import EntityBlock, FormDefinition
from jdz_field.xforms.tree import Def, TreeNode, instances_below
from jdz_field.xforms.view import EntityUpdate
from jdz_field.xforms.xpath.values import to_boolean


def updates(form: FormDefinition, root: TreeNode) -> list[EntityUpdate]:
    """One entry for every entity block that creates or updates, with what was answered."""
    found = []
    for block in form.entities:
        for node in instances_below(root, block.definition.chain[1:]):
            made = _update(block, node)
            if node.relevant and (made.create or made.update) and made.id:
                found.append(made)
    return found


def _update(block: EntityBlock, node: TreeNode) -> EntityUpdate:
    scope = node.up(node.definition.depth - block.scope.depth)
    label = node.named("label")
    fields = {}
    for name, definition in block.fields.items():
        answered = _answer(scope, definition)
        if answered is not None:
            fields[name] = answered
    return EntityUpdate(
        dataset=block.dataset,
        id=_attribute(node, "@id"),
        label=label[0].text if label else "",
        fields=fields,
        create=_flag(node, "@create"),
        update=_flag(node, "@update"),
        base_version=_attribute(node, "@baseVersion"),
    )


def _answer(scope: TreeNode, definition: Def) -> str | None:
    below = definition.chain[scope.definition.depth :]
    node = instances_below(scope, list(below))[0]
    return node.text if node.relevant else None


def _attribute(node: TreeNode, name: str) -> str:
    kin = node.named(name)
    return kin[0].text if kin else ""


def _flag(node: TreeNode, name: str) -> bool:
    text = _attribute(node, name)
    return to_boolean(text) and text not in ("0", "false")
