"""Where in a TOML file a value stands: ``tomllib`` gives values without their lines."""

from __future__ import annotations

import re

#: Keys and numbers of array items from the top down: ``("codes", 3, "zh")``.
Path = tuple[str | int, ...]

_ARRAY = re.compile(r"\[\[\s*([^\]]+?)\s*\]\]")
_TABLE = re.compile(r"\[\s*([^\[\]]+?)\s*\]")
_PART = r"\"[^\"]*\"|'[^']*'|[\w-]+"
_PARTS = re.compile(_PART)
_KEY = re.compile(rf"((?:{_PART})(?:\s*\.\s*(?:{_PART}))*)\s*=")


class Lines:
    """The lines of a file by path; a value inside another has at least the other's line."""

    def __init__(self, text: str) -> None:
        self._known: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        here: Path = ()
        last: Path = ()
        for number, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if found := _ARRAY.match(line):
                last = here = self._item(self._resolved(found[1], inner=False))
            elif found := _TABLE.match(line):
                last = here = self._resolved(found[1], inner=True)
            elif found := _KEY.match(line):
                last = here + _split(found[1])
            elif line.startswith("{") and last:
                self._known.setdefault(self._item(last), number)
                continue
            else:
                continue
            self._known.setdefault(last, number)

    def of(self, path: Path) -> int:
        """The line of a path, else of what it lies in; 1 for the file."""
        while path and path not in self._known:
            path = path[:-1]
        return self._known.get(path, 1)

    def _item(self, path: Path) -> Path:
        self._counts[path] = self._counts.get(path, -1) + 1
        return (*path, self._counts[path])

    def _resolved(self, header: str, *, inner: bool) -> Path:
        """A header's path; parts that are arrays mean their last item."""
        path: Path = ()
        parts = _split(header)
        for number, part in enumerate(parts):
            path = (*path, part)
            if path in self._counts and (inner or number < len(parts) - 1):
                path = (*path, self._counts[path])
        return path


def _split(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PARTS.findall(key))
