"""Locks the window after idle and on demand, and lets one person after another in.

While it is locked everything else of the window is hidden: nothing shows, no shortcut works.
What was entered stays where it is, the draft is saved, receiver and recordings go on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations.people_file import Person
from jdz_field.ui.disk_notice import DiskNotice
from jdz_field.ui.lock_screen import LockScreen

if TYPE_CHECKING:
    from jdz_field.ui.frame import MainWindow

#: Choices in minutes; 0 never locks.
MINUTES = (0, 2, 5, 10, 30)
_KINDS = QEvent.Type
#: What a person does with hands.
_INPUT = {
    _KINDS.KeyPress,
    _KINDS.MouseButtonPress,
    _KINDS.MouseMove,
    _KINDS.Wheel,
    _KINDS.TouchBegin,
    _KINDS.TouchUpdate,
    _KINDS.TabletPress,
}

#: Dialogs and menus that may lie above each other.
_DEEPEST = 16


class Guard(QObject):
    """Watches one window.

    Attributes:
        screen: what covers the window, ``None`` while somebody works.
        notice: says once a day that the disk is not encrypted.
        minutes: after how many idle minutes it locks, 0 for never.

    Signals:
        turned: it was locked, opened, or another person came in.
    """

    turned = Signal()

    def __init__(self, window: MainWindow, now: Now = utc_now) -> None:
        super().__init__(window)
        self._app, self._now = window.app, now
        self.screen: LockScreen | None = None
        self.minutes = 0
        self._touched = now()
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self._idled)
        self.notice = DiskNotice(window.app, window.preferences)
        self._key = QShortcut(QKeySequence("Ctrl+L"), window)
        self._key.activated.connect(self.lock)
        self._app.lock_wanted.connect(self.lock)
        self._app.switch_wanted.connect(self.switch)
        self._app.language_changed.connect(self._retranslate)
        self._app.person_changed.connect(self._wind)
        window.installEventFilter(self)
        self._gui = QGuiApplication.instance()
        if isinstance(self._gui, QGuiApplication):
            self._gui.focusWindowChanged.connect(self._watch)

    @property
    def _window(self) -> MainWindow:
        # Kept as the parent alone: a circle of references would let any thread that collects
        # garbage take the window down.
        return cast("MainWindow", self.parent())

    def begin(self, minutes: int) -> None:
        """Start: locked when who works here has a PIN; else under their name."""
        self.minutes = self._app.lock_after = minutes
        self.notice.begin()
        person = self._app.person
        if self._app.people_wrong or (person is not None and person.pin is not None):
            self.lock()
        elif person is not None and person.name != self._app.reader.author:
            self._app.become(person)
        self._wind()

    def set_minutes(self, minutes: int) -> None:
        """Lock after so many minutes, 0 for never."""
        self.minutes = self._app.lock_after = minutes
        self._wind()

    def stop(self) -> None:
        """The window goes: nothing runs any more."""
        self._idle.stop()
        self.notice.stop()
        if self.screen is not None:
            self.screen.stop()
        # No event may reach this object while the window around it is being taken down.
        for watched in (self._window, *QGuiApplication.allWindows()):
            watched.removeEventFilter(self)
        if isinstance(self._gui, QGuiApplication):
            self._gui.focusWindowChanged.disconnect(self._watch)
            self._gui = None

    # ---- idle
    def _watch(self, window: QWindow | None) -> None:
        """Dialogs count as work too: every window that gets the focus is watched."""
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hands on the tablet put the lock off; a screen stays as large as the window."""
        kind = event.type()
        if kind in _INPUT:
            return self._touch()
        if kind == _KINDS.Resize and watched is self._window and self.screen is not None:
            self.screen.setGeometry(self._window.rect())
        return False

    def _touch(self) -> bool:
        """``True``: the tablet slept longer than it may, so it locks instead."""
        now, before = self._now(), self._touched
        self._touched = now
        if self.screen is None and self._holds():
            if now - before > timedelta(minutes=self.minutes):
                self.lock()
                return True
            self._idle.start(self.minutes * 60_000)
        return False

    def _holds(self) -> bool:
        """Without a PIN a lock would only be in the way."""
        person = self._app.person
        return bool(self.minutes) and person is not None and person.pin is not None

    def _wind(self) -> None:
        self._touched = self._now()
        self._idle.stop()
        if self.screen is None and self._holds():
            self._idle.start(self.minutes * 60_000)

    def _idled(self) -> None:
        if self._holds():
            self.lock()

    # ---- locking
    def lock(self) -> None:
        """Cover everything; only the person's PIN, or another person's, opens it."""
        self._cover(locked=True)

    def switch(self, person_id: str = "") -> None:
        """Let another person in; whoever works now may also go on."""
        self._cover(locked=False)
        if self.screen is not None and person_id:
            self.screen.choose(person_id)

    def _cover(self, *, locked: bool) -> None:
        if self.screen is not None:
            if self.screen.locked or not locked:
                return
            self._uncover()
        _close_dialogs()
        self._idle.stop()
        self._focus = QApplication.focusWidget()
        window = self._window
        parts: tuple[QWidget, ...] = (window.navigation, window.strip, window.band, window.stage)
        self._hidden = [part for part in parts if not _told_to_hide(part)]
        for part in self._hidden:
            part.hide()
        app = self._app
        screen = LockScreen(app.people, app.jobs, app.person, locked=locked, parent=window)
        screen.entered.connect(self._entered)
        screen.back_wanted.connect(self._open)
        screen.setGeometry(window.rect())
        screen.show()
        screen.raise_()
        screen.focus()
        self.screen = screen
        self.turned.emit()

    def _uncover(self) -> None:
        screen, self.screen = self.screen, None
        if screen is not None:
            screen.stop()
            screen.hide()
            screen.deleteLater()
        for part in self._hidden:
            part.show()
        self._hidden = []

    def _open(self) -> None:
        self._uncover()
        focus, self._focus = self._focus, None
        if focus is not None and shiboken6.isValid(focus):
            focus.setFocus()
        self._wind()
        self.turned.emit()

    # ---- who comes in
    def _entered(self, person: Person | None) -> None:
        app = self._app
        if person is None:
            self._open()
        elif app.person is not None and person.id == app.person.id:
            app.know(person)
            if person.name != app.reader.author:
                app.become(person, self._open, self._kept_out)
            else:
                self._open()
            self._tell_reset(person)
        else:
            self._change(person)

    def _change(self, person: Person) -> None:
        """What the other has open is saved and closed; then everything bears the new name."""
        app, sheet = self._app, self._window.stage.sheet
        name = app.person.name if app.person is not None else ""
        if app.jobs.long() or not sheet.close_by_person():
            if self.screen is not None:
                words = _("Something that {name} started is still running; wait until it is done.")
                self.screen.say_wrong(words.format(name=name))
            return

        def came() -> None:
            self._focus = None
            self._open()
            app.show_page("today")
            app.toast(_("{name} works now.").format(name=person.name))
            self._tell_reset(person)

        app.become(person, came, self._kept_out)

    def _kept_out(self, error: Exception) -> None:
        if self.screen is not None:
            self.screen.say_wrong(str(error))

    def _tell_reset(self, person: Person) -> None:
        try:
            when = self._app.people.seen(person.id)
        except JdzError:
            return
        if when:
            words = _("Your PIN was taken away on {day}, because it was forgotten. Set a new one.")
            self._app.toast(words.format(day=when[:10]))

    def _retranslate(self) -> None:
        if self.screen is not None:
            self.screen.retranslate()


def _told_to_hide(part: QWidget) -> bool:
    # Before its first show a widget is hidden without anybody having said so.
    return part.isHidden() and part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)


def _close_dialogs() -> None:
    """Menus and questions go with the answer that changes nothing."""
    for _turn in range(_DEEPEST):
        above = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if above is None:
            return
        above.close()
