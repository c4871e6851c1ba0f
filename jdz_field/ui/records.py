"""The page of records: drafts to go on with, then what was finished and how far it got."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QWidget

from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Draft, Record
from jdz_field.operations.drafts import is_own, take_over
from jdz_field.operations.records import Filling
from jdz_field.operations.versions import newer_version
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.numbers import when
from jdz_field.ui.page import Page
from jdz_field.ui.record_detail import RecordDetail, state_words
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Empty, button, column, line

_DRAFT = "draft:"
_MORE = "more"
#: Records read at once.
_PORTION = 200
#: Narrower than this, at 100 % text, the list lies above what was chosen from it.
_NARROW = 640
FILTERS = ("all", "drafts", "unsent", "returned")


class RecordsPage(Page):
    """Drafts first, then records with their states; beside the list what was chosen."""

    wide = True

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.filter = "all"
        self._most = _PORTION
        self.chips = {name: button("", self._filtered, kind="chip") for name in FILTERS}
        self.list = RowList()
        self.list.chosen.connect(self._chosen)
        self.list.doubleClicked.connect(self._resume_chosen)
        self.detail = RecordDetail(app)
        self.detail.resume_wanted.connect(self.resume)
        self.detail.drop_wanted.connect(self.drop)
        self.detail.correct_wanted.connect(self.correct)
        self.go = button("", self._to_sites, kind="primary", icon="sites")
        self.empty = Empty("records", "", "", self.go)
        self.split = Split(self.list, self.detail, narrow=_NARROW)
        self._put_together()
        self.retranslate()

    def _put_together(self) -> None:
        group = QButtonGroup(self)
        for name, chip in self.chips.items():
            chip.setCheckable(True)
            chip.setObjectName(name)
            group.addButton(chip)
        self.chips["all"].setChecked(True)
        self.tracks = button("", self._to_tracks, kind="quiet", icon="route")
        bar = line(*self.chips.values(), None, self.tracks)
        bar.setContentsMargins(16, 8, 16, 8)
        whole = column(bar, self.split, self.empty, gap=0)
        whole.setStretch(1, 1)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading of the sheet."""
        return _("Records")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.empty.say(
            _("No records yet"),
            _("An inspection begins at a site: choose one and start its form."),
        )
        self.go.setText(_("Choose a site"))
        self.tracks.setText(_("Tracks"))
        self.detail.retranslate()

    # ---- reading
    def refresh(self) -> None:
        """Read drafts and records anew."""
        reader = self.app.reader
        drafts = reader.drafts()
        states = reader.record_states()
        self._count(len(drafts), states)
        nothing = not drafts and not sum(states.values())
        self.empty.setVisible(nothing)
        self.split.setVisible(not nothing)
        self.list.put(self._rows(drafts))
        self._show_chosen()

    def _count(self, drafts: int, states: dict[str, int]) -> None:
        words = {
            "all": (_("All"), drafts + sum(states.values())),
            "drafts": (_("Drafts"), drafts),
            "unsent": (_("Unsent"), states.get("unsent", 0)),
            "returned": (_("Returned"), states.get("returned", 0)),
        }
        for name, (label, count) in words.items():
            self.chips[name].setText(f"{label} {count}" if count else label)

    def _rows(self, drafts: list[Draft]) -> list[Row]:
        rows: list[Row] = []
        titles = {form.form_id: form.title for form in self.app.reader.forms()}
        if drafts and self.filter in ("all", "drafts"):
            rows.append(Row("#drafts", _("Drafts"), heading=True))
            rows += [self._draft_row(draft, titles) for draft in drafts]
        if self.filter != "drafts":
            rows += self._record_rows(titles)
        return rows

    def _record_rows(self, titles: dict[str, str]) -> list[Row]:
        state: Any = self.filter if self.filter in ("unsent", "returned") else None
        found = self.app.reader.records(state=state, limit=self._most + 1)
        rows = [Row("#records", _("Finished records"), heading=True)] if found else []
        rows += [self._record_row(record, titles) for record in found[: self._most]]
        if len(found) > self._most:
            rows.append(Row(_MORE, _("Show more")))
        return rows

    def _draft_row(self, draft: Draft, titles: dict[str, str]) -> Row:
        own = is_own(draft, self.app.person)
        correction = _("Correction") if draft.replaces else ""
        newer = _("Newer version") if newer_version(self.app.reader, draft) else ""
        return Row(
            key=_DRAFT + draft.id,
            title=self._name(draft.site) or titles.get(draft.form, draft.form),
            line=joined([titles.get(draft.form, draft.form), correction, newer]),
            right=when(draft.updated, self.app.reader.now()),
            chip=_("Go on") if own else draft.author,
            chip_role="accent" if own else "",
        )

    def _record_row(self, record: Record, titles: dict[str, str]) -> Row:
        words, role = state_words(self.app.reader.record_state(record.id))
        return Row(
            key=record.id,
            title=self._name(record.site) or titles.get(record.form, record.form),
            line=joined([titles.get(record.form, record.form), record.author]),
            right=when(record.finished, self.app.reader.now()),
            chip=words,
            chip_role=role,
        )

    def _name(self, site_id: str | None) -> str:
        site = self.app.reader.site(site_id) if site_id else None
        return (site.name or site.code) if site is not None else ""

    # ---- choosing
    def show_argument(self, argument: object) -> None:
        """Show the record or draft with this id, or a filter by its name."""
        if argument in FILTERS:
            self.filter = str(argument)
            self.chips[self.filter].setChecked(True)
            self.refresh()
            return
        self.list.select(str(argument))
        self.list.select(_DRAFT + str(argument))
        self._show_chosen()

    def _filtered(self) -> None:
        self.filter = self.sender().objectName()
        self._most = _PORTION
        self.refresh()

    def _chosen(self, row: Row) -> None:
        if row.key == _MORE:
            self._most += _PORTION
            self.refresh()
        else:
            self._show_chosen()

    def _show_chosen(self) -> None:
        key = self.list.key()
        rows = [row.key for row in self.list.rows if not row.heading and row.key != _MORE]
        if key not in rows and rows:
            self.list.select(rows[0])
            key = rows[0]
        if key.startswith(_DRAFT):
            self.detail.show_draft(self.app.reader.draft(key.removeprefix(_DRAFT)))
        elif key:
            self.detail.show_record(self.app.reader.record(key))
        else:
            self.detail.show_nothing()

    def _resume_chosen(self) -> None:
        key = self.list.key()
        if key.startswith(_DRAFT) and self.detail.resume.isVisible():
            self.resume(key.removeprefix(_DRAFT))

    def _to_tracks(self) -> None:
        self.app.show_page("tracks")

    def _to_sites(self) -> None:
        self.app.show_page("sites")

    # ---- acting
    def resume(self, draft_id: str) -> None:
        """Go on with a draft; another person's is taken over first, if they mean it."""
        draft, person = self.app.reader.draft(draft_id), self.app.person
        if draft is None:
            return
        if person is None or is_own(draft, person):
            self.app.open_form(draft.form, draft.site, draft.id)
            return

        def work(project: Project) -> Draft:
            return take_over(project, draft, person)

        def done(mine: Draft) -> None:
            self.app.open_form(mine.form, mine.site, mine.id)

        words = _("Take over the draft of {name}? It is yours then, and that is noted.")
        question = words.format(name=draft.author)
        if self.app.questions.confirm(self.window(), question, act=_("Take over")):
            self.app.write(work, self, done)

    def drop(self, draft_id: str) -> None:
        """Throw a draft away; it can be brought back for ten seconds."""
        draft = self.app.reader.draft(draft_id)
        if draft is None:
            return
        photos = [a.id for a in self.app.reader.attachments(record=draft_id)]

        def remove(project: Project) -> None:
            project.delete_draft(draft.id)

        def restore(project: Project) -> None:
            project.save_draft(draft)
            project.link_attachments(photos, record=draft.id)

        def back() -> None:
            self.app.write(restore, self)

        def done(_result: object) -> None:
            self.app.toast(_("The draft was thrown away."), back)

        self.app.write(remove, self, done)

    def correct(self, record_id: str) -> None:
        """Start the correction of a record, or go on with the one that was begun."""
        begun = next((d for d in self.app.reader.drafts() if d.replaces == record_id), None)
        if begun is not None:
            self.resume(begun.id)
            return
        record = self.app.reader.record(record_id)
        if record is None:
            return
        try:
            filling = Filling.start(self.app.reader, record.form, record.site, replaces=record_id)
        except JdzError as error:
            self.app.say_failure(error)
            return
        draft = filling.draft(self.app.reader)
        photos = self.app.reader.attachments(record=record_id)

        def work(project: Project) -> None:
            project.save_draft(draft)
            # The photos belong to the new version too; the file itself is there once.
            for photo in photos:
                project.add_attachment(replace(photo, id=new_id(), record=draft.id))

        def done(_result: object) -> None:
            self.app.open_form(draft.form, draft.site, draft.id)

        self.app.write(work, self, done)
