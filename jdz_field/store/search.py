"""What is searched of a site, and the words of a question.

A word that a person types is found anywhere: inside a number, a name, a township, a village, a
person, a telephone; letters also among the pinyin (initials or whole). What is short is kept as
three texts a site, by what a question can be made of:

- ``numbers``: every run of digits, so that a question of digits looks at nothing else
- ``letters``: every run of Latin letters, and the pinyin of the Chinese words
- ``words``: every text that is neither of both throughout

Each is three parts (``PART`` between): the name's (of ``numbers``: the number's, then the
name's), the township's, the rest. Where a word is found first tells how good the match is.
Long texts (remarks, ways of escape, …) are ``prose``: in a full-text index (FTS5), with one
token a Chinese character, asked for words of two signs and more.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import product, repeat
from pathlib import Path
from typing import Any, NamedTuple

from jdz_field.store.layers import Layer, State, layer

#: Bits of a row number that tell the layer.
LAYER_BITS = 4
#: Between the parts of a text, and between the fields of a part.
PART, FIELD = "\x1e", "\x1f"
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_DIGITS, _LATIN = re.compile("[0-9]+"), re.compile("[a-z]+")
_PLAIN = re.compile("[0-9]+|[a-z]+")
#: Stands between the texts of a column; no text of a register has it.
_BETWEEN = "\ue0ff"
#: The signs that are no digits, no Latin letters, no Chinese characters.
_OTHERS = tuple(re.compile(f"[^{signs}{_BETWEEN}]+") for signs in ("0-9", "a-z", _HAN))
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
#: The parts of a field in numbers, words and letters.
_LAST = 2
_REST = (_LAST, _LAST, _LAST)
_PLACE = {"code": (0, _LAST, _LAST), "name": (1, 0, 0), "town": (_LAST, 1, 1)}
#: Short texts beside those that name a person.
_SHORT = (
    *("code", "name", "town", "village", "field_code", "monitor_name", "monitor_phone"),
    *("licence", "mineral", "compartment", "subcompartment", "species"),
)
#: Readings of a character, spellings of a word, letters of a spelling that covers part of one.
_READINGS, _SPELLINGS, _WINDOW = 2, 8, 6
#: Shortest word of Latin letters or digits that is looked for in prose.
_PROSE_LATIN = 3


class Document(NamedTuple):
    """What the indexes hold of a site; ``prose`` has every Chinese character standing alone."""

    numbers: str
    words: str
    letters: str
    prose: str


def row_number(one: Layer, fid: int) -> int:
    """Number of a layer's row in the search indexes."""
    return fid << LAYER_BITS | one.number


def split_number(number: int) -> tuple[int, int]:
    """Layer number and fid of a row of the search indexes."""
    return number & (1 << LAYER_BITS) - 1, number >> LAYER_BITS


def plain(text: str) -> str:
    """The text as it is compared: wide signs made narrow, small letters, single blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _BLANK.sub(" ", text.lower())


# ---- pinyin


@cache
def _readings() -> dict[str, str]:
    """Readings by code point, as pypinyin ships them; importing it whole costs 0.4 s."""
    spec = find_spec("pypinyin")
    folder = Path((spec.submodule_search_locations or [""])[0]) if spec else Path()
    readings: dict[str, str] = json.loads((folder / "pinyin_dict.json").read_text("utf-8"))
    return readings


@lru_cache(maxsize=8192)
def _syllables(character: str) -> tuple[str, ...]:
    """A character's first readings without tones, ü as v."""
    readings = _readings().get(str(ord(character)), "").split(",")[:_READINGS]
    return tuple(dict.fromkeys(filter(None, map(_toneless, readings))))


def _toneless(reading: str) -> str:
    reading = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in reading if "a" <= letter <= "z")


@lru_cache(maxsize=8192)
def _initials_of(character: str) -> str:
    return "".join(dict.fromkeys(syllable[0] for syllable in _syllables(character)))


@lru_cache(maxsize=16384)
def initials(word: str) -> tuple[str, ...]:
    """Spellings of a Chinese word by pinyin initials.

    Characters with two readings give two letters. A word of many such ones is spelled in
    overlapping pieces of six.
    """
    letters = [found for character in word if (found := _initials_of(character))]
    doubtful = sum(len(one) > 1 for one in letters)
    if 1 << doubtful <= _SPELLINGS:
        return tuple(map("".join, product(*letters))) if letters else ()
    pieces: dict[str, None] = {}
    for start in range(len(letters)):
        spelled = [""]
        for letter in letters[start : start + _WINDOW]:
            spelled = [head + one for head in spelled for one in letter][:_SPELLINGS]
        pieces.update(dict.fromkeys(spelled))
    return tuple(pieces)


@lru_cache(maxsize=16384)
def _whole(word: str) -> str:
    """A Chinese word in whole pinyin, by the first readings."""
    return "".join((_syllables(character) or ("",))[0] for character in word)


def spell(text: str, *, whole: bool) -> Iterator[str]:
    """The Latin letters of a text that is ``plain``, and its Chinese words in pinyin."""
    for word in _HAN_RUN.findall(text):
        yield from initials(word)
        if whole:
            yield _whole(word)
    yield from _LATIN.findall(text)


# ---- documents


class _Piece(NamedTuple):
    """A field's share: numbers, words, letters."""

    numbers: str
    words: str
    letters: str


def _piece(text: str, whole: bool) -> _Piece:
    if text.isascii() and text.isdecimal():
        return _Piece(text, "", "")
    text = plain(text)
    return _Piece(
        FIELD.join(_DIGITS.findall(text)),
        "" if _PLAIN.fullmatch(text) else text,
        FIELD.join(filter(None, spell(text, whole=whole))),
    )


@lru_cache(maxsize=8192)
def _repeated(text: str, whole: bool) -> _Piece:
    return _piece(text, whole)


@cache
def short_fields(name: str) -> tuple[str, ...]:
    """The fields of a layer that are searched anywhere in them: what names a site, a place or a
    person.
    """
    texts = {column.name: column for column in layer(name).columns if column.type == "text"}
    named = [name for name in _SHORT if name in texts]
    people = (c for c in texts.values() if c.catalogue and c.catalogue.personal)
    return tuple(dict.fromkeys([*named, *(column.name for column in people)]))


@cache
def prose_fields(name: str) -> tuple[str, ...]:
    """The other texts of a layer."""
    short = short_fields(name)
    return tuple(c.name for c in layer(name).columns if c.type == "text" and c.name not in short)


def document(one: Layer, state: State) -> Document:
    """What the indexes hold of a site."""
    texts: tuple[list[list[str]], ...] = tuple([[], [], []] for _text in range(3))
    for name in short_fields(one.name):
        value = state.get(name)
        if isinstance(value, str) and value:
            place = _PLACE.get(name, _REST)
            piece = _piece if name in ("code", "name") else _repeated
            found = piece(value, place[2] < _LAST)
            for parts, part, text in zip(texts, place, found, strict=True):
                if text:
                    parts[part].append(text)
    prose = (state.get(name) for name in prose_fields(one.name))
    numbers, words, letters = (PART.join(map(FIELD.join, parts)) for parts in texts)
    said = " ".join(spaced(text) for text in prose if isinstance(text, str) and text)
    return Document(numbers, words, letters, said)


#: Many documents, a column for each of their texts.
Columns = tuple[Sequence[str], ...]


def documents(one: Layer, columns: Mapping[str, Sequence[Any]], count: int) -> Columns:
    """``document`` for ``count`` sites at once: values by field, none of them missing."""
    texts: tuple[list[list[Sequence[str]]], ...] = tuple([[], [], []] for _text in range(3))
    for name in short_fields(one.name):
        if name in columns:
            place = _PLACE.get(name, _REST)
            pieces = _pieces(columns[name], place[2] < _LAST)
            for parts, part, found in zip(texts, place, pieces, strict=True):
                parts[part].append(found)
    prose = [map(spaced, columns[name]) for name in prose_fields(one.name) if name in columns]
    together = [
        list(map(PART.join, zip(*(_merged(part, count) for part in parts), strict=True)))
        for parts in texts
    ]
    said = list(map(" ".join, zip(*prose, strict=True))) if prose else [""] * count
    return (*together, said)


def _pieces(values: Sequence[str], whole: bool) -> tuple[Sequence[str], ...]:
    """The shares of a column: every different value is looked at once, all of them together."""
    different = list(dict.fromkeys(values))
    found = _pieces_of(different, whole)
    if len(different) == len(values):
        return found
    tables = (dict(zip(different, one, strict=True)) for one in found)
    return tuple([one[value] for value in values] for one in tables)


def _pieces_of(values: list[str], whole: bool) -> tuple[Sequence[str], ...]:
    nothing = [""] * len(values)
    together = "".join(values)
    if together.isascii() and together.isdecimal():
        return values, nothing, nothing
    joined = plain(_BETWEEN.join(values))
    texts = joined.split(_BETWEEN)
    if len(texts) != len(values):
        pieces = [_piece(value, whole) for value in values]
        return tuple(map(list, zip(*pieces, strict=True)))
    numbers, latin, han = (_runs(pattern, joined) for pattern in _OTHERS)
    words = ["" if _PLAIN.fullmatch(text) else text for text in texts]
    letters = [_spelled(runs, whole) for runs in han]
    if any(latin):
        letters = [FIELD.join(filter(None, pair)) for pair in zip(letters, latin, strict=True)]
    return numbers, words, letters


def _runs(others: re.Pattern[str], joined: str) -> list[str]:
    """The runs of one sort of signs in each text of a column; ``others`` are the signs between."""
    return [runs.strip(FIELD) for runs in others.sub(FIELD, joined).split(_BETWEEN)]


@lru_cache(maxsize=16384)
def _spelled(runs: str, whole: bool) -> str:
    """Runs of Chinese signs in pinyin."""
    return FIELD.join(filter(None, spell(runs, whole=whole)))


def _merged(columns: list[Sequence[str]], count: int) -> Iterable[str]:
    if len(columns) == 1:
        return columns[0]
    if not columns:
        return repeat("", count)
    return [FIELD.join(filter(None, row)) for row in zip(*columns, strict=True)]


@lru_cache(maxsize=4096)
def spaced(text: str) -> str:
    """The text with every Chinese character standing alone; wide letters made narrow."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return _HAN_RUN.sub(lambda run: f" {' '.join(run[0])} ", text)


# ---- questions


def terms(text: str) -> tuple[str, ...]:
    """The words of a question, all of which must be found; none when nothing can be found.

    Signs at the ends of a word do not count.
    """
    words = (_EDGES.sub("", word) for word in plain(text).split())
    return tuple(dict.fromkeys(word for word in words if word))


def kept_in(term: str) -> str:
    """Which of a document's texts holds a word of a question."""
    if _DIGITS.fullmatch(term):
        return "numbers"
    return "letters" if _LATIN.fullmatch(term) else "words"


def in_prose(term: str) -> str | None:
    """The question to the full-text index for a word; ``None`` when it is too short for it."""
    if len(_HAN_CHARACTER.findall(term)) < 2 and len(term) < _PROSE_LATIN:
        return None
    phrase = '"' + spaced(term).strip().replace('"', '""') + '"'
    return phrase if _HAN_CHARACTER.fullmatch(term[-1]) else phrase + "*"
