"""Styled form texts as rich text: the markdown and the few tags of the ODK form styling page.

Headings, bold, italics, links, lists, line breaks, ``\\*`` for a plain asterisk; ``<span>`` with
colour and font, ``<p>`` and ``<div>`` with an alignment, and the plain tags of Android texts
(docs.getodk.org/form-styling). A tag is made anew from what was understood of it; everything
else is shown as it is written: a form from outside cannot bring pictures or scripts along.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from jdz_field.ui.theme import current

#: Texts longer than this are shown without their marks: nobody writes such a label.
_LONGEST = 6_000
_DEEPEST = 20
_SIGNS = re.compile(r"[*_#\[\n<\\]|^[ \t]*(?:[-+•]|\d{1,3}[.)])[ \t]", re.MULTILINE)
#: Signs of ours that no text has: around the number of a tag, and before an escaped sign.
_OPEN, _SHUT, _PLAIN = "\ue000", "\ue001", 0xE100
_OURS, _HIDDEN = re.compile(r"[\ue000-\ue1ff]"), re.compile(r"[\ue100-\ue1ff]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,9})((?:\s[^<>]*)?)/?>")
_HELD = re.compile(f"{_OPEN}(\\d+){_SHUT}")
_STYLE = re.compile(r"""\bstyle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_COLOUR_OF_FONT = re.compile(r"""\bcolor\s*=\s*["']?([#\w]+)""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\"'<>]+\Z", re.IGNORECASE)
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}\Z|[A-Za-z]{3,20}\Z")
_FAMILY = re.compile(r"[\w ,-]{1,60}\Z")
_SAME = {"strong": "b", "em": "i", "cite": "i", "dfn": "i", "strike": "s", "del": "s"}
_BARE = frozenset(("b", "i", "u", "s", "sub", "sup", "small", "big", "tt"))
_HEADING_TAG = re.compile(r"h[1-6]\Z")
_BLOCKS = frozenset(("p", "div"))
_INLINE = (
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"<b>\2</b>"),
    (re.compile(r"(?<![A-Za-z0-9*])\*(?=\S)([^*]+?)(?<=\S)\*(?![A-Za-z0-9*])"), r"<i>\1</i>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])"), r"<i>\1</i>"),
)
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*\Z")
_ITEM = re.compile(r"[ \t]*([-*+•]|\d{1,3}[.)])[ \t]+(.+)\Z")
#: Sizes of headings one to six, as shares of the body text.
_SIZES = (1.5, 1.35, 1.2, 1.1, 1.0, 0.9)


def is_marked(text: str) -> bool:
    """Whether there is anything to mark up."""
    return _SIGNS.search(text) is not None


def rich(text: str) -> str:
    """The text as rich text for a label, in colours that can be read in the theme in force."""
    theme = current()
    return _rich(text, theme.colours.surface, theme.text(), 7.0 if theme.name == "outdoor" else 4.5)


@lru_cache(maxsize=2048)
def _rich(text: str, surface: str, body: int, contrast: float) -> str:
    if len(text) > _LONGEST:
        return html.escape(text).replace("\n", "<br>")
    tags = _Tags(surface, contrast)
    held = tags.hold(_ESCAPED.sub(_hide, _OURS.sub("", text)))
    made = _lines(_LINK.sub(tags.link, held).split("\n"), body)
    made = _HELD.sub(tags.give, made) + tags.rest()
    return _HIDDEN.sub(_bring_back, made)


def _hide(found: re.Match[str]) -> str:
    """An escaped sign as one that no rule knows."""
    return chr(_PLAIN + ord(found[1]))


def _bring_back(found: re.Match[str]) -> str:
    return html.escape(chr(ord(found[0]) - _PLAIN), quote=True)


def _inline(text: str) -> str:
    made = html.escape(text, quote=True)
    for pattern, replacement in _INLINE:
        made = pattern.sub(replacement, made)
    return made


def _lines(lines: list[str], body: int) -> str:
    """Headings and items as paragraphs of their own, the rest with line breaks."""
    made, running = "", False
    for text in lines:
        heading, item = _HEADING.match(text), _ITEM.match(text)
        if heading:
            size = round(body * _SIZES[len(heading[1]) - 1])
            made += (
                f'<p style="margin:0; font-size:{size}px; font-weight:700">'
                f"{_inline(heading[2])}</p>"
            )
        elif item:
            sign = "•" if item[1] in "-*+•" else html.escape(item[1])
            made += (
                f'<p style="margin:0 0 0 {round(body * 1.3)}px; text-indent:-{body}px">'
                f"{sign}&nbsp;{_inline(item[2])}</p>"
            )
        else:
            made += ("<br>" if running else "") + _inline(text)
        running = not heading and not item
    return made


class _Tags:
    """The tags of one text: taken out before the marks are read, put back made anew."""

    def __init__(self, surface: str, contrast: float) -> None:
        self._surface, self._contrast = surface, contrast
        self._made: list[str] = []
        self._open: list[str] = []

    def hold(self, text: str) -> str:
        """The text with a number for each tag that is known; others stay text."""
        return _TAG.sub(self._take, text)

    def give(self, found: re.Match[str]) -> str:
        """The tag of a number."""
        return self._made[int(found[1])]

    def rest(self) -> str:
        """The ends of what was never closed."""
        return "".join(f"</{name}>" for name in reversed(self._open))

    def link(self, found: re.Match[str]) -> str:
        """A markdown link, when it leads where a link may lead."""
        if not _SAFE_LINK.match(found[2]):
            return found[0]
        opened = f'<a href="{html.escape(found[2], quote=True)}">'
        return f"{self._keep(opened)}{found[1]}{self._keep('</a>')}"

    def _keep(self, made: str) -> str:
        self._made.append(made)
        return f"{_OPEN}{len(self._made) - 1}{_SHUT}"

    def _take(self, found: re.Match[str]) -> str:
        name = _SAME.get(found[2].lower(), found[2].lower())
        if name == "br":
            return self._keep("<br>")
        kind = "span" if name == "font" else "p" if _HEADING_TAG.match(name) else name
        if found[1]:
            return self._close(kind, found[0])
        opened = self._opened(name, found[3])
        if not opened or len(self._open) >= _DEEPEST:
            return found[0]
        self._open.append(kind)
        return self._keep(opened)

    def _close(self, name: str, written: str) -> str:
        if name not in self._open:
            known = name in _BARE or name in _BLOCKS or name in ("span", "a")
            return "" if known else written
        ends = ""
        while True:
            last = self._open.pop()
            ends += f"</{last}>"
            if last == name:
                return self._keep(ends)

    def _opened(self, name: str, attributes: str) -> str:
        """The tag with nothing but what is known to be harmless; empty: not a tag of ours."""
        if name in _BARE:
            return f"<{name}>"
        if name == "a":
            found = _HREF.search(attributes)
            target = (found[1] or found[2] or "") if found else ""
            safe = bool(_SAFE_LINK.match(target))
            return f'<a href="{html.escape(target, quote=True)}">' if safe else ""
        if name == "font":
            colour = _COLOUR_OF_FONT.search(attributes)
            return f'<span style="{self._colour(colour[1])}">' if colour else "<span>"
        if _HEADING_TAG.match(name):
            return '<p style="margin:0; font-weight:700;">'
        if name != "span" and name not in _BLOCKS:
            return ""
        styles = self._styles(attributes)
        if name in _BLOCKS:
            styles = f"margin:0; {styles}"
        return f'<{name} style="{styles}">' if styles else f"<{name}>"

    def _styles(self, attributes: str) -> str:
        found = _STYLE.search(attributes)
        made = ""
        for part in ((found[1] or found[2] or "") if found else "").split(";"):
            key, _colon, value = (piece.strip() for piece in part.partition(":"))
            if key.lower() == "color":
                made += self._colour(value)
            elif key.lower() == "font-family" and _FAMILY.match(value):
                made += f"font-family:{value};"
            elif key.lower() == "text-align" and value in ("left", "center", "right"):
                made += f"text-align:{value};"
        return made

    def _colour(self, written: str) -> str:
        if not _COLOUR.match(written) or not QColor.isValidColorName(written):
            return ""
        return f"color:{readable(written, self._surface, self._contrast)};"


def readable(colour: str, ground: str, contrast: float) -> str:
    """A colour moved towards black or white until it can be read on the ground (WCAG 1.4.3)."""
    wanted, below = QColor(colour), QColor(ground)
    end = QColor("black") if _light(below) > 0.18 else QColor("white")
    for step in range(10):
        mixed = _between(wanted, end, step / 10)
        one, other = sorted((_light(mixed), _light(below)))
        if (other + 0.05) / (one + 0.05) >= contrast:
            return mixed.name()
    return end.name()


def _between(one: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


def _light(colour: QColor) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def plain(text: str) -> str:
    """The text without its marks, for lists and readers."""
    if not is_marked(text):
        return text.strip()
    parted = rich(text).replace("<br>", " ").replace("</p>", "</p> ").replace("</div>", "</div> ")
    bare = html.unescape(re.sub(r"<[^>]+>", "", parted)).replace("\xa0", " ")
    return re.sub(r"[ \t]+", " ", bare).strip()


def show_words(label: QLabel, words: str, tail: str = "") -> None:
    """Put a form's text into a label, with a ``tail`` of ours; without either it is hidden."""
    marked = is_marked(words)
    wanted = rich(words) + html.escape(tail) if marked else words + tail
    if label.text() != wanted:
        label.setTextFormat(Qt.TextFormat.RichText if marked else Qt.TextFormat.PlainText)
        label.setText(wanted)
        _let_links_open(label, links=marked and "<a " in wanted)
    if label.isHidden() == bool(words or tail):
        label.setVisible(bool(words or tail))


def _let_links_open(label: QLabel, *, links: bool) -> None:
    """By finger and by key; a label without links takes no focus."""
    flag = Qt.TextInteractionFlag
    label.setOpenExternalLinks(links)
    by_both = flag.LinksAccessibleByMouse | flag.LinksAccessibleByKeyboard
    label.setTextInteractionFlags(by_both if links else flag.NoTextInteraction)
    label.setFocusPolicy(Qt.FocusPolicy.StrongFocus if links else Qt.FocusPolicy.NoFocus)
