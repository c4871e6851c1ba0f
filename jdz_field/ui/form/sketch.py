"""A drawing as an answer: a free sketch, one on a picture of the form's, a signature."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import shiboken6
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.ui.form.draw import DrawPage
from jdz_field.ui.form.image import MARK_EDGE, ImageEditor, MediaFile
from jdz_field.ui.form.shelf import Shelf, small
from jdz_field.ui.form.signature import SignPage, white
from jdz_field.ui.widgets import button

#: Pixels of an empty sketch.
_WIDE, _HIGH = 1600, 1200


class SketchEditor(ImageEditor):
    """Answered by drawing alone; ``sign`` makes it a signature.

    Opening it again goes on from the drawing that is there; a signature starts anew.
    """

    def __init__(
        self,
        shelf: Shelf,
        ref: str,
        *,
        sign: bool = False,
        longest: int = 0,
        media: MediaFile | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._sign = sign
        super().__init__(shelf, ref, (), longest, media, parent)
        self.setFocusProxy(self.sketch)

    def first_ways(self) -> list[QWidget]:
        """The one way: drawing."""
        words, icon = (_("Sign"), "signature") if self._sign else (_("Draw"), "edit")
        self.sketch = button(words, self.draw_on_it, icon=icon)
        return [self.sketch, *super().first_ways()]

    def answered_here(self) -> bool:
        """Drawing goes on: its button stays."""
        return False

    def take_ways(self) -> Sequence[QWidget]:
        """No camera, no files."""
        for part in (self.shoot, self.card, self.pick, self.paste):
            part.hide()
        return (self.sketch,)

    def pastes(self) -> bool:
        """It is drawn here."""
        return False

    def _show_ways(self) -> None:
        super()._show_ways()
        words = _("Sign again") if self._sign else _("Draw on")
        first = _("Sign") if self._sign else _("Draw")
        self.sketch.setText(words if self._value and not self._of_form() else first)

    def draw_on_it(self) -> None:
        """Open the page; with what is there already below it."""
        base = None if self._sign else self._base()
        if base is None:
            self._draw_on(white(_WIDE, _HIGH))
            return
        file: Path = base
        jobs = self._shelf.app.jobs
        jobs.without_store(lambda: small(file, MARK_EDGE), self, self._draw_on, self._failed)

    def _draw_on(self, image: QImage) -> None:
        app = self._shelf.app
        if self._sign:
            app.push(SignPage(app, _("Signature"), kept=self._marked))
        else:
            app.push(DrawPage(app, image, _("Sketch"), ink="#000000", kept=self._marked))

    def _marked(self, image: QImage) -> None:
        if not shiboken6.isValid(self):
            return
        name = "signature" if self._sign else "sketch"
        self._say("")
        self._shelf.take_image(image, None, self.question, name, self, self._drawn, self._failed)

    def _drawn(self, attachment: Attachment) -> None:
        if self._of_form():
            self._value = ""
        self.taken(attachment)
