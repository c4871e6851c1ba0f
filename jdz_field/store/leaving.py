"""What of the project its person sees no more: it stays as it was last told, and can be read.

A site that came under another county leaves with all that belongs to it; when it comes back, the
centre tells what happened meanwhile. A snapshot tells everything that is in sight, so whatever it
did not name has left.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from jdz_field.core.errors import BadInput
from jdz_field.core.feed import FeedEntry, Leave
from jdz_field.core.i18n import _
from jdz_field.store.db import Database
from jdz_field.store.rows import as_list


def follow(db: Database, entries: Sequence[FeedEntry | Leave]) -> None:
    """Note what left and what is in sight again, inside ``write()``."""
    left: dict[str, bool] = {}
    for entry in entries:
        left[entry.subject] = isinstance(entry, Leave)
    _forget(db, [subject for subject, gone in left.items() if not gone])
    gone = [subject for subject, gone in left.items() if gone]
    if gone:
        db.run(
            "INSERT OR IGNORE INTO jdz_left (subject) SELECT value FROM json_each(?)"
            " WHERE value IN (SELECT subject FROM jdz_feed)",
            (as_list(gone),),
        )


def _forget(db: Database, subjects: Collection[str]) -> None:
    if db.value("SELECT EXISTS (SELECT 1 FROM jdz_left)"):
        db.run(
            "DELETE FROM jdz_left WHERE subject IN (SELECT value FROM json_each(?))",
            (as_list(subjects),),
        )


def begin(db: Database) -> None:
    """A snapshot begins: nothing was named yet."""
    db.run("DELETE FROM jdz_seen")


def see(db: Database, subjects: Collection[str]) -> None:
    """The snapshot names these."""
    db.run(
        "INSERT OR IGNORE INTO jdz_seen (subject) SELECT value FROM json_each(?)",
        (as_list(subjects),),
    )


def end(db: Database, epoch: str) -> None:
    """The snapshot is complete: what this centre once told and did not name now has left.

    What only a centre before its restoration told may come again, and stays as it is.
    """
    db.run(
        "INSERT OR IGNORE INTO jdz_left (subject) SELECT DISTINCT subject FROM jdz_feed"
        " WHERE epoch = ? AND subject NOT IN (SELECT subject FROM jdz_seen)",
        (epoch,),
    )
    db.run("DELETE FROM jdz_seen")


def has_left(db: Database, subject: str) -> bool:
    """Whether a subject can only be read."""
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM jdz_left WHERE subject = ?)", (subject,)))


def refuse_left(db: Database, subject: str) -> None:
    """``BadInput`` when a subject can only be read."""
    if has_left(db, subject):
        raise BadInput(
            _("The centre put this under another county or kind; here it can only be read.")
        )
