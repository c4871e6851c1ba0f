"""How windows write lengths, spans and days of tracks."""

from __future__ import annotations

from datetime import UTC, datetime

from jdz_field.core.clock import from_text
from jdz_field.core.i18n import _
from jdz_field.operations.tracks_filter import ACCURACY, CLOCK, PAUSE, RECEIVER, RESTART, SLEEP
from jdz_field.operations.tracks_recording import Recording
from jdz_field.store.tracks import TrackEntry
from jdz_field.ui.numbers import clock


def shown_km(metres: float) -> str:
    """``850 m``, ``3.25 km``, ``12.3 km``."""
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.2f} km" if metres < 10_000 else f"{metres / 1000:.1f} km"


def shown_duration(seconds: float) -> str:
    """``40 s``, ``35 min``, ``3 h 05 min``."""
    if seconds < 60:
        return _("{n} s").format(n=f"{seconds:.0f}")
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    return _("{h} h {m} min").format(h=minutes // 60, m=f"{minutes % 60:02d}")


def shown_span(recording: Recording) -> str:
    """How long a recording lasts from its first point to its last."""
    first, last = recording.begun(), recording.last()
    return shown_duration(last - first) if first is not None and last is not None else "–"


def shown_hours(entry: TrackEntry) -> str:
    """``08:12–11:40 · 3 h 28 min``."""
    start, end = from_text(entry.started), from_text(entry.ended)
    span = shown_duration((end - start).total_seconds())
    return f"{clock(start)}–{clock(end)} · {span}"


def shown_time_of(seconds: float) -> str:
    """``10:32`` of Unix seconds, Beijing time."""
    return clock(datetime.fromtimestamp(seconds, UTC))


def reason_words(reason: str) -> str:
    """Why a new stretch begins."""
    return {
        PAUSE: _("paused"),
        RECEIVER: _("no fix came"),
        SLEEP: _("the tablet slept"),
        ACCURACY: _("positions too inexact"),
        CLOCK: _("the receiver's clock was set"),
        RESTART: _("the program had stopped"),
    }.get(reason, "")
