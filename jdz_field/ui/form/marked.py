"""The little markdown that form labels use, as rich text: bold, italic, headings, links, lines.

Everything else is escaped: a form from outside cannot bring tags, pictures or scripts along.
"""

from __future__ import annotations

import html
import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

_SIGNS = re.compile(r"[*_#\[\n]")
_RULES = (
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"<b>\2</b>"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])"), r"<i>\1</i>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])"), r"<i>\1</i>"),
    (
        re.compile(r"\[([^\]]+)\]\((https?://(?:(?!&quot;|&lt;|&#x27;)[^)\s])+)\)"),
        r'<a href="\2">\1</a>',
    ),
    (re.compile(r"(?m)^#{1,6}\s+(.+)$"), r"<b>\1</b>"),
)


def is_marked(text: str) -> bool:
    """Whether there is anything to mark up."""
    return _SIGNS.search(text) is not None


def rich(text: str) -> str:
    """The text as rich text for a label."""
    made = html.escape(text, quote=True)
    for pattern, replacement in _RULES:
        made = pattern.sub(replacement, made)
    return made.replace("\n", "<br>")


def plain(text: str) -> str:
    """The text without its marks, for lists and readers."""
    bare = re.sub(r"<[^>]+>", "", rich(text).replace("<br>", " "))
    return html.unescape(bare).strip()


def show_words(label: QLabel, words: str) -> None:
    """Put a form's text into a label; without words the label is hidden."""
    marked = is_marked(words)
    wanted = rich(words) if marked else words
    if label.text() != wanted:
        label.setTextFormat(Qt.TextFormat.RichText if marked else Qt.TextFormat.PlainText)
        label.setText(wanted)
    if label.isHidden() == bool(words):
        label.setVisible(bool(words))
