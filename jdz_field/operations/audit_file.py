"""The audit log as a file: JSON lines, whose hashes can be checked anew, or a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.operations.record_export import safe

_COLUMNS = ("id", "at", "who", "act", "what", "hash")


def save_entries(entries: Iterable[Mapping[str, Any]], out: Path) -> int:
    """Write entries as .jsonl or .csv; how many there were.

    ``BadUsage``: another suffix; ``Unavailable``: the disk.
    """
    writers = {".jsonl": _as_jsonl, ".csv": _as_csv}
    write = writers.get(out.suffix.lower())
    if write is None:
        raise BadUsage(_("The audit log is written as .jsonl or .csv."))
    try:
        return write(entries, out)
    except OSError as error:
        raise Unavailable(
            _("{file} could not be written ({reason}); check the disk and its free space.").format(
                file=out, reason=error.strerror or error
            )
        ) from error


def _as_jsonl(entries: Iterable[Mapping[str, Any]], out: Path) -> int:
    count = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for one in entries:
            file.write(json.dumps(dict(one), ensure_ascii=False) + "\n")
            count += 1
    return count


def _as_csv(entries: Iterable[Mapping[str, Any]], out: Path) -> int:
    count = 0
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        for one in entries:
            cells = {**one, "what": json.dumps(one["what"], ensure_ascii=False)}
            table.writerow([safe(str(cells[name])) for name in _COLUMNS])
            count += 1
    return count
