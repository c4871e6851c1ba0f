"""Descriptions of map objects as fields: HTML tables, ``name：value`` lines, plain remarks."""

from __future__ import annotations

import re

from lxml import etree, html

#: No map program writes more fields or longer descriptions for one object.
MAX_FIELDS, MAX_TEXT = 200, 200_000
REST = "描述"

_LINE = re.compile(r"^\s*([^：:=\n]{1,20}?)\s*[：:=]\s*(.*)$")
_TAG = re.compile(r"<\s*(table|tr|td|br|b|p|div|html|font|li|span)\b", re.I)


def fields_of(description: str) -> dict[str, str]:
    """Field name → value of a description; what is no field stands under ``描述``."""
    text = description.strip()[:MAX_TEXT]
    if not text:
        return {}
    if not _TAG.search(text):
        return _lines(text)
    try:
        tree = html.fromstring(f"<div>{text}</div>")
    except (etree.LxmlError, ValueError):
        return _lines(re.sub(r"<[^>]*>", "\n", text))
    found = _rows(tree)
    for table in list(tree.iter("table", "style", "script")):
        tail = table.tail
        table.clear()
        table.tail = tail
    for end in tree.iter("br", "p", "div", "li", "tr"):
        end.tail = "\n" + (end.tail or "")
    return {**_lines("".join(map(str, tree.itertext()))), **found}


def _rows(tree: html.HtmlElement) -> dict[str, str]:
    """Rows of two cells are name and value; the innermost tables hold them."""
    found: dict[str, str] = {}
    for row in tree.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) != 2 or any(True for cell in cells for _t in cell.iter("table")):
            continue
        name, value = (" ".join("".join(cell.itertext()).split()) for cell in cells)
        if name and len(name) <= 40 and len(found) < MAX_FIELDS:
            found.setdefault(name.rstrip("：: "), value)
    return found


def _lines(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = []
    for line in text.splitlines():
        named = _LINE.match(line)
        if (
            named
            and "//" not in named[2][:2]
            and not named[1].isdigit()
            and len(found) < MAX_FIELDS
        ):
            found.setdefault(named[1].strip(), named[2].strip())
        elif line.strip():
            rest.append(line.strip())
    if rest:
        found[REST] = " ".join(rest)
    return found
