"""Unified numbers: twelve digits, county, kind, serial; what is wrong with one and what it may be.

A wrong number is never mended in silence: it stays as written and the row carries a warning.
Layout of the number: 6 digits county, 2 digits kind, 4 digits serial (domain notes, part 1).
"""

from __future__ import annotations

from jdz_field.core.catalogue import code_list
from jdz_field.core.i18n import _
from jdz_field.ledger.content import is_hazard_number, share
from jdz_field.ledger.counties import county_codes
from jdz_field.ledger.issues import Issue

#: Letters and what they are mistaken for.
_LOOKALIKES = str.maketrans("OoQDIl|iZzSsB", "0000111122558")
LENGTH = 12


def uses_unified(numbers: list[str]) -> bool:
    """Whether a table's numbers are mostly unified ones, so that another one is a slip."""
    return share(numbers, is_hazard_number) > 0.5


def proposal(number: str) -> str:
    """The number with look-alike letters as digits, when that makes it whole; else empty."""
    mended = number.translate(_LOOKALIKES)
    whole = mended.isdigit() and len(mended) == LENGTH and mended[:6] in county_codes()
    return mended if whole and mended != number else ""


def number_faults(number: str, kind_code: str | None) -> list[Issue]:
    """What is wrong with a number in a table of unified ones; its county is judged elsewhere."""
    better = proposal(number)
    if better:
        message = _("The number {code} holds letters for digits; {better} is meant, if that is so.")
        return [Issue("bad_number", message.format(code=number, better=better))]
    if not (number.isdigit() and number.isascii()) or len(number) != LENGTH:
        message = _("The number {code} is no unified number of {n} digits.")
        return [Issue("bad_number", message.format(code=number, n=LENGTH))]
    kinds = code_list("geohazard_kind")
    if kind_code is not None and number[6:8] != kind_code:
        message = _("The kind is {kind}, but digits 7 and 8 of the number {code} say {other}.")
        told = message.format(
            kind=kinds.label(kind_code), code=number, other=kinds.label(number[6:8])
        )
        return [Issue("kind_mismatch", told)]
    return []
