"""The page of one site: everything about it, edited in place, and the way into an inspection."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from jdz_field.core.changes import Value
from jdz_field.core.errors import JdzError
from jdz_field.core.grades import rules_of
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Site, point_of
from jdz_field.operations.form_choice import main_form
from jdz_field.operations.patrols import rain_since
from jdz_field.operations.photo_views import photos_of_site
from jdz_field.operations.position_words import found_how
from jdz_field.operations.sites import delete_site, edit_site, restore_site
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext
from jdz_field.ui.page import Page
from jdz_field.ui.sites import words
from jdz_field.ui.sites.children import Below
from jdz_field.ui.sites.contested import Contested
from jdz_field.ui.sites.due import show_due
from jdz_field.ui.sites.fields import FieldsView
from jdz_field.ui.sites.heading import Heading
from jdz_field.ui.sites.history import History
from jdz_field.ui.sites.inspections import Inspections
from jdz_field.ui.sites.photo_view import PhotoView
from jdz_field.ui.sites.pictures import Pictures, lacking_words
from jdz_field.ui.sync_state import held
from jdz_field.ui.values import field_label, shown
from jdz_field.ui.widgets import Scroll, boxed, button, column, divider, line, text, tool


class SitePage(Page):
    """One site."""

    def __init__(self, app: AppContext, site_id: str, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self.site_id = site_id
        self.site: Site | None = app.reader.site(site_id)
        self.heading, self.due = Heading(), text("", "secondary")
        self.left = text("")
        self.left_box = boxed(column(self.left, margins=12), "warning")
        self.contested, self.fields = Contested(), FieldsView()
        self.inspections, self.history = Inspections(app), History()
        self.below = Below(app)
        self.photos, self.lacking = Pictures(app), text("", "attention")
        self.photos_head, self.records_head = text("", "section"), text("", "section")
        self.history_head = text("", "section")
        self.start = button("", self._start, kind="primary", icon="records")
        self.others = button("", self._others, icon="list")
        self.take = button("", self._photos, icon="camera")
        self.print = tool("print", "", self._print)
        self.more = tool("more", "", self._open_more)
        self._menu: QMenu | None = None
        self._lay_out()
        self.heading.copy_wanted.connect(self._copy)
        self.heading.locate_wanted.connect(self._locate)
        self.heading.guide_wanted.connect(self._guide)
        self.fields.save.connect(self._save)
        self.photos.chosen.connect(self._open_photo)
        self.history.all_wanted.connect(self._open_history)
        self.retranslate()
        self.refresh()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=8)
        for part in (
            self.heading,
            self.left_box,
            self.due,
            self.contested,
            self.below,
            self.photos_head,
            self.lacking,
            self.photos,
            self.others,
            self.records_head,
            self.inspections,
            self.fields,
            self.history_head,
            self.history,
        ):
            scroll.body.addWidget(part)
        scroll.body.addStretch(1)
        foot = line(self.more, self.print, self.take, self.start, gap=8)
        foot.setStretch(3, 1)
        foot.setContentsMargins(12, 10, 12, 10)
        self.foot = QWidget()
        self.foot.setLayout(foot)
        whole = column(scroll, divider(), self.foot, gap=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)

    def title(self) -> str:
        """The heading: the kind, because the name stands large below it."""
        return words.kind_title(self.site) if self.site else ""

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.start.setText(_("Start inspection"))
        self.start.setToolTip(_("Start inspection (Ctrl+Enter)"))
        self.start.setShortcut("Ctrl+Return")
        self.take.setText(_("Photos"))
        self.others.setText(_("Fill in another form"))
        self.take.setToolTip(_("Add photos (Ctrl+P)"))
        self.take.setShortcut("Ctrl+P")
        for say in (self.more.setToolTip, self.more.setAccessibleName):
            say(_("More"))
        self.print.setToolTip(_("Print and reports (Ctrl+Shift+P)"))
        self.print.setAccessibleName(_("Print and reports"))
        self.print.setShortcut("Ctrl+Shift+P")
        self.history_head.setText(_("History"))
        self.left.setText(
            _(
                "This site now stands under another county or kind than this tablet gets. What "
                "was entered stays here to be read; unsent changes still go to the centre."
            )
        )

    def refresh(self) -> None:
        """Read the site anew; an editor that is open is left alone."""
        reader = self.app.reader
        self.site = reader.site(self.site_id)
        if self.site is None or self.fields.editing:
            return
        away = reader.has_left(self.site_id)
        self.left_box.setVisible(away)
        self.fields.read_only = away
        self.heading.show_site(self.site)
        show_due(self.due, self.site, rain_since(reader))
        self.due.setVisible(self.due.isVisibleTo(self) and not away)
        mine = [c for c in held(reader) if c.subject == self.site_id]
        self.contested.show_conflicts(mine)
        photos = self._pictures()
        self.photos_head.setText(_("Photos {n}").format(n=len(photos)))
        self.photos.show_photos(photos)
        self.lacking.setText("" if away else lacking_words(self.site, photos))
        self.lacking.setVisible(bool(self.lacking.text()))
        self.photos_head.setVisible(bool(photos) or bool(self.lacking.text()))
        self.photos.setVisible(bool(photos))
        count = self.inspections.show_site(self.site)
        self.records_head.setText(_("Inspections {n}").format(n=count))
        self.records_head.setVisible(count > 0)
        self.inspections.setVisible(count > 0)
        self.below.show_site(self.site)
        self.fields.show_site(self.site, mine)
        entries = reader.site_history(self.site_id)
        self.heading.show_how(found_how(self.site, entries))
        self.history.show_entries(entries)
        self._show_acts(away=away)

    def _show_acts(self, *, away: bool) -> None:
        """What can be done; of what is away only an inspection that was begun goes on."""
        site, draft = self.site, self.inspections.open_draft
        if site is None:
            return
        can = not site.deleted and (draft is not None or not away)
        self.start.setVisible(can and bool(main_form(self.app.reader, site)))
        self.others.setVisible(not site.deleted and not away)
        self.take.setVisible(not away)
        self.more.setVisible(not away)

    def _pictures(self) -> list[Attachment]:
        return photos_of_site(self.app.reader, self.site_id)

    # ---- acts
    def _start(self) -> None:
        if self.site is None:
            return
        draft = self.inspections.open_draft
        form = main_form(self.app.reader, self.site)
        if draft is not None:
            self.app.open_form(draft.form, self.site_id, draft.id)
        elif form is not None:
            self.app.open_form(form, self.site_id)

    def _others(self) -> None:
        self.app.show_page("forms", self.site_id)

    def _photos(self) -> None:
        self.app.show_page("photos", self.site_id)

    def _export_photos(self) -> None:
        self.app.show_page("photo_export", self.site_id)

    def _print(self) -> None:
        self.app.show_page("reports", self.site_id)

    def _open_history(self) -> None:
        self.app.show_page("history", self.site_id)

    def _open_photo(self, photo: Attachment) -> None:
        photos = self._pictures()
        self.app.push(PhotoView(self.app, photos, photo))

    def _copy(self, said: str) -> None:
        QGuiApplication.clipboard().setText(said)
        self.app.toast(_("Copied: {text}").format(text=said))

    def _guide(self) -> None:
        self.app.show_page("guide", self.site_id)

    def _locate(self) -> None:
        self.app.locate_wanted.emit(self.site_id)

    def _save(self, name: str, value: Value) -> None:
        """Write one field; what is wrong with it is said below the editor."""
        if self.site is None:
            return
        before = self.site.stated.get(name) if self._given(name) else self.site.fields.get(name)
        if before == value:
            self.fields.stop()
            return
        site_id, kind = self.site_id, self.site.kind

        def work(project: Project) -> None:
            edit_site(project, site_id, {name: value})

        def done(_result: object) -> None:
            self.fields.stop()
            said = _("{field}: {value}").format(
                field=field_label(kind, name), value=shown(kind, name, value)
            )
            self.app.toast(said, self._undo_for({name: before}))

        self.app.write(work, self, done, self._refused)

    def _given(self, name: str) -> bool:
        """Whether a rule gives the field's value, so that an edit is what is stated."""
        return self.site is not None and name in rules_of(self.site.kind)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, JdzError) and self.fields.editing:
            self.fields.say_wrong(str(error))
        else:
            self.app.say_failure(error)

    def _undo_for(self, fields: dict[str, Value]) -> Callable[[], None]:
        site_id, app = self.site_id, self.app

        def undo() -> None:
            app.write(lambda project: edit_site(project, site_id, fields), app)

        return undo

    def _open_more(self) -> None:
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = QMenu(self)
        if self.site is not None and self.site.deleted:
            self._menu.addAction(_("Bring this site back")).triggered.connect(self._bring_back)
        else:
            if self._is_point():
                self._menu.addAction(_("Move the site")).triggered.connect(self._move)
            self._menu.addAction(_("Export photos")).triggered.connect(self._export_photos)
            self._menu.addAction(_("Delete this site")).triggered.connect(self._delete)
        self._menu.popup(self.more.mapToGlobal(self.more.rect().topLeft()))

    def _is_point(self) -> bool:
        """Areas are drawn by the office; a point can be moved by whoever stands there."""
        shape = self.site.geometry if self.site else None
        return shape is None or point_of(shape) is not None

    def _move(self) -> None:
        self.app.show_page("move", self.site_id)

    def _delete(self) -> None:
        site = self.site
        if site is None:
            return

        def done(_result: object) -> None:
            self.app.toast(_("The site is deleted."), self._bring_back)

        self.app.write(lambda project: delete_site(project, site), self, done)

    def _bring_back(self) -> None:
        site = self.app.reader.site(self.site_id)
        if site is not None:
            self.app.write(lambda project: restore_site(project, site), self.app)
