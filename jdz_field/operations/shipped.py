"""The forms that ship, as XForms: converted once on a machine, then kept in its cache.

pyxform takes a tenth of a second a form, and a new project gets all of them. What is kept counts
only for the same workbook, the same pyxform and the same program; the cache may be deleted.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

import jdz_field.xforms
from jdz_field.core.errors import Unavailable
from jdz_field.core.files import write_whole
from jdz_field.core.hashing import sha256
from jdz_field.core.resources import folder
from jdz_field.xforms.convert import Converted, convert_xlsform

log = logging.getLogger(__name__)


@cache
def shipped_forms() -> tuple[Converted, ...]:
    """Every form that ships, by file name."""
    return tuple(_form(file) for file in sorted(folder("forms").glob("*.xlsx")))


def _form(file: Path) -> Converted:
    kept = _place(file.read_bytes())
    found = _read(kept, file)
    if found is None:
        found = convert_xlsform(file)
        _keep(kept, found)
    return found


def _place(workbook: bytes) -> Path:
    key = sha256(workbook + _program().encode())
    return user_cache_path("jdz-field", appauthor=False) / "forms" / f"{key}.json"


@cache
def _program() -> str:
    """What a conversion hangs on beside the workbook."""
    sources = sorted(Path(jdz_field.xforms.__path__[0]).glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in sources)) + version("pyxform")


def _read(kept: Path, file: Path) -> Converted | None:
    try:
        found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return Converted(**{**found, "warnings": (), "source": file.read_bytes()})
    except (OSError, ValueError, TypeError):
        return None


def _keep(kept: Path, made: Converted) -> None:
    values = {k: v for k, v in asdict(made).items() if k not in ("source", "warnings")}
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, json.dumps(values, ensure_ascii=False).encode())
    except (OSError, Unavailable):
        log.info("converted form not kept", exc_info=True)
