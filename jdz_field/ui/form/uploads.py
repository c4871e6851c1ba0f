"""Which editor a question for a file gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jdz_field.operations.photo_views import ELSE, view_of
from jdz_field.photos.kinds import AUDIO, IMAGE, VIDEO
from jdz_field.ui.form.audio import AudioEditor
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.image import ImageEditor, Wish
from jdz_field.ui.form.media import FileEditor
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.sketch import SketchEditor
from jdz_field.xforms.view import Node

#: More pixels a side than any camera has: such a ``max-pixels`` asks for nothing.
_MOST_PIXELS = 100_000


def upload_editor(node: Node, shelf: Shelf, media: Callable[[str], Path | None]) -> Editor:
    """The editor of an ``upload``, by its media type and appearance."""
    kind = node.mediatype.partition("/")[0]
    words = node.appearance.split()
    if kind == IMAGE:
        longest = longest_of(node.parameters.get("max-pixels", ""))
        if "draw" in words or "signature" in words:
            sign = "signature" in words
            return SketchEditor(shelf, node.ref, sign=sign, longest=longest, media=media)
        excuse = bool(node.parameters.get(ELSE)) and not node.required
        needed = (node.required or excuse) and not node.readonly
        wish = Wish(view_of(shelf.form, node), needed, excuse)
        return ImageEditor(shelf, node.ref, words, longest, media, wish=wish)
    if kind == AUDIO:
        return AudioEditor(shelf, node.ref, node.parameters.get("quality", ""))
    return FileEditor(shelf, node.ref, kind if kind == VIDEO else "")


def longest_of(written: str) -> int:
    """``max-pixels`` as a number; 0 when it is none."""
    number = int(written) if written.isascii() and written.isdigit() else 0
    return number if number <= _MOST_PIXELS else 0
