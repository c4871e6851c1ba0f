"""How much a JSON text would grow when it is read: counted before it is, on its bytes.

A list of nothing takes three bytes as text and twenty times as many as an object, and what is
nested to the brink of the interpreter's depth may be read here and fail somewhere else later.
"""

from __future__ import annotations

import re

#: Deepest nesting of a value that is let in; forms nest a dozen groups at most.
MAX_DEPTH = 100
# A string, up to its end or the end of the text: every byte is looked at once.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_OTHER = re.compile(rb"[^\[\]{}]+")


def containers_within(text: bytes, most: int) -> bool:
    """Whether a JSON text holds at most so many lists and objects (UTF-8)."""
    if _openings(text) <= most:
        return True
    return _openings(_STRING.sub(b"", text)) <= most


def depth_within(text: bytes, most: int = MAX_DEPTH) -> bool:
    """Whether no value of a JSON text lies deeper than ``most`` lists and objects."""
    if _openings(text) <= most:
        return True
    depth = 0
    for byte in _OTHER.sub(b"", _STRING.sub(b"", text)):
        # "[" and "{" are 0x5B and 0x7B, their ends two further on.
        depth += 1 if byte in b"[{" else -1
        if depth > most:
            return False
    return True


def _openings(text: bytes) -> int:
    return text.count(b"[") + text.count(b"{")
