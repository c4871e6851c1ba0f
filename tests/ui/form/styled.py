"""The form with pages, guidance and media, in a project with its pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QImage, QPainter

from jdz_field.operations.form_media import add_media
from jdz_field.store.project import Project
from tests.ui.form.forms import STYLED


def add_styled(project: Project, folder: Path) -> None:
    """Put the form and its files (a picture, a sound; no film) into a project."""
    folder.mkdir(parents=True, exist_ok=True)
    picture(folder / "crack.png")
    (folder / "crack.mp3").write_bytes(b"ID3 invented")
    project.add_form("styled", "1", "样式", STYLED, None)
    add_media(project, "styled", "1", folder / "styled.xml", folder)


def picture(file: Path, width: int = 480, height: int = 270) -> None:
    """A drawn crack."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#C9B79C"))
    painter = QPainter(image)
    painter.setPen(QColor("#3B2A1A"))
    for step in range(0, width, 12):
        high = height // 2 + (step * 7919 % 61) - 30
        painter.drawLine(step, high, step + 12, height // 2 + ((step + 12) * 7919 % 61) - 30)
    painter.end()
    image.save(str(file))
