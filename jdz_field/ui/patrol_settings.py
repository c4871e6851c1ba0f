"""Settings of the patrol plan: its duties, and the warning of heavy rain, on or off."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from jdz_field.core import patrol
from jdz_field.core.catalogue_files import own_files, own_folder
from jdz_field.core.clock import utc_now
from jdz_field.core.i18n import _
from jdz_field.operations.patrols import duty_words, local_day, rain_since, warn_of_rain
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.widgets import button, column, line, set_role, text


class PatrolSettings(QWidget):
    """A heading, the switch, what it means now, the plan and whose tables hold."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self.head, self.state = text("", "section"), text("", "secondary")
        self.plan, self.tables = text("", "caption"), text("", "caption")
        self.rain = button("", self._switch, kind="chip", icon="warning")
        self.rain.setCheckable(True)
        self.setLayout(column(self.head, line(self.rain, None), self.state, self.plan, self.tables))
        app.language_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.head.setText(_("Patrol plan"))
        self.rain.setText(_("Heavy rain is warned of"))
        self.plan.setText("\n".join(map(_season_words, patrol.duties())))
        self.tables.setText(tables_words())
        self.show_state()

    def show_state(self) -> None:
        """What holds now."""
        since, wet = rain_since(self._app.reader), patrol.rain_duty()
        self.rain.setVisible(wet is not None)
        self.rain.setChecked(since is not None)
        if wet is None or since is None:
            today = patrol.duty("geohazard", local_day(utc_now()))
            words = duty_words(today) if today is not None else _("nothing is due")
            self.state.setText(_("Holds today: {duty}").format(duty=words))
        else:
            said = _("Since {day}: {duty}. Switch it off when the warning is over.")
            self.state.setText(said.format(day=since, duty=duty_words(wet)))
        set_role(self.state, "secondary" if since is None else "attention")

    def _switch(self) -> None:
        since = local_day(utc_now()) if self.rain.isChecked() else None

        def work(project: Project) -> None:
            warn_of_rain(project, since)

        self._app.write(work, self, self._switched, self._failed)

    def _switched(self, _done: object) -> None:
        self.show_state()

    def _failed(self, error: Exception) -> None:
        self.show_state()
        self._app.say_failure(error)


def tables_words() -> str:
    """Whose tables hold: a county's own ones by name."""
    folder = own_folder()
    files = own_files(folder)
    if folder is None or not files:
        return _("Code lists, limits and plans: the tables that ship with the program.")
    return _("The county's own tables hold: {files} (in {folder}).").format(
        files=_(", ").join(files), folder=folder
    )


def _season_words(duty: patrol.Duty) -> str:
    begin, end = (f"{month}.{day}" for month, day in (duty.begin, duty.end))
    return _("{begin} to {end}: {duty}").format(begin=begin, end=end, duty=duty_words(duty))
