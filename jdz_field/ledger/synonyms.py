"""Names of fields as headings: the catalogue's labels and synonyms, and what counties write."""

from __future__ import annotations

from functools import cache

from jdz_field.core.catalogue import site_kind, table
from jdz_field.ledger.headings import Heading, bare, key

ID, IGNORED = "id", "ignored"

#: How well a heading fits: word for word, without its brackets, with the heading above, by a
#: part of it.
EXACT, BARE, JOINED, PART, FALLBACK = 60.0, 50.0, 45.0, 20.0, 10.0


@cache
def _synonyms(kind: str) -> dict[str, tuple[str, ...]]:
    """Field or place → its headings."""
    found: dict[str, tuple[str, ...]] = {}
    for field in site_kind(kind).fields:
        own = (field.name, short_name(kind, field.name), *field.labels.values(), *field.synonyms)
        found[field.name] = tuple(dict.fromkeys(own))
    for place, words in table("ledger")["positions"].items():
        found[str(place)] = tuple(words)
    return found


@cache
def _words(kind: str) -> tuple[tuple[str, str], ...]:
    """Heading and field, the catalogue's first, then those that counties invent."""
    fields = site_kind(kind).by_name
    own = [(name, f.name) for f in fields.values() for name in (f.name, *f.labels.values())]
    listed = [(word, field) for field, words in _synonyms(kind).items() for word in words]
    common = table("ledger")["headings"]
    more = [(word, field) for field in fields for word in common.get(field, ())]
    return (*own, *listed, *more)


@cache
def short_names(kind: str) -> dict[str, str]:
    """Field → name of at most ten letters (shapefiles hold no more); all different."""
    names = [field.name for field in site_kind(kind).fields]
    cut = [name[:10] for name in names]
    found: dict[str, str] = {}
    for name in names:
        # threatened_people and threatened_households: thr_people, thr_househ.
        first, _line, rest = name.partition("_")
        short = name[:10] if cut.count(name[:10]) == 1 else f"{first[:3]}_{rest}"[:10]
        stem, number = short, len(found)
        while short in found.values():
            short = f"{stem[: 9 - len(str(number))]}_{number}"
            number += 1
        found[name] = short
    return found


def short_name(kind: str, field: str) -> str:
    """The ten-letter name of a field."""
    return short_names(kind)[field]


@cache
def keys(kind: str) -> dict[str, str]:
    """Heading key → field; a field's own name first, then earlier fields."""
    found: dict[str, str] = {}
    for word, field in _words(kind):
        found.setdefault(key(word), field)
    return found


@cache
def _bare_keys(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word, field in _words(kind):
        found.setdefault(bare(word) or key(word), field)
    return found


def by_name(kind: str, heading: Heading) -> dict[str, float]:
    """Fields and places that a heading may name, with how well it fits."""
    own, joined = heading.own, heading.above + heading.own
    found: dict[str, float] = {}
    exact = keys(kind).get(key(own))
    # 度 / 分 / 秒, 姓名 / 电话 or X / Y below a heading: the two together say more.
    together = keys(kind).get(key(joined)) if heading.above else None
    if together:
        found[together] = EXACT if len(key(own)) <= 2 else JOINED
    if exact and not (together and len(key(own)) <= 2):
        found.setdefault(exact, EXACT)
    for text, names, score in (
        (bare(own), _bare_keys(kind), BARE),
        (bare(heading.above) + bare(own), _bare_keys(kind), JOINED),
    ):
        if text in names:
            found.setdefault(names[text], score)
    if not found:
        fallback = table("ledger")["fallback"].get(key(own))
        if fallback in site_kind(kind).by_name:
            return {str(fallback): FALLBACK}
        found |= _by_part(kind, bare(own) or key(own))
    return found


def _by_part(kind: str, text: str) -> dict[str, float]:
    """The longest synonym inside a heading; of equals the last, which names the thing."""
    best: tuple[int, int, str] | None = None
    for word, field in keys(kind).items():
        at = text.rfind(word)
        if len(word) < 2 or at < 0 or field in (IGNORED, ID) or word.isascii():
            continue
        if best is None or (len(word), at) > best[:2]:
            best = (len(word), at, field)
    return {best[2]: PART * best[0] / len(text)} if best else {}


def is_own(kind: str, heading: Heading, field: str) -> bool:
    """Whether a heading is the field's own name, not a synonym."""
    about = site_kind(kind).by_name.get(field)
    return bool(about and key(heading.own) in map(key, (field, *about.labels.values())))
