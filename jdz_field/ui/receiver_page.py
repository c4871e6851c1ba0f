"""Choosing the receiver, and seeing at once what it says."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.gnss.sources import Port, ports, source_of
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.page import Page
from jdz_field.ui.receiver_words import shown_accuracy, words_of
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import shown_point
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text

#: How often the page looks for ports that were plugged in, in ms.
_LOOK_MS = 3000
_NONE = ""


class ReceiverPage(Page):
    """Ports by name, an address by hand, a recorded log; what comes in, live."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self._found: list[Port] = []
        self.icon = QLabel()
        self.words, self.detail = text("", "heading"), text("", "secondary")
        self.place = text("", "body")
        self.ports_head, self.other_head = text("", "section"), text("", "section")
        self.ports = RowCard()
        self.ports.chosen.connect(self._choose)
        self.address = QLineEdit()
        self.address.returnPressed.connect(self._take_address)
        self.take = button("", self._take_address, icon="check")
        self.address_hint = text("", "caption")
        self.log = button("", self._replay, icon="play")
        self.wrong = text("", "error")
        self.wrong.hide()
        self._lay_out()
        app.receiver.shown.connect(self._show_state)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._look_for_ports)
        self._look.start()
        self.retranslate()

    def _lay_out(self) -> None:
        scroll = Scroll(gap=10)
        top = line(self.icon, column(self.words, self.detail, self.place, gap=4), gap=12)
        top.setStretch(1, 1)
        top.setContentsMargins(16, 12, 16, 12)
        scroll.body.addWidget(boxed(top))
        for part in (self.ports_head, self.ports, self.other_head):
            scroll.body.addWidget(part)
        row = line(self.address, self.take)
        row.setStretch(0, 1)
        scroll.body.addLayout(row)
        for part in (self.address_hint, self.wrong):
            scroll.body.addWidget(part)
        scroll.body.addLayout(line(self.log, None))
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def title(self) -> str:
        """The heading."""
        return _("Receiver")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.ports_head.setText(_("Ports of this machine"))
        self.other_head.setText(_("By address"))
        self.address.setPlaceholderText("tcp://192.168.1.20:9001")
        self.address.setAccessibleName(_("Address of the receiver"))
        self.address_hint.setText(
            _("tcp://host:port, udp://0.0.0.0:port, or serial:PORT@speed when the speed is known.")
        )
        self.take.setText(_("Connect"))
        self.log.setText(_("Replay a recorded log"))
        self._show_state()

    def refresh(self) -> None:
        """Ports and choice as they are now."""
        self._look_for_ports()
        chosen = self.app.receiver_spec
        if not self.address.hasFocus() and not chosen.startswith(("serial:", "replay:")):
            self.address.setText(chosen)
        self._show_ports()
        self._show_state()

    # ---- what it says
    def _show_state(self) -> None:
        receiver = self.app.receiver
        words = words_of(receiver)
        icons.give(self.icon, words.icon, words.ink, 40)
        self.words.setText(words.short)
        self.detail.setText(words.long)
        fix = receiver.latest
        self.place.setVisible(fix is not None)
        if fix is not None:
            parts = [shown_point(fix.lon, fix.lat)]
            if fix.accuracy is not None:
                parts.append(_("error about {metres}").format(metres=shown_accuracy(fix.accuracy)))
            if fix.altitude is not None:
                parts.append(_("height {metres:.1f} m").format(metres=fix.altitude))
            self.place.setText(" · ".join(parts))

    # ---- ports
    def _look_for_ports(self) -> None:
        if not self.isVisible():
            return
        self.app.jobs.without_store(ports, self, self._ports_found, _nothing)

    def _ports_found(self, found: list[Port]) -> None:
        if found != self._found:
            self._found = found
            self._show_ports()

    def _show_ports(self) -> None:
        chosen = self.app.receiver_spec
        rows = [
            Row(
                key=f"serial:{port.device}",
                title=port.title,
                line=port.device,
                chip=_("in use") if chosen.partition("@")[0] == f"serial:{port.device}" else "",
                chip_role="ok",
            )
            for port in self._found
        ]
        if chosen.startswith("replay:"):
            rows.append(Row(key=chosen, title=chosen[len("replay:") :], chip=_("in use")))
        none = _("No receiver")
        mark = "" if chosen else _("in use")
        rows.append(Row(key=_NONE, title=none, line=_("Positions by hand"), chip=mark))
        self.ports.put(rows)

    # ---- choosing
    def _choose(self, row: Row) -> None:
        self._take(row.key)

    def _take_address(self) -> None:
        self._take(self.address.text().strip())

    def _replay(self) -> None:
        patterns = _("Recorded sentences") + " (*.nmea *.log *.txt *.ubx)"
        file = self.app.questions.open_file(self, _("Replay a recorded log"), patterns)
        if file is not None:
            self._take(f"replay:{file}")

    def _take(self, spec: str) -> None:
        try:
            if spec:
                source_of(spec)
        except BadInput as error:
            self.wrong.setText(str(error))
            self.wrong.show()
            return
        self.wrong.hide()
        self.app.prefer("receiver", spec)
        self._show_ports()


def _nothing(_error: Exception) -> None:
    """Ports that cannot be listed now are looked for again soon."""
