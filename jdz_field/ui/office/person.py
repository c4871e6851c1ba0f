"""One person: what they may do and see, their devices, codes and password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QVBoxLayout

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.i18n import _
from jdz_field.operations.qr import modules
from jdz_field.ui.office.chips import Chips
from jdz_field.ui.values import joined
from jdz_field.ui.widgets import Scroll, boxed, button, clear, column, line, text

Told = Mapping[str, Any]
SECURITY = "security"


def role_words(role: str) -> str:
    """What a role is called."""
    return {
        "field": _("Field work"),
        "forestry": _("Forestry"),
        "office": _("Office"),
        "admin": _("Administrator"),
    }.get(role, role)


def duty_words(duty: str) -> str:
    """What a duty of an administrator is called."""
    return {
        "system": _("System administration"),
        "security": _("Security administration"),
        "audit": _("Audit"),
    }.get(duty, duty)


def when_words(at: object) -> str:
    """A time of the centre's, for a person."""
    return local_text(from_text(str(at))) if at else ""


class PersonView(Scroll):
    """A person, or an empty sheet for a new one.

    Signals:
        saved(str, object): the name (of a new one: empty) and what it is to be.
        code_wanted(str), password_wanted(str): for whom.
        code_withdrawn(str): the id of a code.
        device_set(str, bool): a device, and whether it may come in.
    """

    saved = Signal(str, object)
    code_wanted = Signal(str)
    password_wanted = Signal(str)
    code_withdrawn = Signal(str)
    device_set = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__(margins=24, gap=10)
        self._name, self._state = "", "active"
        self._before: dict[str, Any] = {}
        self.title, self.about = text("", "heading"), text("", "caption")
        self.name, self.role = QLineEdit(), QComboBox()
        self.counties, self.kinds, self.duties = Chips(), Chips(), Chips()
        self.heads = {n: text("", "section") for n in ("name", "role", "counties", "kinds")}
        self.heads["duties"] = text("", "section")
        self.save = button("", self._save, kind="primary", icon="check")
        self.close_ = button("", self._close, kind="danger")
        self.secret = text("", "title")
        self.secret.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.secret_hint = text("", "secondary")
        self.square = QLabel()
        told = line(column(self.secret, self.secret_hint, None, gap=4), self.square, margins=16)
        told.setStretch(0, 1)
        self.secret_box = boxed(told, "good")
        self.secret_box.hide()
        self.code = button("", self._want_code, icon="key")
        self.password = button("", self._want_password, icon="phone")
        self.device_head, self.rows = text("", "section"), QVBoxLayout()
        #: Why a device is shut out or let in; goes into the audit log.
        self.why = QLineEdit()
        self.fault = text("", "error")
        self.fault.hide()
        self._lay_out()
        self.role.currentIndexChanged.connect(self._fits)

    def _lay_out(self) -> None:
        pairs = (
            ("name", self.name),
            ("role", self.role),
            ("duties", self.duties),
            ("counties", self.counties),
            ("kinds", self.kinds),
        )
        self.body.addWidget(self.title)
        self.body.addWidget(self.about)
        for name, part in pairs:
            self.body.addLayout(column(self.heads[name], part, gap=4))
        self.body.addWidget(self.fault)
        self.body.addLayout(line(self.save, self.close_, None))
        self.body.addWidget(self.secret_box)
        self.body.addLayout(line(self.code, self.password, None))
        self.body.addWidget(self.device_head)
        self.body.addLayout(self.rows)
        self.body.addWidget(self.why)
        self.body.addStretch(1)

    def retranslate(self) -> None:
        """Every text in the language in force."""
        words = {
            "name": _("Name"),
            "role": _("Role"),
            "duties": _("Duties of an administrator"),
            "counties": _("Counties (none: the whole city)"),
            "kinds": _("Kinds of sites (none: all)"),
        }
        for name, label in self.heads.items():
            label.setText(words[name])
        chosen = self.role.currentData()
        self.role.blockSignals(True)
        self.role.clear()
        for role in ("field", "forestry", "office", "admin"):
            self.role.addItem(role_words(role), role)
        self.role.setCurrentIndex(max(self.role.findData(chosen), 0))
        self.role.blockSignals(False)
        self.counties.offer([(c.value, c.label) for c in code_list("county").codes])
        self.kinds.offer([(kind, site_kind(kind).label) for kind in SITE_KINDS])
        self.duties.offer([(d, duty_words(d)) for d in ("system", "security", "audit")])
        self.why.setPlaceholderText(_("Why a device is shut out or let in (for the log)"))
        self.code.setText(_("New code for a device"))
        self.password.setText(_("Password for ODK Collect and GIS"))

    def put(self, person: Told | None, told: Told) -> None:
        """Show somebody; ``None``: an empty sheet. ``told``: what ``PeopleDesk`` found."""
        one = person or {}
        self._name = str(one.get("name", ""))
        self.title.setText(self._name or _("New person"))
        self.name.setText(self._name)
        self.why.clear()
        self._choose(one)
        self.fault.hide()
        self.secret_box.hide()
        self._stand(one, told)

    def renew(self, person: Told | None, told: Told) -> None:
        """The same person as the centre has them now; what is being changed or told stays."""
        one = person or {}
        if not self.changed() and person:
            self._choose(one)
        self._stand(one, told)

    def kept(self) -> None:
        """What stands here is what the centre has."""
        self._before = self._facts()
        self.fault.hide()

    def changed(self) -> bool:
        """Whether somebody changed something and did not save it yet."""
        return self._facts() != self._before or self.name.text() != self._name

    def _choose(self, one: Told) -> None:
        self.role.setCurrentIndex(max(self.role.findData(one.get("role", "field")), 0))
        for chips, key in ((self.counties, "counties"), (self.kinds, "kinds"),
                           (self.duties, "duties")):  # fmt: skip
            chips.choose(one.get(key, ()))
        self._before = self._facts()

    def _stand(self, one: Told, told: Told) -> None:
        """What is not entered here: state, devices, and who may act."""
        self._state = str(one.get("state", "active"))
        made = _("since {day}").format(day=when_words(one.get("created"))) if one else ""
        self.about.setText(joined([made, _("Account closed") if self._state != "active" else ""]))
        self._put_devices(told)
        self._allow(may=SECURITY in told["duties"].get("own", ()), new=not one)
        self._fits()

    def _allow(self, *, may: bool, new: bool) -> None:
        self.heads["name"].setVisible(new)
        self.name.setVisible(new)
        for part in (self.role, self.counties, self.kinds, self.duties, self.save, self.close_,
                     self.code, self.password):  # fmt: skip
            part.setEnabled(may)
        for hidden in (self.code, self.password, self.close_, self.device_head):
            hidden.setVisible(not new)
        self.save.setText(_("Enter this person") if new else _("Save"))
        shut = self._state != "active"
        self.close_.setText(_("Open the account again") if shut else _("Close the account"))

    def _fits(self) -> None:
        admin = self.role.currentData() == "admin"
        self.duties.setVisible(admin)
        self.heads["duties"].setVisible(admin)

    def _put_devices(self, told: Told) -> None:
        clear(self.rows)
        mine = [one for one in told["devices"] if self._name and one["user"] == self._name]
        codes = [one for one in told["codes"] if self._name and one["user"] == self._name]
        words = joined([_("Devices"), str(len(mine))])
        self.device_head.setText(words if mine else _("No device yet; draw a code for one."))
        self.why.setVisible(bool(mine))
        for one in mine:
            self.rows.addWidget(self._device(one))
        for one in codes:
            self.rows.addWidget(self._code(one))

    def _device(self, one: Told) -> QFrame:
        out = one["state"] != "active"
        seen = when_words(one.get("last_seen"))
        said = _("last seen {time}").format(time=seen) if seen else _("never seen")
        batches = _("{n} batches").format(n=one["batches"])
        name = text(str(one["name"]), "strong")
        about = text(joined([said, batches, _("Shut out") if out else ""]), "secondary")
        act = button(_("Let in again") if out else _("Shut out"), kind="" if out else "danger")
        act.clicked.connect(lambda: self.device_set.emit(str(one["id"]), out))
        row = line(column(name, about, gap=2), act, margins=12)
        row.setStretch(0, 1)
        return boxed(row)

    def _code(self, one: Told) -> QFrame:
        said = _("Code not used yet, good until {time}").format(time=when_words(one["expires"]))
        act = button(_("Withdraw"))
        act.clicked.connect(lambda: self.code_withdrawn.emit(str(one["id"])))
        row = line(text(said, "secondary"), act, margins=12)
        row.setStretch(0, 1)
        return boxed(row)

    def show_secret(self, words: str, hint: str, *, coded: str = "") -> None:
        """Show what is told this once; ``coded``: as a QR code beside it."""
        self.secret.setText(words)
        self.square.setVisible(bool(coded))
        if coded:
            self.square.setPixmap(_qr(coded))
        self.secret_hint.setText(hint)
        self.secret_box.show()
        self.ensureWidgetVisible(self.secret_box)

    def refuse(self, sentence: str) -> None:
        """Say what was refused."""
        self.fault.setText(sentence)
        self.fault.show()
        self.ensureWidgetVisible(self.fault)

    # ---- acting
    def _facts(self) -> dict[str, Any]:
        role = self.role.currentData()
        facts: dict[str, Any] = {
            "role": role,
            "counties": self.counties.chosen(),
            "kinds": self.kinds.chosen(),
        }
        return facts | ({"duties": self.duties.chosen()} if role == "admin" else {})

    def _save(self) -> None:
        if self._name:
            self.saved.emit(self._name, self._facts())
        else:
            self.saved.emit("", self._facts() | {"name": self.name.text().strip()})

    def _close(self) -> None:
        state = "closed" if self._state == "active" else "active"
        self.saved.emit(self._name, {"state": state})

    def _want_code(self) -> None:
        self.code_wanted.emit(self._name)

    def _want_password(self) -> None:
        self.password_wanted.emit(self._name)


def _qr(words: str) -> QPixmap:
    """A QR code, dark on white in every theme: readers want it so."""
    rows = modules(words)
    side = max(2, 168 // len(rows))
    picture = QPixmap(side * len(rows), side * len(rows))
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                painter.fillRect(x * side, y * side, side, side, Qt.GlobalColor.black)
    painter.end()
    return picture


def people_line(one: Told) -> str:
    """Role, counties, kinds and duties of a person in a line."""
    counties: Sequence[str] = [
        code_list("county").label(value) or value for value in one.get("counties", ())
    ]
    kinds = [site_kind(kind).label for kind in one.get("kinds", ()) if kind in SITE_KINDS]
    return joined([
        role_words(str(one["role"])),
        " / ".join(counties) or _("Whole city"),
        " / ".join(kinds),
        " / ".join(duty_words(duty) for duty in one.get("duties", ())),
    ])  # fmt: skip
