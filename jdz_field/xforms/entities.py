"""What records do to entity lists (ODK Entities 2022.1 to 2025.1): declarations, updates, lists."""

from __future__ import annotations

import hashlib
import posixpath
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.ids import is_uuid
from jdz_field.xforms.form import EntityBlock, FormDefinition, ListSource, Seed
from jdz_field.xforms.submission import as_text
from jdz_field.xforms.tree import Def, TreeNode, instances_below
from jdz_field.xforms.view import EntityUpdate

#: The newest version of the specification that is understood: year, release.
NEWEST = (2025, 1)
#: Where a form finds the record of it that was finished last.
LAST_SAVED = "jr://instance/last-saved"
_VERSION = re.compile(r"(\d{4})\.(\d+)(?:\.\d+)?")
_PATH = re.compile(r"(?:\.\./|/)[\w\-./]+")
_TRUE = ("1", "true")


def check_version(text: str) -> None:
    """``entities-version`` of a model; BadInput for a newer one, as the specification demands."""
    found = _VERSION.fullmatch(text.strip())
    if found and (int(found[1]), int(found[2])) > NEWEST:
        raise BadInput(
            _(
                "The form needs version {version} of the Entities specification, newer than"
                " {known}; update the program."
            ).format(version=text.strip(), known="{}.{}".format(*NEWEST))
        )


# ---- declarations


def read_blocks(nodes: Mapping[str, Def], seed: Seed) -> list[EntityBlock]:
    """Every ``<entity dataset=…>`` in the meta block of the record, a group or a repeat.

    A ``saveto`` belongs to the nearest container around it that declares an entity (2025.1).
    """
    found = {}
    for definition in nodes.values():
        parent = definition.parent
        if definition.name != "entity" or parent is None or parent.name != "meta":
            continue
        if "@dataset" in definition.children and parent.parent is not None:
            found[parent.parent] = definition
    fields: dict[Def, dict[str, Def]] = {scope: {} for scope in found}
    for node in nodes.values():
        holder = _holder(node, found) if node.bind.save_to else None
        if holder is not None and node.nearest_repeat is holder.nearest_repeat:
            fields[holder][node.bind.save_to] = node
    return [
        EntityBlock(definition, scope, _dataset(definition, seed), fields[scope])
        for scope, definition in found.items()
    ]


def _holder(node: Def, scopes: Mapping[Def, Def]) -> Def | None:
    above: Def | None = node.parent
    while above is not None and above not in scopes:
        above = above.parent
    return above


def _dataset(definition: Def, seed: Seed) -> str:
    for level in definition.chain[1:]:
        seed = (seed.kids.get(level.name) or [seed.template.get(level.name, seed)])[0]
    return (seed.kids.get("@dataset") or [Seed()])[0].text


def datasets_read(lists: Mapping[str, ListSource]) -> dict[str, str]:
    """The entity lists that a form looks up: the name of the instance to that of the dataset."""
    found = {}
    for name, source in lists.items():
        if source.document is None and source.src != LAST_SAVED:
            file = source.src.rpartition("/")[2]
            found[name] = file.removesuffix(".csv") or name
    return found


# ---- what a record does


def updates(form: FormDefinition, root: TreeNode) -> list[EntityUpdate]:
    """One entry for every entity block that creates or updates, with what was answered."""
    found = []
    for block in form.entities:
        for node in instances_below(root, block.definition.chain[1:]):
            made = _update(block, node)
            if node.relevant and (made.create or made.update):
                found.append(made)
    return found


def _update(block: EntityBlock, node: TreeNode) -> EntityUpdate:
    scope = node.up(node.definition.depth - block.scope.depth)
    texts = {name: kin[0].text for name in node.kids if (kin := node.named(name))}
    answers, refs = {}, {}
    for name, definition in block.fields.items():
        below = definition.chain[scope.definition.depth :]
        leaf = instances_below(scope, list(below))[0]
        refs[name] = leaf.ref
        if leaf.relevant:
            answers[name] = leaf.text
    for name in ("@id", "label"):
        source = _source(node, name)
        if source is not None:
            refs[name] = source.ref
    return _made(block.dataset, texts, answers, refs)


def _source(node: TreeNode, name: str) -> TreeNode | None:
    """The question that an attribute or label of an entity just repeats, if it is one."""
    inner = node.definition.children.get(name)
    expression = inner.bind.calculate if inner is not None else ""
    if inner is None or not _PATH.fullmatch(expression):
        return None
    path = posixpath.normpath(posixpath.join(inner.path, expression)).split("/")[1:]
    chain, above = node.definition.chain, node
    shared = 0
    while shared < min(len(chain), len(path)) and chain[shared].name == path[shared]:
        shared += 1
    above = node.up(len(chain) - shared)
    for step in path[shared:]:
        kin = above.named(step)
        if len(kin) != 1:
            return None
        above = kin[0]
    return above


def updates_of(form: FormDefinition, answers: Mapping[str, Any]) -> list[EntityUpdate]:
    """As ``updates``, from a finished record's stored answers; nothing is evaluated."""
    found = []
    for block in form.entities:
        for scope in _within(answers, block.scope.chain[1:]):
            texts, fields = _entity(scope.get("meta")), {}
            for name, definition in block.fields.items():
                here = list(_within(scope, definition.chain[block.scope.depth : -1]))
                if here and definition.name in here[0]:
                    fields[name] = as_text(here[0][definition.name])
            made = _made(block.dataset, texts, fields, {})
            if made.create or made.update:
                found.append(made)
    return found


def _entity(meta: Any) -> dict[str, str]:
    """Attributes and label of the entity in a stored meta block; without label it is a leaf."""
    if not isinstance(meta, Mapping):
        return {}
    inside = meta.get("entity")
    pairs = inside.items() if isinstance(inside, Mapping) else meta.items()
    return {str(name).removeprefix("entity"): as_text(value) for name, value in pairs}


def _within(answers: Mapping[str, Any], chain: Iterable[Def]) -> Iterator[Mapping[str, Any]]:
    """The objects that a chain of groups and repeats leads to, in order."""
    here: list[Any] = [answers]
    for step in chain:
        inside = [one.get(step.name) for one in here if isinstance(one, Mapping)]
        here = [row for one in inside for row in (one if isinstance(one, list) else [one])]
    for one in here:
        if isinstance(one, Mapping):
            yield one


def _made(
    dataset: str,
    texts: Mapping[str, str],
    answers: Mapping[str, str],
    refs: Mapping[str, str],
) -> EntityUpdate:
    return EntityUpdate(
        dataset=dataset,
        id=texts.get("@id", ""),
        label=texts.get("label", ""),
        fields=answers,
        create=texts.get("@create") in _TRUE,
        update=texts.get("@update") in _TRUE,
        base_version=texts.get("@baseVersion", ""),
        trunk_version=texts.get("@trunkVersion", ""),
        branch_id=texts.get("@branchId", ""),
        refs=refs,
    )


def entity_id(text: str) -> str:
    """An entity's id as it is compared: without ``uuid:``, in lower case; ``""`` for no UUID."""
    plain = text.strip().lower().removeprefix("uuid:")
    return plain if is_uuid(plain) else ""


def version_of(text: str) -> int:
    """A version attribute; what is no positive whole number counts as 0 (the specification)."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def branch_id(*about: object) -> str:
    """The branch of an offline sequence: a UUID in the shape of version 4, the same each time.

    ``about`` names the device's copy, the entity and the version last received, so that a new
    sequence, which begins when the server's version arrives, has another branch.
    """
    digest = hashlib.sha256("\x1f".join(map(str, about)).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


# ---- lists that live in records alone


@dataclass(slots=True)
class Entity:
    """One row of an entity list: ``version`` counts what was applied here, ``trunk`` what of it
    the centre has.
    """

    id: str
    label: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    version: int = 1
    trunk: int = 0

    def row(self, branch: str) -> dict[str, str]:
        """The row as forms look it up: name, label, the versions, then every property."""
        return {
            "name": self.id,
            "label": self.label,
            "__version": str(self.version),
            "__trunkVersion": str(self.trunk) if self.trunk else "",
            "__branchId": branch,
            **self.fields,
        }


def fold(
    steps: Iterable[tuple[EntityUpdate, bool]], known: Iterable[Entity] = ()
) -> dict[str, Entity]:
    """The list that records make of ``known``, in their order; the flag: the centre has it.

    As the specification demands, a creation of what is there, an update of what is nowhere, and
    an id that is no UUID change nothing. An update counts wherever its creation stands: two
    tablets' clocks may disagree about which was first.
    """
    found = {one.id: one for one in known}
    later: list[tuple[Entity | str, EntityUpdate, bool]] = []
    for made, received in steps:
        identifier = entity_id(made.id)
        there = found.get(identifier) or found.get(made.id)
        if there is None and made.create and identifier:
            found[identifier] = Entity(
                identifier, made.label, dict(made.fields), trunk=int(received)
            )
        elif made.update:
            later.append((there or identifier, made, received))
    for target, made, received in later:
        one = found.get(target) if isinstance(target, str) else target
        if one is not None:
            one.version += 1
            one.label = made.label or one.label
            one.fields |= made.fields
            one.trunk += received
    return found
