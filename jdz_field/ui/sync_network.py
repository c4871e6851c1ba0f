"""What the system says of the network: whether there is one, whether it costs money.

Where the system says nothing (no service for it), there may be a network and it costs nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation


class Network(QObject):
    """Listens to the system only when somebody wants to know.

    Signals:
        came: a network came back.
    """

    came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: QNetworkInformation | None = None

    def begin(self, wanted: bool) -> None:
        """Listen from now on, when it is wanted."""
        if not wanted or self._known is not None:
            return
        if QNetworkInformation.loadDefaultBackend():
            self._known = QNetworkInformation.instance()
            self._known.reachabilityChanged.connect(self._turned)

    def there(self) -> bool:
        """Whether a network may be there; only a clear no is a no."""
        known = self._known
        return known is None or known.reachability() != _REACH.Disconnected

    def metered(self) -> bool:
        """Whether what is sent costs money by volume; only a clear yes is a yes."""
        known = self._known
        return known is not None and known.supports(_FEATURE.Metered) and known.isMetered()

    def _turned(self, reach: QNetworkInformation.Reachability) -> None:
        if reach in (_REACH.Local, _REACH.Site, _REACH.Online):
            self.came.emit()


_REACH = QNetworkInformation.Reachability
_FEATURE = QNetworkInformation.Feature
