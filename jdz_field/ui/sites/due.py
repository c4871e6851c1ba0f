"""When a site's next inspection is due, on its page."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QLabel

from jdz_field.core.clock import utc_now
from jdz_field.core.sites import Site
from jdz_field.operations.patrols import due_of, due_words
from jdz_field.ui.widgets import set_role


def show_due(label: QLabel, site: Site, rain: date | None) -> None:
    """Say what is due; nothing where nothing is. What is overdue stands out."""
    due = due_of(site, utc_now(), rain)
    label.setText(due_words(due))
    label.setToolTip(due.duty.source if due is not None else "")
    label.setVisible(due is not None)
    set_role(label, "attention" if due is not None and due.overdue else "secondary")
