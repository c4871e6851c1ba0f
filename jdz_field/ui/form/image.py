"""A picture as an answer: shown large; from camera, file, card, clipboard; marked; made smaller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import shiboken6
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_views import apart_m
from jdz_field.operations.photo_views import view as view_of_code
from jdz_field.photos.kinds import IMAGE
from jdz_field.ui.form.card_strip import CardStrip
from jdz_field.ui.form.draw import DrawPage
from jdz_field.ui.form.media import FileEditor
from jdz_field.ui.form.photo_line import PhotoLine
from jdz_field.ui.form.photo_lines import direction_words
from jdz_field.ui.form.preview import EDGE, Preview
from jdz_field.ui.form.shelf import Shelf, small
from jdz_field.ui.photo_pictures import picture
from jdz_field.ui.photos.camera import Camera
from jdz_field.ui.sites.photo_compare import ComparePage
from jdz_field.ui.values import joined, shown_time
from jdz_field.ui.widgets import button, column, line, set_role, text

MediaFile = Callable[[str], Path | None]
#: Marks are drawn on a picture of at most so many pixels a side.
MARK_EDGE = 4096
_FORM_FILE = "jr://"


class Wish(NamedTuple):
    """The view that is to be taken (its code); ``needed``: it must be, unless with an ``excuse``
    a reason is given.
    """

    view: str = ""
    needed: bool = False
    excuse: bool = False


class ImageEditor(FileEditor):
    """A photo.

    ``annotate`` (a word of ``words``) offers to draw on it, ``new`` and ``new-front`` take only
    fresh pictures; ``longest`` is ``max-pixels``.
    """

    def __init__(
        self,
        shelf: Shelf,
        ref: str,
        words: Sequence[str] = (),
        longest: int = 0,
        media: MediaFile | None = None,
        parent: QWidget | None = None,
        *,
        wish: Wish | None = None,
    ) -> None:
        self._wish = wish or Wish()
        self._view = view_of_code(self._wish.view)
        self._front = "new-front" in words or "selfie" in words
        self._fresh = "new" in words or self._front
        self._annotate = "annotate" in words
        self._media = media or _no_media
        super().__init__(shelf, ref, IMAGE, parent)
        self.question = shelf.question(
            ref, IMAGE, longest=longest, fresh=self._fresh, view=self._wish.view
        )
        self.strip: CardStrip | None = None
        self._camera: Camera | None = None
        self._build_stage()
        self.view.setText(_("Full size"))
        self.setFocusProxy(self.shoot)
        self.beside.hide()
        self._show_last()
        self.show_value("")

    def _build_stage(self) -> None:
        """The picture, last time's beside it, what is wanted above, what is said below."""
        self.preview = Preview()
        self.before = Preview(260, 200)
        self.before_words = text("", "caption")
        self.beside = QWidget()
        self.larger = button(_("As a guide"), self._compare, kind="quiet", icon="layers")
        self.larger.setToolTip(_("Last time's photo large, beside the new one once it is taken"))
        self.beside.setLayout(column(self.before, self.before_words, self.larger, None, gap=4))
        self._last: Attachment | None = None
        self.wanted_view = text("", "secondary")
        self.said = PhotoLine(self._shelf, self)
        self.pictures = line(self.preview, self.beside, gap=12)
        self.pictures.setStretch(0, 2)
        self.pictures.setStretch(1, 1)
        self.stage.addLayout(self.pictures)
        self.rule = text(self._rule(), "caption")
        self.rule.setVisible(bool(self._rule()))
        self._column.insertWidget(0, self.rule)
        self._column.insertWidget(0, self.wanted_view)
        self._column.insertWidget(self._column.count() - 2, self.said)

    def _rule(self) -> str:
        if self._front:
            return _("Take a new picture of yourself, with the camera turned to you.")
        return _("Take a new picture: older ones are not taken here.") if self._fresh else ""

    def first_ways(self) -> list[QWidget]:
        """Camera, card, marks."""
        self.shoot = button(_("Take a photo"), self._shoot, icon="camera")
        self.card = button(_("Memory card"), self._card, icon="card")
        self.mark = button(_("Mark the picture"), self.draw_on_it, icon="edit")
        return [self.shoot, self.mark, self.card]

    def answered_here(self) -> bool:
        """A template of the form's own is no answer yet."""
        return bool(self._value) and not self._of_form()

    def take_ways(self) -> Sequence[QWidget]:
        """Only the camera and its card, where a fresh picture is wanted."""
        if self._fresh:
            self.pick.hide()
            self.paste.hide()
            return (self.shoot, self.card)
        return (self.shoot, self.card, self.pick, self.paste)

    def pastes(self) -> bool:
        """Nobody knows how old a pasted picture is."""
        return not self._fresh

    def takes_pictures(self) -> bool:
        """Screenshots, pictures copied out of another program."""
        return True

    def _show_ways(self) -> None:
        super()._show_ways()
        free = not self._readonly and not self.busy()
        self.mark.setVisible(self._annotate and free and self._base() is not None)
        if self._of_form():
            self.view.hide()

    # ---- showing
    def _of_form(self) -> bool:
        return self._value.startswith(_FORM_FILE)

    def show_file(self, attachment: Attachment | None, file: Path | None) -> None:
        """The picture; a template of the form's own is one too."""
        if self._of_form():
            file = self._media(self._value)
            self.about.setText(_("A picture of the form") if file else _not_there())
        self.preview.clear_picture()
        self.preview.setVisible(file is not None)
        self.said.show_photo(None if self._of_form() else attachment, readonly=self._readonly)
        self._show_view(taken=attachment is not None and not self._of_form())
        self._show_apart(attachment)
        if file is not None:
            self._shelf.picture(file, EDGE, self, self._pictured)

    def _pictured(self, image: QImage) -> None:
        self.preview.put(image)

    def _show_view(self, *, taken: bool) -> None:
        if self._view is None:
            self.wanted_view.hide()
            return
        must = _("required view") if self._wish.needed else _("view")
        if self._wish.excuse:
            must = _("required view, or say why not")
        words = _("{view} ({what}): {hint}").format(
            view=self._view.label, what=must, hint=self._view.hint
        )
        self.wanted_view.setText(words)
        set_role(self.wanted_view, "secondary" if taken or not self._wish.needed else "attention")
        self.wanted_view.setVisible(not taken)

    def _show_last(self) -> None:
        code = self._view.code if self._view else ""
        self._last = last = self._shelf.last_time(self._ref, code)
        if last is not None:
            self._show_apart(None)
            shelf, path = self._shelf, self._shelf.app.path
            shelf.app.jobs.without_store(
                lambda: picture(path, last, EDGE // 2), self, self._pictured_last, self._no_last
            )

    def _show_apart(self, now: Attachment | None) -> None:
        """When last time's was taken, where it faced, how far the new one is from it."""
        last = self._last
        if last is None:
            return
        when = shown_time(last.taken) if last.taken else last.filename
        metres = apart_m(last, now) if now is not None else None
        parts = [_("Last time: {when}").format(when=when), direction_words(last)]
        if metres is not None:
            parts.append(_("{n} m from each other").format(n=round(metres)))
        self.before_words.setText(joined(parts))

    def _compare(self) -> None:
        if self._last is not None:
            now = self._shelf.attachment(self._ref, self._value) if self._value else None
            older = self._shelf.times_before(self._last)
            self._shelf.app.push(ComparePage(self._shelf.app, older, now))

    def _no_last(self, _error: Exception) -> None:
        self.beside.hide()

    def _pictured_last(self, image: QImage) -> None:
        if image.isNull():
            return
        self.beside.show()
        self.before.put(image)

    # ---- taking
    def _shoot(self) -> None:
        if self._camera is None:
            self._camera = Camera(parent=self)
            self._camera.taken.connect(self.take)
        if self._camera.start():
            self._say(_("The photo comes here by itself once it is taken."), "secondary")
        else:
            self._say(
                _("This machine has no camera program; take it with a camera and use its card."),
                "attention",
            )

    def _card(self) -> None:
        if self.strip is None:
            self.strip = CardStrip(self._shelf.app.jobs)
            self.strip.picked.connect(self._from_card)
            self._column.addWidget(self.strip)
        self.strip.load()

    def _from_card(self, file: Path) -> None:
        if self.strip is not None:
            self.strip.hide()
        self.take(file)

    # ---- marking
    def _base(self) -> Path | None:
        """The picture that marks are drawn on."""
        if self._of_form():
            return self._media(self._value)
        attachment = self._shelf.attachment(self._ref, self._value) if self._value else None
        return self._shelf.path_of(attachment) if attachment is not None else None

    def draw_on_it(self) -> None:
        """Open the drawing page over the picture."""
        file = self._base()
        if file is not None:
            jobs = self._shelf.app.jobs
            jobs.without_store(lambda: small(file, MARK_EDGE), self, self._draw_on, self._failed)

    def _draw_on(self, image: QImage) -> None:
        app = self._shelf.app
        app.push(DrawPage(app, image, _("Mark the picture"), kept=self._marked))

    def _marked(self, image: QImage) -> None:
        if not shiboken6.isValid(self):
            return
        original = None if self._of_form() else self._shelf.attachment(self._ref, self._value)
        self._turn += 1
        self._say("")
        self._shelf.take_image(
            image, original, self.question, "marked", self, self._taken_marked, self._failed
        )

    def _taken_marked(self, attachment: Attachment) -> None:
        # The copy took its original's place already: nothing is to be let go.
        self._value = ""
        self.taken(attachment)


def _no_media(_name: str) -> Path | None:
    return None


def _not_there() -> str:
    return _("The form's picture is missing: add it with the form's media.")
