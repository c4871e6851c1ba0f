"""Reading text tables: commas, tabs or semicolons; UTF-8, UTF-16 or GB18030."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from jdz_field.core.i18n import _
from jdz_field.ledger.tables import Row, Table, broken

_BLOCK = 1 << 20
#: So many letters beyond ASCII do not decode as UTF-8 by chance: the file is no GB18030.
_UTF8_BEYOND_DOUBT = 8
_SEPARATORS = ",\t;|，；"
#: Cells are parted by any number of blanks (奥维's .txt).
_BLANKS = " "
#: No ledger has more columns, nor a cell of more lines; beyond, a quote has no partner.
MAX_COLUMNS, _MOST_LINES = 1024, 20
#: No row of a ledger is as long; a longer line is damage or no table.
_LONGEST = 1 << 17
#: Lines that tell the separator.
_JUDGED = 100
#: A quote without its partner swallows the rest of the file.
csv.field_size_limit(1 << 24)
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
                yield from enumerate(_records(file, separator), start=1)
        except csv.Error as error:
            raise broken(path, _("it is no table of text")) from error

    return [Table(path.stem, rows)]


def _records(file: IO[str], separator: str) -> Iterator[list[str]]:
    if separator == _BLANKS:
        yield from (line.split()[:MAX_COLUMNS] for line in file)
        return
    reader = csv.reader(_lines(file), delimiter=separator)
    line = 0
    for record in reader:
        if reader.line_num - line > _MOST_LINES:
            yield from _unquoted(record, separator)
        else:
            yield record if len(record) <= MAX_COLUMNS else record[:MAX_COLUMNS]
        line = reader.line_num


def _lines(file: IO[str]) -> Iterator[str]:
    for line in file:
        if len(line) > _LONGEST:
            raise csv.Error("a line without an end")
        yield line


def _unquoted(record: list[str], separator: str) -> Iterator[list[str]]:
    """Rows that a quote without its partner swallowed: the lines of the cell that holds them."""
    lines = separator.join(record).splitlines()
    for cells in csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE):
        yield [cell.strip('"') for cell in cells[:MAX_COLUMNS]]


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
            if len(block) == _BLOCK and b"\n" not in block and b"\r" not in block:
                raise broken(path, _("it is no table of text"))
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
    """The mark that cuts most of the first lines into equally many cells; blanks if none does."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            head = file.read(1 << 16)
    except UnicodeError as error:
        raise broken(path, _("it is neither a workbook nor text in UTF-8 or GB18030")) from error
    lines = [line for line in head.splitlines()[:_JUDGED] if line.strip()]
    best = max(_SEPARATORS, key=lambda mark: _worth(lines, mark))
    parted = sum(len(line.split()) > 2 for line in lines) > 0.8 * len(lines)
    return _BLANKS if parted and 2 * _worth(lines, best)[1] <= len(lines) else best


def _worth(lines: list[str], mark: str) -> tuple[bool, int]:
    """Whether all lines are cut alike; cells beyond the first where most lines are."""
    try:
        widths = Counter(
            len(cells) for cells in islice(csv.reader(lines, delimiter=mark), _JUDGED) if cells
        )
    except csv.Error:
        widths = Counter(line.count(mark) + 1 for line in lines)
    worth = max(((width - 1) * count for width, count in widths.items()), default=0)
    return len(widths) == 1 and worth > 0, worth
