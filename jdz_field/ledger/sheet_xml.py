"""What the streaming reader of openpyxl leaves out: merged cells, formulas without a result."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_BLOCK = 1 << 22
_NOT_COMPUTED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*><f[^>]*?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)
_MERGE = re.compile(rb'<mergeCell ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')
_HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_MAIN = "{*}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: More than this many merges or empty formulas are not followed up.
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """``merged``: first row, last row, first column, last column; ``uncomputed``: row → columns.

    ``hidden``: how many rows are hidden, by hand or by a filter.
    """

    merged: tuple[tuple[int, int, int, int], ...] = ()
    uncomputed: dict[int, tuple[int, ...]] = field(default_factory=dict)
    hidden: int = 0


def sheet_facts(archive: zipfile.ZipFile) -> dict[str, SheetFacts]:
    """Facts by sheet name; raises what ``zipfile`` and ``lxml`` raise over damaged files."""
    return {
        name: _scan(archive, member)
        for name, member in _members(archive).items()
        if member in archive.NameToInfo
    }


def _members(archive: zipfile.ZipFile) -> dict[str, str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {str(r.get("Id")): str(r.get("Target")) for r in relations}
    found = {}
    for sheet in book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        target = targets.get(str(sheet.get(_RELATION)), "")
        found[str(sheet.get("name"))] = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
        if target.startswith("/"):
            found[str(sheet.get("name"))] = target.lstrip("/")
    return found


def _blocks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The sheet's XML in pieces that end with a row."""
    rest = b""
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            rest += block
            cut = rest.rfind(b"</row>") + 1
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _scan(archive: zipfile.ZipFile, member: str) -> SheetFacts:
    merged: list[tuple[int, int, int, int]] = []
    uncomputed: dict[int, tuple[int, ...]] = {}
    hidden = 0
    for block in _blocks(archive, member):
        if b'hidden="' in block:
            hidden += len(_HIDDEN.findall(block))
        if b"<f" in block and len(uncomputed) < _MOST:
            for column, row in _NOT_COMPUTED.findall(block):
                uncomputed[int(row)] = (*uncomputed.get(int(row), ()), _column(column))
        if b"<mergeCell " in block and len(merged) < _MOST:
            merged += [
                (int(r0), int(r1), _column(c0), _column(c1))
                for c0, r0, c1, r1 in _MERGE.findall(block)
            ]
    return SheetFacts(tuple(merged), uncomputed, hidden)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
