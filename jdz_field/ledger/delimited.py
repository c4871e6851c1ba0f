"""Reading text tables: commas, tabs or semicolons; UTF-8, UTF-16 or GB18030."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from jdz_field.core.i18n import _
from jdz_field.ledger.tables import Row, Table, broken

_BLOCK = 1 << 20
#: So many letters beyond ASCII do not decode as UTF-8 by chance: the file is no GB18030.
_UTF8_BEYOND_DOUBT = 8
_SEPARATORS = ",\t;|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(path: Path) -> list[Table]:
    """The one table of a text file; ``BadInput`` when it is no text."""
    encoding = encoding_of(path)
    separator = _separator(path, encoding)

    def rows() -> Iterator[Row]:
        try:
            with path.open(encoding=encoding, newline="") as file:
                # Records are counted, as a spreadsheet counts rows, not lines.
                yield from enumerate(csv.reader(file, delimiter=separator), start=1)
        except csv.Error as error:
            raise broken(path, _("it is no table of text")) from error

    return [Table(path.stem, rows)]


def encoding_of(path: Path) -> str:
    """``utf-8-sig``, ``utf-16``, ``utf-8`` or ``gb18030``; ``BadInput`` when none fits."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    right, seen = _decoded(path, "utf-8")
    if right:
        return "utf-8"
    if seen >= _UTF8_BEYOND_DOUBT:
        raise broken(path, _("its UTF-8 text is damaged or cut off"))
    if _decoded(path, "gb18030")[0]:
        return "gb18030"
    raise broken(path, _("it is neither a workbook nor text in UTF-8 or GB18030"))


def _decoded(path: Path, encoding: str) -> tuple[bool, int]:
    """Whether the whole file decodes; if not, about how many letters beyond ASCII did."""
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            # No text table holds NUL; binary files do.
            if b"\0" in block:
                return False, 0
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start])
                # Bytes that start a letter of two bytes or more in UTF-8.
                return False, seen + sum(byte >= 0xC0 for byte in before)
            seen += 0 if block.isascii() else _UTF8_BEYOND_DOUBT
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False, seen
    return True, seen


def _separator(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding, newline="") as file:
            head = file.read(1 << 16)
    except UnicodeError as error:
        raise broken(path, _("it is neither a workbook nor text in UTF-8 or GB18030")) from error
    return max(_SEPARATORS, key=lambda mark: (head.count(mark), -_SEPARATORS.index(mark)))
