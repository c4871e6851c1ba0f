"""What the machine found odd in a record, in the ``meta`` of its submission.

One element of a namespace of our own, as ``position_block`` writes how positions were found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from lxml import etree

from jdz_field.core.machine_checks import check_kept
from jdz_field.xforms.safe_xml import child, text

NAMESPACE = "urn:jdz-field:checks"
NAME = "jdzChecks"


def add_checks(element: etree._Element, checks: Mapping[str, Any]) -> None:
    """Write ``checks`` of a record into the ``meta`` of its submission, if it has one."""
    meta = child(element, "meta")
    if meta is None or not checks:
        return
    made = etree.SubElement(meta, f"{{{NAMESPACE}}}{NAME}", nsmap={"jdzc": NAMESPACE})
    made.text = json.dumps(dict(checks), separators=(",", ":"))


def read_checks(element: etree._Element) -> dict[str, Any]:
    """What a submission says was found; nothing when that cannot be read."""
    meta = child(element, "meta")
    block = child(meta, NAME) if meta is not None else None
    if block is None:
        return {}
    try:
        found = json.loads(text(block))
    except (ValueError, RecursionError):
        return {}
    return dict(found) if check_kept(found) else {}
