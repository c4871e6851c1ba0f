"""Settings: language, look, text size, coordinates; the person; the project's safety."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from jdz_field.core.i18n import _, language
from jdz_field.geo.display import FORMS
from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.flow import Flow
from jdz_field.ui.lock import MINUTES
from jdz_field.ui.numbers import form_words, megabytes
from jdz_field.ui.page import Page
from jdz_field.ui.patrol_settings import PatrolSettings
from jdz_field.ui.photos.camera_setting import CameraSetting
from jdz_field.ui.receiver_words import words_of
from jdz_field.ui.warning_settings import WarningSettings
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, set_role, text

_SECTIONS = (
    *("language", "theme", "scale", "coordinates", "receiver"),
    *("person", "lock", "disk", "project"),
)


class Choice(QWidget):
    """One of a few, as chips; ``choose`` is called with the value."""

    def __init__(self, choose: Callable[[str], None], values: tuple[str, ...]) -> None:
        super().__init__()
        self._choose = choose
        self.chips: dict[str, QPushButton] = {}
        flow = Flow(self)
        for value in values:
            chip = button("", self._clicked, kind="chip")
            chip.setCheckable(True)
            self.chips[value] = chip
            flow.addWidget(chip)

    def show_value(self, value: str, words: dict[str, str]) -> None:
        """Mark ``value``; ``words`` are the chips' texts."""
        for name, chip in self.chips.items():
            chip.setText(words[name])
            chip.setChecked(name == value)
            set_role(chip, "on" if name == value else "off", "state")

    def _clicked(self) -> None:
        chip = self.sender()
        for name, other in self.chips.items():
            if other is chip:
                self._choose(name)


class SettingsPage(Page):
    """Settings of this machine and of the project."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.labels = {name: text("", "section") for name in _SECTIONS}
        self.language = Choice(self._set_language, ("zh", "en"))
        self.theme = Choice(self._set_theme, theme.THEMES)
        self.scale = Choice(self._set_scale, ("1.0", "1.25", "1.5", "2.0"))
        self.coordinates = Choice(self._set_coordinates, FORMS)
        self.receiver = text("", "secondary")
        self.set_receiver = button("", self._receiver, icon="satellite")
        self.warnings, self.camera = WarningSettings(app), CameraSetting(app)
        self.patrols = PatrolSettings(app)
        self.person = text("", "secondary")
        self.people = button("", self._people, icon="user")
        self.lock = Choice(self._set_lock, tuple(map(str, MINUTES)))
        self.lock_hint = text("", "caption")
        self.disk, self.result = text(""), text("")
        self.disk_box = boxed(column(self.disk, margins=12), "note")
        self.folder, self.about = text("", "secondary"), text("", "caption")
        self.open_folder = button("", self._open_folder, icon="folder")
        self.other = button("", self._other, icon="layers")
        self.backup = button("", self._backup, icon="save")
        self.backups = button("", self._backups, icon="clock")
        self.check = button("", self._check, icon="shield")
        self.room = button("", self._room, icon="image")
        self.result_box = boxed(column(self.result, margins=12), "good")
        self.result_box.hide()
        self._lay_out()
        app.theme_changed.connect(self.refresh)
        app.receiver.state_changed.connect(self._show_receiver)
        app.person_changed.connect(self._show_safety)
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=8)
        for name, choice in (
            ("language", self.language),
            ("theme", self.theme),
            ("scale", self.scale),
            ("coordinates", self.coordinates),
        ):
            scroll.body.addWidget(self.labels[name])
            scroll.body.addWidget(choice)
        scroll.body.addSpacing(8)
        scroll.body.addWidget(self.labels["receiver"])
        row = line(self.receiver, self.set_receiver)
        row.setStretch(0, 1)
        scroll.body.addLayout(row)
        scroll.body.addSpacing(8)
        for part in (self.warnings, self.patrols, self.camera):
            scroll.body.addWidget(part)
            scroll.body.addSpacing(8)
        scroll.body.addWidget(self.labels["person"])
        row = line(self.person, self.people)
        row.setStretch(0, 1)
        scroll.body.addLayout(row)
        safety: tuple[QWidget, ...] = (self.labels["lock"], self.lock, self.lock_hint)
        for each in (*safety, self.labels["disk"], self.disk_box):
            scroll.body.addWidget(each)
        scroll.body.addSpacing(8)
        scroll.body.addWidget(self.labels["project"])
        scroll.body.addWidget(self.folder)
        acts = QWidget()
        flow = Flow(acts)
        for act in (self.backup, self.backups, self.check, self.room, self.open_folder, self.other):
            flow.addWidget(act)
        scroll.body.addWidget(acts)
        scroll.body.addWidget(self.result_box)
        scroll.body.addWidget(self.about)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def title(self) -> str:
        """The heading."""
        return _("Settings")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = {
            "language": _("Language"),
            "theme": _("Look"),
            "scale": _("Text size"),
            "coordinates": _("Coordinates"),
            "receiver": _("Receiver"),
            "person": _("Person"),
            "lock": _("Lock after idle"),
            "disk": _("The tablet's disk"),
            "project": _("Project"),
        }
        for name, label in self.labels.items():
            label.setText(words[name])
        self.people.setText(_("Persons and PIN"))
        self.set_receiver.setText(_("Set up"))
        self.backup.setText(_("Back up now"))
        self.backups.setText(_("All backups"))
        self.room.setText(_("Room for photos"))
        self.check.setText(_("Check the project"))
        self.open_folder.setText(_("Open the folder"))
        self.other.setText(_("Another project"))

    def refresh(self) -> None:
        """Show what is chosen and what the project says of itself."""
        now, reader = theme.current(), self.app.reader
        self.language.show_value(language(), {"zh": "中文", "en": "English"})
        looks = {"light": _("Light"), "dark": _("Dark"), "outdoor": _("Outdoor")}
        self.theme.show_value(now.name, looks)
        sizes = {"1.0": "100 %", "1.25": "125 %", "1.5": "150 %", "2.0": "200 %"}
        self.scale.show_value(str(now.scale), sizes)
        self.coordinates.show_value(
            self.app.coordinates, {form: form_words(form) for form in FORMS}
        )
        self._show_receiver()
        self._show_safety()
        self.patrols.show_state()
        self.folder.setText(str(self.app.path))
        about = _("Device {device} · data format {schema}")
        self.about.setText(
            about.format(device=reader.device[-12:], schema=reader.counts()["schema"])
        )

    # ---- acts
    def _set_language(self, value: str) -> None:
        self.app.prefer("language", value)

    def _set_theme(self, value: str) -> None:
        self.app.prefer("theme", value)

    def _set_scale(self, value: str) -> None:
        self.app.prefer("scale", float(value))

    def _set_coordinates(self, value: str) -> None:
        self.app.prefer("coordinates", value)
        self.refresh()

    def _receiver(self) -> None:
        self.app.show_page("receiver")

    def _show_receiver(self, _fix: object = None) -> None:
        self.receiver.setText(words_of(self.app.receiver).long)

    def _people(self) -> None:
        self.app.show_page("people")

    def _set_lock(self, value: str) -> None:
        self.app.prefer("lock_after", int(value))
        self.refresh()

    def _show_safety(self) -> None:
        person = self.app.person
        name = person.name if person is not None else self.app.reader.author
        self.person.setText(name or _("Nobody has given a name yet."))
        minutes = {str(n): _("{n} min").format(n=n) if n else _("Never") for n in MINUTES}
        self.lock.show_value(str(self.app.lock_after), minutes)
        with_pin = person is not None and person.pin is not None
        self.lock_hint.setText(
            _("Ctrl+L locks now. What is being filled stays, and is saved.")
            if with_pin
            else _("Only a PIN makes a lock: set one under «Persons and PIN».")
        )
        disk = self.app.disk
        self.disk.setText(disk.sentence if disk is not None else _("Asking the system …"))
        role = {"yes": "good", "no": "warning"}.get(disk.state, "note") if disk else "note"
        set_role(self.disk_box, role)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.app.path)))

    def _other(self) -> None:
        self.app.other_wanted.emit()

    def _backup(self) -> None:
        self._busy(busy=True)
        self.app.jobs.with_store(_make_backup, self, self._backed_up, self._failed)

    def _backed_up(self, made: tuple[Path, int]) -> None:
        self._busy(busy=False)
        name, size = made[0].name, megabytes(made[1])
        self._say(_("Backup made: {file} ({size}).").format(file=name, size=size), "good")

    def _room(self) -> None:
        self.app.show_page("photo_room")

    def _backups(self) -> None:
        self.app.show_page("backups")

    def _check(self) -> None:
        self._busy(busy=True)
        self._say(_("Checking …"), "note")
        self.app.jobs.with_own_store(
            lambda project, _task: project.check(), self, self._checked, self._failed
        )

    def _checked(self, problems: list[str]) -> None:
        self._busy(busy=False)
        if problems:
            self._say("\n".join(problems), "fault")
        else:
            self._say(_("The project is sound."), "good")

    def _failed(self, error: Exception) -> None:
        self._busy(busy=False)
        self.app.say_failure(error)

    def _busy(self, *, busy: bool) -> None:
        for act in (self.backup, self.check):
            act.setEnabled(not busy)

    def _say(self, words: str, role: str) -> None:
        self.result.setText(words)
        set_role(self.result_box, role)
        self.result_box.show()


def _make_backup(project: Project) -> tuple[Path, int]:
    made = project.backup("window")
    return made, made.stat().st_size
