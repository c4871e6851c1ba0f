"""``report card``: cards of one point or of hundreds, as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _, language
from jdz_field.core.sites import Site
from jdz_field.operations.cards import HOUSEHOLD, WORK, Cards, no_households
from jdz_field.operations.report_common import (
    Cancelled,
    Issue,
    Progress,
    Written,
    check,
    marks_of,
    moment_of,
    put,
    put_pages,
    suffix_of,
    unknown_words,
)
from jdz_field.reports.typeset import Format, typeset
from jdz_field.store.project import Project

SUFFIXES = (".pdf", ".png")
#: Cards of one file: a hundred take two seconds and 4 MB; a larger batch goes into several.
VOLUME = 100
#: So many points are named that have no households.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class CardRequest:
    """Which cards: of these sites, ``work`` or ``household``."""

    sites: tuple[Site, ...]
    kind: str = WORK
    issue: Issue = field(default_factory=Issue)


@dataclass(frozen=True, slots=True)
class CardsWritten:
    """What was written; ``without``: points of the batch that have no households."""

    written: Written
    without: tuple[Site, ...] = ()


def write_cards(
    project: Project,
    out: Path,
    request: CardRequest,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> CardsWritten:
    """Write the cards to ``out``: .pdf (more than ``VOLUME``: ``out-2.pdf`` …), .png (a page each).

    Raises:
        BadUsage: another suffix, a day to come, what is no map number.
        BadInput: no site is named; one is no geohazard point, or was not there yet; nothing says
            who lives at any of them (household cards).
        Unavailable: the disk, a file that is open elsewhere, no font with Chinese signs.
        Stopped: ``cancelled`` said so; files of before stay.
    """
    privacy = request.issue.privacy
    plain = out.with_name(out.name.removesuffix(".age")) if privacy.closed else out
    suffix = suffix_of(plain, SUFFIXES)
    if not request.sites:
        raise BadInput(_("No site is chosen; choose at least one."))
    if privacy.leave_out and request.kind == HOUSEHOLD:
        raise BadUsage(
            _("The card of a household names its people; keep names, or encrypt the file.")
        )
    made = moment_of(request.issue.day, project.now())
    work = _Volumes(project, out, request, suffix, made)
    for number, site in enumerate(request.sites):
        check(cancelled)
        if progress is not None:
            progress(number, len(request.sites))
        work.take(site)
        if len(work.cards) >= VOLUME:
            check(cancelled)
            work.write()
    check(cancelled)
    work.write()
    if progress is not None:
        progress(len(request.sites), len(request.sites))
    return work.done()


class _Volumes:
    """Cards gathered for the next file, and the files so far."""

    def __init__(
        self, project: Project, out: Path, request: CardRequest, suffix: str, made: datetime
    ) -> None:
        self.project, self.out, self.request = project, out, request
        self.suffix, self.made = suffix, made
        self.source = Cards(project, made, request.issue.map_number)
        self.cards: list[dict[str, Any]] = []
        self.without: list[Site] = []
        self.files: list[Path] = []
        self.count = 0

    def take(self, site: Site) -> None:
        hidden = self.request.issue.privacy.leave_out
        found = self.source.of(site, self.request.kind, personal=not hidden)
        if not found:
            self.without.append(site)
        self.cards += found

    def write(self) -> None:
        if not self.cards:
            return
        cards, self.cards = self.cards, []
        self.count += len(cards)
        pages = rendered(
            self.project, self.request, cards, self.made, "png" if self.suffix == ".png" else "pdf"
        )
        privacy = self.request.issue.privacy
        number = len(self.files) + 1
        name = f"{self.out.stem}-{number}{self.out.suffix}"
        target = self.out if number == 1 else self.out.with_name(name)

        def work(plain: Path) -> tuple[Path, ...]:
            if self.suffix == ".png":
                return put_pages(plain, pages)
            put(plain, pages[0])
            return (plain,)

        if self.suffix == ".png" and not privacy.closed:
            self.files += put_pages(self.out, pages, number)
            return
        files, left = privacy.write(target, work)
        self.files += [left] if privacy.closed else files

    def done(self) -> CardsWritten:
        if not self.count:
            raise BadInput(no_households(self.without[0].name if self.without else ""))
        return CardsWritten(
            Written(tuple(self.files), self.count, tuple(self._told())), tuple(self.without)
        )

    def _told(self) -> list[str]:
        if not self.without:
            return []
        names = _(", ").join(site.name or site.code for site in self.without[:_NAMED])
        more = " …" if len(self.without) > _NAMED else ""
        words = _("{n} points have no households and got no card: {names}.")
        return [words.format(n=len(self.without), names=names + more)]


def rendered(
    project: Project,
    request: CardRequest,
    cards: Sequence[dict[str, Any]],
    made: datetime,
    form: Format = "pdf",
) -> list[bytes]:
    """Cards as one PDF, or a PNG a page. ``Unavailable``: no font with Chinese signs."""
    invented = [Site("", "", {"sample": one["sample"]}) for one in cards]
    marks = marks_of(project, request.issue, made, invented)
    data = {
        "lang": language(),
        "mark": marks.mark,
        "sample": marks.sample,
        "foot": marks.foot,
        "unknown": unknown_words(),
        "cards": list(cards),
    }
    return typeset(f"card_{request.kind}", data, made=made, form=form)
