"""Words of the search index and the questions put to it (FTS5).

Chinese has no spaces: every character is a token, and a word is a phrase of them, so that 瑶里
is found inside 浮梁县瑶里镇. Numbers are found by their beginning or their last digits. Pinyin
initials stand beside: ``yl`` finds 瑶里.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import code_list
from jdz_field.store.layers import Layer, State

#: Bits of a row number that tell the layer.
LAYER_BITS = 4
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_CHARACTER = re.compile(f"([{_HAN}])")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_WORD = re.compile(r"[^\W_]")
#: Fields whose pinyin initials are searched.
_SPOKEN = ("name", "town", "village", "monitor_name")
#: Letters of an initial token, readings of a character, spellings of one place in a word.
_LETTERS, _READINGS, _SPELLINGS = 6, 2, 4
#: Shortest and longest end of a number that finds it.
_SHORT_END, _LONG_END = 3, 8


def row_number(layer: Layer, fid: int) -> int:
    """Number of a layer's row in the search index."""
    return fid << LAYER_BITS | layer.number


def split_number(number: int) -> tuple[int, int]:
    """Layer number and fid of a row of the search index."""
    return number & (1 << LAYER_BITS) - 1, number >> LAYER_BITS


@cache
def _readings() -> dict[str, str]:
    """Readings by code point, as pypinyin ships them; importing it whole costs 0.4 s."""
    spec = find_spec("pypinyin")
    folder = Path((spec.submodule_search_locations or [""])[0]) if spec else Path()
    readings: dict[str, str] = json.loads((folder / "pinyin_dict.json").read_text("utf-8"))
    return readings


@lru_cache(maxsize=8192)
def _initials_of(character: str) -> str:
    """First letters of a character's first readings, each once."""
    readings = _readings().get(str(ord(character)), "").split(",")[:_READINGS]
    letters = (unicodedata.normalize("NFD", reading)[:1] for reading in readings)
    return "".join(dict.fromkeys(letter for letter in letters if "a" <= letter <= "z"))


_NO_LETTERS: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def _initials(text: str) -> frozenset[str]:
    return initials(text)


def initials(text: str) -> frozenset[str]:
    """Pinyin initials from every place in every Chinese word of a text, up to six letters."""
    return frozenset().union(*(_spell(word) for word in _HAN_RUN.findall(text)))


@lru_cache(maxsize=16384)
def _spell(word: str) -> frozenset[str]:
    letters = [_initials_of(character) for character in word]
    if all(len(one) == 1 for one in letters):
        plain = "".join(letters)
        return frozenset(plain[start : start + _LETTERS] for start in range(len(plain)))
    tokens: set[str] = set()
    for start in range(len(word)):
        spelled = [""]
        for letter in letters[start : start + _LETTERS]:
            spelled = [head + one for head in spelled for one in letter][:_SPELLINGS]
        tokens.update(spelled)
    return frozenset(tokens)


@lru_cache(maxsize=4096)
def spaced(text: str) -> str:
    """The text with every Chinese character standing alone; wide letters made narrow."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return _HAN_RUN.sub(_stand_alone, text)


def _stand_alone(run: re.Match[str]) -> str:
    return f" {' '.join(run[0])} "


def _ends(code: str) -> Iterator[str]:
    yield code
    for size in range(_SHORT_END, min(_LONG_END, len(code) - 1) + 1):
        yield code[-size:]


@lru_cache(maxsize=256)
def _label(list_name: str, code: str) -> str:
    found = code_list(list_name).find(code)
    return " ".join(found.labels.values()) if found else ""


def _words(layer: Layer, state: State) -> Iterator[str]:
    for column in layer.columns:
        value = state.get(column.name)
        if not isinstance(value, str) or column.name in ("code", "field_code"):
            continue
        if column.type == "text":
            yield spaced(value)
        elif column.name in ("county_code", "kind_code") and column.catalogue:
            yield spaced(_label(column.catalogue.codes or "", value))


def document(layer: Layer, state: State) -> tuple[str, str, str]:
    """What the index holds of a site: numbers, words, pinyin initials."""
    codes = [str(state[name]) for name in ("code", "field_code") if state.get(name)]
    spoken: set[str] = set()
    for name in _SPOKEN:
        value = state.get(name)
        if isinstance(value, str):
            spoken |= initials(value)
    return (
        spaced(" ".join(end for code in codes for end in _ends(code))),
        " ".join(_words(layer, state)),
        " ".join(sorted(spoken)),
    )


def documents(
    layer: Layer, columns: Mapping[str, Sequence[Any]], count: int
) -> Iterator[tuple[str, str, str]]:
    """``document`` for ``count`` sites at once: values by field, none of them missing."""
    none = [""] * count
    codes = [columns[name] for name in ("code", "field_code") if name in columns]
    ends = (" ".join(e for c in one for e in _ends(c)) for one in zip(*codes, strict=True))
    numbers = list(map(spaced, ends))
    words = map(" ".join, zip(*_word_columns(layer, columns), strict=True))
    spoken = [[_initials(value) for value in columns[name]] for name in _SPOKEN if name in columns]
    letters = [" ".join(sorted(_NO_LETTERS.union(*one))) for one in zip(*spoken, strict=True)]
    return zip(numbers or none, list(words) or none, letters or none, strict=True)


def _word_columns(layer: Layer, columns: Mapping[str, Sequence[Any]]) -> Iterator[list[str]]:
    for column in layer.columns:
        values = columns.get(column.name)
        if values is None or column.name in ("code", "field_code"):
            continue
        if column.type == "text":
            yield list(map(spaced, values))
        elif column.name in ("county_code", "kind_code") and column.catalogue:
            codes = column.catalogue.codes or ""
            yield [spaced(_label(codes, value)) for value in values]


def expression(text: str) -> str | None:
    """The FTS5 question for what a person typed; ``None`` when no letter or digit is in it.

    Words apart by spaces must all be found, in any order and field.
    """
    terms = unicodedata.normalize("NFKC", text).lower().replace("\0", " ").split()
    parts = [_term(term) for term in terms if _WORD.search(term)]
    return " AND ".join(parts) if parts else None


def _term(term: str) -> str:
    phrase = '"' + spaced(term).strip().replace('"', '""') + '"'
    if not _HAN_CHARACTER.fullmatch(term[-1]):
        phrase += "*"
    if term.isascii() and term.isalpha():
        return f"({{code words}} : {phrase} OR initials : {phrase})"
    return f"({{code words}} : {phrase})"
