"""A large ledger is read and checked by a second process while this one writes.

The second process is started from a ``Recipe`` and does all that ``Checker`` and ``identified``
do; rows come back in blocks through a pipe, in their order. It is a help and nothing else: when
it cannot start or ends before its time (no memory, a damaged file, somebody ends it), this
process goes on from the row it had come to, and says itself what is wrong with the file.

It is no ``multiprocessing``: that imports the caller's main script a second time, and a script
that imports a ledger without a guard would run twice.
"""

from __future__ import annotations

import json
import marshal
import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import IO, Any

from jdz_field.core.catalogue import site_kind
from jdz_field.core.i18n import language, set_language
from jdz_field.geo.crs import reference
from jdz_field.ledger.checking import Checker, is_sample
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.identity import identified, unswept
from jdz_field.ledger.issues import CheckedRow, Issue, PlainRows, Skipped
from jdz_field.ledger.layout import lay_out
from jdz_field.ledger.options import ImportOptions

#: Smaller files are read before a second process has started; packed ones hold more rows a byte.
LEAST_BYTES = 6 << 20
_PACKED = {".xlsx": 8, ".kmz": 8, ".xlsm": 8}
#: Rows in a block, and blocks that may wait: what is read ahead is bounded.
_BLOCK, _AHEAD = 5000, 4
_NEVER = 1 << 60
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]);"
    "from jdz_field.ledger.apart import serve; serve()"
)
#: A block: names of fields as they occur; rows as (number, id, place of their names, values);
#: issues and notes of the few rows that have some, by place.
_Rows = tuple[list[tuple[str, ...]], list[tuple[Any, ...]], dict[int, tuple[Any, Any]]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that it takes to check a ledger; can be pickled.

    ``choices`` are further keyword arguments of ``Checker``.
    """

    file: Path
    kind: str
    options: ImportOptions
    sample: bool
    choices: Mapping[str, Any] = field(default_factory=dict)

    def checker(self) -> Checker:
        """The ledger laid out, and its checker.

        ``BadInput`` for a file that is none, ``BadUsage`` for a sheet or column that is not there.
        """
        about, options = site_kind(self.kind), self.options
        system = reference(options.crs) if options.crs else None
        layout = lay_out(
            open_ledger(self.file),
            about,
            file=self.file.name,
            sheet=options.sheet,
            mapping=options.mapping,
        )
        sample = self.sample or is_sample(layout)
        return Checker(layout, about, system, sample=sample, options=options, **self.choices)


def rows_of(
    recipe: Recipe, checker: Checker, *, least: int | None = None
) -> Generator[CheckedRow, None, None]:
    """The checked rows with their ids, read apart when the file has ``least`` bytes or more.

    At the end ``checker`` knows what was skipped and what no list knows, either way.
    """
    for some in parts_of(recipe, checker, _NEVER, least=least):
        if isinstance(some, CheckedRow):
            yield some


def parts_of(
    recipe: Recipe, checker: Checker, alone: int, *, least: int | None = None
) -> Generator[CheckedRow | PlainRows, None, None]:
    """As ``rows_of`` for the first ``alone`` rows; beyond them plain rows may come together.

    Then rows are in the order of the file from one block to the next, not within one.
    """
    done = 0
    if _worth(recipe.file, LEAST_BYTES if least is None else least):
        with _helper(recipe) as blocks:
            for block in blocks:
                if isinstance(block, tuple):
                    together = done >= alone
                    done += len(block[1])
                    yield from _together(block) if together else _unpacked(block)
                else:
                    checker.retell([Skipped(*one) for one in block[0]], block[1])
                    return
    yield from islice(identified(recipe.kind, checker.rows()), done, None)


def _worth(file: Path, least: int) -> bool:
    if getattr(sys, "frozen", False) or (os.cpu_count() or 1) < 2:
        return False
    with suppress(OSError):
        return file.stat().st_size * _PACKED.get(file.suffix.lower(), 1) >= least
    return False


# ---- this side


@contextmanager
def _helper(recipe: Recipe) -> Iterator[Iterator[Any]]:
    """The blocks of a second process; it is gone when this is left."""
    blocks: Queue[Any] = Queue(_AHEAD)
    stop = Event()
    try:
        order = pickle.dumps((recipe, language()))
        process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, TypeError, AttributeError, pickle.PicklingError):
        yield iter(())
        return
    assert process.stdin is not None
    assert process.stdout is not None
    thread = Thread(target=_fetch, args=(process.stdout, blocks, stop), daemon=True)
    try:
        with suppress(OSError), process.stdin as pipe:
            pipe.write(order)
        thread.start()
        yield iter(blocks.get, None)
    finally:
        stop.set()
        process.kill()
        process.wait()
        if thread.ident is not None:
            thread.join()
        process.stdout.close()


def _fetch(pipe: IO[bytes], blocks: Queue[Any], stop: Event) -> None:
    """Put what comes through the pipe into the queue, at last ``None``."""
    try:
        while not stop.is_set() and len(head := pipe.read(8)) == 8:
            size = int.from_bytes(head, "little")
            data = pipe.read(size)
            if len(data) < size or not _put(blocks, marshal.loads(data), stop):  # noqa: S302
                break
    except (OSError, ValueError, EOFError):
        # Whatever came broken is read again by this process.
        pass
    finally:
        _put(blocks, None, stop)


def _put(blocks: Queue[Any], block: Any, stop: Event) -> bool:
    while not stop.is_set():
        with suppress(Full):
            blocks.put(block, timeout=0.2)
            return True
    # Whoever waits for the next block gets the end.
    with suppress(Empty):
        blocks.get_nowait()
    return False


def _unpacked(block: _Rows) -> Iterator[CheckedRow]:
    names, lines, odd = block
    for place, line in enumerate(lines):
        yield _row(names, line, odd.get(place))


def _together(block: _Rows) -> Iterator[CheckedRow | PlainRows]:
    names, lines, odd = block
    plain: list[list[tuple[Any, ...]]] = [[] for _names in names]
    for place, line in enumerate(lines):
        if place in odd or line[1] is None:
            yield _row(names, line, odd.get(place))
        else:
            plain[line[2]].append(line)
    for some, group in zip(names, plain, strict=True):
        if group:
            numbers, ids, _which, values = zip(*group, strict=True)
            yield PlainRows(numbers, ids, some, values)


def _row(
    names: list[tuple[str, ...]], line: tuple[Any, ...], said: tuple[Any, Any] | None
) -> CheckedRow:
    number, id_, which, values = line
    row = CheckedRow(number, dict(zip(names[which], values, strict=True)), id=id_)
    if said is not None:
        issues, notes = said
        row.issues += [Issue(*one) for one in issues]
        row.notes += notes
    return row


# ---- the other side


def serve() -> None:
    """Read a recipe from the standard input and write its rows to the standard output."""
    out = os.fdopen(os.dup(1), "wb")
    # Nothing else may get between the blocks.
    os.dup2(2, 1)
    recipe, spoken = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our own parent
    set_language(spoken)
    with unswept(), out, suppress(BrokenPipeError):
        checker = recipe.checker()
        rows = identified(recipe.kind, checker.rows())
        while block := list(islice(rows, _BLOCK)):
            _send(out, _packed(block))
        skipped, unmatched = checker.told()
        _send(out, [[(one.row, one.reason, one.text) for one in skipped], dict(unmatched)])


def _send(out: IO[bytes], what: Any) -> None:
    data = marshal.dumps(what, 2)
    out.write(len(data).to_bytes(8, "little"))
    out.write(data)
    out.flush()


def _packed(rows: Sequence[CheckedRow]) -> _Rows:
    names: dict[tuple[str, ...], int] = {}
    lines: list[tuple[Any, ...]] = []
    odd: dict[int, tuple[Any, Any]] = {}
    for place, row in enumerate(rows):
        which = names.setdefault(tuple(row.fields), len(names))
        lines.append((row.row, row.id, which, tuple(row.fields.values())))
        if row.issues or row.notes:
            odd[place] = ([(one.code, one.message) for one in row.issues], row.notes)
    return list(names), lines, odd
