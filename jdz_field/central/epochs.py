"""The centre's epochs: what a restored centre must forget of its own numbering."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from jdz_field.central.database import set_meta
from jdz_field.central.worlds import FLOOR, version_floor
from jdz_field.core.clock import Now
from jdz_field.core.ids import new_id

_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
#: More versions of one subject than any centre writes between a backup and its restoring.
_STEP = 1_000_000


def begin_epoch(connection: Connection, now: Now) -> str:
    """Draw a new epoch for a centre that was restored; the epoch.

    Devices know versions that the backup has not. Their numbers must never come again for
    something else, or an edit that is based on a lost version would pass for one that saw what
    stands there now. Seconds since 2026 rise even when one backup is restored twice.
    """
    seconds = int((now() - _SINCE).total_seconds())
    floor = max(seconds, version_floor(connection) + _STEP)
    set_meta(connection, FLOOR, str(floor))
    epoch = new_id()
    set_meta(connection, "epoch", epoch)
    return epoch
