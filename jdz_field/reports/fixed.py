"""Office documents that come out the same again: no clock and no file order goes in.

.xlsx and .docx are ZIP packages (ECMA-376 part 2); their writers put the present into the dates of
the entries and into ``docProps/core.xml``.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

#: The first moment that a ZIP entry can have (APPNOTE 4.4.6).
_FIRST = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def package(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP of these parts, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # The system that made it goes into the bytes too.
            entry.create_system = 0
            made.writestr(entry, data)
    return out.getvalue()


def fixed(data: bytes, made: datetime) -> bytes:
    """The same package, made at this moment (zone-aware)."""
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    stamp = f"{made.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    if _CORE in parts:
        parts[_CORE] = _MOMENT.sub(rb"\g<1>" + stamp + rb"\g<3>", parts[_CORE])
    return package(parts)
