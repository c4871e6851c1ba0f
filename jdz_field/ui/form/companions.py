"""What goes along with a form without being asked in it: sound from start to end, and the log."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from jdz_field.ui.form.audit import AuditStrip
from jdz_field.ui.form.background import BackgroundAudio
from jdz_field.ui.form.driver import Driver
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.widgets import column
from jdz_field.xforms.audit import audit_rules

Then = Callable[[], None]
Failed = Callable[[Exception], None]


class Companions(QWidget):
    """Strips above the form; ``area`` is locked while one of them waits for a name."""

    def __init__(
        self, driver: Driver, shelf: Shelf, area: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        form = driver.session.form
        self.sounds = [
            BackgroundAudio(driver, shelf, path, node.bind.extras.get("quality", ""), parent=self)
            for path, node in form.nodes.items()
            if node.bind.extras.get("recordaudio")
        ]
        rules = audit_rules(form)
        self.audit = AuditStrip(driver, shelf, rules, self) if rules is not None else None
        parts: list[QWidget] = [*self.sounds, *([self.audit] if self.audit else [])]
        self.setLayout(column(*parts, gap=0))
        if self.audit is not None:
            self.audit.locked.connect(area.setDisabled)
            for sound in self.sounds:
                sound.switched.connect(self.audit.sounded)
            area.setEnabled(not self.audit.unnamed())
        self.setVisible(bool(parts))

    def jumped(self, ref: str) -> None:
        """The list of questions was used to go to one."""
        if self.audit is not None:
            self.audit.jumped(ref)

    def leave(self) -> None:
        """The form is left as a draft."""
        for sound in self.sounds:
            sound.leave()
        if self.audit is not None:
            self.audit.leave()

    def finish(self, then: Then, failed: Failed) -> None:
        """Attach what was recorded and logged, then make the record."""
        steps: list[Callable[[Then, Failed], None]] = [sound.finish for sound in self.sounds]
        if self.audit is not None:
            steps.append(self.audit.finish)
        _one_by_one(steps, then, failed)


def _one_by_one(steps: list[Callable[[Then, Failed], None]], then: Then, failed: Failed) -> None:
    if steps:
        steps[0](lambda: _one_by_one(steps[1:], then, failed), failed)
    else:
        then()
