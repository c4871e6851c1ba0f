"""How the positions among a record's answers came to be, by the answer itself.

The answer's own text is the key (``latitude longitude altitude accuracy``): whatever an answer
goes through - undo, another version of the form, a draft of yesterday - what is said of it is
said of this very point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jdz_field.core.positions import Provenance
from jdz_field.xforms.position_block import by_place, read_positions, spelt, texts_of
from jdz_field.xforms.tree import TreeNode

__all__ = ["by_place", "geopoints_of", "of_answers", "read_positions", "spelt", "texts_of"]


def of_answers(noted: Mapping[str, Provenance], answers: Iterable[str]) -> dict[str, Any]:
    """What is known of these answers, as the field ``positions`` holds it."""
    return {one: noted[one].to_json() for one in dict.fromkeys(answers) if one in noted}


def geopoints_of(root: TreeNode) -> Iterator[str]:
    """The relevant geopoint answers of a running form, in their order."""
    for node in root.walk():
        if node.text and node.relevant and node.definition.bind.type == "geopoint":
            yield node.text
