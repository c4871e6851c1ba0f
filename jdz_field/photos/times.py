"""Times as cameras write them, and offsets as people and cameras write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _

_TIME = re.compile(
    r"(\d{4})\D(\d{1,2})\D(\d{1,2})[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:\.(\d+))?\s*(.*)",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
_LARGEST_OFFSET = timedelta(hours=14)


def offset_zone(text: str) -> timezone | None:
    """``+08:00``, ``+0800``, ``+8`` or ``Z`` as a zone; ``None`` for anything else."""
    text = text.strip()
    if text in {"Z", "z"}:
        return UTC
    found = _OFFSET.fullmatch(text)
    if not found or int(found[3] or 0) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if offset > _LARGEST_OFFSET:
        return None
    return timezone(-offset if found[1] == "-" else offset)


def zone_of(text: str) -> tzinfo:
    """An offset, ``UTC`` or a zone's name such as ``Asia/Shanghai``; ``BadUsage`` otherwise."""
    zone = UTC if text.strip().upper() == "UTC" else offset_zone(text)
    if zone is not None:
        return zone
    try:
        return ZoneInfo(text.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadUsage(
            _("«{text}» is no time zone; write it as +08:00.").format(text=text)
        ) from error


def camera_time(text: str, fraction: str = "", offset: str = "") -> datetime | None:
    """The time ``YYYY:MM:DD HH:MM:SS`` (other separators too); ``None`` when it is none.

    ``fraction`` are the digits after the second, ``offset`` is ``+08:00``; the result has a zone
    only when an offset is known. A fraction or offset at the end of ``text`` counts as well.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    zone = offset_zone(offset) or offset_zone(found[8])
    digits = (found[7] or fraction.strip())[:6]
    micro = int(digits.ljust(6, "0")) if digits.isascii() and digits.isdigit() else 0
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    try:
        return datetime(year, month, day, hour, minute, int(found[6] or 0), micro, tzinfo=zone)
    except ValueError:
        return None
