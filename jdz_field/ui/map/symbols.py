"""Stamps of the map: site marks and clusters as pixmaps, labels, the selected site's ring."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPixmap

from jdz_field.core.i18n import language
from jdz_field.ui import marks, theme
from jdz_field.ui.map.base import halo_text
from jdz_field.ui.map.points import GRADES, Cluster, PointIndex, Single

#: Names stand beside the marks from this zoom on, at most so many.
NAME_ZOOM, MOST_NAMES = 13.5, 120


def mark_size() -> int:
    """Side of a mark's stamp in pixels."""
    now = theme.current()
    return 34 if now.outline < 2 else 42


def paint_shown(
    painter: QPainter, index: PointIndex, shown: Sequence[Single | Cluster], ratio: float
) -> None:
    """Stamp every cluster and site."""
    size = mark_size()
    for item in shown:
        if isinstance(item, Single):
            stamp = marks.pixmap(index.mark(item.row), size, ratio)
            painter.drawPixmap(QPointF(item.px - size / 2, item.py - size / 2), stamp)
    for item in shown:
        if isinstance(item, Cluster):
            stamp = cluster_stamp(item, ratio)
            half = stamp.width() / ratio / 2
            painter.drawPixmap(QPointF(item.px - half, item.py - half), stamp)


def boxes(shown: Sequence[Single | Cluster]) -> list[QRectF]:
    """What the stamps cover, in pixels."""
    single = mark_size() * 0.8
    found = []
    for item in shown:
        side = single if isinstance(item, Single) else cluster_diameter(item.count)
        found.append(QRectF(item.px - side / 2, item.py - side / 2, side, side))
    return found


def cluster_diameter(count: int) -> int:
    """Pixels across: larger for more."""
    grown = 36 + min(20, 5 * (len(str(count)) - 1) + (4 if count >= 50 else 0))
    return grown + (8 if theme.current().outline >= 2 else 0)


def cluster_stamp(cluster: Cluster, ratio: float) -> QPixmap:
    """A ring of the grades inside by share, the number, and the worst grade's letter."""
    total = max(cluster.count, 1)
    shares = tuple(round(n / total * 24) for n in cluster.by_grade)
    return _cluster(cluster.count, shares, cluster.worst, ratio, theme.current(), language())


@lru_cache(maxsize=2048)
def _cluster(
    count: int,
    shares: tuple[int, ...],
    worst: str | None,
    ratio: float,
    now: theme.Theme,
    lang: str,
) -> QPixmap:
    across = cluster_diameter(count)
    side = across + 12
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    disc = QRectF((side - across) / 2, (side - across) / 2, across, across)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(now.colour("halo"))
    painter.drawEllipse(disc)
    _ring(painter, disc, shares, now)
    font = now.font(bold=True)
    font.setPixelSize(15 if now.outline < 2 else 18)
    painter.setFont(font)
    painter.setPen(now.colour("ink"))
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(count))
    letter = marks.LETTERS[lang].get(worst or "")
    if letter:
        _letter(painter, disc, letter, worst, now)
    painter.end()
    return picture


def _ring(painter: QPainter, disc: QRectF, shares: tuple[int, ...], now: theme.Theme) -> None:
    width = 5.0 * min(now.outline, 1.4)
    inner = disc.adjusted(width / 2 + 1, width / 2 + 1, -width / 2 - 1, -width / 2 - 1)
    whole, at = max(sum(shares), 1), 90 * 16
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for share, grade in zip(shares, GRADES, strict=True):
        if share:
            pen = QPen(now.grade(grade), width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            span = -round(share / whole * 360 * 16)
            painter.drawArc(inner, at, span)
            at += span
    painter.setPen(QPen(now.colour("ink") if now.outline >= 2 else now.colour("line"), 1))
    painter.drawEllipse(disc.adjusted(0.5, 0.5, -0.5, -0.5))


def _letter(
    painter: QPainter, disc: QRectF, letter: str, grade: str | None, now: theme.Theme
) -> None:
    size = 18.0 if now.outline < 2 else 22.0
    box = QRectF(disc.right() - size * 0.72, disc.top() - size * 0.22, size, size)
    painter.setPen(QPen(now.colour("halo"), 1.5))
    painter.setBrush(now.grade(grade))
    painter.drawEllipse(box)
    font = now.font(bold=True)
    font.setPixelSize(round(size * 0.6))
    painter.setFont(font)
    painter.setPen(now.on_grade(grade))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def paint_labels(
    painter: QPainter, index: PointIndex, shown: Sequence[Single | Cluster], zoom: float
) -> None:
    """The catalogue's words below the single sites, where they do not run into each other."""
    if zoom < NAME_ZOOM:
        return
    now = theme.current()
    font = now.font("caption")
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    taken: list[QRectF] = []
    for item in reversed(shown):
        if not isinstance(item, Single) or len(taken) >= MOST_NAMES:
            continue
        place = index.places[item.row]
        told = place.label or place.name
        # The end of a name tells plots of one village apart.
        words = metrics.elidedText(told, Qt.TextElideMode.ElideMiddle, 150)
        width, height = metrics.horizontalAdvance(words) + 6, metrics.height()
        top = item.py + mark_size() / 2 - 2
        box = QRectF(item.px - width / 2, top, width, height)
        if words and not any(box.intersects(other) for other in taken):
            taken.append(box)
            halo_text(painter, box, words, "ink")


def paint_selected(painter: QPainter, mark: marks.Mark, name: str, at: QPointF) -> None:
    """The chosen site: larger, ringed in the accent, its name on a plate above."""
    now = theme.current()
    size = mark_size() * 1.35
    ring = QPen(now.colour("accent"), 3)
    painter.setPen(QPen(now.colour("halo"), 6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(at, size * 0.68, size * 0.68)
    painter.setPen(ring)
    painter.drawEllipse(at, size * 0.68, size * 0.68)
    marks.paint(painter, mark, at, size * 0.86)
    if name:
        _plate(painter, name, QPointF(at.x(), at.y() - size * 0.68 - 8))


def _plate(painter: QPainter, words: str, bottom: QPointF) -> None:
    now = theme.current()
    font = now.font(bold=True)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, 260)
    width, height = metrics.horizontalAdvance(words) + 20, metrics.height() + 10
    box = QRectF(bottom.x() - width / 2, bottom.y() - height, width, height)
    painter.setPen(QPen(now.colour("accent"), now.outline))
    painter.setBrush(now.colour("surface"))
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(now.colour("ink"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def paint_pin(painter: QPainter, at: QPointF) -> None:
    """A place that is being chosen: a pin whose tip is the place."""
    now = theme.current()
    painter.setPen(QPen(now.colour("halo"), 3))
    painter.setBrush(now.colour("accent"))
    head = QPointF(at.x(), at.y() - 28)
    painter.drawPolygon([at, head + QPointF(-9, 8), head + QPointF(9, 8)])
    painter.drawEllipse(head, 14, 14)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPolygon([at, head + QPointF(-9, 8), head + QPointF(9, 8)])
    painter.setBrush(now.colour("on_accent"))
    painter.drawEllipse(head, 5, 5)
