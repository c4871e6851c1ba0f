"""Decisions of the office on their way: held a few seconds so that one can take them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from jdz_field.operations.office import Desk

#: How long a decision can be taken back, in ms.
GRACE_MS = 6000


@dataclass(frozen=True, slots=True)
class Act:
    """Something the office decided: ``send(desk)`` tells the centre; ``words`` say what it was."""

    key: str
    words: str
    send: Callable[[Desk], object]


class Outbox(QObject):
    """Holds the last act for a while, then sends it; sends earlier ones at once.

    Nothing is lost by a crash: what was not sent is still open at the centre.

    Signals:
        held(object): this ``Act`` can be taken back now; ``None``: nothing to take back.
        ready(object): send this ``Act`` now.
        taken_back(str): the key of an act that was taken back.
    """

    held = Signal(object)
    ready = Signal(object)
    taken_back = Signal(str)

    def __init__(self, parent: QObject | None = None, grace: int = GRACE_MS) -> None:
        super().__init__(parent)
        self._act: Act | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(grace)
        self._timer.timeout.connect(self.flush)

    def put(self, act: Act) -> None:
        """Hold this act; the one before goes off."""
        self.flush()
        self._act = act
        self._timer.start()
        self.held.emit(act)

    def holds(self, key: str) -> bool:
        """Whether the act with this key can still be taken back."""
        return self._act is not None and self._act.key == key

    def take_back(self) -> None:
        """Forget the act that is held."""
        if self._act is not None:
            key, self._act = self._act.key, None
            self._timer.stop()
            self.held.emit(None)
            self.taken_back.emit(key)

    def flush(self) -> None:
        """Send what is held now."""
        self._timer.stop()
        if self._act is not None:
            act, self._act = self._act, None
            self.held.emit(None)
            self.ready.emit(act)
