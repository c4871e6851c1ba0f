"""Identifiers: UUIDv7 for what is made here, UUIDv5 for what is imported (RFC 9562 §5.5, §5.7)."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import Any

from jdz_field.core.hashing import canonical_json

#: Namespace of imported sites; fixed for ever, or two offices would make unequal creations.
IMPORT_NAMESPACE = uuid.UUID("6f0c1d3e-8a52-5c7b-9d41-2b7e4f1a9c30")
_NAMESPACE = IMPORT_NAMESPACE.bytes


def new_id(now_ms: int | None = None) -> str:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then random bits."""
    ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    value = (ms & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def new_ids(count: int) -> list[str]:
    """Fresh UUIDv7s in rising order: a counter in their first 26 free bits (RFC 9562 §6.2).

    ``count`` at most 67 million.
    """
    start = f"{time.time_ns() // 1_000_000 & (1 << 48) - 1:012x}"
    head, tail = f"{start[:8]}-{start[8:]}-7", secrets.token_hex(6 * count)
    return [
        f"{head}{n >> 14:03x}-{n & 0x3FFF | 0x8000:04x}-{tail[12 * n : 12 * n + 12]}"
        for n in range(count)
    ]


def import_id(kind: str, code: str | None, row: dict[str, Any]) -> str:
    """UUIDv5 over kind, number and normalised row: equal rows give equal ids anywhere."""
    return _import_uuid(canonical_json([kind, code, row]).encode())


def _import_uuid(name: bytes) -> str:
    # uuid.uuid5, spelled out: an import of a million rows makes a million of them.
    h = hashlib.sha1(_NAMESPACE + name, usedforsecurity=False).hexdigest()
    return f"{h[:8]}-{h[8:12]}-5{h[13:16]}-{'89ab'[int(h[16], 16) & 3]}{h[17:20]}-{h[20:32]}"


def import_ids(kind: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    """``import_id`` of rows that have equal fields, each with its own ``code``; by columns."""
    names = sorted(rows[0])
    texts = {name: _as_json([row[name] for row in rows]) for name in names}
    codes = texts.get("code", ["null"] * len(rows))
    pairs = ",".join(f"{encode_basestring(name)}:%s" for name in names)
    name = f"[{encode_basestring(kind)},%s,{{{pairs}}}]"
    lines = zip(codes, *(texts[one] for one in names), strict=True)
    return [_import_uuid((name % line).encode()) for line in lines]


def _as_json(values: list[Any]) -> list[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return list(map(encode_basestring, values))
    return list(map(str if kinds == {int} else canonical_json, values))


def is_uuid(text: str) -> bool:
    """Whether ``text`` is a UUID in its usual spelling."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
