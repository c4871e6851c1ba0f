"""How much a JSON text would grow when it is read: counted before it is, on its bytes.

A list of nothing takes three bytes as text and twenty times as many once it is read, and what is
nested to the brink of the interpreter's depth may be read here and fail somewhere else later.
"""

from __future__ import annotations

from collections.abc import Iterator

#: Deepest nesting of a value that is let in; forms nest a dozen groups at most.
MAX_DEPTH = 100
#: Most lists and objects in a value whose depth is worth measuring.
_MOST_LISTS = 1_000_000
_CHUNK = 1 << 18
_BACKSLASH = 0x5C
_ALIKE = bytes.maketrans(b"{}", b"[]")
_OTHER = bytes(set(range(256)) - set(b"[]{}"))


def values_within(text: bytes | bytearray, most: int) -> bool:
    """Whether a JSON text (UTF-8) holds at most so many values; an object counts as four."""
    if _values(text) <= most:
        return True
    count = 0
    for part in _outside(text):
        count += _values(part)
        if count > most:
            return False
    return True


def depth_within(text: bytes | bytearray, most: int = MAX_DEPTH) -> bool:
    """Whether no value of a JSON text lies deeper than ``most`` lists and objects.

    What is no JSON, or holds over a million of them, may be said to lie too deep.
    """
    if text.count(b"[") + text.count(b"{") <= most:
        return True
    rest = b"".join(part.translate(_ALIKE, _OTHER) for part in _outside(text))
    if len(rest) > 2 * _MOST_LISTS:
        return False
    for _level in range(most):
        # The innermost go, one level at a time.
        before, rest = len(rest), rest.replace(b"[]", b"")
        if len(rest) in (0, before):
            break
    return not rest


def _values(text: bytes | bytearray) -> int:
    # An object takes some 200 bytes, a list and any other value 30 to 60.
    return 4 * text.count(b"{") + text.count(b"[") + text.count(b",")


def _outside(text: bytes | bytearray) -> Iterator[bytes]:
    """What stands outside of the texts in a JSON text, a piece at a time."""
    start, inside = 0, 0
    while start < len(text):
        end = min(start + _CHUNK, len(text))
        while end < len(text) and text[end - 1] == _BACKSLASH:
            end += 1
        plain = bytes(text[start:end]).replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = plain.split(b'"')
        yield b"".join(parts[inside::2])
        inside = (inside + len(parts) - 1) % 2
        start = end
