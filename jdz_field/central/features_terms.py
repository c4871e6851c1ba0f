"""What features say, looked up: a term is a number that stands for one value of one property.

``feature_terms`` has a row for each property of each feature. A term is the first 64 bits of
BLAKE2b (RFC 7693) over collection, property and value; two of some millions meet with a chance
of one in a million. Features stand in it by number, so that the table stays small, and in the
order of pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import psycopg
from sqlalchemy import Connection

from jdz_field.central import direct
from jdz_field.central.tables import dumps

COUNTY = "county_code"
#: Properties whose value stands in a column of the features.
COLUMNS = {
    "code": "code",
    "name": "name",
    "town": "town",
    "kind_code": "kind_code",
    COUNTY: "county",
    "site": "site",
}
_NEW = direct.Statement("INSERT INTO feature_terms (term, num) VALUES (?, ?)")
_GONE = direct.Statement("DELETE FROM feature_terms WHERE term = ? AND num = ?")
_POST_GONE = (
    "DELETE FROM feature_terms t USING unnest(%s::int8[], %s::int8[]) AS g (term, num)"
    " WHERE t.term = g.term AND t.num = g.num"
)
#: Any of these terms.
Group = tuple[int, ...]
Pairs = set[tuple[int, int]]
Rows = Sequence[tuple[int, int]]


def term(collection: str, name: str, value: Any) -> int:
    """The number for a value, with its sign as both databases keep it."""
    if isinstance(value, list | dict):
        return _hashed(collection, name, f"s{dumps(value)}")
    return _known(collection, name, value)


@lru_cache(maxsize=1 << 14, typed=True)
def _known(collection: str, name: str, value: str | float) -> int:
    return _hashed(collection, name, _told(value))


def _hashed(collection: str, name: str, told: str) -> int:
    # PostgreSQL keeps no NUL in text.
    whole = f"{collection}\x1f{name}\x1f{told}".replace("\x00", "\ufffd")
    digest = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _told(value: str | float) -> str:
    if isinstance(value, str):
        return f"s{value}"
    if isinstance(value, bool):
        return "b1" if value else "b0"
    try:
        return f"n{float(value)!r}"
    except OverflowError:
        return f"s{value}"


def terms_of(feature: Mapping[str, Any]) -> set[int]:
    """Every term of a row of ``features``."""
    about = str(feature["collection"])
    values = json.loads(feature["properties"])
    values |= {name: feature[column] for name, column in COLUMNS.items()}
    return {term(about, name, value) for name, value in values.items() if value is not None}


def asked(collection: str, name: str, text: str) -> Group:
    """The terms of features where a property reads so."""
    values = [text] if name in COLUMNS else _read(text)
    return tuple({term(collection, name, value) for value in values})


def _read(text: str) -> Iterable[Any]:
    """A text, and what else is written like it: a number or a truth that stands in a text field."""
    yield text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(value, bool | int | float) and json.dumps(value) == text and len(text) < 25:
        yield value


def within_counties(collection: str, counties: Iterable[str]) -> Group:
    """The terms of everything in these counties."""
    return tuple(term(collection, COUNTY, one) for one in sorted(counties))


# ---- keeping it


def write(connection: Connection, gone: Pairs, new: Pairs) -> None:
    """Take out and put in pairs of term and number, in the order of the table."""
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        _write_post(driver, sorted(gone), sorted(new))
        return
    for pairs, statement in ((gone, _GONE), (new, _NEW)):
        if pairs:
            direct.change_each(connection, statement, sorted(pairs))


def _write_post(driver: psycopg.Connection[Any], gone: Rows, new: Rows) -> None:
    with driver.cursor() as cursor:
        if gone:
            terms, nums = zip(*gone, strict=True)
            cursor.execute(_POST_GONE, (list(terms), list(nums)))
        if new:
            # Ten times as quick as to bind every number.
            with cursor.copy("COPY feature_terms (term, num) FROM STDIN") as copy:
                copy.write("".join(f"{term}\t{num}\n" for term, num in new))
