"""Where the data files that ship with the program lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: str) -> Path:
    """The folder ``resources`` or ``forms``: inside an installed wheel, else in the checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resource(*parts: str) -> Path:
    """A file or folder under ``resources``."""
    return folder("resources").joinpath(*parts)
