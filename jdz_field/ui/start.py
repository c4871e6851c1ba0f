"""The first page: a new project, a project's folder, the sample; and the recent projects."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QStackedWidget, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import LANGUAGES, _, language
from jdz_field.operations.people import introduce, of_this_machine
from jdz_field.ui import icons
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.progress import Waiting
from jdz_field.ui.questions import Questions
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text


class StartPage(QWidget):
    """What a person sees before any project is open.

    Signals:
        open_wanted: folder of a project.
        create_wanted: folder, name, author.
        sample_wanted: the person wants to look at the sample.
        language_wanted: ``zh`` or ``en``.
    """

    open_wanted = Signal(object)
    create_wanted = Signal(object, str, str)
    sample_wanted = Signal()
    language_wanted = Signal(str)

    def __init__(
        self,
        preferences: Preferences,
        questions: Questions,
        home: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences, self._questions, self._home = preferences, questions, home
        self.setProperty("role", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(1024, 760)
        self.drawing = QLabel()
        icons.give(self.drawing, "welcome", "accent", 132)
        self.brand, self.claim = text("", "title"), text("", "secondary")
        self.language = button("", self._switch_language, kind="quiet", icon="language")
        self.new = button("", self._to_new, kind="primary", icon="plus")
        self.open = button("", self._ask_folder, icon="folder")
        self.sample = button("", self.sample_wanted.emit, icon="star")
        self.recent_head = text("", "section")
        self.recent = RowCard()
        self.recent.chosen.connect(self._open_recent)
        self.wrong = text("", "error")
        self.wrong.hide()
        self.waiting = Waiting()
        self.form = NewProject(questions, home)
        self.form.author.setText(last_person())
        self.form.accepted.connect(self.create_wanted)
        self.form.left.connect(self._to_choices)
        self._lay_out()
        self.retranslate()
        self.new.setFocus()

    def _lay_out(self) -> None:
        choices = QWidget()
        box = column(self.new, self.open, self.sample, gap=12)
        box.setContentsMargins(0, 0, 0, 0)
        choices.setLayout(column(box, 8, self.recent_head, self.recent, None, gap=8))
        self.stack = QStackedWidget()
        self.stack.addWidget(choices)
        self.stack.addWidget(self.form)
        for label in (self.drawing, self.brand, self.claim):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside = QWidget()
        inside.setFixedWidth(460)
        inside.setLayout(
            column(
                24,
                self.drawing,
                self.brand,
                self.claim,
                16,
                self.wrong,
                self.waiting,
                self.stack,
                None,
                gap=8,
            )
        )
        scroll = Scroll()
        scroll.body.addWidget(inside, 0, Qt.AlignmentFlag.AlignHCenter)
        top = line(None, self.language)
        top.setContentsMargins(12, 8, 12, 0)
        self.setLayout(column(top, scroll, gap=0))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.setWindowTitle(_("Jingdezhen field"))
        self.brand.setText(_("Jingdezhen field"))
        self.claim.setText(_("Geohazard points, mines and plots, with and without a network."))
        self.language.setText("English" if language() == "zh" else "中文")
        self.new.setText(_("New project"))
        self.open.setText(_("Open a project's folder"))
        self.sample.setText(_("Look at the sample"))
        self.recent_head.setText(_("Last opened"))
        self.form.retranslate()
        folders = [Path(name) for name in self._preferences.recent]
        found = [folder for folder in folders if (folder / "field.gpkg").is_file()]
        self.recent.put([Row(str(f), f.name, str(f.parent)) for f in found])
        self.recent_head.setVisible(bool(found))
        self.recent.setVisible(bool(found))

    def say_wrong(self, sentence: str) -> None:
        """What went wrong, above the choices."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def busy(self, words: str) -> None:
        """Work goes on; nothing can be chosen. Empty words end it."""
        self.stack.setEnabled(not words)
        if words:
            self.say_wrong("")
            self.waiting.begin(words)
            self.waiting.stop.hide()
        else:
            self.waiting.end()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme: draw the icons anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            icons.retint(self)

    def _switch_language(self) -> None:
        other = next(name for name in LANGUAGES if name != language())
        self.language_wanted.emit(other)

    def _to_new(self) -> None:
        self.stack.setCurrentIndex(1)
        self.form.name.setFocus()

    def _to_choices(self) -> None:
        self.stack.setCurrentIndex(0)

    def _ask_folder(self) -> None:
        folder = self._questions.folder(self, _("The project's folder"))
        if folder is not None:
            self.open_wanted.emit(folder)

    def _open_recent(self, row: Row) -> None:
        self.open_wanted.emit(Path(row.key))


def last_person() -> str:
    """Who worked on this tablet last, empty when nobody did or the list cannot be read."""
    try:
        last = of_this_machine().last()
    except JdzError:
        return ""
    return last.name if last is not None else ""


class NewProject(QWidget):
    """Name, person, folder.

    Signals:
        accepted: folder, name, author.
        left: the person does not want it.
    """

    accepted = Signal(object, str, str)
    left = Signal()

    def __init__(self, questions: Questions, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions, self._home = questions, home
        self.labels = [text("", "section") for _place in range(3)]
        self.name, self.author, self.folder = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.textEdited.connect(self._follow)
        self.pick = button("", self._pick, icon="folder")
        self.wrong = text("", "error")
        self.wrong.hide()
        self.go: QPushButton = button("", self._go, kind="primary", icon="check")
        self.back = button("", self.left.emit, kind="quiet")
        box = column(gap=6, margins=16)
        for label, edit in zip(self.labels, (self.name, self.author), strict=False):
            box.addWidget(label)
            box.addWidget(edit)
            edit.returnPressed.connect(self._go)
        box.addWidget(self.labels[2])
        box.addLayout(line(self.folder, self.pick))
        box.addWidget(self.wrong)
        box.addSpacing(8)
        box.addLayout(line(self.back, None, self.go))
        self.setLayout(column(boxed(box), None))

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = (_("Name of the project"), _("Your name"), _("Folder"))
        for label, said in zip(self.labels, words, strict=True):
            label.setText(said)
        self.name.setPlaceholderText(_("Fuliang, flood season 2026"))
        self.pick.setText(_("Choose"))
        self.go.setText(_("Create"))
        self.back.setText(_("Back"))
        self._follow()

    def _follow(self) -> None:
        """The folder follows the name until the person chooses another."""
        kept = "".join(c for c in self.name.text().strip() if c not in '\\/:*?"<>|').strip(". ")
        self.folder.setText(str(self._home / kept) if kept else str(self._home))

    def _pick(self) -> None:
        folder = self._questions.folder(self, _("Folder for the project"))
        if folder is not None:
            self.folder.setText(str(folder))

    def _go(self) -> None:
        name, author = self.name.text().strip(), self.author.text().strip()
        missing = not name or not author or not self.folder.text().strip()
        self.wrong.setText(_("The project needs a name, your name and a folder."))
        self.wrong.setVisible(missing)
        if not missing and self._introduced(author):
            self.accepted.emit(Path(self.folder.text().strip()), name, author)

    def _introduced(self, name: str) -> bool:
        """The tablet knows this person from now on; ``False`` says why it cannot."""
        try:
            introduce(name)
        except JdzError as error:
            self.wrong.setText(str(error))
            self.wrong.show()
            return False
        return True
