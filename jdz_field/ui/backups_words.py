"""What is said of a backup: when, why, what it holds."""

from __future__ import annotations

from jdz_field.core.catalogue import site_kind
from jdz_field.core.clock import local_text, to_text, utc_now
from jdz_field.core.i18n import _
from jdz_field.store.rolling import Backup, Contents
from jdz_field.ui.numbers import when


def reason_words(reason: str) -> str:
    """Why it was made, in a few words; a reason of one's own as it is."""
    known = {
        "": _("Made by hand"),
        "window": _("Made by hand"),
        "command": _("Made by hand"),
        "encrypted": _("Made by hand"),
        "rolling": _("By itself"),
        "before-restore": _("Before going back"),
    }
    if reason.startswith("schema"):
        return _("Before an update of the program")
    if reason.startswith("import"):
        return _("Before an import")
    return known.get(reason, reason)


def moment_words(backup: Backup) -> str:
    """When it was made, for a list."""
    return when(to_text(backup.made), utc_now())


def contents_rows(held: Contents, now: dict[str, int] | None = None) -> list[tuple[str, str, str]]:
    """Rows of a table: what, in the backup, now; ``now`` as ``counts_of`` gives it."""
    rows = []
    for key, words, count in _counted(held):
        present = now.get(key) if now is not None else None
        if count or present:
            rows.append((words, f"{count:,}", "" if present is None else f"{present:,}"))
    return rows


def _counted(held: Contents) -> list[tuple[str, str, int]]:
    sites = [(kind, site_kind(kind).label, count) for kind, count in held.sites.items()]
    return [
        *sites,
        ("records", _("Finished records"), held.records),
        ("drafts", _("Drafts"), held.drafts),
        ("attachments", _("Photos and tracks"), held.attachments),
        ("unsent", _("Changes not sent yet"), held.unsent),
    ]


def written_words(held: Contents) -> str:
    """When and by whom something was last written into it."""
    if held.written is None:
        return _("Nothing was entered yet")
    last = local_text(held.written)
    return _("Last entry {time} · {who}").format(time=last, who=held.author or "–")
