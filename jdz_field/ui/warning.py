"""Warns whoever comes near a point of high danger: once an approach, never from an old position."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import JdzError
from jdz_field.gnss.fix import Fix
from jdz_field.operations.nearness import Index, Near, Rule, Watch, index_of, rule
from jdz_field.store.project import Project
from jdz_field.ui.context import AppContext

#: ``set_distance``: as the catalogue says, or no warnings.
AS_CATALOGUE, NEVER = -1, 0


class NearWarning(QObject):
    """Follows the receiver of this window.

    Attributes:
        metres: the chosen distance, ``AS_CATALOGUE`` or ``NEVER``; ``sound``: whether it beeps.
        told: what the person is warned of and has not put away, nearest first.

    Signals:
        warned: an approach begins (list of ``Near``).
        changed: ``told`` is another, or the distances in it are.
    """

    warned = Signal(object)
    changed = Signal()

    def __init__(
        self, app: AppContext, parent: QObject | None = None, *, metres: int, sound: bool
    ) -> None:
        super().__init__(parent)
        self._app = app
        self.metres, self.sound = metres, sound
        self._rule = _rule(metres)
        self._watch = Watch(Index([], self._rule))
        self._open: dict[str, None] = {}
        self._stamp: object = None
        app.changed.connect(self.renew)
        app.receiver.fixed.connect(self.feed)
        app.receiver.state_changed.connect(self.changed)
        self.renew()

    def set_distance(self, metres: int) -> None:
        """Warn at this distance: ``AS_CATALOGUE``, ``NEVER``, or metres for every grade."""
        self.metres, self._rule = metres, _rule(metres)
        self._stamp = None
        self._open.clear()
        self._watch = Watch(Index([], self._rule))
        self.renew()
        self.changed.emit()

    def renew(self) -> None:
        """Read the sites anew if any may be another, beside the GUI thread."""
        before, by = self._stamp, self._rule

        def read(reader: Project) -> tuple[object, Index] | None:
            now = (reader.stamp(), by)
            return None if now == before else (now, index_of(reader, by))

        self._app.ask(read, self, self._renewed, _nothing)

    def _renewed(self, read: tuple[object, Index] | None) -> None:
        if read is None or read[1].rule is not self._rule:
            return
        self._stamp = read[0]
        self._watch.renew(read[1])
        self._forget_left()
        self.changed.emit()
        latest = self._app.receiver.latest
        if latest is not None:
            self.feed(latest)

    def feed(self, fix: Fix) -> None:
        """Take a position in; a replayed one is nobody's."""
        if not self._app.receiver.live(fix):
            return
        begun = self._watch.feed(fix, self._app.receiver.age(fix))
        self._open.update(dict.fromkeys(one.danger.id for one in begun))
        had = bool(self._open)
        self._forget_left()
        if begun:
            if self.sound:
                QApplication.beep()
            self.warned.emit(begun)
        if had:
            self.changed.emit()

    def _forget_left(self) -> None:
        for key in [key for key in self._open if key not in self._watch.near]:
            del self._open[key]

    @property
    def told(self) -> list[Near]:
        """What the band shows."""
        near = (self._watch.near[key] for key in self._open if key in self._watch.near)
        return sorted(near, key=lambda one: (one.metres, one.danger.grade))

    def dismiss(self) -> None:
        """The person knows; nothing more of these approaches."""
        self._open.clear()
        self.changed.emit()


def _rule(metres: int) -> Rule:
    return rule() if metres < 0 else rule().within(metres)


def _nothing(_error: Exception) -> None:
    """What could not be read now is read with the next change."""


def card_lines(app: AppContext, site_id: str) -> list[tuple[str, str]]:
    """Title and text of what the site's card says about warning and getting away."""
    try:
        site = app.reader.site(site_id)
    except JdzError:
        return []
    if site is None:
        return []
    fields = site_kind(site.kind).by_name
    said = ((fields[name], site.fields.get(name)) for name in rule().card if name in fields)
    return [(field.label, str(value)) for field, value in said if value]
