"""Themes: every token is there, text can be read, targets are large enough."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from jdz_field.core.resources import resource
from jdz_field.ui import theme

TEXTS = ("ink", "ink2", "accent", "celadon", "ok", "attention", "error")


def luminance(colour: QColor) -> float:
    """WCAG 2.2 relative luminance."""
    parts = [c / 255 for c in (colour.red(), colour.green(), colour.blue())]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("text", TEXTS)
def test_text_stands_out_from_every_ground_it_is_set_on(name: str, text: str) -> None:
    now = theme.load(name)
    least = 7.0 if name == "outdoor" else 4.5
    grounds = ["ground", "surface", "sunken"]
    if text in ("accent", "celadon", "ok", "attention", "error"):
        grounds.append(f"{text}_soft")
    for ground in grounds:
        found = contrast(now.colour(text), now.colour(ground))
        assert found >= least - 0.05, f"{text} on {ground}: {found:.2f}"


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("grade", ["A", "B", "C", "D"])
def test_a_grades_letter_can_be_read_on_its_fill(name: str, grade: str) -> None:
    now = theme.load(name)
    assert contrast(now.on_grade(grade), now.grade(grade)) >= 4.5


@pytest.mark.parametrize("name", theme.THEMES)
def test_ink_can_be_read_on_the_tints_of_notes(name: str) -> None:
    now = theme.load(name)
    for tint in ("accent_soft", "ok_soft", "attention_soft", "error_soft", "celadon_soft"):
        assert contrast(now.colour("ink"), now.colour(tint)) >= 7


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_style_sheet_has_no_token_left(name: str, scale: float, qapp: QApplication) -> None:
    now = theme.apply(qapp, name, scale)
    assert not re.search(r"\$\w", theme.style_sheet(now))


@pytest.mark.parametrize("name", theme.THEMES)
def test_buttons_are_as_large_as_a_target(name: str, qapp: QApplication, qtbot) -> None:
    now = theme.apply(qapp, name)
    box = QWidget()
    qtbot.addWidget(box)
    layout = QVBoxLayout(box)
    for kind in ("", "primary", "quiet", "danger", "chip", "row"):
        button = QPushButton("x")
        button.setProperty("kind", kind)
        layout.addWidget(button)
        assert button.sizeHint().height() >= now.target - 4 >= 44, kind


def test_outdoor_is_larger_and_still() -> None:
    outdoor, light = theme.load("outdoor"), theme.load("light")
    assert outdoor.motion == 0
    assert outdoor.target >= 56
    assert outdoor.text() > light.text()


def test_an_unknown_theme_means_light(qapp: QApplication) -> None:
    assert theme.apply(qapp, "pink").name == "light"


def test_the_scale_is_kept_between_one_and_two(qapp: QApplication) -> None:
    assert theme.apply(qapp, "light", 9.0).scale == 2.0
    assert theme.apply(qapp, "light", 0.1).scale == 1.0


def test_text_grows_with_the_scale_and_targets_with_the_text(qapp: QApplication) -> None:
    plain, large = theme.apply(qapp, "light"), theme.apply(qapp, "light", 2.0)
    assert large.text("heading") == 2 * plain.text("heading")
    assert large.touch() > plain.touch()


def test_every_icon_named_in_the_code_is_there() -> None:
    used = set()
    for file in (resource("icons").parents[1] / "jdz_field" / "ui").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        used |= set(re.findall(r"icon=\"([a-z-]+)\"", text))
        used |= set(re.findall(r"(?:tool|Empty)\(\s*\"([a-z-]+)\"", text))
    there = {path.stem for path in resource("icons").glob("*.svg")}
    assert used
    assert used <= there
