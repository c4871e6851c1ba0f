"""One searched text of every site, end to end: where a word is found first in each."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jdz_field.store.search import PART

Ints = NDArray[np.int32]
Bytes = NDArray[np.uint8]

#: More rows than these are found faster by looking at every byte at once.
_FEW = 500
#: How good a match is, best first: all of the first part, its beginning, inside the first,
#: second and third part.
WHOLE, BEGINNING, FIRST, SECOND, THIRD = range(5)
_END = "\n"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in the order of the sites.

    Attributes:
        joined: all of them, UTF-8.
        starts: where each begins (bytes).
        ends: where its first and second part end.
        counts: how often each byte occurs.
    """

    joined: bytes
    starts: array[int]
    ends: Ints
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Of the texts that ``search.document`` made (three parts each)."""
        joined = _END.join(texts).encode()
        buffer = np.frombuffer(joined, np.uint8)
        starts = np.zeros(len(texts), np.uintc)
        starts[1:] = np.flatnonzero(buffer == ord(_END)) + 1
        ends = np.flatnonzero(buffer == ord(PART)).astype(np.int32).reshape(len(texts), 2)
        counts = np.bincount(buffer, minlength=256)
        return cls(joined, array("I", starts.tobytes()), ends, counts)

    def find(self, term: str) -> tuple[Ints, NDArray[np.int8]]:
        """The rows that hold a word, and how good each match is."""
        wanted = term.encode()
        found = self._few(wanted)
        rows, places = self._many(wanted) if found is None else found
        return rows, self._quality(rows, places, len(wanted))

    def _few(self, wanted: bytes) -> tuple[Ints, Ints] | None:
        """Rows and first places, one by one; ``None`` when they are many."""
        rows, places = array("i"), array("i")
        joined, starts = self.joined, self.starts
        at = joined.find(wanted)
        while at >= 0:
            if len(rows) == _FEW:
                return None
            row = bisect_right(starts, at) - 1
            rows.append(row)
            places.append(at)
            if row + 1 == len(starts):
                break
            at = joined.find(wanted, starts[row + 1])
        return np.frombuffer(rows, np.int32), np.frombuffer(places, np.int32)

    def _many(self, wanted: bytes) -> tuple[Ints, Ints]:
        buffer = np.frombuffer(self.joined, np.uint8)
        last = len(buffer) - len(wanted) + 1
        order = sorted(range(len(wanted)), key=lambda place: int(self.counts[wanted[place]]))
        rarest = order[0]
        places = np.flatnonzero(buffer[rarest : last + rarest] == wanted[rarest])
        for place in order[1:]:
            places = places[buffer[places + place] == wanted[place]]
        # The first place at or after the beginning of each text, if it is before the next one.
        starts = np.frombuffer(self.starts, np.uintc)
        places = places.astype(np.uintc)
        first = np.searchsorted(places, np.append(starts, np.uintc(len(buffer) + 1)))
        rows = np.flatnonzero(first[1:] > first[:-1])
        return rows.astype(np.int32), places[first[rows]].astype(np.int32)

    def _quality(self, rows: Ints, places: Ints, size: int) -> NDArray[np.int8]:
        starts = np.frombuffer(self.starts, np.uintc)[rows].astype(np.int32)
        first, second = self.ends[rows, 0], self.ends[rows, 1]
        quality = np.full(len(rows), THIRD, np.int8)
        quality[places < second] = SECOND
        quality[places < first] = FIRST
        quality[(places == starts) & (places < first)] = BEGINNING
        quality[(places == starts) & (first - starts == size)] = WHOLE
        return quality
