"""Questions to a ``Listing``: which sites, in which order, how many beside each filter."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jdz_field.core import patrol
from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.store import search
from jdz_field.store.layers import layer
from jdz_field.store.listing import (
    NEVER,
    PLACED,
    UNCONVERTED,
    Bools,
    Listing,
    Rows,
)
from jdz_field.store.queries import UNVISITED, Facets, Found, SiteQuery
from jdz_field.store.texts import BEGINNING, WHOLE

#: How good a match is: called exactly so, number begins so, name begins so, inside the name or
#: the number, the township, elsewhere in short texts, in a long one.
_EXACT, _NUMBER, _NAME, _INSIDE, _TOWN, _ELSEWHERE, _PROSE, _NOT = range(8)
_IN_NUMBERS = np.array([_EXACT, _NUMBER, _INSIDE, _INSIDE, _ELSEWHERE], np.int8)
_IN_WORDS = np.array([_EXACT, _NAME, _INSIDE, _TOWN, _ELSEWHERE], np.int8)
#: Answers to words that are kept: the list, its count and the counts beside filters ask the same.
_KEPT = 4
_CODED = ("county", "town", "kind_code", "grade", "status")

#: Row numbers that the store knows of a word in long texts, or of a whole number.
Lookup = Callable[[str], Sequence[int]]


class Finder:
    """Answers about one listing.

    ``prose`` gives the row numbers of sites whose long texts answer a question of
    ``search.in_prose``, ``exact`` those of sites whose number or field number is exactly so.
    ``rain``: the day since which heavy rain is warned of.
    """

    def __init__(
        self,
        listing: Listing,
        today: date,
        prose: Lookup,
        exact: Lookup,
        rain: date | None = None,
    ) -> None:
        self._of, self._today, self._rain = listing, today, rain
        self._prose, self._exact = prose, exact

    def find(self, q: SiteQuery) -> Found:
        """The sites that a query means, in its order."""
        quality = self._text(q)
        mask = self._all(q, quality)
        order = self._order(q)
        rows = order[mask[order]]
        if quality is not None:
            grade = quality[rows] if q.order == "name" else quality[rows] != _EXACT
            rows = rows[np.argsort(grade, kind="stable")]
        return Found(q, array("q", self._of.numbers[rows].tobytes()), self._of.stamp)

    def count(self, q: SiteQuery) -> int:
        """How many sites a query means."""
        return int(np.count_nonzero(self._all(q, self._text(q))))

    def facets(self, q: SiteQuery) -> Facets:
        """How many sites each value of each filter would leave, the other filters being as
        they are.
        """
        quality = self._text(q)
        masks = self._masks(q)
        base = self._base(q, quality)
        told: Facets = {}
        for name, choices in self._choices().items():
            mask = _and(base, (mask for other, mask in masks.items() if other != name))
            told[name] = {value: int(np.count_nonzero(mask & one)) for value, one in choices}
        for name in ("kind", *_CODED):
            mask = _and(base, (mask for other, mask in masks.items() if other != name))
            told[name] = self._counted(name, mask)
        return told

    # ---- filters

    def _all(self, q: SiteQuery, quality: NDArray[np.int8] | None) -> Bools:
        return _and(self._base(q, quality), self._masks(q).values())

    def _base(self, q: SiteQuery, quality: NDArray[np.int8] | None) -> Bools:
        mask = np.ones(len(self._of.numbers), bool) if q.include_deleted else ~self._of.deleted
        return mask if quality is None else mask & (quality != _NOT)

    def _masks(self, q: SiteQuery) -> dict[str, Bools]:
        one = self._of
        wanted: dict[str, Callable[[], Bools] | None] = {
            "kind": (lambda: self._kinds(q.kinds)) if q.kinds else None,
            "unvisited": _given(q.unvisited, self._unvisited),
            "overdue": _given(q.overdue, lambda late: self._overdue() == late),
            "unsent": _given(q.unsent, lambda unsent: one.unsent == unsent),
            "held": _given(q.held, self._held),
            "mine": _given(q.mine, lambda mine: one.mine == mine),
            "placed": _given(q.placed, self._placed),
        }
        for name in _CODED:
            wanted[name] = _given(getattr(q, name), one.codes[name].equal)
        return {name: mask() for name, mask in wanted.items() if mask is not None}

    def _kinds(self, kinds: Sequence[str]) -> Bools:
        return np.isin(self._of.layers, [layer(k).number for k in kinds if k in SITE_KINDS])

    def _held(self, how: str) -> Bools:
        return self._of.conflict if how == "conflict" else self._of.proposed

    def _placed(self, wanted: str) -> Bools:
        place = self._of.place
        masks: dict[str, Bools] = {
            "legacy": place == UNCONVERTED,
            "placed": place == PLACED,
            "unplaced": place != PLACED,
        }
        return masks[wanted]

    def _unvisited(self, days: int) -> Bools:
        visited = self._of.visited
        never: Bools = visited == NEVER
        long_ago: Bools = (visited >= 0) & (visited < self._today.toordinal() - days)
        return never if days < 0 else long_ago

    def _overdue(self) -> Bools:
        one = self._of
        late = np.zeros(len(one.numbers), bool)
        for kind in SITE_KINDS:
            since = patrol.due_since(kind, self._today, self._rain)
            if since is not None:
                late |= (one.layers == layer(kind).number) & (one.visited < since.toordinal())
        status = one.codes["status"]
        free = [n for n, value in enumerate(status.values) if value in patrol.free_states()]
        return late & ~np.isin(status.column, free)

    def _choices(self) -> dict[str, list[tuple[str, Bools]]]:
        one = self._of
        return {
            "unvisited": [(str(days), self._unvisited(days)) for days in UNVISITED],
            "overdue": [("true", self._overdue())],
            "unsent": [("true", one.unsent), ("false", ~one.unsent)],
            "held": [("conflict", one.conflict), ("proposed", one.proposed)],
            "mine": [("true", one.mine)],
            "placed": [(name, self._placed(name)) for name in ("placed", "unplaced", "legacy")],
        }

    def _counted(self, name: str, mask: Bools) -> dict[str, int]:
        if name == "kind":
            counts = np.bincount(self._of.layers[mask], minlength=len(SITE_KINDS))
            return {kind: int(counts[layer(kind).number]) for kind in SITE_KINDS}
        codes = self._of.codes[name]
        counts = np.bincount(codes.column[mask], minlength=len(codes.values))
        pairs = zip(codes.values, counts.tolist(), strict=True)
        return {value: count for value, count in pairs if value is not None and count}

    # ---- words

    def _text(self, q: SiteQuery) -> NDArray[np.int8] | None:
        """How well each site answers the words, ``_NOT`` when it does not; ``None``: no words."""
        text = q.text.strip()
        if not text:
            return None
        kept = self._of.answers
        if text not in kept:
            while len(kept) >= _KEPT:
                kept.pop(next(iter(kept)))
            kept[text] = self._answer(text)
        return kept[text]

    def _answer(self, text: str) -> NDArray[np.int8]:
        size = len(self._of.numbers)
        terms = search.terms(text)
        worst = np.full(size, _EXACT if terms else _NOT, np.int8)
        for term in terms:
            worst = np.maximum(worst, self._term(term))
        if len(terms) > 1:
            worst[worst == _EXACT] = _INSIDE
        exact = self._of.sites(self._exact(text))
        worst[exact] = _EXACT
        return worst

    def _term(self, term: str) -> NDArray[np.int8]:
        one = self._of
        quality = np.full(len(one.numbers), _NOT, np.int8)
        question = search.in_prose(term)
        if question is not None:
            quality[one.sites(self._prose(question))] = _PROSE
        quality[self._labelled(term)] = _ELSEWHERE
        kept = search.kept_in(term)
        rows, match = one.texts[kept].find(term)
        told = (_IN_NUMBERS if kept == "numbers" else _IN_WORDS)[match]
        if kept == "letters":
            # Spelled like the whole of it is no name.
            told[match == WHOLE] = _IN_WORDS[BEGINNING]
        quality[rows] = told
        return quality

    def _labelled(self, term: str) -> Bools:
        """Sites whose county or kind is called so."""
        one = self._of
        mask = np.zeros(len(one.numbers), bool)
        counties = [one.codes["county"].number(code) for code in _called("county", term)]
        if counties:
            mask |= np.isin(one.codes["county"].column, counties)
        for kind in SITE_KINDS:
            field = site_kind(kind).by_name.get("kind_code")
            if field is not None and field.codes:
                own = [one.codes["kind_code"].number(code) for code in _called(field.codes, term)]
                if own:
                    here = one.layers == layer(kind).number
                    mask |= here & np.isin(one.codes["kind_code"].column, own)
        return mask

    # ---- orders

    def _order(self, q: SiteQuery) -> Rows:
        if q.order != "distance":
            return self._of.order(q.order)
        if q.near is None:
            return self._of.order("name")
        lon, lat = q.near
        east = (self._of.lon - lon) * np.cos(np.radians(lat))
        squared = east * east + (self._of.lat - lat) ** 2
        return np.argsort(squared, kind="stable").astype(np.int32)


def _given(value: Any, mask: Callable[[Any], Bools]) -> Callable[[], Bools] | None:
    return None if value is None else lambda: mask(value)


def _and(base: Bools, masks: Iterable[Bools]) -> Bools:
    for mask in masks:
        base = base & mask
    return base


@lru_cache(maxsize=512)
def _called(list_name: str, term: str) -> tuple[str, ...]:
    """Codes of a list whose label in any language, or its pinyin, has a word in it."""
    found = []
    for code in code_list(list_name).codes:
        labels = [search.plain(label) for label in code.labels.values()]
        spelled = (one for label in labels for one in search.spell(label, whole=True))
        if any(term in label for label in labels) or any(term in one for one in spelled):
            found.append(code.value)
    return tuple(found)
