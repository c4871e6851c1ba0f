"""Positions that a form takes by itself (setgeopoint): from the receiver, or said to be missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from jdz_field.core.catalogue import site_kind
from jdz_field.core.i18n import _
from jdz_field.gnss.fix import Fix
from jdz_field.ui.flow import flow
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.gate import Limits, height_of_fix, limits_of, of_fix, replay_words
from jdz_field.ui.form.marked import plain
from jdz_field.ui.icons import give
from jdz_field.ui.receiver import LOST, NONE, Receiver
from jdz_field.ui.widgets import button, column, line, set_role, text, tool
from jdz_field.xforms.view import Node

#: More names than this are not listed.
_NAMED = 3


class Positions(QFrame):
    """Fills what the form wants a position in, with the next fix; a line says what it waits for.

    Signals:
        settings_wanted(): the person wants to set up a receiver.
        wanted(str): the ref of a question to fill by hand.
    """

    settings_wanted = Signal()
    wanted = Signal(str)

    def __init__(self, driver: Driver, receiver: Receiver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._driver, self._receiver = driver, receiver
        self._dismissed: tuple[str, ...] = ()
        self.setProperty("role", "note")
        self.sign = text("", wrap=False)
        self.words = text("")
        self.set_up = button(_("Receiver …"), self.settings_wanted.emit, kind="quiet")
        self.by_hand = button(_("By hand"), self._by_hand, kind="quiet", icon="edit")
        self.shut = tool("close", _("Close"), self._dismiss)
        row = line(self.sign, self.words, self.shut)
        row.setStretch(1, 1)
        whole = column(row, flow(self.by_hand, self.set_up), gap=0)
        whole.setContentsMargins(16, 4, 8, 4)
        self.setLayout(whole)
        self.hide()
        receiver.fixed.connect(self._fixed)
        receiver.state_changed.connect(self._show)

    def look(self) -> None:
        """The form may want positions now: give them, or say that they are awaited."""
        fix = self._receiver.usable
        if fix is not None and self._driver.session.wanted_positions:
            self._fixed(fix)
        else:
            self._show()

    def _fixed(self, fix: Fix) -> None:
        for ref in self._driver.session.wanted_positions if self._receiver.counts(fix) else ():
            height, _datum = height_of_fix(fix, self._receiver)
            self._driver.give_position(ref, replace(fix, altitude=height))
            node = self._driver.session.node(ref)
            how = of_fix(fix, self._receiver, self._limits(node))
            self._driver.filling.note_position(node.value, how)
        self._show()

    def _limits(self, node: Node) -> Limits:
        """What is asked of it: it holds nobody up here, but is kept with the position."""
        site = self._driver.filling.site
        rule = site_kind(site.kind).position if site is not None else None
        return limits_of(node.parameters, rule)

    def _show(self) -> None:
        refs = self._driver.session.wanted_positions
        if not refs or refs == self._dismissed:
            self.hide()
            return
        absent = self._receiver.state in (NONE, LOST)
        names = self._names(refs)
        latest = self._receiver.latest
        if latest is not None and not self._receiver.live(latest):
            words = _("No position for {names}: {why}").replace("{why}", replay_words())
        elif not absent:
            words = _("Waiting for the receiver's position; it is filled in then: {names}")
        elif self._receiver.why:
            words = _("No position for {names}: {why}")
        else:
            words = _("No receiver: {names} stays empty until there is one.")
        self.words.setText(words.format(names=names, why=self._receiver.why))
        set_role(self, "warning" if absent else "note")
        give(self.sign, "no-signal" if absent else "satellite", "attention" if absent else "ink2")
        self.set_up.setVisible(absent)
        self.by_hand.setVisible(bool(self._asked(refs)))
        self.show()

    def _names(self, refs: Sequence[str]) -> str:
        nodes = [self._driver.session.node(ref) for ref in refs[:_NAMED]]
        named = _(", ").join(plain(node.label) or node.name for node in nodes)
        return named if len(refs) <= _NAMED else _("{names} …").format(names=named)

    def _asked(self, refs: Sequence[str]) -> str:
        """The first of them that has a question on the page."""
        nodes = (self._driver.session.node(ref) for ref in refs)
        return next((node.ref for node in nodes if node.control and node.relevant), "")

    def _by_hand(self) -> None:
        ref = self._asked(self._driver.session.wanted_positions)
        if ref:
            self.wanted.emit(ref)

    def _dismiss(self) -> None:
        self._dismissed = self._driver.session.wanted_positions
        self.hide()
