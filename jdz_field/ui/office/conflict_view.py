"""One conflict, large: the field, what stands against what, a reason, what comes next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from jdz_field.core.changes import Value
from jdz_field.core.i18n import _
from jdz_field.core.sites import point_of
from jdz_field.operations.office_items import Conflict, Stand
from jdz_field.operations.position_words import point_words
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.office.cards import ValueCard
from jdz_field.ui.office.free_value import Refused, editor_for, value_of
from jdz_field.ui.office.sketch import Sketch, Spot
from jdz_field.ui.values import field_label, joined, kind_label, shown, shown_time
from jdz_field.ui.widgets import Scroll, button, clear, column, line, set_role, text, tool

_TOKENS = ("ink2", "celadon", "accent")


class ConflictView(QWidget):
    """Shows one ``Conflict`` and takes the decision.

    Signals:
        decided(str, object, str): ``take`` (central, incoming, base, value), value, why.
        turned(int): show the conflict so many places on.
    """

    decided = Signal(str, object, str)
    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._conflict: Conflict | None = None
        self.place = text("", "strong", wrap=False)
        self.field = text("", "title")
        self.site = text("", "secondary")
        self.sketch = Sketch()
        self.base = ValueCard("1", _("Before"))
        self.central = ValueCard("2", _("At the centre"))
        self.incoming = ValueCard("3", _("Sent in"))
        self.cards = (self.base, self.central, self.incoming)
        self.base.clicked.connect(self._take_base)
        self.central.clicked.connect(self._take_central)
        self.incoming.clicked.connect(self._take_incoming)
        self.rivals = column(gap=4)
        self.why = QLineEdit()
        self.why.setPlaceholderText(_("Reason (kept with the decision)"))
        self.reasons = line(gap=8)
        self.free = text(_("Another value (4)"), "section")
        self.take_free = button(_("Take this value"), self._take_value)
        self._free_row = line()
        self._editor: Editor | None = None
        self._entered = ""
        self.fault = text("", "error")
        self.next = text("", "caption")
        self._build()

    def _build(self) -> None:
        before = tool("chevron-left", _("Back") + " (←)", self._back)
        after = tool("chevron-right", _("Skip") + " (→)", self._skip)
        before.setShortcut("Alt+Left")
        after.setShortcut("Alt+Right")
        names = column(self.field, self.site, gap=2)
        top = line(names, before, self.place, after, gap=4)
        top.setStretch(0, 1)
        self._chips()
        own = QShortcut(QKeySequence("4"), self)
        own.activated.connect(self._enter_free)
        scroll = Scroll(margins=24, gap=12)
        scroll.body.addWidget(self.sketch)
        scroll.body.addLayout(line(*self.cards, gap=12))
        scroll.body.addLayout(self.rivals)
        scroll.body.addSpacing(8)
        scroll.body.addLayout(self.reasons)
        scroll.body.addSpacing(8)
        scroll.body.addWidget(self.free)
        scroll.body.addLayout(self._free_row)
        scroll.body.addWidget(self.fault)
        scroll.body.addStretch(1)
        top.setContentsMargins(24, 16, 16, 0)
        foot = line(self.next, margins=16)
        self.setLayout(column(top, scroll, foot, gap=0))

    def _chips(self) -> None:
        self.reasons.addWidget(self.why, 1)
        for words in (_("Checked on site"), _("By the documents"), _("Entry error")):
            chip = button(words, self._reason, kind="chip")
            chip.setObjectName(words)
            self.reasons.addWidget(chip)

    def put(self, conflict: Conflict, place: int, total: int, after: Conflict | None) -> None:
        """Show this conflict; ``place`` counts from 1."""
        self._conflict = conflict
        c = conflict
        self.place.setText(_("{place} of {total}").format(place=place, total=total))
        self.site.setText(joined([c.name, c.code, kind_label(c.kind)]))
        self.field.setText(title_of(c))
        for card, stand in zip(self.cards, (c.base, c.central, c.incoming), strict=True):
            card.put(
                shown(c.kind, c.field, stand.value),
                joined([stand.author, _when(stand)]),
                stand.device,
                found=_found(c, stand.value),
            )
        set_role(self.incoming.key, "chip-accent")
        self._sketch(c)
        self._rivals(c)
        self._free(c)
        self.why.clear()
        self._say("")
        words = joined([title_of(after), after.name or after.code]) if after else ""
        self.next.setText(
            _("Next: {what}").format(what=words) if words else _("This is the last one.")
        )
        self.setFocus()

    def show_origin(self, origin: Stand) -> None:
        """Who gave the old value, and when; it comes a little later than the rest."""
        if self._conflict is not None:
            kind, name = self._conflict.kind, self._conflict.field
            who = joined([origin.author, _when(origin)])
            found = _found(self._conflict, origin.value)
            self.base.put(shown(kind, name, origin.value), who, found=found)

    def _sketch(self, c: Conflict) -> None:
        spots: list[Spot] = []
        if c.field == "geometry":
            stands = (c.base, c.central, c.incoming)
            for key, token, stand in zip("123", _TOKENS, stands, strict=True):
                point = point_of(str(stand.value)) if stand.value else None
                if point is not None:
                    spots.append(Spot(key, *point, token))
        self.sketch.put(spots)

    def _rivals(self, c: Conflict) -> None:
        clear(self.rivals)
        for place, rival in enumerate(c.rivals):
            if rival.change == c.incoming.change:
                continue
            words = _("Also sent in: {value} ({who})").format(
                value=shown(c.kind, c.field, rival.value),
                who=joined([rival.author, _when(rival), *_found(c, rival.value)]),
            )
            made = button(words, self._take_rival, kind="row")
            made.setObjectName(str(place))
            self.rivals.addWidget(made)

    def _free(self, c: Conflict) -> None:
        clear(self._free_row)
        self._entered = ""
        wanted = c.type == "field"
        self.free.setVisible(wanted)
        self._editor = None
        if not wanted:
            return
        self._editor = editor_for(c.kind, c.field)
        self._editor.answered.connect(self._type)
        self.take_free = button(_("Take this value"), self._take_value)
        self._free_row.addWidget(self._editor, 1)
        self._free_row.addWidget(self.take_free)

    # ---- taking
    def _decide(self, take: str, value: Value = None) -> None:
        if self._conflict is not None:
            self.decided.emit(take, value, self.why.text().strip())

    def _take_base(self) -> None:
        self._decide("base")

    def _take_central(self) -> None:
        self._decide("central")

    def _take_incoming(self) -> None:
        self._decide("incoming")

    def _take_rival(self) -> None:
        if self._conflict is not None:
            rival = self._conflict.rivals[int(self.sender().objectName())]
            self._with_reason(rival.value)

    def _take_value(self) -> None:
        if self._conflict is None:
            return
        try:
            value = value_of(self._conflict.kind, self._conflict.field, self._entered)
        except Refused as refused:
            self._say(str(refused))
            return
        self._with_reason(value)

    def _with_reason(self, value: Value) -> None:
        if not self.why.text().strip():
            self._say(_("A value of your own needs a reason."))
            self.why.setFocus()
            return
        self._decide("value", value)

    def _enter_free(self) -> None:
        if self._editor is not None:
            self._editor.take_focus()

    def _type(self, entered: str) -> None:
        self._entered = entered

    def _reason(self) -> None:
        self.why.setText(self.sender().objectName())

    def _say(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))

    def _back(self) -> None:
        self.turned.emit(-1)

    def _skip(self) -> None:
        self.turned.emit(1)


def title_of(conflict: Conflict) -> str:
    """The conflict in a few words: the field's name, or what kind of conflict it is."""
    special = {
        "delete": _("Deleted here, changed there"),
        "duplicate": _("Two sites with one number"),
        "record": _("Two corrections of one record"),
    }
    return special.get(conflict.type) or field_label(conflict.kind, conflict.field)


def _found(conflict: Conflict, value: Value) -> tuple[str, str]:
    """How a position of a conflict was found, and why it is worse than was asked for."""
    return point_words(conflict.how, value) if conflict.field == "geometry" else ("", "")


def _when(stand: Stand) -> str:
    return shown_time(stand.at) if stand.at else ""
