"""What is said of the machine's checks in a record that is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jdz_field.core.i18n import _, ngettext
from jdz_field.core.machine_checks import finding_words, read_kept, reason_words
from jdz_field.ui.form.answers import Line
from jdz_field.ui.form.marked import plain


def check_lines(checks: Mapping[str, Any]) -> list[Line]:
    """A heading and a line a finding, with its reason below; nothing where nothing was odd."""
    found = read_kept(checks)
    if not found:
        return []
    told = _("Reason: {why}")
    lines = [Line(_("Machine checks"), heading=True)]
    for one in found:
        why = told.format(why=reason_words(one))
        note, warning = (why, "") if one.reason else ("", why)
        label = plain(one.label) or _("This record")
        lines.append(Line(label, finding_words(one), note=note, warning=warning))
    return lines


def checks_chip(checks: Mapping[str, Any]) -> str:
    """How many things were odd, for a row of a list; empty for none."""
    count = len(read_kept(checks))
    words = ngettext("{n} doubt", "{n} doubts", count)
    return words.format(n=count) if count else ""
