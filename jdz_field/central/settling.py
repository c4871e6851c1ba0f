"""What the office looks at and settles: conflicts, proposals, what is held, records, sites.

Given a caller, every list keeps within what they see, and an act on what they must not see is
refused; without one it is the office at the command line, which sees everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from jdz_field.central import deciding, listing
from jdz_field.central.accounts import Caller
from jdz_field.central.database import Database
from jdz_field.central.scope import must_see
from jdz_field.core.changes import Outcome, Value
from jdz_field.core.clock import Now
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _


class Settling:
    """The part of the office that decides. Needs ``database`` and ``now``."""

    database: Database
    now: Now

    @contextmanager
    def _act(
        self, who: str, why: str, caller: Caller | None = None, about: Sequence[str] = ()
    ) -> Iterator[deciding.Act]:
        """An act about these subjects; ``Unseen`` when one is not the caller's to see."""
        with self.database.write() as connection:
            must_see(connection, caller, about)
            yield deciding.Act(connection, self.now, who, why)

    def conflicts(self, caller: Caller | None = None) -> list[dict[str, Any]]:
        """Open conflicts, oldest first; of what the caller sees, when one is given."""
        with self.database.read() as connection:
            return listing.list_conflicts(connection, caller)

    def decide(
        self,
        conflict: str,
        take: str,
        value: Value = None,
        why: str = "",
        *,
        who: str = "office",
        seen: int | None = None,
        change: str | None = None,
        caller: Caller | None = None,
    ) -> int:
        """Settle a conflict; the subject's new version. ``MovedOn``, ``BadInput``."""
        with self._act(who, why) as act:
            must_see(act.connection, caller, deciding.subjects_of(act.connection, conflict))
            return deciding.settle_conflict(act, conflict, take, value, seen, change)

    def proposals(self, caller: Caller | None = None) -> list[dict[str, Any]]:
        """Changes of controlled fields that wait for the office."""
        with self.database.read() as connection:
            return listing.list_held(connection, Outcome.PROPOSED, caller)

    def quarantine(self, caller: Caller | None = None) -> list[dict[str, Any]]:
        """Values that broke a rule."""
        with self.database.read() as connection:
            return listing.list_held(connection, Outcome.QUARANTINED, caller)

    def waiting(self, caller: Caller | None = None) -> list[dict[str, Any]]:
        """Changes whose parent has not come."""
        with self.database.read() as connection:
            return listing.list_waiting(connection, caller)

    def settle(
        self,
        room: str,
        item: str,
        verb: str,
        why: str = "",
        *,
        who: str = "office",
        caller: Caller | None = None,
    ) -> dict[str, Any]:
        """``approve|reject`` a proposal, ``release|reject`` what waits or is quarantined."""
        with self._act(who, why) as act:
            must_see(act.connection, caller, deciding.target_of(act.connection, item))
            match room, verb:
                case "proposals", "approve":
                    return deciding.approve_proposal(act, item)
                case "proposals", "reject":
                    return deciding.reject_proposal(act, item)
                case "quarantine", "release":
                    return deciding.release_quarantined(act, item)
                case "quarantine", "reject":
                    return deciding.reject_quarantined(act, item)
                case "waiting", "release" | "reject":
                    return deciding.settle_waiting(act, item, release=verb == "release")
        raise BadUsage(_("There is no {verb} for {room}.").format(verb=verb, room=room))

    def records(
        self, review: str | None = None, caller: Caller | None = None
    ) -> list[dict[str, Any]]:
        """Records with answers and attachments."""
        with self.database.read() as connection:
            return listing.list_records(connection, review, caller)

    def review(
        self,
        record: str,
        state: str,
        comment: str = "",
        *,
        who: str = "office",
        caller: Caller | None = None,
    ) -> dict[str, Any]:
        """Approve, return or reject a record."""
        with self._act(who, comment, caller, [record]) as act:
            return deciding.review_record(act, record, state, comment)

    def sites(
        self, *, provisional: bool = False, caller: Caller | None = None
    ) -> list[dict[str, Any]]:
        """Sites at the centre; those without a final number."""
        with self.database.read() as connection:
            return listing.list_sites(connection, provisional=provisional, caller=caller)

    def give_number(
        self,
        site: str,
        code: str,
        why: str = "",
        *,
        who: str = "office",
        caller: Caller | None = None,
    ) -> dict[str, Any]:
        """Give a site its final unified number: ``{"id", "code", "version", "duplicate"}``."""
        with self._act(who, why, caller, [site]) as act:
            return deciding.give_number(act, site, code)

    def set_values(
        self, site: str, values: Mapping[str, Value], why: str = "", *, who: str = "office"
    ) -> dict[str, Any]:
        """Write fields of a site as the office: any value ever received can be put back."""
        with self._act(who, why) as act:
            return deciding.set_values(act, site, values)
