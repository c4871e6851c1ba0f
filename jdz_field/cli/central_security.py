"""``central audit``, ``duties``, ``lockouts``: who did what, who may do what, who waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from jdz_field.central import audit as log
from jdz_field.central import lockouts as waits
from jdz_field.central import people
from jdz_field.central.office import Office
from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.common import emit
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.operations.audit_file import save_entries

_PATH = click.Path(path_type=Path, dir_okay=False)
#: Entries that are read at once.
_AT_ONCE = 1_000


@click.group()
def audit() -> None:
    """The audit log: list, check, export. Nothing is ever taken out of it."""


@audit.command("list")
@click.option("--after", type=click.IntRange(0), default=0, help="Entries after this number.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, help="At most so many.")
@click.option("--act", default="", help="Only acts that begin so.")
@central_options
def audit_list(place: Place, after: int, limit: int, act: str, as_json: bool) -> None:
    """List entries, the oldest first."""
    with place.office_of(people.AUDIT) as office, office.database.read() as connection:
        found = log.entries(connection, after, limit, act)
    emit(found, as_json=as_json, text="\n".join(map(_line, found)) or _("No entry."))


def _line(one: dict[str, Any]) -> str:
    what = json.dumps(one["what"], ensure_ascii=False)
    return f"{one['id']}  {one['at']}  {one['who']}  {one['act']}  {what}"


@audit.command("check")
@click.option("--against", type=_PATH, help="An earlier export (.jsonl) whose end must stand.")
@central_options
def audit_check(place: Place, against: Path | None, as_json: bool) -> None:
    """Prove that no entry was altered or taken out; exit code 3 when one was."""
    kept = _last_of(against) if against else None
    with place.office_of(people.AUDIT) as office, office.database.read() as connection:
        told = log.checked(connection, kept)
    if told["broken"] is not None:
        if as_json:
            click.echo(json.dumps(told))
        raise BadInput(
            _("Entry {id} of the audit log does not fit those before it; keep a copy.").format(
                id=told["broken"]
            )
        )
    said = _("The audit log is whole: {n} entries.").format(n=told["entries"])
    emit(told, as_json=as_json, text=said)


def _last_of(file: Path) -> tuple[int, str]:
    """Number and hash of the last entry of an export."""
    try:
        *_rest, last = file.read_text(encoding="utf-8").splitlines()
        entry = json.loads(last)
        return int(entry["id"]), str(entry["hash"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            _("{file} is no exported audit log (.jsonl); name another.").format(file=file)
        ) from error


@audit.command("export")
@click.argument("out", type=_PATH)
@central_options
def audit_export(place: Place, out: Path, as_json: bool) -> None:
    """Write the whole log to OUT (.jsonl or .csv)."""
    with place.office_of(people.AUDIT) as office:
        count = save_entries(_entries(office), out)
        with office.database.write() as connection:
            log.note(connection, office.now, place.who, "audit export", entries=count)
    said = _("Wrote {n} entries to {file}.").format(n=count, file=out)
    emit({"written": count, "file": str(out)}, as_json=as_json, text=said)


def _entries(office: Office) -> Iterator[dict[str, Any]]:
    last = 0
    with office.database.read() as connection:
        while found := log.entries(connection, last, _AT_ONCE):
            yield from found
            last = found[-1]["id"]


@click.command()
@click.option("--separate/--together", default=None, help="Keep them apart, or no longer.")
@central_options
def duties(place: Place, as_json: bool, *, separate: bool | None) -> None:
    """Show who holds which duty of administration, or keep the duties apart."""
    if separate is None:
        with place.office() as office, office.database.read() as connection:
            told = people.duties_now(connection)
    else:
        with place.office_of(people.SECURITY) as office, office.database.write() as connection:
            told = people.set_separate(connection, office.now, place.who, apart=separate)
    lines = [f"{duty}: {', '.join(told[duty]) or '-'}" for duty in people.DUTIES]
    lines.append(_("Kept apart.") if told["separate"] else _("One person may hold several."))
    emit(told, as_json=as_json, text="\n".join(lines))


@click.command()
@click.option("--unlock", default="", metavar="KEY", help="Let this one try again at once.")
@click.option("--limits", is_flag=True, help="Show the limits instead.")
@click.option("--set", "settings", multiple=True, metavar="NAME=N", help="Change a limit.")
@central_options
def lockouts(
    place: Place, unlock: str, as_json: bool, *, limits: bool, settings: tuple[str, ...]
) -> None:
    """List who waits after wrong codes or passwords, or the limits of that."""
    changes = dict(map(_setting, settings))
    with place.office_of(people.SECURITY) as office:
        if changes or limits:
            _limits(office, place.who, changes, as_json)
            return
        if unlock:
            with office.database.write() as connection:
                waits.unlock(connection, office.now, place.who, unlock)
        with office.database.read() as connection:
            found = waits.listed(connection, office.now)
    lines = [f"{one['key']}  {one['tries']}  {one['until']}" for one in found]
    emit(found, as_json=as_json, text="\n".join(lines) or _("Nobody waits."))


def _setting(given: str) -> tuple[str, int]:
    name, _sign, number = given.partition("=")
    if not (number.isascii() and number.isdecimal()) or len(number) > 9:
        raise BadUsage(_("{given} is no limit; write NAME=N.").format(given=given))
    return name, int(number)


def _limits(office: Office, who: str, changes: dict[str, int], as_json: bool) -> None:
    if changes:
        with office.database.write() as connection:
            waits.set_limits(connection, office.now, who, changes)
    with office.database.read() as connection:
        told = waits.limits(connection)
    text = "\n".join(f"{name}={number}" for name, number in told.items())
    emit(told, as_json=as_json, text=text)
