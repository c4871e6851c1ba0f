"""The persons of this tablet: one's own entry and PIN, who else there is, and the lock."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.operations.people import masked
from jdz_field.operations.people_file import Person
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import flow
from jdz_field.ui.page import Page
from jdz_field.ui.people_pin import PinPage
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text


class Entry(QWidget):
    """Name, telephone and unit of a person."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.labels = [text("", "section") for _place in range(3)]
        self.name, self.phone, self.unit = QLineEdit(), QLineEdit(), QLineEdit()
        layout = column(gap=6)
        for label, edit in zip(self.labels, self.edits(), strict=True):
            layout.addWidget(label)
            layout.addWidget(edit)
        self.setLayout(layout)

    def edits(self) -> tuple[QLineEdit, QLineEdit, QLineEdit]:
        """In the order they are shown."""
        return self.name, self.phone, self.unit

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = (_("Name"), _("Telephone (optional)"), _("Unit (optional)"))
        for label, edit, said in zip(self.labels, self.edits(), words, strict=True):
            label.setText(said)
            edit.setAccessibleName(said)

    def show_person(self, person: Person | None, name: str = "") -> None:
        """What is known of a person."""
        shown = (person.name, person.phone, person.unit) if person else (name, "", "")
        for edit, words in zip(self.edits(), shown, strict=True):
            edit.setText(words)


class PeoplePage(Page):
    """Who works, with which PIN; others; lock now."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.heads = {name: text("", "section") for name in ("you", "pin", "others")}
        self.entry = Entry()
        self.keep = button("", self._keep, icon="check")
        self.pin_words = text("", "secondary")
        self.set_pin = button("", self._set_pin, icon="key")
        self.drop_pin = button("", self._drop_pin, kind="quiet", icon="trash")
        self.hint = text("", "caption")
        self.others = RowCard()
        self.others.chosen.connect(self._chosen)
        self.alone = text("", "secondary")
        self.add = button("", self._add, icon="plus")
        self.advice = text("")
        self.advice_box = boxed(column(self.advice, margins=12), "warning")
        self.lock = button("", self.app.lock_wanted.emit, kind="primary", icon="lock")
        self.wrong = text("", "error")
        self.wrong.hide()
        for edit in self.entry.edits():
            edit.returnPressed.connect(self._keep)
        self._lay_out()
        app.person_changed.connect(self.refresh)
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=8)
        scroll.body.addWidget(self.entry)
        scroll.body.addWidget(self.wrong)
        scroll.body.addLayout(line(None, self.keep))
        scroll.body.addWidget(self.heads["pin"])
        scroll.body.addWidget(self.pin_words)
        scroll.body.addWidget(flow(self.set_pin, self.drop_pin))
        scroll.body.addWidget(self.hint)
        scroll.body.addSpacing(8)
        scroll.body.addWidget(self.heads["others"])
        for part in (self.advice_box, self.others, self.alone):
            scroll.body.addWidget(part)
        scroll.body.addLayout(line(self.add, None))
        scroll.body.addStretch(1)
        self.setLayout(column(scroll, line(self.lock, margins=16), gap=0))

    def title(self) -> str:
        """The heading."""
        return _("Persons on this tablet")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.entry.retranslate()
        self.keep.setText(_("Save"))
        self.heads["pin"].setText(_("Your PIN"))
        self.heads["others"].setText(_("Others on this tablet"))
        self.hint.setText(
            _(
                "A PIN keeps apart who enters what. It encrypts nothing: only an encrypted disk"
                " protects a stolen tablet."
            )
        )
        self.drop_pin.setText(_("Take it away"))
        self.alone.setText(_("Nobody else yet. Add whoever enters something here."))
        self.add.setText(_("Add a person"))
        self.lock.setText(_("Lock now"))
        self.lock.setToolTip("Ctrl+L")

    def refresh(self) -> None:
        """Read the persons anew."""
        person = self.app.person
        try:
            everybody = self.app.people.everybody()
        except JdzError as error:
            self._say(str(error))
            everybody = ()
        if not any(edit.hasFocus() for edit in self.entry.edits()):
            self.entry.show_person(person, self.app.reader.author)
        with_pin = person is not None and person.pin is not None
        words = _("It is asked for after idle, at every start and when persons change.")
        self.pin_words.setText(words if with_pin else _("None: anybody can go on as you."))
        self.set_pin.setText(_("Change the PIN") if with_pin else _("Set a PIN"))
        self.set_pin.setEnabled(person is not None)
        self.drop_pin.setVisible(with_pin)
        others = [one for one in everybody if person is None or one.id != person.id]
        self.others.put([_row(one) for one in others])
        self.others.setVisible(bool(others))
        self.alone.setVisible(not others)
        without = [one.name for one in everybody if one.pin is None]
        self.advice_box.setVisible(bool(others and without))
        self.advice.setText(
            _("No PIN yet: {names}. Anybody can enter things under these names.").format(
                names=_(", ").join(without)
            )
        )

    # ---- acts
    def _keep(self) -> None:
        person, people = self.app.person, self.app.people
        name, phone, unit = (edit.text() for edit in self.entry.edits())

        def work() -> Person:
            if person is None:
                return people.add(name, phone=phone, unit=unit)
            return people.change(person.id, name=name, phone=phone, unit=unit)

        self._do(work, self._kept)

    def _kept(self, person: Person) -> None:
        self.setFocus()
        if person.name == self.app.reader.author:
            self.app.know(person)
        else:
            self.app.become(person)
        self.app.toast(_("Saved: {name}").format(name=person.name))

    def _set_pin(self) -> None:
        if self.app.person is not None:
            self.app.push(PinPage(self.app, self.app.person))

    def _drop_pin(self) -> None:
        if self.app.person is not None:
            self.app.push(PinPage(self.app, self.app.person, drop=True))

    def _add(self) -> None:
        self.app.push(AddPersonPage(self.app))

    def _chosen(self, row: Row) -> None:
        self.app.switch_wanted.emit(row.key)

    def _do(self, work: Callable[[], Person], done: Callable[[Person], None]) -> None:
        self.wrong.hide()
        try:
            made = work()
        except JdzError as error:
            self._say(str(error))
        else:
            done(made)

    def _say(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()


class AddPersonPage(Page):
    """Somebody new: a name, and a PIN if they are here to choose it."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.entry = Entry()
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin_head, self.hint = text("", "section"), text("", "caption")
        self.wrong = text("", "error")
        self.wrong.hide()
        self.go = button("", self._go, kind="primary", icon="check")
        scroll = Scroll(gap=8)
        for part in (self.entry, self.pin_head, self.pin, self.hint, self.wrong):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll, line(self.go, margins=16), gap=0))
        for edit in (*self.entry.edits(), self.pin):
            edit.returnPressed.connect(self._go)
        self.retranslate()
        self.entry.name.setFocus()

    def title(self) -> str:
        """The heading."""
        return _("Add a person")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.entry.retranslate()
        self.pin_head.setText(_("PIN (they choose it themselves)"))
        self.pin.setAccessibleName(self.pin_head.text())
        self.hint.setText(
            _("4 to 12 digits. Without one, anybody can enter things under this name.")
        )
        self.go.setText(_("Add"))

    def _go(self) -> None:
        name, phone, unit = (edit.text() for edit in self.entry.edits())
        try:
            made = self.app.people.add(name, phone=phone, unit=unit, pin=self.pin.text())
        except JdzError as error:
            self.wrong.setText(str(error))
            self.wrong.show()
            return
        self.app.know(self.app.person)
        self.app.back()
        self.app.toast(_("Added: {name}").format(name=made.name))


def _row(person: Person) -> Row:
    return Row(
        key=person.id,
        title=person.name,
        line=joined((person.unit, masked(person.phone))),
        chip=_("PIN") if person.pin else _("no PIN"),
        chip_role="ok" if person.pin else "attention",
    )
