"""Choosing the receiver, and seeing at once what it says."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from jdz_field.core.clock import local_text
from jdz_field.core.errors import BadInput, JdzError
from jdz_field.core.i18n import _
from jdz_field.gnss.recorder import logs, moment_of
from jdz_field.gnss.serial_port import BLUETOOTH, USB
from jdz_field.gnss.sky import Sky
from jdz_field.gnss.sources import Port, ports, source_of
from jdz_field.operations.preferences_place import configuration
from jdz_field.ui import icons
from jdz_field.ui.context import AppContext
from jdz_field.ui.page import Page
from jdz_field.ui.receiver_heights import HeightFields
from jdz_field.ui.receiver_north import NorthFields
from jdz_field.ui.receiver_raw import RawPage
from jdz_field.ui.receiver_sky import SkyBars
from jdz_field.ui.receiver_words import facts_of, words_of
from jdz_field.ui.rows import Row
from jdz_field.ui.tiles import RowCard
from jdz_field.ui.values import shown_point
from jdz_field.ui.widgets import Scroll, boxed, button, column, line, text

#: How often the page looks for ports that were plugged in, and at the satellites, in ms.
_LOOK_MS, _SKY_MS = 3000, 1000
_NONE = ""
_WINDOWS = "location:windows"


def logs_folder() -> Path:
    """Where what receivers said is kept: with this machine, not with a project."""
    return configuration() / "receiver"


class ReceiverPage(Page):
    """What comes in, live; ports by name, an address by hand, logs kept and played."""

    def __init__(self, app: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(app, parent)
        self._found: list[Port] = []
        self._make_state()
        self.ports_head, self.other_head = text("", "section"), text("", "section")
        self.ports = RowCard()
        self.ports.chosen.connect(self._choose)
        self.address = QLineEdit()
        self.address.returnPressed.connect(self._take_address)
        self.take = button("", self._take_address, icon="check")
        self.address_hint = text("", "caption")
        self.wrong = text("", "error")
        self.wrong.hide()
        self.heights, self.north = HeightFields(app), NorthFields(app)
        self._make_logs()
        self._lay_out()
        app.receiver.shown.connect(self._show_state)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._look_for_ports)
        self._look.start()
        self._sky_look = QTimer(self, interval=_SKY_MS)
        self._sky_look.timeout.connect(self._show_sky)
        self._sky_look.start()
        self.retranslate()

    def _make_state(self) -> None:
        self.icon = QLabel()
        self.words, self.detail = text("", "heading"), text("", "secondary")
        self.place, self.facts = text("", "body"), text("", "secondary")
        self.sky_head, self.sky = text("", "section"), SkyBars()
        self.sky_key = text("", "caption")
        self.raw = button("", self._open_raw, icon="text")

    def _make_logs(self) -> None:
        self.logs_head, self.logs = text("", "section"), RowCard()
        self.logs.chosen.connect(self._choose)
        self.keep = button("", self._keep, icon="save")
        self.log = button("", self._replay, icon="play")
        self.log_state = text("", "caption")

    def _lay_out(self) -> None:
        scroll = Scroll(gap=10)
        parts = column(self.words, self.detail, self.place, self.facts, gap=4)
        top = line(self.icon, parts, gap=12)
        top.setStretch(1, 1)
        top.setContentsMargins(16, 12, 16, 12)
        scroll.body.addWidget(boxed(top))
        self.sky_card = boxed(column(self.sky, self.sky_key, margins=14, gap=6))
        address = line(self.address, self.take)
        address.setStretch(0, 1)
        for part in (
            *(self.wrong, self.sky_head, self.sky_card, self.ports_head, self.ports),
            *(self.other_head, address, self.address_hint, self.logs_head),
            *(line(self.keep, self.raw, None), self.log_state, self.logs, line(self.log, None)),
            *(self.heights, self.north),
        ):
            if isinstance(part, QWidget):
                scroll.body.addWidget(part)
            else:
                scroll.body.addLayout(part)
        scroll.body.addStretch(1)
        self.setLayout(column(scroll))

    def title(self) -> str:
        """The heading."""
        return _("Receiver")

    def retranslate(self) -> None:
        """Every text in the language in force."""
        self.sky_head.setText(_("Satellites"))
        self.sky_key.setText(
            _("The higher the bar, the stronger the signal; filled: used for the position.")
        )
        self.ports_head.setText(_("Receivers of this machine"))
        self.other_head.setText(_("By address"))
        self.address.setPlaceholderText("tcp://192.168.1.20:9001")
        self.address.setAccessibleName(_("Address of the receiver"))
        self.address_hint.setText(
            _("tcp://host:port, udp://0.0.0.0:port, or serial:PORT@speed when the speed is known.")
        )
        self.take.setText(_("Connect"))
        self.logs_head.setText(_("What it says"))
        self.raw.setText(_("Sentences"))
        self.heights.retranslate()
        self.north.retranslate()
        self.log.setText(_("Replay a recorded log"))
        self._show_state()
        self._show_ports()
        self._show_logs()

    def refresh(self) -> None:
        """Ports and choice as they are now."""
        self._look_for_ports()
        chosen = self.app.receiver_spec
        if not self.address.hasFocus() and chosen.startswith(("tcp:", "udp:")):
            self.address.setText(chosen)
        self._show_ports()
        self._show_logs()
        self._show_state()
        self._show_sky()
        self.heights.refresh()
        self.north.refresh()

    # ---- what it says
    def _show_state(self) -> None:
        if not self.isVisible():
            return
        receiver = self.app.receiver
        words = words_of(receiver)
        icons.give(self.icon, words.icon, words.ink, 40)
        self.words.setText(words.short)
        self.detail.setText(words.long)
        fix = receiver.latest
        self.place.setVisible(fix is not None)
        self.facts.setVisible(fix is not None)
        if fix is not None:
            self.place.setText(shown_point(fix.lon, fix.lat))
            self.facts.setText("\n".join(facts_of(fix, receiver.heard)))

    def _show_sky(self) -> None:
        if not self.isVisible():
            return
        sky = self.app.receiver.heard.sky if self.app.receiver.there else Sky()
        seen = bool(sky.counts)
        self.sky_head.setVisible(seen)
        self.sky_card.setVisible(seen)
        self.sky.put(sky)
        self._show_keeping()

    def _open_raw(self) -> None:
        self.app.push(RawPage(self.app))

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
        rows = [_port_row(port, chosen) for port in self._found]
        if sys.platform == "win32":
            line_words = _("Satellites only: a Wi-Fi position is refused")
            title, mark = _("Location service of Windows"), _in_use(chosen == _WINDOWS)
            rows.append(Row(_WINDOWS, title, line_words, chip=mark, chip_role="ok"))
        if chosen.startswith("replay:"):
            name = Path(chosen[len("replay:") :]).name
            rows.append(Row(key=chosen, title=name, line=_("Replay"), chip=_in_use(True)))
        none, by_hand = _("No receiver"), _("Positions by hand")
        rows.append(Row(key=_NONE, title=none, line=by_hand, chip=_in_use(not chosen)))
        self.ports.put(rows)

    # ---- logs
    def _show_logs(self) -> None:
        rows = []
        growing = self.app.receiver.recorder
        for log in logs(logs_folder()):
            if growing is not None and log == growing.file:
                continue
            moment = moment_of(log)
            title = local_text(moment) if moment is not None else log.name
            words = _("{size} · tap to play it").format(size=_size(log.stat().st_size))
            rows.append(Row(key=f"replay:{log}", title=title, line=words))
        self.logs.setVisible(bool(rows))
        self.logs.put(rows)
        self._show_keeping()

    def _show_keeping(self) -> None:
        receiver = self.app.receiver
        recorder = receiver.recorder
        self.keep.setEnabled(recorder is not None or receiver.reader is not None)
        self.raw.setEnabled(receiver.reader is not None)
        self.keep.setText(_("Stop keeping a log") if recorder else _("Keep a log"))
        icons.give(self.keep, "stop" if recorder else "save", "ink", 20)
        if recorder is None:
            words = _("A log can be played later; the eight newest of 32 MB are kept.")
        elif recorder.why:
            words = recorder.why
        else:
            words = _("Kept: {size} in {name}").format(
                size=_size(recorder.bytes), name=recorder.file.name
            )
        self.log_state.setText(words)

    def _keep(self) -> None:
        receiver = self.app.receiver
        if receiver.recorder is not None:
            receiver.stop_log()
        else:
            try:
                receiver.start_log(logs_folder())
            except JdzError as error:
                self._say_wrong(str(error))
        self._show_logs()

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
            self._say_wrong(str(error))
            return
        self.wrong.hide()
        self.app.prefer("receiver", spec)
        self._show_ports()
        self._show_logs()
        self._show_sky()

    def _say_wrong(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.show()


def _in_use(used: bool) -> str:
    return _("in use") if used else ""


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _port_row(port: Port, chosen: str) -> Row:
    kinds = {USB: _("USB"), BLUETOOTH: _("Bluetooth")}
    words = [port.device, kinds.get(port.kind, _("built in"))]
    if port.incoming:
        words.append(_("waits to be called: choose the outgoing port"))
    _base, _mark, usb = chosen.partition("?usb=")
    same = chosen.partition("?")[0].partition("@")[0] == f"serial:{port.device}"
    used = usb == port.usb if usb and port.usb else same
    return Row(port.spec, port.title, " · ".join(words), chip=_in_use(used), chip_role="ok")


def _nothing(_error: Exception) -> None:
    """Ports that cannot be listed now are looked for again soon."""
