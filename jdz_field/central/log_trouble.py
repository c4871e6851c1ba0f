"""What becomes of log lines that cannot be written: counted, and said on stderr now and then.

A disk that is full never stops the server, and never fills the journal of the machine with
tracebacks either.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jdz_field.core.i18n import _

#: Seconds between two lines on stderr.
_QUIET = 60.0


class Trouble:
    """How many lines were lost, and whether the next one would be; called under a lock."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._said: float | None = None
        #: Lines lost since the server started, and since the last line that was written.
        self.lost = self.gap = 0

    @property
    def now(self) -> bool:
        """Whether the last line was lost."""
        return self.gap > 0

    def lose(self, error: OSError) -> None:
        """One line more could not be written."""
        self.lost += 1
        self.gap += 1
        at = self._clock()
        if self._said is not None and at - self._said < _QUIET:
            return
        self._said = at
        _say(
            _(
                "The log cannot be written to {folder} ({reason}), the centre goes on; "
                "make room there. Lines lost so far: {n}."
            ).format(folder=self._folder, reason=error.strerror or error, n=self.gap)
        )

    def over(self) -> None:
        """A line was written."""
        _say(
            _("The log is written to {folder} again. Lines lost: {n}.").format(
                folder=self._folder, n=self.gap
            )
        )
        self.gap = 0


def _say(words: str) -> None:
    # Its own disk may be full, and a service may have none.
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(words + "\n")
        sys.stderr.flush()
