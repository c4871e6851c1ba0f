"""Backups of the project: a list, what one holds beside what is here now, and going back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from jdz_field.core.clock import local_text
from jdz_field.core.i18n import _
from jdz_field.operations.backups import LEAST, SUFFIX, encrypt, opened, save_copy
from jdz_field.store.project import Project
from jdz_field.store.rolling import Backup, Contents, backups, look_into
from jdz_field.ui.backups_words import contents_rows, moment_words, reason_words, written_words
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.numbers import megabytes
from jdz_field.ui.page import Page
from jdz_field.ui.rows import Row
from jdz_field.ui.settings import Choice
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.widgets import Scroll, boxed, button, clear, column, line, set_role, text

#: Choices of the room for rolling backups; 0: a tenth of the free disk.
_ROOM = {"0": 0, "1": 10**9, "5": 5 * 10**9, "20": 20 * 10**9}


class BackupsPage(Page):
    """The list of backups, newest first."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.found: dict[str, Backup] = {}
        self.how = text("", "secondary")
        self.wrong = text("")
        self.wrong_box = boxed(column(self.wrong, margins=12), "warning")
        self.now = button("", self._make, kind="primary", icon="save")
        self.room_label = text("", "section")
        self.room = Choice(self._set_room, tuple(_ROOM))
        self.list_label = text("", "section")
        self.empty = text("", "secondary")
        self.list = RowCard()
        self.list.chosen.connect(self._open)
        scroll = Scroll(gap=8)
        for part in (self.how, self.wrong_box, self.now, self.list_label, self.empty, self.list):
            scroll.body.addWidget(part)
        scroll.body.addSpacing(8)
        scroll.body.addWidget(self.room_label)
        scroll.body.addWidget(self.room)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Backups")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.how.setText(
            _(
                "Made by itself after every 30 minutes of work. Kept for 12 days, 10 weeks and"
                " 9 months, one of each, and every one of the last day."
            )
        )
        self.now.setText(_("Back up now"))
        self.room_label.setText(_("Room for the backups made by themselves"))
        self.list_label.setText(_("On this device"))
        self.empty.setText(_("There is no backup yet."))

    def refresh(self) -> None:
        """Read the folder."""
        self.wrong.setText(self.app.backup_wrong)
        self.wrong_box.setVisible(bool(self.app.backup_wrong))
        listed = backups(self.app.path)
        self.found = {one.file.name: one for one in listed}
        self.list.put(
            [
                Row(
                    one.file.name,
                    moment_words(one),
                    reason_words(one.reason),
                    megabytes(one.bytes),
                    _("encrypted") if one.encrypted else "",
                )
                for one in listed
            ]
        )
        self.list.setVisible(bool(listed))
        self.empty.setVisible(not listed)
        self._show_room()

    def _show_room(self) -> None:
        words = {key: f"{key} GB" for key in _ROOM} | {"0": _("A tenth of the free disk")}
        size = self.app.reader.get_setting("backup_bytes") or 0
        chosen = next((key for key, value in _ROOM.items() if value == size), "")
        self.room.show_value(chosen, words)

    def _set_room(self, key: str) -> None:
        size = _ROOM[key]
        self.app.write(lambda project: project.set_setting("backup_bytes", size), self)

    def _make(self) -> None:
        self.now.setEnabled(False)

        def work(project: Project, _task: object) -> Path:
            return project.backup("window")

        self.app.jobs.with_own_store(work, self, self._made, self._failed)

    def _made(self, file: Path) -> None:
        self.now.setEnabled(True)
        self.app.toast(_("Backup made: {file}").format(file=file.name))
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self.now.setEnabled(True)
        self.app.say_failure(error)
        self.refresh()

    def _open(self, row: Row) -> None:
        one = self.found.get(row.key)
        if one is not None:
            self.app.push(BackupPage(self.app, one))


class Table(QWidget):
    """Counts in two columns: then and now."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)

    def put(self, rows: list[tuple[str, str, str]], heads: tuple[str, str]) -> None:
        """Show these rows under two headings; an empty second heading leaves its column out."""
        clear(self._grid)
        whole = [("", *heads), *rows]
        for at, cells in enumerate(whole):
            for across, words in enumerate(cells):
                label = text(words, "caption" if at == 0 else "body", wrap=across == 0)
                if across:
                    label.setAlignment(Qt.AlignmentFlag.AlignRight)
                self._grid.addWidget(label, at, across)

    def words(self) -> list[str]:
        """Every text, row by row."""
        labels = self.findChildren(QLabel)
        return [label.text() for label in labels]


class BackupPage(Page):
    """What one backup holds; going back to it."""

    def __init__(self, app: AppContext, backup: Backup, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.backup = backup
        self.held: Contents | None = None
        self.head = text("", "heading")
        self.about = text("", "secondary")
        self.state = text("")
        self.state_box = boxed(column(self.state, margins=12), "note")
        self.table = Table()
        self.table_box = boxed(column(self.table, margins=16))
        self.keep = text("", "caption")
        self.go = button("", self._restore, kind="primary", icon="undo")
        self.copy = button("", self._copy, icon="export")
        self.lock = button("", self._to_encrypt, icon="key")
        self.words = QLineEdit()
        self.words.setEchoMode(QLineEdit.EchoMode.Password)
        self.words.returnPressed.connect(self._look)
        self.open = button("", self._look, icon="key")
        self._lay_out()
        self.table_box.hide()
        self.go.setEnabled(False)
        self.retranslate()
        if not backup.encrypted:
            self._look()

    def _lay_out(self) -> None:
        ask = QWidget()
        row = line(self.words, self.open)
        row.setStretch(0, 1)
        ask.setLayout(row)
        ask.setVisible(self.backup.encrypted)
        self.lock.setVisible(not self.backup.encrypted)
        scroll = Scroll()
        parts = (self.head, self.about, self.state_box, ask, self.table_box, self.keep)
        for part in (*parts, self.copy, self.lock):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = line(self.go, margins=16)
        self.setLayout(column(scroll, foot, gap=0))

    def title(self) -> str:
        """The heading."""
        return _("Backup")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.head.setText(local_text(self.backup.made))
        size = megabytes(self.backup.bytes)
        self.about.setText(f"{reason_words(self.backup.reason)} · {size} · {self.backup.file.name}")
        self.keep.setText(
            _("Going back loses nothing: what is here now is first kept as a backup of its own.")
        )
        self.go.setText(_("Go back to this state"))
        self.copy.setText(_("Save a copy"))
        self.lock.setText(_("Save an encrypted copy"))
        self.words.setPlaceholderText(_("Passphrase"))
        self.open.setText(_("Open"))
        if self.backup.encrypted and self.held is None:
            self.state.setText(_("This backup is encrypted: give its passphrase to look into it."))
        if self.held is not None:
            self._show(self.held)

    def _look(self) -> None:
        file, words = self.backup.file, self.words.text()
        self.state.setText(_("Reading the backup …"))
        set_role(self.state_box, "note")

        def work() -> Contents:
            with opened(file, passphrase=words) as plain:
                return look_into(plain)

        self.app.jobs.without_store(work, self, self._show, self._unreadable)

    def _show(self, held: Contents) -> None:
        self.held = held
        whole = _("The backup is whole.")
        self.state.setText(f"{whole} {written_words(held)}")
        set_role(self.state_box, "good")
        heads = (_("In the backup"), _("Now"))
        self.table.put(contents_rows(held, counts_of(self.app.reader)), heads)
        self.table_box.show()
        self.go.setEnabled(True)

    def _unreadable(self, error: Exception) -> None:
        self.state.setText(sentence(error))
        set_role(self.state_box, "fault")

    def _restore(self) -> None:
        words = _(
            "Go back to {time}? The project shows what it held then; what is here now is kept"
            " as a backup of its own."
        ).format(time=local_text(self.backup.made))
        if self.app.questions.confirm(self.window(), words, act=_("Go back")):
            self.app.restore_wanted.emit(self.backup.file, self.words.text())

    def _to_encrypt(self) -> None:
        self.app.push(EncryptPage(self.app, self.backup))

    def _copy(self) -> None:
        source = self.backup.file
        patterns = _("Backups (*.gpkg *.age)")
        target = self.app.questions.save_file(self, _("Save a copy"), source.name, patterns)
        if target is not None:
            self.app.jobs.without_store(
                lambda: save_copy(source, target), self, self._copied, self.app.say_failure
            )

    def _copied(self, target: Path) -> None:
        self.app.toast(_("Saved: {name}").format(name=target))


class EncryptPage(Page):
    """A passphrase, twice, and where the encrypted copy goes."""

    def __init__(self, app: AppContext, backup: Backup, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.backup = backup
        self.why = text("", "secondary")
        self.labels = (text("", "section"), text("", "section"))
        self.words = (QLineEdit(), QLineEdit())
        self.wrong = text("", "error")
        self.wrong.hide()
        self.warning = text("", "caption")
        self.go = button("", self._go, kind="primary", icon="export")
        scroll = Scroll(gap=8)
        scroll.body.addWidget(self.why)
        for label, edit in zip(self.labels, self.words, strict=True):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.returnPressed.connect(self._go)
            scroll.body.addWidget(label)
            scroll.body.addWidget(edit)
        for part in (self.wrong, self.warning):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll, line(self.go, margins=16), gap=0))
        self.retranslate()

    def title(self) -> str:
        """The heading."""
        return _("Encrypted copy")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.why.setText(
            _(
                "Cards hold names and telephones. Whoever finds the copy reads nothing without the"
                " passphrase."
            )
        )
        self.labels[0].setText(_("Passphrase"))
        self.labels[1].setText(_("Once more"))
        self.warning.setText(
            _("Write it down apart from the copy: nobody can open it without, the office neither.")
        )
        self.go.setText(_("Save an encrypted copy"))

    def _go(self) -> None:
        first, second = (edit.text() for edit in self.words)
        self.wrong.hide()
        if len(first) < LEAST:
            self._say(
                _("A passphrase needs at least {n} characters; take several words.").format(n=LEAST)
            )
        elif first != second:
            self._say(_("The two are not the same; type them again."))
        else:
            self._save(first)

    def _save(self, words: str) -> None:
        source = self.backup.file
        start = source.name + SUFFIX
        target = self.app.questions.save_file(
            self, self.title(), start, _("Backups (*.gpkg *.age)")
        )
        if target is None:
            return
        # Without its ending nobody knows that it is encrypted, this program included.
        if target.suffix != SUFFIX:
            target = target.with_name(target.name + SUFFIX)
        self.go.setEnabled(False)
        self.app.jobs.without_store(
            lambda: encrypt(source, target, passphrase=words), self, self._saved, self._failed
        )

    def _saved(self, target: Path) -> None:
        self.app.toast(_("Saved: {name}").format(name=target))
        self.app.back()

    def _failed(self, error: Exception) -> None:
        self.go.setEnabled(True)
        self._say(sentence(error))

    def _say(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()


def counts_of(project: Project) -> dict[str, int]:
    """The counts of an open project by the keys of ``contents_rows``."""
    counts: dict[str, Any] = project.counts()
    return {
        **counts["sites"],
        "records": sum(counts["records"].values()),
        "drafts": counts["drafts"],
        "attachments": counts["attachments"],
        "unsent": counts["unsent"],
    }
