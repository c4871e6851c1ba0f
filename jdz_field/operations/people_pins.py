"""PINs of the persons of a tablet: how they are kept, and how long a wrong one makes wait.

A PIN says who enters something. It encrypts nothing: whoever reads the disk reads the project
(docs/decisions/0006-personal-data.md).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from jdz_field.core.clock import from_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: Digits of a PIN.
LEAST, MOST = 4, 12
#: So many wrong tries are slips of a wet finger; each further one makes wait.
FREE_TRIES = 4
#: The first wait and the longest, in seconds.
FIRST_WAIT, LONGEST_WAIT = 30, 3600
#: scrypt (RFC 7914 §2): 32 MB and about a tenth of a second a try.
_N, _R, _P = 1 << 15, 8, 1
#: Bytes of a hash.
_BYTES = 32
#: A file from outside may not ask for more work than this.
_MOST_N, _MOST_R, _MOST_P = 1 << 17, 16, 4


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN as it is kept: ``salt`` and ``hash`` in hex, and scrypt's cost ``n r p``."""

    salt: str
    hash: str
    n: int
    r: int
    p: int

    @classmethod
    def of(cls, digits: str) -> Pin:
        """Keep this PIN. ``BadInput`` when it is no good one."""
        require_good(digits)
        salt = secrets.token_bytes(16)
        return cls(salt.hex(), _hash(digits, salt, _N, _R, _P).hex(), _N, _R, _P)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pin:
        """Read ``to_json``; ``ValueError`` for anything else, or for a cost beyond reason."""
        salt, kept = data.get("salt"), data.get("hash")
        cost = (data.get("n"), data.get("r"), data.get("p"))
        if not isinstance(salt, str) or not isinstance(kept, str) or len(salt) > 128:
            raise ValueError("a PIN without salt or hash")
        n, r, p = (_whole(number) for number in cost)
        if not (1 < n <= _MOST_N and n & (n - 1) == 0 and r <= _MOST_R and p <= _MOST_P):
            raise ValueError("a PIN of a cost beyond reason")
        if len(bytes.fromhex(salt)) < 8 or len(bytes.fromhex(kept)) != _BYTES:
            raise ValueError("a PIN of another length")
        return cls(salt, kept, n, r, p)

    def to_json(self) -> dict[str, Any]:
        """For the file."""
        return asdict(self)

    def opens_with(self, digits: str) -> bool:
        """Whether these are the digits; always takes as long."""
        made = _hash(digits, bytes.fromhex(self.salt), self.n, self.r, self.p)
        return hmac.compare_digest(made, bytes.fromhex(self.hash))


def require_good(digits: str) -> None:
    """``BadInput`` unless 4 to 12 digits that are not the first ones anybody tries."""
    plain = digits.isascii() and digits.isdigit()
    if not plain or not LEAST <= len(digits) <= MOST:
        raise BadInput(_("A PIN has {least} to {most} digits.").format(least=LEAST, most=MOST))
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    if steps in ({0}, {1}, {9}):
        raise BadInput(
            _("Everybody tries this PIN first; take digits that are not equal or in a row.")
        )


def wait_after(tries: int) -> int:
    """Seconds to wait after so many wrong tries in a row: 30, doubled each time, at most an hour.

    >>> [wait_after(n) for n in (3, 4, 5, 6, 30)]
    [0, 30, 60, 120, 3600]
    """
    if tries < FREE_TRIES:
        return 0
    return min(FIRST_WAIT << min(tries - FREE_TRIES, 16), LONGEST_WAIT)


def wait_left(tries: int, tried: str, now: datetime) -> int:
    """Whole seconds until the next try, from the time of the last (``to_text``) on.

    A clock that was turned back makes wait the whole time again, never longer.
    """
    wait = wait_after(tries)
    if not wait or not tried:
        return wait
    passed = (now - from_text(tried)).total_seconds()
    if passed < 0:
        return wait
    return max(0, -int((passed - wait) // 1))


def _hash(digits: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # hashlib refuses more than 32 MB unless told.
    return hashlib.scrypt(
        digits.encode(),
        salt=salt,
        n=n,
        r=r,
        p=p,
        maxmem=128 * r * (n + p + 2) + (1 << 20),
        dklen=_BYTES,
    )


def _whole(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError("a cost that is no whole number")
    return number
