"""Brings what the receiver's thread hears to the windows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from jdz_field.core.errors import BadInput
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.reader import Reader, Status
from jdz_field.gnss.sources import source_of
from jdz_field.ui.receiver import LOST, NONE, SEARCHING, Receiver


class _Bridge(QObject):
    """Carries fixes and states from the receiver's thread to the GUI thread.

    It has no parent, and the thread holds it: it may still speak while the window goes.
    """

    fix = Signal(object)
    status = Signal(object)
    slept = Signal()

    def tell_fix(self, fix: Fix) -> None:
        """In the receiver's thread."""
        self.fix.emit(fix)

    def tell_status(self, status: Status) -> None:
        """In the receiver's thread."""
        self.status.emit(status)

    def tell_sleep(self) -> None:
        """In the receiver's thread."""
        self.slept.emit()


class Listener(QObject):
    """Listens to the receiver that the settings name, on behalf of ``Receiver``."""

    def __init__(self, receiver: Receiver, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._receiver = receiver
        self._reader: Reader | None = None
        self._bridge: _Bridge | None = None
        self.spec = ""

    def listen(self, spec: str) -> None:
        """Listen to this receiver instead of the one before; empty: to none."""
        self.stop()
        self.spec = spec
        if not spec:
            self._receiver.show(NONE)
            return
        try:
            source = source_of(spec)
        except BadInput as error:
            self._receiver.show(LOST, why=str(error))
            return
        bridge = self._bridge = _Bridge()
        queued = Qt.ConnectionType.QueuedConnection
        bridge.fix.connect(self._fix, queued)
        bridge.status.connect(self._status, queued)
        bridge.slept.connect(self._receiver.slept, queued)
        self._receiver.show(SEARCHING)
        self._reader = Reader(
            source, bridge.tell_fix, bridge.tell_status, on_sleep=bridge.tell_sleep
        )
        self._receiver.attach(self._reader)
        self._reader.start()

    def stop(self) -> None:
        """Listen no more; the thread ends by itself within a moment."""
        if self._bridge is not None:
            self._bridge.fix.disconnect(self._fix)
            self._bridge.status.disconnect(self._status)
            self._bridge.slept.disconnect(self._receiver.slept)
            self._bridge = None
        if self._reader is not None:
            self._receiver.attach(None)
            self._reader.stop(wait=False)
            self._reader = None

    @Slot(object)
    def _fix(self, fix: Fix) -> None:
        self._receiver.put(fix)

    @Slot(object)
    def _status(self, status: Status) -> None:
        self._receiver.show(
            status.state,
            satellites_seen=status.satellites_seen,
            why=status.why,
            trouble=status.trouble,
        )
