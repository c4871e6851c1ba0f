"""The fields of a site in groups: label and value a row, a tap opens the row's editor in place."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from jdz_field.core.catalogue import Field, site_kind
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.ui import icons, theme
from jdz_field.ui.sites.editors import EditBox
from jdz_field.ui.values import NOTHING, shown
from jdz_field.ui.widgets import boxed, clear, column, divider, text

#: Fields that the page shows elsewhere or that only the program writes.
HIDDEN = {"provisional", "sample"}
#: Share of the row that labels take.
LABEL = 0.34


def group_label(group: str) -> str:
    """The heading of a group of the catalogue."""
    return {
        "identity": _("Identity"),
        "place": _("Place"),
        "body": _("Size"),
        "threat": _("Threat"),
        "state": _("Condition"),
        "care": _("Care"),
        "other": _("More"),
    }.get(group, group)


class FieldRow(QAbstractButton):
    """A label and a value; can be tapped when the field can be edited."""

    def __init__(self, name: str, label: str, value: str, *, editable: bool) -> None:
        super().__init__()
        self.name, self._label, self._value = name, label, value
        self.setEnabled(editable)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{label}: {value}")
        if editable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(_("Edit (Enter)"))

    def hasHeightForWidth(self) -> bool:
        """Long values wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the value needs, never lower than a target."""
        metrics = QFontMetrics(theme.current().font())
        room = max(1, round(width * (1 - LABEL)) - 52)
        flags = int(Qt.TextFlag.TextWrapAnywhere)
        box = metrics.boundingRect(0, 0, room, 10_000, flags, self._value)
        return max(theme.current().touch(), box.height() + 20)

    def sizeHint(self) -> QSize:
        """For the usual width of a sheet."""
        return QSize(380, self.heightForWidth(max(self.width(), 380)))

    def minimumSizeHint(self) -> QSize:
        """At least a target."""
        return QSize(200, theme.current().touch())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Label, value, pencil."""
        del event
        now = theme.current()
        painter = QPainter(self)
        area = self.rect()
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.fillRect(area, now.colour("accent_soft" if self.isDown() else "sunken"))
        if self.hasFocus():
            painter.setPen(now.colour("accent"))
            painter.drawRect(area.adjusted(1, 1, -2, -2))
        split = round(area.width() * LABEL)
        painter.setFont(now.font("caption"))
        painter.setPen(now.colour("ink2"))
        middle = Qt.AlignmentFlag.AlignVCenter
        label = area.adjusted(12, 0, -(area.width() - split), 0)
        painter.drawText(label, int(middle | Qt.TextFlag.TextWordWrap), self._label)
        painter.setFont(now.font())
        painter.setPen(now.colour("ink" if self._value != NOTHING else "ink2"))
        value = area.adjusted(split + 8, 0, -44, 0)
        painter.drawText(value, int(middle | Qt.TextFlag.TextWrapAnywhere), self._value)
        if self.isEnabled():
            pencil = icons.pixmap("edit", "ink2", 18, self.devicePixelRatioF())
            painter.drawPixmap(area.right() - 30, area.center().y() - 9, pencil)


class FieldsView(QWidget):
    """Every group of a site's fields.

    Signals:
        save: name of the field and its new value.
    """

    save = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, FieldRow] = {}
        self._homes: dict[str, QVBoxLayout] = {}
        self.box: EditBox | None = None
        self._site: Site | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    @property
    def editing(self) -> bool:
        """Whether a field is being edited."""
        return self.box is not None

    def show_site(self, site: Site) -> None:
        """Show the fields of ``site``; an open editor is closed."""
        self._site = site
        self.box = None
        self.rows = {}
        clear(self._layout)
        fields = [f for f in site_kind(site.kind).fields if f.name not in HIDDEN]
        order = {name: place for place, name in enumerate(dict.fromkeys(f.group for f in fields))}
        fields.sort(key=lambda f: order[f.group])
        for group, members in groupby(fields, key=lambda f: f.group):
            self._layout.addWidget(text(group_label(group), "section"))
            self._layout.addWidget(self._card(site, list(members)))

    def _card(self, site: Site, fields: list[Field]) -> QWidget:
        inside = column(gap=0)
        inside.setContentsMargins(1, 1, 1, 1)
        for field in fields:
            if inside.count():
                inside.addWidget(divider())
            value = shown(site.kind, field.name, site.fields.get(field.name))
            editable = not field.derived and not site.deleted
            row = FieldRow(field.name, field.label, value, editable=editable)
            row.clicked.connect(self._row_clicked)
            self.rows[field.name] = row
            self._homes[field.name] = inside
            inside.addWidget(row)
        return boxed(inside)

    def edit(self, name: str) -> None:
        """Open the editor of a field, in the place of its row."""
        if self._site is None or name not in self.rows:
            return
        self.stop()
        row, field = self.rows[name], site_kind(self._site.kind).by_name[name]
        note = _("The office confirms a change of this field.") if field.controlled else ""
        self.box = EditBox(field, self._site.fields.get(name), note)
        self.box.save.connect(self.save)
        self.box.cancelled.connect(self.stop)
        layout = self._homes[name]
        layout.insertWidget(layout.indexOf(row), self.box)
        row.hide()
        self.box.editor.start()

    def stop(self) -> None:
        """Close the editor; the value stays as it was."""
        if self.box is None:
            return
        row = self.rows.get(self.box.field.name)
        self.box.hide()
        self.box.deleteLater()
        self.box = None
        if row is not None:
            row.show()
            row.setFocus()

    def say_wrong(self, sentence: str) -> None:
        """What is wrong with the value in the open editor."""
        if self.box is not None:
            self.box.say_wrong(sentence)

    def _row_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, FieldRow):
            self.edit(row.name)
