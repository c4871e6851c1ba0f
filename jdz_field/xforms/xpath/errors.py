"""What can go wrong with an expression."""

from __future__ import annotations


class XPathError(Exception):
    """An expression that cannot be read or evaluated.

    ``position`` is the index of the character where it starts, when that is known.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
