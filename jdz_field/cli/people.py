"""``people``: the persons of this tablet, for whoever set it up."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from jdz_field.cli.common import Context, emit, json_option, pass_context
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.operations.disk import disk_of
from jdz_field.operations.drafts import RULES, rule, set_rule
from jdz_field.operations.people import People
from jdz_field.operations.people_file import Person
from jdz_field.operations.preferences_place import configuration


@click.group()
def people() -> None:
    """The persons who share this tablet: list, add, remove, reset a PIN, log, drafts, disk."""


def _people() -> People:
    return People(configuration())


def _named(all_: People, name: str) -> Person:
    found = all_.named(name)
    if found is None:
        raise BadUsage(
            _("This tablet knows no {name}; people list names everybody.").format(name=name)
        )
    return found


def _json(person: Person) -> dict[str, Any]:
    shown = {"id": person.id, "name": person.name, "phone": person.phone, "unit": person.unit}
    return shown | {"pin": person.pin is not None, "earlier": list(person.earlier)}


@people.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Everybody, and who has a PIN."""
    every = _people().everybody()
    lines = [f"{one.name}  {one.unit}  {_('PIN') if one.pin else _('no PIN')}" for one in every]
    nobody = _("Nobody has given a name yet.")
    emit([_json(one) for one in every], as_json=as_json, text="\n".join(lines) or nobody)


@people.command()
@click.argument("name")
@click.option("--phone", default="", help="Telephone.")
@click.option("--unit", default="", help="Unit.")
@json_option
def add(name: str, phone: str, unit: str, as_json: bool) -> None:
    """Add a person; they choose their PIN in the window."""
    made = _people().add(name, phone=phone, unit=unit)
    emit(_json(made), as_json=as_json, text=_("Added: {name}").format(name=made.name))


@people.command()
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Take a person from the list; what they entered stays."""
    all_ = _people()
    person = _named(all_, name)
    all_.remove(person.id)
    emit(_json(person), as_json=as_json, text=_("Removed: {name}").format(name=person.name))


@people.command()
@click.argument("name")
@json_option
def reset(name: str, as_json: bool) -> None:
    """Take a forgotten PIN away. It is noted, and the person is told."""
    all_ = _people()
    made = all_.reset_pin(_named(all_, name).id, "command line")
    words = _("The PIN of {name} is taken away; they are told when they come in next.")
    emit(_json(made), as_json=as_json, text=words.format(name=made.name))


@people.command("log")
@json_option
def log_(as_json: bool) -> None:
    """Show what happened to persons and PINs, oldest first."""
    notes = _people().file.notes()
    lines = [f"{n.get('at', '')}  {n.get('act', '')}  {n.get('person', '')}" for n in notes]
    emit(notes, as_json=as_json, text="\n".join(lines) or _("Nothing is noted yet."))


@people.command()
@click.option("--rule", "wanted", type=click.Choice(RULES), help="Keep another rule.")
@json_option
@pass_context
def drafts(context: Context, /, wanted: str | None, as_json: bool) -> None:
    """Say who may go on with another person's draft, and who did."""
    with context.open(read_only=wanted is None) as project:
        if wanted is not None:
            set_rule(project, wanted)
        now, taken = rule(project), project.handovers()
    lines = [now, *(f"{h['at']}  {h['form']}  {h['from']} → {h['to']}" for h in taken)]
    emit({"rule": now, "handovers": taken}, as_json=as_json, text="\n".join(lines))


@people.command()
@json_option
@pass_context
def disk(context: Context, as_json: bool) -> None:
    """Say whether the disk of the project is encrypted, as far as it can be seen."""
    found = disk_of(context.folder())
    emit(asdict(found), as_json=as_json, text=found.sentence)
