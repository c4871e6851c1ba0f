"""Site marks: shape by kind, fill by danger grade with its letter, ring and badge by state.

Used by the map, the lists and the headings. Painted, not drawn in SVG, because every mark is
a combination of kind, grade and state.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from jdz_field.core.i18n import language
from jdz_field.ui import theme

#: Letters of the danger grades: never colour alone.
LETTERS = {
    "zh": {"A": "特", "B": "大", "C": "中", "D": "小"},
    "en": {"A": "X", "B": "L", "C": "M", "D": "S"},
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says. ``kind`` is a site kind, ``kind_code`` its own kind, ``grade`` A–D."""

    kind: str
    kind_code: str | None = None
    grade: str | None = None
    unsent: bool = False
    conflict: bool = False
    closed: bool = False


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(QPointF(*point))
    path.closeSubpath()
    return path


def _drop() -> QPainterPath:
    path = QPainterPath(QPointF(0, -0.98))
    path.cubicTo(0.35, -0.35, 0.78, -0.02, 0.78, 0.3)
    path.cubicTo(0.78, 0.72, 0.42, 0.98, 0, 0.98)
    path.cubicTo(-0.42, 0.98, -0.78, 0.72, -0.78, 0.3)
    path.cubicTo(-0.78, -0.02, -0.35, -0.35, 0, -0.98)
    return path


def _disc(radius: float = 0.88) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), radius, radius)
    return path


def _square(radius: float = 0.84, corner: float = 0.26) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(-radius, -radius, 2 * radius, 2 * radius), corner, corner)
    return path


def _leaf() -> QPainterPath:
    path = QPainterPath(QPointF(-0.86, 0.86))
    path.cubicTo(-1.05, -0.35, -0.2, -0.95, 0.95, -0.92)
    path.cubicTo(0.98, 0.25, 0.35, 1.05, -0.86, 0.86)
    return path


def _hexagon() -> QPainterPath:
    corners = [
        (math.cos(math.radians(a)) * 0.95, math.sin(math.radians(a)) * 0.95)
        for a in range(30, 390, 60)
    ]
    return _polygon(*corners)


#: Outline in a square from -1 to 1, and how far below the centre the letter sits.
_GEOHAZARD = {
    "00": (_polygon((-0.95, 0.85), (-0.95, -0.75), (0.95, 0.85)), (-0.36, 0.3)),
    "01": (_polygon((0, -0.95), (1.0, 0.82), (-1.0, 0.82)), (0.0, 0.26)),
    "02": (_polygon((0, -1.0), (1.0, 0), (0, 1.0), (-1.0, 0)), (0.0, 0.0)),
    "03": (_drop(), (0.0, 0.24)),
    "04": (_disc(), (0.0, 0.0)),
    "05": (_square(0.74, 0.1), (0.0, 0.0)),
    "06": (_polygon((-0.95, -0.75), (0.95, -0.75), (0, 0.95)), (0.0, -0.24)),
}
_OTHER = {
    "geohazard": (_disc(0.8), (0.0, 0.0)),
    "risk": (_hexagon(), (0.0, 0.0)),
    "mine": (_square(), (0.0, 0.0)),
    "plot": (_leaf(), (0.0, 0.0)),
    "works": (_polygon((-0.9, -0.35), (0, -0.95), (0.9, -0.35), (0.9, 0.9), (-0.9, 0.9)), (0, 0.1)),
}
_RING_KINDS = {"04"}


def shape(mark: Mark) -> tuple[QPainterPath, tuple[float, float]]:
    """The outline in a square from -1 to 1 and the place of its letter."""
    if mark.kind == "geohazard":
        return _GEOHAZARD.get(mark.kind_code or "", _OTHER["geohazard"])
    return _OTHER.get(mark.kind, _OTHER["geohazard"])


def _fill(mark: Mark) -> QColor:
    now = theme.current()
    if mark.kind in ("geohazard", "risk"):
        return now.grade(mark.grade)
    return now.colour({"plot": "ok", "mine": "ink2"}.get(mark.kind, "accent"))


def paint(painter: QPainter, mark: Mark, centre: QPointF, size: float) -> None:
    """Paint a mark of ``size`` pixels around ``centre``."""
    now = theme.current()
    outline, at = shape(mark)
    half = size / 2 - now.outline
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(centre)
    painter.save()
    painter.scale(half, half)
    halo = QPen(now.colour("halo"), 0.30 if now.outline < 2 else 0.36)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(outline, halo)
    fill = _fill(mark)
    if mark.closed:
        fill = now.colour("sunken")
    painter.fillPath(outline, fill)
    edge = QPen(now.colour("ink") if now.outline >= 2 else fill.darker(125), 0.12)
    edge.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(outline, edge)
    _inside(painter, mark)
    painter.restore()
    _letter(painter, mark, QPointF(at[0] * half, at[1] * half), size)
    _badges(painter, mark, half)
    painter.restore()


def _inside(painter: QPainter, mark: Mark) -> None:
    """The pick of a mine, the vein of a leaf, the line of works; units of half the size."""
    pen = QPen(theme.current().colour("surface"), 0.17)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark.kind == "mine":
        painter.drawLine(QPointF(-0.42, 0.48), QPointF(0.26, -0.2))
        arc = QPainterPath(QPointF(-0.3, -0.5))
        arc.quadTo(QPointF(0.44, -0.44), QPointF(0.5, 0.32))
        painter.drawPath(arc)
    elif mark.kind == "plot":
        painter.drawLine(QPointF(-0.5, 0.52), QPointF(0.42, -0.42))
        painter.drawLine(QPointF(-0.08, 0.08), QPointF(-0.1, -0.36))
        painter.drawLine(QPointF(-0.08, 0.08), QPointF(0.34, 0.12))
    elif mark.kind == "works":
        painter.drawLine(QPointF(-0.4, 0.15), QPointF(0.4, 0.15))
        painter.drawLine(QPointF(-0.4, 0.5), QPointF(0.4, 0.5))


def _letter(painter: QPainter, mark: Mark, at: QPointF, size: float) -> None:
    grade = mark.grade if mark.kind in ("geohazard", "risk") else None
    letter = LETTERS[language()].get(grade or "")
    if not letter or size < 18:
        return
    now = theme.current()
    font = now.font(bold=True)
    font.setPixelSize(max(9, round(size * (0.42 if mark.kind_code != "00" else 0.36))))
    painter.setFont(font)
    painter.setPen(now.colour("ink") if mark.closed else now.on_grade(grade))
    box = QRectF(at.x() - size / 2, at.y() - size / 2, size, size)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)


def _badges(painter: QPainter, mark: Mark, half: float) -> None:
    now = theme.current()
    painter.setPen(QPen(now.colour("halo"), 1.5))
    radius = max(4.0, half * 0.36)
    if mark.conflict:
        painter.setBrush(now.colour("error"))
        centre = QPointF(half * 0.85, -half * 0.85)
        painter.drawEllipse(centre, radius * 1.25, radius * 1.25)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.colour("surface"))
        bolt = (
            (0.12, -0.8),
            (-0.5, 0.15),
            (-0.05, 0.15),
            (-0.12, 0.8),
            (0.5, -0.15),
            (0.05, -0.15),
        )
        painter.drawPolygon([centre + QPointF(x, y) * radius for x, y in bolt])
    elif mark.unsent:
        painter.setBrush(now.colour("accent"))
        painter.drawEllipse(QPointF(half * 0.85, -half * 0.85), radius, radius)


def pixmap(mark: Mark, size: int = 32, ratio: float = 1.0) -> QPixmap:
    """The mark on a transparent square of ``size`` device-independent pixels."""
    return _pixmap(mark, size, ratio, theme.current(), language())


@lru_cache(maxsize=1024)
def _pixmap(mark: Mark, size: int, ratio: float, now: theme.Theme, lang: str) -> QPixmap:
    del now, lang  # part of the key: a mark's look depends on both
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint(painter, mark, QPointF(size / 2, size / 2), size * 0.8)
    painter.end()
    return picture
