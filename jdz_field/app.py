"""The field window's composition root: opens a project, or the first page when there is none."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_documents_path, user_log_path
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from jdz_field.core.errors import Damaged, JdzError, Unavailable
from jdz_field.core.i18n import _, default_language, language, set_language
from jdz_field.operations.backups import opened
from jdz_field.operations.opening import broken, is_small, open_reader, opening_words
from jdz_field.operations.renewing import renew_forms
from jdz_field.store.lock import Lock
from jdz_field.store.media import is_writable
from jdz_field.store.project import Project
from jdz_field.store.rolling import backups, newest_good
from jdz_field.ui import theme
from jdz_field.ui.backups_rescue import RescuePage
from jdz_field.ui.catalogue_gate import catalogue_refused
from jdz_field.ui.context import AppContext, sentence
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.jobs import Jobs, Task
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.questions import Questions
from jdz_field.ui.read_only import ReadOnlyBand, refusing
from jdz_field.ui.start import StartPage

log = logging.getLogger(__name__)

#: A database up to so many bytes is looked through before its window opens after a crash.
SMALL = 32 << 20


class _NoStore:
    """The lanes of the first page have no project."""

    def close(self) -> None:
        """Nothing to let go."""


class FieldApp(QObject):
    """Holds the one window: the first page, or a project's.

    Attributes:
        window: the project's window, when one is open.
        start: the first page, when it is shown.
        rescue: the page for a damaged project, when it is shown.
    """

    def __init__(
        self,
        application: QApplication,
        preferences: Preferences,
        questions: Questions | None = None,
        home: Path | None = None,
    ) -> None:
        super().__init__(application)
        self._application = application
        self.preferences = preferences
        self.questions = questions or Questions()
        self._home = home or user_documents_path()
        self._lanes: Jobs[_NoStore] | None = None
        self._lock: Lock | None = None
        self._unproven = False
        self.window: MainWindow | None = None
        self.start: StartPage | None = None
        self.rescue: RescuePage | None = None
        if preferences.language and language() == default_language():
            set_language(preferences.language)
        theme.apply(application, preferences.theme, preferences.scale)

    # ---- a project
    def open(self, folder: Path) -> None:
        """Open the window of the project in ``folder``.

        Raises:
            BadInput: no project there, or one of a newer version.
            Damaged: its store is broken.
            Unavailable: a window has it already, or the disk refuses. A place that cannot be
                written is opened for reading.
        """
        # Once with write access: an older project is upgraded before the window reads it.
        try:
            with Project.open(folder) as project:
                renewed = renew_forms(project)
                lock = project.lock_window()
        except Unavailable:
            if is_writable(folder):
                raise
            self._open_to_read(folder)
            return
        died = bool(lock.left_by)
        small = died and is_small(folder, SMALL)
        try:
            reader = open_reader(folder, look=small)
        except JdzError:
            # The name of who died stays: the next start looks again.
            lock.release(clean=not died)
            raise
        app = AppContext(folder, Jobs(lambda: Project.open(folder)), reader, self.questions)
        self._lock = lock
        self._show(app)
        if died and not small:
            self._look_through(app)
        elif said := opening_words(checked=small, renewed=len(renewed)):
            app.toast(said)

    def _open_to_read(self, folder: Path) -> None:
        """A card with its lock on, a disc: everything can be looked at, nothing is written."""
        reader = open_reader(folder, look=False)
        app = AppContext(folder, Jobs(refusing(folder)), reader, self.questions)
        self._show(app).read_only(ReadOnlyBand())

    def _show(self, app: AppContext) -> MainWindow:
        window = self.window = MainWindow(app, self.preferences)
        window.closed.connect(self._closed)
        app.other_wanted.connect(self._change_project)
        app.restore_wanted.connect(self._go_back)
        self.preferences.remember(app.path)
        self.close_start()
        window.show()
        app.show_page("today")
        return window

    def _look_through(self, app: AppContext) -> None:
        """After a crash: the whole file, beside the person's work."""
        self._unproven = True

        def done(whole: bool) -> None:
            self._unproven = not whole
            if whole:
                app.toast(opening_words(checked=True))
            else:
                self._leave_damaged(app.path)

        def failed(error: Exception) -> None:
            log.warning("not looked through", exc_info=error)

        app.jobs.with_own_store(lambda project, _task: project.is_whole(), self, done, failed)

    def _leave_damaged(self, folder: Path) -> None:
        window = self.window
        self.show_rescue(folder, str(broken(folder)))
        if window is not None and not window.close():
            self._close_rescue()
            window.app.toast(str(broken(folder)))

    def _closed(self) -> None:
        if self._lock is not None:
            self._lock.release(clean=not self._unproven)
            self._lock = None
        self._unproven = False
        self.window = None

    def _change_project(self) -> None:
        window = self.window
        if window is not None:
            self.show_start()
            if not window.close():
                self.close_start()

    # ---- going back to a backup
    def _go_back(self, file: Path, passphrase: str) -> None:
        """Close the window, put the backup in place, open it again."""
        window = self.window
        if window is None:
            return
        folder = window.app.path
        self.show_start()
        if window.close():
            self._restore(folder, file, passphrase)
        else:
            self.close_start()

    def _restore(self, folder: Path, file: Path, passphrase: str = "") -> None:
        def work(_task: Task) -> Path:
            with opened(file, passphrase=passphrase) as plain:
                Project.restore(plain, folder)
            return folder

        self._busy(_("Going back to the backup"), work)

    def show_rescue(self, folder: Path, why: str) -> None:
        """The page of a damaged project, with its newest good backup once that is found."""
        self._close_rescue()
        page = self.rescue = RescuePage(folder, why)
        page.left.connect(self._leave_rescue)
        page.restore_wanted.connect(self._rescue)
        page.search()
        page.show()
        self._lanes = self._lanes or Jobs(_NoStore, self)
        self._lanes.without_store(
            lambda: newest_good(folder), page, page.offer, lambda error: page.say_wrong(str(error))
        )

    def _rescue(self, file: Path) -> None:
        page = self.rescue
        if page is not None:
            self.show_start()
            self._close_rescue()
            self._restore(page.folder, file)

    def _leave_rescue(self) -> None:
        self.show_start()
        self._close_rescue()

    def _close_rescue(self) -> None:
        if self.rescue is not None:
            self.rescue.hide()
            self.rescue.deleteLater()
            self.rescue = None

    # ---- the first page
    def show_start(self, wrong: str = "") -> None:
        """Show the first page, with a sentence when something went wrong."""
        self.start = StartPage(self.preferences, self.questions, self._home / "JDZ")
        self.start.open_wanted.connect(self._open_or_say)
        self.start.create_wanted.connect(self._create)
        self.start.sample_wanted.connect(self._sample)
        self.start.language_wanted.connect(self._language)
        self.start.say_wrong(wrong)
        self.start.show()

    def close_start(self) -> None:
        """Take the first page away."""
        if self.start is not None:
            self.start.hide()
            self.start.deleteLater()
            self.start = None
        if self._lanes is not None:
            self._lanes.close()
            self._lanes.deleteLater()
            self._lanes = None

    def _open_or_say(self, folder: Path) -> None:
        try:
            self.open(folder)
        except Damaged as error:
            if backups(folder):
                self.close_start()
                self.show_rescue(folder, str(error))
            else:
                self._failed(error)
        except JdzError as error:
            self._failed(error)

    def _create(self, folder: Path, name: str, author: str) -> None:
        # Forms and their engine load only when a project is made: a start is faster without.
        from jdz_field.operations.projects import create_project  # noqa: PLC0415

        def work() -> Path:
            create_project(folder, name=name, author=author).close()
            return folder

        self._busy(_("Making the project"), lambda _task: work())

    def _sample(self) -> None:
        from jdz_field.operations.projects import create_project  # noqa: PLC0415 - as above
        from jdz_field.operations.sample import make_sample  # noqa: PLC0415 - as above

        folder = self._home / "JDZ" / _("Sample")
        if (folder / "field.gpkg").is_file():
            self._open_or_say(folder)
            return
        name, author = _("Invented sample"), _("Sample person")

        def work(task: Task) -> Path:
            with create_project(folder, name=name, author=author, sample=True) as project:
                make_sample(project, progress=task.report)
            return folder

        self._busy(_("Inventing the sample"), work)

    def _busy(self, words: str, work: Callable[[Task], Path]) -> None:
        if self.start is None:
            return
        self.start.busy(words)
        self._lanes = self._lanes or Jobs(_NoStore, self)
        self._lanes.long_without_store(
            work, self.start, self._made, self._failed, self.start.waiting.tell
        )

    def _made(self, folder: Path) -> None:
        if self.start is not None:
            self.start.busy("")
        self._open_or_say(folder)

    def _failed(self, error: Exception) -> None:
        if self.start is not None:
            self.start.busy("")
            self.start.say_wrong(sentence(error))

    def _language(self, wanted: str) -> None:
        set_language(wanted)
        self.preferences.language = wanted
        self.preferences.save()
        if self.start is not None:
            self.start.retranslate()


class Faults:
    """Catches what no one caught: it goes to the log, and a calm sentence to the person."""

    def __init__(self, questions: Questions, log_file: Path) -> None:
        self._questions, self._file = questions, log_file
        self._telling = False

    def __call__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Take the place of ``sys.excepthook``."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.critical("fault", exc_info=(kind, error, trace))
        # One sentence at a time: a fault while painting would come again with every frame.
        if self._telling:
            return
        self._telling = True
        try:
            self._questions.tell(
                None,
                _(
                    "Something in the program went wrong ({what}). What you entered is saved. "
                    "You can go on; the details are in {file}."
                ).format(what=kind.__name__, file=self._file),
            )
        finally:
            self._telling = False


def keep_log(folder: Path) -> Path:
    """Write the log to ``field.log`` (1 MB, three old ones); where it is."""
    file = folder / "field.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        return file
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    return file


def main(project: Path | None = None, beside: Callable[[], object] | None = None) -> int:
    """Open the window on ``project``, the last one, or the first page; the exit code.

    ``beside`` opens another window and gives what must live as long as it (the demo's office).
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("jdz-field")
    questions = Questions()
    sys.excepthook = Faults(questions, keep_log(user_log_path("jdz_field", appauthor=False)))
    field = FieldApp(application, Preferences.load(), questions)
    other = beside() if beside else None
    code = catalogue_refused(questions) or run(field, project, application.exec)
    del other
    return code


def run(field: FieldApp, project: Path | None, loop: Callable[[], int]) -> int:
    """Open what is wanted, then run the event loop; the exit code.

    A named project that cannot be opened ends the program with its sentence; the last project
    that cannot be opened leads to the first page.
    """
    last = next((Path(name) for name in field.preferences.recent), None)
    there = last and ((last / "field.gpkg").is_file() or backups(last))
    wanted = project or (last if there else None)
    try:
        if wanted is None:
            field.show_start()
        else:
            field.open(wanted)
    except JdzError as error:
        if wanted and isinstance(error, Damaged) and backups(wanted):
            field.show_rescue(wanted, str(error))
            return loop()
        if project is not None or isinstance(error, Unavailable):
            field.questions.tell(None, str(error))
            return error.exit_code
        field.show_start(str(error))
    return loop()


if __name__ == "__main__":
    sys.exit(main())
