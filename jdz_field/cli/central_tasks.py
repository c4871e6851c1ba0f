"""``central task``: what the office asks for, and what became of it."""

from __future__ import annotations

import click

from jdz_field.central import tasks as acts
from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.common import emit
from jdz_field.core.i18n import _
from jdz_field.core.tasks import Task


@click.group()
def task() -> None:
    """Tasks: a form at a site until a day."""


@task.command("give")
@click.option("--site", required=True, help="Id of the site.")
@click.option("--form", required=True, help="Id of a published form.")
@click.option("--due", required=True, help="Last day, YYYY-MM-DD.")
@click.option("--user", default="", help="Who is to do it; without: whoever holds the site.")
@click.option("--note", default="", help="What to look at.")
@central_options
def task_give(
    place: Place, site: str, form: str, due: str, user: str, note: str, as_json: bool
) -> None:
    """Give a task."""
    with place.office() as office:
        given = acts.give(office, Task("", site, form, due, note, user), who=place.who)
    emit(given, as_json=as_json, text=_("Given: {id}").format(id=given["id"]))


@task.command("list")
@central_options
def task_list(place: Place, as_json: bool) -> None:
    """List the open tasks, the most urgent first."""
    with place.office() as office:
        found = acts.tasks(office)
    lines = [
        f"{t['id']}  {t['due']}  {t.get('name', '')}  {t['form']}  {t['assignee']}"
        + (f"  ✓ {t['record']}" if t["record"] else "")
        for t in found
    ]
    emit(found, as_json=as_json, text="\n".join(lines) or _("No task is open."))


@task.command("withdraw")
@click.argument("item")
@click.option("--why", default="", help="The reason.")
@central_options
def task_withdraw(place: Place, item: str, why: str, as_json: bool) -> None:
    """Take a task back."""
    with place.office() as office:
        taken = acts.withdraw(office, item, why, who=place.who)
    emit(taken, as_json=as_json, text=_("Withdrawn: {id}").format(id=taken["id"]))
