"""What covers the window while it is locked, and where persons change: who, then their PIN."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations.people import Entered, People, moment_left
from jdz_field.operations.people_file import Person
from jdz_field.operations.people_pins import FREE_TRIES
from jdz_field.ui import icons
from jdz_field.ui.context import sentence
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.lock_pad import PinPad
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.widgets import Scroll, boxed, button, column, set_role, text

#: Narrower than this the pad lies below the persons.
_BESIDE = 900


class LockScreen(QWidget):
    """Persons and number pad over the whole window.

    Attributes:
        person: who is locked, or works now; ``None`` before anybody gave a name.
        chosen: who is about to come in.
        forgetful: whose PIN another person vouches away, ``None`` otherwise.

    Signals:
        entered: the person (``Person`` or ``None``) whose PIN was right.
        back_wanted: the person who works goes on; only where nothing is locked.
    """

    entered = Signal(object)
    back_wanted = Signal()

    def __init__(
        self,
        people: People,
        jobs: Jobs,  # type: ignore[type-arg]
        person: Person | None,
        *,
        locked: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._people, self._jobs = people, jobs
        self.person, self.locked = person, locked
        self.chosen = person
        self.forgetful: Person | None = None
        self._everybody: tuple[Person, ...] = ()
        self._until = 0
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._make()
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._count_down)
        self.retranslate()
        self.read()

    def _make(self) -> None:
        self.picture = QLabel()
        icons.give(self.picture, "lock" if self.locked else "user", "accent", 56)
        self.head, self.why = text("", "title"), text("", "secondary")
        self.list_head = text("", "section")
        self.list = RowCard()
        self.list.chosen.connect(self._picked)
        self.whose = text("", "heading")
        self.whose.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.pad = PinPad()
        self.pad.done.connect(self._try)
        self.go = button("", self._go, kind="primary", icon="play")
        self.forgot = button("", self._forgot, kind="quiet", icon="key")
        self.back = button("", self.leave, kind="quiet", icon="back")
        self.fault = text("")
        self.fault_box = boxed(column(self.fault, margins=12), "fault")
        self.fault_box.hide()
        self.again = button("", self.read, icon="repeat")
        self.again.hide()
        self.help = text("")
        self.help_box = boxed(column(self.help, margins=12), "note")
        self.help_box.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        left = column(self.picture, self.head, self.why, 12, self.list_head, self.list)
        for note in (self.fault_box, self.again, self.help_box):
            left.addWidget(note)
        left.addStretch(1)
        right = column(12, self.whose, gap=10)
        acts: tuple[QWidget, ...] = (self.pad, self.go, self.forgot, self.back)
        for part in acts:
            right.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        right.addStretch(1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.addLayout(left, 1)
        self._sides.addLayout(right)
        self._inside = QWidget()
        self._inside.setLayout(self._sides)
        self.area = Scroll(margins=32)
        self.area.body.addStretch(1)
        self.area.body.addWidget(self._inside, 0, Qt.AlignmentFlag.AlignHCenter)
        self.area.body.addStretch(2)
        self.setLayout(column(self.area))

    # ---- words
    def retranslate(self) -> None:
        """Every text in the language in force."""
        name = self.person.name if self.person else ""
        if self.locked:
            self.head.setText(_("Locked: {name}").format(name=name) if name else _("Locked"))
            self.why.setText(_("What was entered is saved. Receiver, track and recordings go on."))
        else:
            self.head.setText(_("Who works now?"))
            self.why.setText(_("Everything entered from then on bears that person's name."))
        self.forgot.setText(_("PIN forgotten"))
        self.back.setText(_("Back"))
        self.back.setToolTip("Esc")
        self.again.setText(_("Try again"))
        self.go.setToolTip(_("Enter"))
        self.pad.retranslate()

    # ---- who
    def read(self) -> None:
        """Read the persons anew."""
        try:
            self._everybody = self._people.everybody()
            damaged = self._people.file.found_damaged
        except JdzError as error:
            self._say_fault(str(error), again=True)
            self.chosen = None
            self._show()
            return
        words = _("The list of persons was damaged; the last good one was taken. Check the PINs.")
        self._say_fault(words if damaged else "")
        known = {one.id: one for one in self._everybody}
        self.chosen = known.get(self.chosen.id) if self.chosen else None
        if self.chosen is None:
            self.chosen = next(iter(self._everybody), None)
        self._show()

    def choose(self, person_id: str) -> None:
        """Choose who comes in, or who vouches."""
        self.chosen = next((one for one in self._shown() if one.id == person_id), self.chosen)
        self._show()

    def _shown(self) -> list[Person]:
        if self.forgetful is None:
            return list(self._everybody)
        # Only who proves to be somebody can vouch.
        return [one for one in self._everybody if one.pin and one.id != self.forgetful.id]

    def _picked(self, row: Row) -> None:
        self.choose(row.key)

    def _show(self) -> None:
        self._tick.stop()
        rows = [_row(one) for one in self._shown()]
        self.list.put(rows)
        self.list.setVisible(len(rows) > 1 or self.forgetful is not None)
        self.list_head.setVisible(self.list.isVisibleTo(self))
        heading = _("Who vouches") if self.forgetful else _("Who comes in")
        self.list_head.setText(heading)
        chosen = self.chosen
        if chosen is not None:
            self.list.list.select(chosen.id)
        with_pin = chosen is not None and chosen.pin is not None
        broken = self.again.isVisibleTo(self)
        self.whose.setText(chosen.name if chosen is not None else "")
        self.pad.setVisible(with_pin)
        self.pad.clear()
        self.go.setVisible(not with_pin and not broken and self.forgetful is None)
        self.go.setText(_("Go on"))
        self.forgot.setVisible(with_pin and self.forgetful is None)
        self.back.setVisible(not self.locked or self.forgetful is not None)
        self._ask()
        self.focus()

    def _ask(self) -> None:
        if self.chosen is None or self.chosen.pin is None:
            return
        try:
            left = self._people.wait(self.chosen.id)
        except JdzError as error:
            self._say_fault(str(error), again=True)
            return
        if left:
            self._wait(left)
        else:
            self.pad.allow(keys=True)
            self.pad.say(_("The PIN, then ✓"))

    def focus(self) -> None:
        """Give the keyboard to what is needed next."""
        if self.pad.isVisibleTo(self):
            self.pad.setFocus()
        elif self.go.isVisibleTo(self):
            self.go.setFocus()
        else:
            self.setFocus()

    # ---- the PIN
    def _try(self, digits: str) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        self.pad.allow(keys=False)
        self.pad.say(_("Checking …"))
        people, forgetful = self._people, self.forgetful

        def work() -> Entered:
            if forgetful is not None:
                return people.vouch(forgetful.id, chosen.id, digits)
            return people.enter(chosen.id, digits)

        self._jobs.without_store(work, self, self._tried, self._failed)

    def _tried(self, found: Entered) -> None:
        self.pad.clear()
        self.pad.allow(keys=True)
        if not found.right:
            self._wrong(found)
        elif self.forgetful is not None:
            self._vouched()
        else:
            self.pad.say("")
            self.entered.emit(self.chosen)

    def _wrong(self, found: Entered) -> None:
        if found.wait:
            self._wait(found.wait)
            return
        person = self._people.person(self.chosen.id) if self.chosen else None
        left = max(FREE_TRIES - (person.tries if person else 0), 1)
        self.pad.say(_("That is not the PIN. {n} more before a wait.").format(n=left), "error")
        self.pad.setFocus()

    def _failed(self, error: Exception) -> None:
        self.pad.clear()
        self.pad.allow(keys=True)
        self._say_fault(sentence(error), again=True)

    def _go(self) -> None:
        chosen = self.chosen
        if chosen is None:
            self.entered.emit(None)
            return
        # Also without a PIN: the list of persons keeps who worked last.
        self._jobs.without_store(
            lambda: self._people.enter(chosen.id, ""), self, self._tried, self._failed
        )

    def _wait(self, seconds: int) -> None:
        self._until = seconds
        self.pad.allow(keys=False)
        self._tick.start()
        self._say_wait()

    def _count_down(self) -> None:
        self._until -= 1
        if self._until <= 0:
            self._tick.stop()
            self._ask()
            self.focus()
        else:
            self._say_wait()

    def _say_wait(self) -> None:
        words = _("Too many wrong PINs. Again in {time}.")
        self.pad.say(words.format(time=moment_left(self._until)), "error")

    # ---- a forgotten PIN
    def _forgot(self) -> None:
        person = self.chosen
        if person is None:
            return
        vouchers = [one for one in self._everybody if one.pin and one.id != person.id]
        command = f"jdz-field people reset {person.name}"
        words = _(
            "Nothing is lost: a PIN says who enters something, it encrypts nothing. Whoever set up "
            "this tablet takes it away with the command «{command}»."
        ).format(command=command)
        if vouchers:
            words += " " + _("Or a colleague vouches here with their own PIN.")
        words += " " + _("Either way it is noted, and {name} is told.").format(name=person.name)
        self.help.setText(words)
        self.help_box.show()
        if vouchers:
            self.forgetful, self.chosen = person, vouchers[0]
        self._show()

    def _vouched(self) -> None:
        person, self.forgetful = self.forgetful, None
        self.help_box.hide()
        self.chosen = person
        self.read()
        self.pad.say("")

    def leave(self) -> None:
        """From vouching back to the PIN; from there back to work, unless it is locked."""
        if self.forgetful is not None:
            self.chosen, self.forgetful = self.forgetful, None
            self.help_box.hide()
            self._show()
        elif not self.locked:
            self.back_wanted.emit()

    def say_wrong(self, words: str) -> None:
        """Why a person who proved to be it cannot come in now."""
        self._say_fault(words)
        self.pad.clear()
        self._ask()

    def _say_fault(self, words: str, *, again: bool = False) -> None:
        self.fault.setText(words)
        self.fault_box.setVisible(bool(words))
        self.again.setVisible(again)
        set_role(self.fault_box, "fault" if again else "warning")

    def stop(self) -> None:
        """No more counting; the screen is going."""
        self._tick.stop()

    # ---- keys, place
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits go to the pad wherever the focus is; arrows choose; Escape goes back."""
        key, typed = event.key(), event.text()
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.go.isVisible():
            self._go()
        elif typed.isascii() and typed.isdigit() and self.pad.isVisible():
            self.pad.setFocus()
            self.pad.press(typed)
        # Nothing goes on to the window below.
        event.accept()

    def _step(self, by: int) -> None:
        shown = self._shown()
        ids = [one.id for one in shown]
        if self.chosen is not None and self.chosen.id in ids:
            self.choose(ids[(ids.index(self.chosen.id) + by) % len(ids)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pad beside the persons, or below them."""
        super().resizeEvent(event)
        beside = event.size().width() >= _BESIDE
        way = QBoxLayout.Direction
        self._sides.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._sides.setSpacing(64 if beside else 16)
        self._inside.setFixedWidth(min(event.size().width() - 64, 880 if beside else 560))

    def minimumSizeHint(self) -> QSize:
        """Small: it scrolls."""
        return QSize(320, 320)


def _row(person: Person) -> Row:
    return Row(
        key=person.id,
        title=person.name,
        line=person.unit,
        chip=_("PIN") if person.pin else _("no PIN"),
        chip_role="ok" if person.pin else "",
    )
