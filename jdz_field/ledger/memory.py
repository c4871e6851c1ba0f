"""What an office settled about a ledger of this shape: remembered by the words of its header.

Kept in ``ledgers.json`` in the person's configuration folder, not in the project: an office gets
the same county's ledger again for other projects. A ledger is known again when its kind and its
headings are the same, in whatever order the columns stand.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from jdz_field.core.errors import Unavailable
from jdz_field.core.files import replace
from jdz_field.core.i18n import _
from jdz_field.ledger.headings import Header, candidates, first_rows, key, layer_header
from jdz_field.ledger.options import ImportOptions
from jdz_field.ledger.tables import Table

FORMAT = 1
#: So many ledgers are remembered; the one not used for longest goes first.
MOST = 500
MAX_BYTES = 16 << 20


def default_file() -> Path:
    """Where this person's memory lies; ``JDZ_FIELD_CONFIG`` names another folder."""
    named = os.environ.get("JDZ_FIELD_CONFIG")
    folder = Path(named) if named else user_config_path("jdz-field", appauthor=False)
    return folder / "ledgers.json"


def fingerprint(header: Header, kind: str = "") -> str:
    """The same for headers of the same words, whatever the order of columns."""
    words = sorted(key(heading.text) for heading in header.headings)
    return hashlib.sha256("\n".join([kind, *words]).encode()).hexdigest()[:32]


@dataclass
class Memory:
    """The ledgers remembered in a file; nothing is read before it is asked for.

    A file that is missing or damaged is an empty memory: it only saves typing.
    """

    file: Path = field(default_factory=default_file)

    def recall(self, header: Header, kind: str = "") -> ImportOptions | None:
        """What was settled for this header, or ``None``; never rows to leave out."""
        found = self._load().get(fingerprint(header, kind))
        return _options(found) if isinstance(found, dict) else None

    def remember(self, header: Header, options: ImportOptions, kind: str = "") -> None:
        """Keep mapping, codes, system, shift and datum; ``Unavailable`` if it cannot be written."""
        known = self._load()
        mark = fingerprint(header, kind)
        known.pop(mark, None)
        known[mark] = {
            "mapping": dict(options.mapping),
            "codes": {name: dict(texts) for name, texts in options.codes.items()},
            "crs": options.crs,
            "shift": options.shift,
            "datum": options.datum,
        }
        self._save(dict(list(known.items())[-MOST:]))

    def forget(self, header: Header, kind: str = "") -> None:
        """Drop what was settled for this header."""
        known = self._load()
        if known.pop(fingerprint(header, kind), None) is not None:
            self._save(known)

    def _load(self) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if self.file.stat().st_size <= MAX_BYTES:
                data = json.loads(self.file.read_text(encoding="utf-8"))
                if isinstance(data, dict) and data.get("format") == FORMAT:
                    ledgers = data.get("ledgers")
                    return dict(ledgers) if isinstance(ledgers, dict) else {}
        return {}

    def _save(self, ledgers: Mapping[str, Any]) -> None:
        text = json.dumps({"format": FORMAT, "ledgers": ledgers}, ensure_ascii=False, indent=1)
        beside = self.file.with_name(f"{self.file.name}.{os.getpid()}.new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(text, encoding="utf-8")
            replace(beside, self.file)
        except OSError as error:
            raise Unavailable(
                _("{file} could not be written ({what}); check the folder and the disk.").format(
                    file=self.file, what=error.strerror or error
                )
            ) from error


def _options(found: Mapping[str, Any]) -> ImportOptions:
    codes = found.get("codes")
    return ImportOptions(
        crs=_text(found.get("crs")) or None,
        mapping=_texts(found.get("mapping")),
        codes={str(name): _texts(texts) for name, texts in codes.items()}
        if isinstance(codes, dict)
        else {},
        shift=_text(found.get("shift")),
        datum=_text(found.get("datum")),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): text for name, text in value.items() if isinstance(text, str)}


def merged(said: ImportOptions, recalled: ImportOptions | None) -> ImportOptions:
    """What a person says now, and beside it what was settled before."""
    if recalled is None:
        return said
    names = {*recalled.codes, *said.codes}
    return dataclasses.replace(
        said,
        crs=said.crs or recalled.crs,
        mapping={**recalled.mapping, **said.mapping},
        codes={n: {**recalled.codes.get(n, {}), **said.codes.get(n, {})} for n in names},
        shift=said.shift or recalled.shift,
        datum=said.datum or recalled.datum,
    )


def settled_before(
    tables: Sequence[Table], kind: str, memory: Memory, sheet: str | None = None
) -> ImportOptions | None:
    """What was settled for any header that the tables may have, the tallest first."""
    for table in tables:
        if sheet is not None and table.name.strip() != sheet.strip():
            continue
        if table.columns is not None:
            headers = [layer_header(table.columns)]
        else:
            headers = candidates(first_rows(table), table)
        for header in headers:
            found = memory.recall(header, kind)
            if found is not None:
                return found
    return None
