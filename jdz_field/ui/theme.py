"""Colours, sizes and the style sheet of the windows, from ``resources/themes``.

Three themes: ``light``, ``dark`` and ``outdoor`` (noon sun, wet glove: larger, no motion).
Paint code asks ``current()`` when it paints, never at import, so that a switch shows at once.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Template
from tempfile import mkdtemp
from zlib import crc32

from platformdirs import user_cache_path
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from jdz_field.core.resources import resource

THEMES = ("light", "dark", "outdoor")

#: The CJK faces of Windows, Linux and macOS, the first that is there is taken.
FAMILIES = (
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)

#: Grid unit, corner radius, in device-independent pixels.
GRID, RADIUS = 8, 8


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour token as ``#RRGGBB``; ``*_soft`` are the tints behind text of that colour."""

    ground: str
    surface: str
    sunken: str
    line: str
    ink: str
    ink2: str
    accent: str
    accent_strong: str
    accent_soft: str
    on_accent: str
    celadon: str
    celadon_fill: str
    celadon_soft: str
    ok: str
    ok_soft: str
    attention: str
    attention_soft: str
    error: str
    error_soft: str
    grade_a: str
    grade_b: str
    grade_c: str
    grade_d: str
    ungraded: str
    on_a: str
    on_b: str
    on_c: str
    on_d: str
    sea: str
    land: str
    land_line: str
    halo: str


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme.

    Attributes:
        name: ``light``, ``dark`` or ``outdoor``.
        colours: the colour tokens.
        body: body text in pixels at 100 %.
        target: least side of anything touched, in pixels.
        motion: length of a transition in ms; 0: none.
        outline: width of control and mark outlines in pixels.
        scale: the person's text scale, 1.0 to 2.0.
    """

    name: str
    colours: Colours
    body: int
    target: int
    motion: int
    outline: float
    scale: float = 1.0

    def colour(self, token: str) -> QColor:
        """The colour of a token; ``AttributeError`` when there is no such token."""
        return QColor(getattr(self.colours, token))

    def text(self, role: str = "body") -> int:
        """Pixels of ``caption``, ``body``, ``heading``, ``title`` or ``figure`` text."""
        base = {"caption": 13, "body": 16, "heading": 20, "title": 26, "figure": 32}[role]
        return round(base * self.body / 16 * self.scale)

    def touch(self) -> int:
        """Least side of a target in pixels, never lower than a line of text needs."""
        return max(self.target, round(self.text() * 2.4))

    def font(self, role: str = "body", *, bold: bool = False) -> QFont:
        """The face for painting text, tabular figures on."""
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPixelSize(self.text(role))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def grade(self, grade: str | None) -> QColor:
        """The fill of a danger grade ``A``–``D``; grey for none."""
        token = f"grade_{grade.lower()}" if grade in ("A", "B", "C", "D") else "ungraded"
        return self.colour(token)

    def on_grade(self, grade: str | None) -> QColor:
        """The colour of a letter on ``grade``'s fill."""
        if grade in ("A", "B", "C", "D"):
            return self.colour(f"on_{grade.lower()}")
        return self.colour("surface")


@cache
def load(name: str) -> Theme:
    """The theme ``<name>.toml`` at 100 %; ``FileNotFoundError`` when there is none."""
    with resource("themes", f"{name}.toml").open("rb") as file:
        data = tomllib.load(file)
    wanted = {f.name for f in fields(Colours)}
    colours = Colours(**{key: value for key, value in data["colours"].items() if key in wanted})
    return Theme(
        name, colours, data["body"], data["target"], data["motion"], float(data["outline"])
    )


_current: list[Theme] = []


def current() -> Theme:
    """The theme in force; ``light`` before any was applied."""
    return _current[0] if _current else load("light")


def apply(app: QApplication, name: str, scale: float = 1.0) -> Theme:
    """Put theme ``name`` in force, text at ``scale`` (1.0–2.0); unknown names mean ``light``."""
    base = load(name if name in THEMES else "light")
    theme = Theme(
        base.name,
        base.colours,
        base.body,
        base.target,
        base.motion,
        base.outline,
        min(max(scale, 1.0), 2.0),
    )
    _current[:] = [theme]
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setFont(theme.font())
    app.setStyleSheet(style_sheet(theme))
    return theme


def style_sheet(theme: Theme) -> str:
    """The style sheet with every token filled in."""
    touch = theme.touch()
    outline = round(theme.outline)
    tokens = {f.name: getattr(theme.colours, f.name) for f in fields(Colours)}
    strong_lines = theme.name == "outdoor"
    tokens |= {role: str(theme.text(role)) for role in ("caption", "body", "heading", "title")}
    tokens |= {
        "figure": str(theme.text("figure")),
        "family": ", ".join(f'"{family}"' for family in FAMILIES),
        "radius": str(RADIUS),
        "chip_radius": str(round(theme.text("caption") * 0.8)),
        "half": str(touch // 2),
        "target": str(touch),
        # Style sheets count the content box: the border comes on top.
        "inner": str(touch - 2 * outline),
        "primary": str(touch + 8),
        "outline": str(outline),
        "field_line": theme.colours.ink2 if strong_lines else _between(theme, 0.35),
        "scroll": _between(theme, 0.45),
        "arrow_down": _drawn("chevron-down", theme.colours.ink2),
        "check": _drawn("check", theme.colours.on_accent),
    }
    return Template(resource("themes", "base.qss").read_text(encoding="utf-8")).substitute(tokens)


def _between(theme: Theme, share: float) -> str:
    """A colour ``share`` of the way from the line to the second ink."""
    line, ink = theme.colour("line"), theme.colour("ink2")
    mixed = [
        round(a + (b - a) * share)
        for a, b in zip(line.toTuple()[:3], ink.toTuple()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*mixed).name()


def _drawn(icon: str, colour: str) -> str:
    """A tinted icon as a file, because style sheets take images from files alone."""
    text = resource("icons", f"{icon}.svg").read_text(encoding="utf-8")
    # The drawing is part of the name: a newer version of the program may draw it otherwise.
    target = _cache() / f"{icon}-{colour.lstrip('#')}-{crc32(text.encode()):08x}.png"
    if not target.exists():
        picture = QImage(QSize(48, 48), QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer = QSvgRenderer(text.replace("currentColor", colour).encode())
        renderer.render(painter, QRectF(0, 0, 48, 48))
        painter.end()
        # Whole or not at all: another window may look for it at this moment.
        beside = target.with_suffix(f".{os.getpid()}.png")
        picture.save(str(beside))
        beside.replace(target)
    return target.as_posix()


@cache
def _cache() -> Path:
    folder = user_cache_path("jdz-field", appauthor=False) / "icons"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"{os.getpid()}.probe"
        probe.touch()
        probe.unlink()
    except OSError:
        # A home that cannot be written is no reason not to start.
        return Path(mkdtemp(prefix="jdz-field-"))
    return folder


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: "ground",
        role.WindowText: "ink",
        role.Base: "surface",
        role.AlternateBase: "ground",
        role.Text: "ink",
        role.PlaceholderText: "ink2",
        role.Button: "surface",
        role.ButtonText: "ink",
        role.Highlight: "accent",
        role.HighlightedText: "on_accent",
        role.ToolTipBase: "ink",
        role.ToolTipText: "surface",
        role.Link: "accent",
        role.Mid: "line",
    }
    for which, token in pairs.items():
        palette.setColor(which, theme.colour(token))
    return palette
