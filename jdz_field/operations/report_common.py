"""What every report has in common: of which moment it is, its marks, how its file is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from jdz_field.core.catalogue import table
from jdz_field.core.clock import BEIJING, local_text
from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.files import write_whole
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.personal import KEEP, Privacy
from jdz_field.reports.workbook import Marks
from jdz_field.store.project import Project

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
#: Stands where nothing is known: never a nought.
_DAY = "%Y-%m-%d"


class Stopped(Exception):
    """The person asked to stop; nothing more is written."""


@dataclass(frozen=True, slots=True)
class Issue:
    """How a report is issued.

    Attributes:
        day: ``YYYY-MM-DD``, the end of which it is of (Beijing); empty: now.
        map_number: the official number (审图号) that lets its map be shown in public; empty: the
            report is for internal use.
        privacy: what becomes of names and telephones.
    """

    day: str = ""
    map_number: str = ""
    privacy: Privacy = field(default_factory=lambda: KEEP)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: ``files``, of how many things (``count``), what a person must know."""

    files: tuple[Path, ...]
    count: int
    told: tuple[str, ...] = ()


def unknown_words() -> str:
    """Stands where nothing is known: never a nought."""
    return _("not filled in")


def moment_of(day: str, now: datetime) -> datetime:
    """The end of a day in Beijing; ``now`` when none is named.

    ``BadUsage``: no day, or one that has not come yet.
    """
    if not day:
        return now
    try:
        found = datetime.strptime(day, _DAY).replace(tzinfo=BEIJING).date()
    except ValueError as error:
        raise BadUsage(_("{text} is no day such as 2026-11-22.").format(text=day)) from error
    if found > now.astimezone(BEIJING).date():
        raise BadUsage(
            _("{day} has not come yet; name today or a day before.").format(day=found.isoformat())
        )
    return end_of(found)


def end_of(day: date) -> datetime:
    """The last millisecond of a day in Beijing."""
    following = datetime.combine(day + timedelta(days=1), time(), BEIJING)
    return following - timedelta(milliseconds=1)


def known_map_number(text: str) -> str:
    """The number of a map that may be shown in public; ``BadUsage`` for what is none."""
    told = text.strip()
    rule = table("reports")["map_number"]
    if told and not re.match(rule["pattern"], told):
        raise BadUsage(
            _("«{text}» is no map number such as {example}.").format(
                text=told, example=rule["example"]
            )
        )
    return told


def marks_of(
    project: Project, issue: Issue, made: datetime, sites: Iterable[Site] = (), *, maps: bool = True
) -> Marks:
    """Who may see it, whether it is invented, of when it is.

    ``maps``: it shows a map, so that an official number opens it to the public.
    """
    number = known_map_number(issue.map_number) if maps else ""
    invented = project.sample or any(site.fields.get("sample") for site in sites)
    return Marks(
        _("Map number {number}").format(number=number) if number else _("For internal use"),
        _("Invented example") if invented else "",
        _("As of {day}").format(day=issue.day) if issue.day else made_words(made),
    )


def made_words(made: datetime) -> str:
    """When a report was made that is of the present."""
    return _("Made on {day} with jdz_field").format(day=local_text(made))


def suffix_of(out: Path, allowed: Iterable[str]) -> str:
    """The suffix of the file that is asked for; ``BadUsage`` for one that is not written."""
    found, known = out.suffix.lower(), list(allowed)
    if found not in known:
        raise BadUsage(
            _("{name}: this report is written as {suffixes}.").format(
                name=out.name, suffixes=" ".join(known)
            )
        )
    return found


def put(out: Path, data: bytes) -> None:
    """Write a report whole or not at all.

    ``Unavailable``: the disk refuses, or another program holds the file.
    """
    try:
        write_whole(out, data)
    except Unavailable as error:
        if isinstance(error.__cause__, PermissionError) and out.exists():
            raise Unavailable(
                _(
                    "{file} cannot be written, perhaps because another program has it open;"
                    " close it there, or choose another name."
                ).format(file=out.name)
            ) from error
        raise


def put_pages(out: Path, pages: Iterable[bytes], first: int = 1) -> tuple[Path, ...]:
    """Write one file, or a file a page: ``out.png``, ``out-2.png`` …; ``first``: number of one."""
    written = []
    for number, page in enumerate(pages, first):
        name = out if number == 1 else out.with_name(f"{out.stem}-{number}{out.suffix}")
        put(name, page)
        written.append(name)
    return tuple(written)


def check(cancelled: Cancelled | None) -> None:
    """Raise ``Stopped`` when the person asked for it."""
    if cancelled is not None and cancelled():
        raise Stopped
