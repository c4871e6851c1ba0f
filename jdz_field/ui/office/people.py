"""People and devices: who comes in, what they see; a stolen tablet is shut out by one touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from jdz_field.core.i18n import _, ngettext
from jdz_field.operations.office import Desk
from jdz_field.operations.office_people import PeopleDesk
from jdz_field.ui.context import sentence
from jdz_field.ui.office.context import OfficeContext
from jdz_field.ui.office.page import OfficePage
from jdz_field.ui.office.person import SECURITY, PersonView, people_line
from jdz_field.ui.office.security import SecurityView
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.split import Split
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import button, column

Told = Mapping[str, Any]
_SECURITY_ROW, _NEW = "\nsecurity", "\nnew"


class PeoplePage(OfficePage):
    """At the left everybody, at the right one of them or what concerns all."""

    name = "people"
    drawing = "user"

    def __init__(self, office: OfficeContext) -> None:
        super().__init__(office)
        self.told: Told = {}
        self._shown = self._put_for = self._url = ""
        self.new = button("", self._new, kind="primary", icon="plus")
        self.list = RowList()
        self.person, self.security = PersonView(), SecurityView()
        self.detail = QStackedWidget()
        for view in (self.person, self.security):
            self.detail.addWidget(view)
        side = QWidget()
        foot = column(self.new, margins=12)
        whole = column(self.list, foot, gap=0)
        whole.setStretch(0, 1)
        side.setLayout(whole)
        self.content.setLayout(column(Split(side, self.detail), gap=0))
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.list.chosen.connect(lambda row: self._show(row.key))
        self.person.saved.connect(self._save)
        self.person.code_wanted.connect(self._code)
        self.person.password_wanted.connect(self._password)
        self.person.code_withdrawn.connect(lambda c: self._act(lambda d: d.withdraw_code(c)))
        self.person.device_set.connect(self._let_in)
        self.security.separated.connect(lambda a: self._act(lambda d: d.separate(apart=a)))
        self.security.unlocked.connect(lambda k: self._act(lambda d: d.unlock(k)))
        self.security.limited.connect(self._limit)
        self.security.check_wanted.connect(self._check)
        self.security.save_wanted.connect(self._save_log)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        super().retranslate()
        self.new.setText(_("New person"))
        self.person.retranslate()
        self.security.retranslate()

    def fetch(self, desk: Desk) -> Told:
        """People, devices, duties."""
        return {**desk.people_desk().everything(), "url": desk.url}

    def show_items(self, items: Told) -> int:
        """Show them, the same one chosen as before; who waits is counted."""
        same, self.told = _without_log(items) == _without_log(self.told), items
        self.security.put_log(items)
        self._url = str(items["url"])
        self.new.setEnabled(SECURITY in items["duties"].get("own", ()))
        self.new.setVisible(bool(items["users"]))
        if same:
            # What is being typed stays.
            return len(items["lockouts"])
        self.list.put([_security_row(items), *(_row(one, items) for one in items["users"])])
        users = [str(one["name"]) for one in items["users"]]
        if self._shown not in {*users, _SECURITY_ROW, _NEW}:
            self._shown = users[0] if users else _SECURITY_ROW
        self._show(self._shown)
        return len(items["lockouts"])

    def recount(self, count: int) -> None:
        """The page is of use always."""
        super().recount(count)
        self.stack.setCurrentWidget(self.content)

    def empty_words(self) -> tuple[str, str]:
        """Not shown: there is always somebody."""
        return "", ""

    def _show(self, key: str) -> None:
        self._shown = key
        if key == _SECURITY_ROW:
            self.security.put(self.told)
            self.detail.setCurrentWidget(self.security)
        else:
            one = next((u for u in self.told["users"] if u["name"] == key), None)
            again = self.detail.currentWidget() is self.person and self._put_for == key
            (self.person.renew if again else self.person.put)(one, self.told)
            self._put_for = key
            self.detail.setCurrentWidget(self.person)
        self.list.select(key)

    def _new(self) -> None:
        self.list.clearSelection()
        self._show(_NEW)
        self.person.name.setFocus()

    # ---- acting
    def _act(
        self,
        work: Callable[[PeopleDesk], Any],
        done: Callable[[Any], None] | None = None,
        words: str = "",
    ) -> None:
        def arrived(result: Any) -> None:
            if words:
                self.office.toast(words)
            if done is not None:
                done(result)
            self.load()

        self.office.ask(lambda desk: work(desk.people_desk()), self, arrived, self._refused)

    def _refused(self, error: Exception) -> None:
        view = self.detail.currentWidget()
        if isinstance(view, PersonView | SecurityView):
            view.refuse(sentence(error))

    def _save(self, name: str, facts: Told) -> None:
        if name:
            self._act(lambda desk: desk.change(name, facts), self._saved, _("Saved."))
            return

        def entered(_nothing: object) -> None:
            self._shown = str(facts["name"])

        self._act(lambda desk: desk.add(facts), entered, _("Entered."))

    def _saved(self, _nothing: object) -> None:
        self.person.kept()

    def _code(self, name: str) -> None:
        def told(code: str) -> None:
            hint = _("Code for {name}, told this once; good for one device and seven days.")
            words = f"{self._url}\n{code}"
            self.person.show_secret(code, hint.format(name=name), coded=words)

        self._secret(lambda desk: desk.code(name), told)

    def _password(self, name: str) -> None:
        def told(password: str) -> None:
            hint = _("Password of {name}, told this once; the one before is good no more.")
            self.person.show_secret(password, hint.format(name=name))

        self._secret(lambda desk: desk.password(name), told)

    def _secret(self, work: Callable[[PeopleDesk], str], told: Callable[[str], None]) -> None:
        # No loading afterwards: it would take away what is told this once.
        self.office.ask(lambda desk: work(desk.people_desk()), self, told, self._refused)

    def _let_in(self, device: str, active: bool) -> None:
        words = _("It may come in again.") if active else _("Shut out; what it sends is held.")
        why = self.person.why.text().strip()
        self.person.why.clear()
        self._act(lambda desk: desk.let_in(device, active=active, why=why), words=words)

    def _save_log(self) -> None:
        file = self.office.questions.save_file(
            self, _("Save the audit log"), "audit.jsonl", _("Audit logs (*.jsonl *.csv)")
        )
        if file is not None:
            self.office.ask(
                lambda desk: desk.people_desk().save_log(file), self, self._log_saved, self._refused
            )

    def _log_saved(self, count: int) -> None:
        self.office.toast(_("{n} entries of the audit log saved.").format(n=count))

    def _limit(self, changes: Mapping[str, int]) -> None:
        def kept(_nothing: object) -> None:
            self.office.toast(_("The limits are saved."))
            self.load()

        def refused(error: Exception) -> None:
            self.security.limits.refuse(sentence(error))

        self.office.ask(lambda desk: desk.people_desk().set_limits(changes), self, kept, refused)

    def _check(self) -> None:
        self.office.ask(
            lambda desk: desk.people_desk().check_log(), self, self.security.say_log, self._refused
        )


def _without_log(told: Told) -> Told:
    # The log grows with every act of anybody; what is being typed is not thrown away for that.
    return {name: value for name, value in told.items() if name != "log"}


def _security_row(told: Told) -> Row:
    waits = len(told["lockouts"])
    apart = bool(told["duties"]["separate"])
    return Row(
        key=_SECURITY_ROW,
        title=_("Duties, waits, audit log"),
        line=_("Kept apart.") if apart else _("One person may hold several."),
        chip=_("{n} wait").format(n=waits) if waits else "",
        chip_role="attention" if waits else "",
    )


def _row(one: Told, told: Told) -> Row:
    mine = [device for device in told["devices"] if device["user"] == one["name"]]
    out = sum(device["state"] != "active" for device in mine)
    closed = one.get("state") != "active"
    words = joined(
        [_("{n} shut out").format(n=out) if out else "", _("Account closed") if closed else ""]
    )
    return Row(
        key=str(one["name"]),
        title=str(one["name"]),
        line=people_line(one),
        right=_devices(len(mine)),
        chip=words,
        chip_role="error" if closed else "attention" if out else "",
    )


def _devices(n: int) -> str:
    return ngettext("{n} device", "{n} devices", n).format(n=n) if n else ""
