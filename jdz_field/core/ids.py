"""Identifiers: UUIDv7 for what is made here, UUIDv5 for what is imported (RFC 9562 §5.5, §5.7)."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from typing import Any

from jdz_field.core.hashing import canonical_json

#: Namespace of imported sites; fixed for ever, or two offices would make unequal creations.
IMPORT_NAMESPACE = uuid.UUID("6f0c1d3e-8a52-5c7b-9d41-2b7e4f1a9c30")


def new_id(now_ms: int | None = None) -> str:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then random bits."""
    ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    value = (ms & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def import_id(kind: str, code: str | None, row: dict[str, Any]) -> str:
    """UUIDv5 over kind, number and normalised row: equal rows give equal ids anywhere."""
    name = canonical_json([kind, code, row]).encode()
    # uuid.uuid5, spelled out: an import of a million rows makes a million of them.
    h = hashlib.sha1(IMPORT_NAMESPACE.bytes + name, usedforsecurity=False).hexdigest()
    return f"{h[:8]}-{h[8:12]}-5{h[13:16]}-{'89ab'[int(h[16], 16) & 3]}{h[17:20]}-{h[20:32]}"


def is_uuid(text: str) -> bool:
    """Whether ``text`` is a UUID in its usual spelling."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
