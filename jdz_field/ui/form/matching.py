"""Finding choices while one types: by a part of the label, by code, by pinyin initials."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jdz_field.store.search import initials
from jdz_field.ui.form.editor import half_width

#: Results up to this many are put in order: what begins so stands first.
_SORTED = 5000


@lru_cache(maxsize=8192)
def _letters(character: str) -> tuple[str, str]:
    """First letters of a character's two commonest readings."""
    found = sorted(one for one in initials(character) if len(one) == 1)
    return (found[0], found[-1]) if found else (character, character)


class Finder:
    """Finds the places of labels and codes that hold every word typed.

    50,000 labels are gone through in a few milliseconds: a longer text is only looked for among
    what the shorter one found. Pinyin is spelled out when a Latin letter is first typed.
    """

    def __init__(self, labels: Sequence[str], codes: Sequence[str]) -> None:
        self._labels = [label.replace("\n", " ").casefold() for label in labels]
        self._codes = [code.casefold() for code in codes]
        pairs = zip(self._labels, self._codes, strict=True)
        self._hay = [f"{label}\n{code}" for label, code in pairs]
        self._spelled: list[str] | None = None
        self._last: tuple[str, list[int]] = ("", list(range(len(self._hay))))

    def spell(self) -> list[str]:
        """Labels and codes with their pinyin initials, spelled out once."""
        if self._spelled is None:
            text = "\n".join(self._labels)
            both = {ord(one): _letters(one) for one in set(text) if ord(one) > 0x33FF}
            first = text.translate({code: letters[0] for code, letters in both.items()})
            parts = [self._hay, first.split("\n")]
            if any(one != other for one, other in both.values()):
                second = text.translate({code: letters[1] for code, letters in both.items()})
                parts.append(second.split("\n"))
            self._spelled = ["\n".join(one) for one in zip(*parts, strict=True)]
        return self._spelled

    def find(self, typed: str) -> list[int]:
        """Places in the list; exact codes first, then labels that begin with the text."""
        text = half_width(typed).casefold()
        before, among = self._last
        if not text.startswith(before):
            among = list(range(len(self._hay)))
        for word in text.split():
            spoken = word.isascii() and not word.isdecimal()
            hay = self.spell() if spoken else self._hay
            among = [i for i in among if word in hay[i]]
        self._last = (text, among)
        return self._ordered(text, among)

    def _ordered(self, text: str, among: list[int]) -> list[int]:
        if not text or len(among) > _SORTED:
            return among
        labels, codes = self._labels, self._codes
        begun = f"\n{text}"
        spelled = self._spelled or labels

        def rank(i: int) -> int:
            if codes[i] == text:
                return 0
            return 1 if labels[i].startswith(text) or begun in spelled[i] else 2

        return sorted(among, key=rank)
