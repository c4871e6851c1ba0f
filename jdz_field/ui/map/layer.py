"""What may be drawn on the map besides its own: tracks, directions of photos, lines to a site."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from jdz_field.ui.map.view import View


class MapLayer(Protocol):
    """Given to ``MapWidget.add_layer``.

    A layer below the marks is part of the cached picture: it is painted when that is rendered, in
    the picture's own ``view``, and costs nothing while the map moves. One above the marks is
    painted with every frame and has to be quick (1 ms).
    """

    def paint(self, painter: QPainter, view: View) -> None:
        """Draw, in the pixels of ``view``."""


@runtime_checkable
class TappedLayer(Protocol):
    """A layer that fingers can hit; asked before the sites, the topmost first."""

    def tap(self, at: QPointF, view: View) -> bool:
        """A tap at a pixel of ``view``; ``False`` when nothing of the layer lies there."""


class Layers:
    """The layers of one map, in the order in which they are painted."""

    def __init__(self) -> None:
        self.below: list[MapLayer] = []
        self.above: list[MapLayer] = []

    def add(self, layer: MapLayer, *, below: bool) -> None:
        """Put a layer on top of those of its height; one that is there moves."""
        self.remove(layer)
        (self.below if below else self.above).append(layer)

    def remove(self, layer: MapLayer) -> bool:
        """Take a layer away; ``False`` when it is not there."""
        for layers in (self.below, self.above):
            for place, one in enumerate(layers):
                if one is layer:
                    del layers[place]
                    return True
        return False

    def tap(self, at: QPointF, view: View) -> bool:
        """Whether a layer took a tap."""
        topmost_first = [*reversed(self.above), *reversed(self.below)]
        return any(isinstance(one, TappedLayer) and one.tap(at, view) for one in topmost_first)


def paint_layers(layers: list[MapLayer], painter: QPainter, view: View) -> None:
    """Paint them one after the other; none leaves its pens to the next."""
    for layer in layers:
        painter.save()
        layer.paint(painter, view)
        painter.restore()
