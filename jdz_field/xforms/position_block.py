"""How the positions of a submission were found, in its ``meta``.

OpenRosa keeps only the error of a geopoint. What else is known goes into ``meta`` as one element of
a namespace of our own, as the metadata schema of OpenRosa leaves room for: servers that do
not know it keep it or pass over it, none counts it as an answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.positions import Provenance, key_of
from jdz_field.xforms.datatypes import read_answer
from jdz_field.xforms.safe_xml import child, text

NAMESPACE = "urn:jdz-field:positions"
NAME = "jdzPositions"


def add_block(element: etree._Element, positions: Mapping[str, Any]) -> None:
    """Write ``positions`` of a record into the ``meta`` of its submission, if it has one."""
    meta = child(element, "meta")
    if meta is None or not positions:
        return
    made = etree.SubElement(meta, f"{{{NAMESPACE}}}{NAME}", nsmap={"jdz": NAMESPACE})
    # Plain ASCII: whatever a person wrote is a text that XML can hold.
    made.text = json.dumps(positions, separators=(",", ":"))


def read_block(element: etree._Element, answers: object) -> dict[str, Any]:
    """What a submission says of those of its answers that are there.

    ``BadInput`` when that cannot be read.
    """
    meta = child(element, "meta")
    block = child(meta, NAME) if meta is not None else None
    if block is None:
        return {}
    try:
        found = json.loads(text(block))
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    if not isinstance(found, dict):
        raise _unreadable()
    known = {spelt(str(value)): Provenance.from_json(how) for value, how in found.items()}
    there = dict.fromkeys(spelt(one) for one in texts_of(answers))
    return {one: known[one].to_json() for one in there if one in known}


def read_positions(found: object) -> dict[str, Provenance]:
    """The field ``positions`` of a record or draft; what cannot be read is left out."""
    made: dict[str, Provenance] = {}
    for value, how in found.items() if isinstance(found, Mapping) else ():
        try:
            made[spelt(str(value))] = Provenance.from_json(how)
        except BadInput:
            continue
    return made


def by_place(found: object) -> dict[str, Provenance]:
    """The field ``positions`` of a record by ``key_of`` the points."""
    made = {}
    for value, how in read_positions(found).items():
        parts = value.split()
        if read_answer(value, "geopoint", date.today) is not None and len(parts) > 1:
            made[key_of(float(parts[1]), float(parts[0]))] = how
    return made


def spelt(value: str) -> str:
    """A geopoint as a form keeps it (``29.5 117.5 80.0 1.2``); other text stays as it is."""
    found = read_answer(value, "geopoint", date.today)
    return value if found is None else found[1]


def texts_of(answers: object) -> Iterator[str]:
    """Every text within nested answers, in their order."""
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, Mapping | list):
        for inner in answers.values() if isinstance(answers, Mapping) else answers:
            yield from texts_of(inner)


def _unreadable() -> BadInput:
    return BadInput(_("What is said about how a position was measured cannot be read."))
