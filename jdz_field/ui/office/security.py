"""Duties of administration, who waits after wrong tries, and whether the audit log is whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from jdz_field.core.i18n import _
from jdz_field.ui.office.limits import LimitsView
from jdz_field.ui.office.person import SECURITY, duty_words, when_words
from jdz_field.ui.rows import Row, RowList
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Scroll, boxed, button, clear, column, line, text

Told = Mapping[str, Any]


class SecurityView(Scroll):
    """What concerns everybody.

    Signals:
        separated(bool): keep duties apart, or no longer.
        limited(object): other limits, by name.
        unlocked(str): somebody may try again at once.
        check_wanted(): prove that the audit log is whole.
        save_wanted(): write the audit log to a file.
    """

    separated = Signal(bool)
    unlocked = Signal(str)
    limited = Signal(object)
    check_wanted = Signal()
    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(margins=24, gap=10)
        self._apart = False
        self.title, self.hint = text("", "heading"), text("", "secondary")
        self.holders = text("")
        self.apart = button("", self._separate)
        self.fault = text("", "error")
        self.fault.hide()
        self.wait_head, self.rows = text("", "heading"), QVBoxLayout()
        self.limits = LimitsView()
        self.limits.saved.connect(self.limited)
        self.limits_card = boxed(column(self.limits, margins=16))
        self.log_head, self.log = text("", "heading"), text("", "secondary")
        self.check = button("", self._check, icon="shield")
        self.save = button("", self._save, icon="save")
        self.entries = RowList()
        self.entries.setMinimumHeight(320)
        for part in (self.title, self.hint, self.holders, self.fault):
            self.body.addWidget(part)
        self.body.addLayout(line(self.apart, None))
        self.body.addSpacing(12)
        self.body.addWidget(self.wait_head)
        self.body.addLayout(self.rows)
        self.body.addSpacing(12)
        self.body.addWidget(self.limits_card)
        self.body.addSpacing(12)
        self.body.addWidget(self.log_head)
        self.body.addWidget(self.log)
        self.body.addLayout(line(self.check, self.save, None))
        self.body.addWidget(self.entries, 1)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.title.setText(_("Duties of administration"))
        self.hint.setText(
            _("Kept apart, nobody holds two of them and nobody changes their own rights.")
        )
        self.wait_head.setText(_("Who waits after wrong codes or passwords"))
        self.limits.retranslate()
        self.log_head.setText(_("Audit log"))
        self.check.setText(_("Check the audit log"))
        self.save.setText(_("Save the audit log"))

    def put(self, told: Told) -> None:
        """Show how things stand."""
        duties, own = told["duties"], told["duties"].get("own", ())
        self._apart = bool(duties["separate"])
        nobody = _("nobody")
        lines = [
            f"{duty_words(duty)}: {', '.join(duties[duty]) or nobody}"
            for duty in ("system", "security", "audit")
        ]
        state = _("Kept apart.") if self._apart else _("One person may hold several.")
        self.holders.setText("\n".join([*lines, state]))
        words = _("Let one person hold several") if self._apart else _("Keep the duties apart")
        self.apart.setText(words)
        # Who may not see the waits is not told that there are none.
        self.limits.put(told.get("limits", {}))
        for hidden in (self.apart, self.wait_head, self.limits_card):
            hidden.setVisible(SECURITY in own)
        for part in (self.check, self.save, self.entries):
            part.setVisible("audit" in own)
        self.log.setText(
            _("Every act of everybody, in order; nothing is ever taken out.")
            if "audit" in own
            else _("Whoever holds the duty of audit reads it.")
        )
        self.fault.hide()
        clear(self.rows)
        for one in told["lockouts"]:
            self.rows.addWidget(self._row(one))
        if not told["lockouts"] and SECURITY in own:
            self.rows.addWidget(text(_("Nobody waits."), "secondary"))

    def put_log(self, told: Told) -> None:
        """Show the newest entries of the audit log, the newest first."""
        self.entries.put([_entry(one) for one in reversed(told["log"])])

    def _row(self, one: Told) -> Any:
        until = _("until {time}").format(time=when_words(one["until"]))
        said = joined([wait_words(str(one["key"])), _("{n} tries").format(n=one["tries"]), until])
        act = button(_("Let them try again"))
        act.clicked.connect(lambda: self.unlocked.emit(str(one["key"])))
        row = line(text(said), act, margins=12)
        row.setStretch(0, 1)
        return boxed(column(row))

    def say_log(self, told: Told) -> None:
        """What the check of the log found."""
        broken = told.get("broken")
        if broken is None:
            words = _("The audit log is whole: {n} entries.").format(n=told["entries"])
        else:
            words = _(
                "Entry {id} of the audit log does not fit those before it; keep a copy."
            ).format(id=broken)
        self.log.setText(words)

    def refuse(self, sentence: str) -> None:
        """Say what was refused."""
        self.fault.setText(sentence)
        self.fault.show()

    def _separate(self) -> None:
        self.separated.emit(not self._apart)

    def _check(self) -> None:
        self.check_wanted.emit()

    def _save(self) -> None:
        self.save_wanted.emit()


def wait_words(key: str) -> str:
    """Who waits, of a key as ``central.lockouts`` writes it."""
    kind, _sign, rest = key.partition(":")
    name, _sign, address = rest.rpartition("@")
    words = {
        "code": _("Enrolment codes from {address}"),
        "login": _("{name} from {address}"),
        "address": _("Every name from {address}"),
        "name": _("{name} from everywhere"),
        "token": _("Unknown devices from {address}"),
    }.get(kind, key)
    return words.format(name=name if kind == "login" else rest, address=address or rest)


def _entry(one: Told) -> Row:
    """What was done is said as the log has it: it is evidence, not prose."""
    what = one["what"] if isinstance(one.get("what"), Mapping) else {}
    words = joined([f"{name}: {_plain(value)}" for name, value in what.items() if value])
    return Row(
        key=str(one["id"]),
        title=joined([str(one["id"]), str(one["who"]), str(one["act"])]),
        line=words,
        right=when_words(one["at"]),
    )


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
