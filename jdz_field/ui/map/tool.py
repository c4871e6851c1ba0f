"""What a page may put over the map: it draws above it and is asked about events first."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QPainter


class MapTool(Protocol):
    """Set as ``MapWidget.tool``."""

    def take(self, event: QEvent) -> bool:
        """Handle an event of the map; ``False`` lets the map move as ever."""

    def tap(self, at: QPointF) -> bool:
        """A tap at a pixel; ``False`` lets it mean the site or ground below."""

    def paint(self, painter: QPainter) -> None:
        """Draw, in the map's pixels, above everything of the map."""
