"""Drawing lots that anybody can check: what is drawn follows from a seed and the list alone.

Inspections by «双随机、一公开» draw both what is inspected and who inspects, and make the result
public (国办发〔2015〕58号, 国发〔2019〕5号). So each id gets a lot, the SHA-256 of the seed, a line
break and the id in UTF-8; the smallest lots, compared as lower-case hexadecimal text, are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, Decimal

from jdz_field.core.hashing import sha256


def lot(seed: str, one: str) -> str:
    """The lot of an id, 64 hexadecimal digits."""
    return sha256(f"{seed}\n{one}".encode())


def draw(ids: Iterable[str], seed: str, count: int) -> list[str]:
    """The ``count`` ids with the smallest lots, smallest first; all when there are fewer.

    The order in which ids come does not matter, nor whether one comes twice.
    """
    return sorted(set(ids), key=lambda one: (lot(seed, one), one))[: max(count, 0)]


def pair(item: str, people: Iterable[str], seed: str, each: int) -> list[str]:
    """Who inspects a drawn item: ``each`` names, by the lots of ``seed``, the item and the name."""
    return draw(people, f"{seed}\n{item}", each)


def share_of(population: int, percent: str) -> int:
    """How many a share of a list is: rounded up, so that a share above 0 draws one at least.

    ``percent``: 0 to 100 as decimal text. ``ValueError``: none.
    """
    try:
        wanted = Decimal(percent)
    except ArithmeticError as error:
        raise ValueError(f"no share: {percent}") from error
    if not wanted.is_finite() or not 0 <= wanted <= 100:
        raise ValueError(f"no share: {percent}")
    return int((population * wanted / 100).to_integral_value(ROUND_CEILING))


def fingerprint(ids: Iterable[str]) -> str:
    """SHA-256 of the list drawn from: its ids, sorted, each with a line break behind it."""
    ordered: Sequence[str] = sorted(set(ids))
    return sha256("".join(f"{one}\n" for one in ordered).encode())
