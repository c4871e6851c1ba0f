"""``central conflicts|proposals|waiting|quarantine|review|sites``: what the office settles."""

from __future__ import annotations

from typing import Any

import click

from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.common import emit
from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.changes import Value
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _


@click.group()
def conflicts() -> None:
    """Values that two people changed without knowing of each other."""


@conflicts.command("list")
@central_options
def conflicts_list(place: Place, as_json: bool) -> None:
    """List the open conflicts, oldest first."""
    with place.office() as office:
        found = office.conflicts()
    text = "\n".join(_conflict_text(c) for c in found) or _("No open conflict.")
    emit(found, as_json=as_json, text=text)


def _conflict_text(conflict: dict[str, Any]) -> str:
    rivals = "; ".join(f"{r['value']} ({r['author']})" for r in conflict["rivals"])
    return _("{id}  {type}  {code} {name}  {field}: {central} / {rivals}").format(
        id=conflict["id"],
        type=conflict["type"],
        code=conflict["code"],
        name=conflict["name"],
        field=conflict["field"],
        central=conflict["central"],
        rivals=rivals,
    )


@conflicts.command("decide")
@click.argument("conflict")
@click.option("--take", type=click.Choice(["central", "incoming", "base"]), help="Which stands.")
@click.option("--value", help="Or another value; empty clears the field.")
@click.option("--why", default="", help="The reason, for the people concerned.")
@click.option("--seen", type=int, help="The seen_version that the list showed.")
@click.option("--change", help="Which rival is incoming (default: the newest).")
@central_options
def conflicts_decide(
    place: Place,
    conflict: str,
    take: str | None,
    value: str | None,
    why: str,
    seen: int | None,
    change: str | None,
    as_json: bool,
) -> None:
    """Settle a conflict."""
    if (take is None) == (value is None):
        raise BadUsage(_("Say either --take central|incoming|base or --value V."))
    with place.office() as office:
        typed = None
        if value is not None:
            found = next((c for c in office.conflicts() if c["id"] == conflict), None)
            typed = _typed(found, value) if found else value
        version = office.decide(
            conflict, take or "value", typed, why, who=place.who, seen=seen, change=change
        )
    text = _("Settled; version {version}.").format(version=version)
    emit({"conflict": conflict, "version": version}, as_json=as_json, text=text)


def _typed(conflict: dict[str, Any], text: str) -> Value:
    """The text as the field's type; ``BadInput`` when it is no number where one belongs."""
    if text == "":
        return None
    if conflict["type"] == "delete":
        return text.lower() in ("true", "1", "yes")
    known = site_kind(conflict["kind"]).by_name if conflict["kind"] in SITE_KINDS else {}
    field = known.get(conflict["field"])
    try:
        if field and field.type == "integer":
            return int(text)
        if field and field.type == "decimal":
            return float(text)
    except ValueError as error:
        raise BadInput(
            _("{value} is no number; {field} takes numbers.").format(
                value=text, field=conflict["field"]
            )
        ) from error
    if field and field.type == "boolean":
        return text.lower() in ("true", "1", "yes")
    return text


def _list(place: Place, room: str, as_json: bool) -> None:
    with place.office() as office:
        found = {
            "proposals": office.proposals,
            "waiting": office.waiting,
            "quarantine": office.quarantine,
        }[room]()
    text = "\n".join(_item_text(item) for item in found) or _("Nothing here.")
    emit(found, as_json=as_json, text=text)


def _item_text(item: dict[str, Any]) -> str:
    before = f"{item['central']} → " if "central" in item else ""
    what = f"{item['field']}: {before}{item['value']}"
    said = f"{item['id']}  {item['code']} {item['name']}  {what}  ({item['author']})"
    return f"{said}  {item['reason']}".rstrip()


def _settle(place: Place, room: str, item: str, verb: str, why: str, as_json: bool) -> None:
    with place.office() as office:
        done = office.settle(room, item, verb, why, who=place.who)
    text = _("Settled: {outcome}.").format(outcome=done["outcome"])
    emit(done, as_json=as_json, text=text)


_WHY = click.option("--why", default="", help="The reason, for the people concerned.")


@click.group()
def proposals() -> None:
    """Changes of controlled fields that wait for the office."""


@proposals.command("list")
@central_options
def proposals_list(place: Place, as_json: bool) -> None:
    """List the proposals, oldest first."""
    _list(place, "proposals", as_json)


@proposals.command("approve")
@click.argument("item")
@_WHY
@central_options
def proposals_approve(place: Place, item: str, why: str, as_json: bool) -> None:
    """Let a proposal take effect."""
    _settle(place, "proposals", item, "approve", why, as_json)


@proposals.command("reject")
@click.argument("item")
@_WHY
@central_options
def proposals_reject(place: Place, item: str, why: str, as_json: bool) -> None:
    """Refuse a proposal, with the reason."""
    _settle(place, "proposals", item, "reject", why, as_json)


@click.group()
def waiting() -> None:
    """Changes that build on others that have not come."""


@waiting.command("list")
@central_options
def waiting_list(place: Place, as_json: bool) -> None:
    """List what waits, oldest first."""
    _list(place, "waiting", as_json)


@waiting.command("release")
@click.argument("item")
@_WHY
@central_options
def waiting_release(place: Place, item: str, why: str, as_json: bool) -> None:
    """Let a waiting change go on without what it waits for."""
    _settle(place, "waiting", item, "release", why, as_json)


@waiting.command("reject")
@click.argument("item")
@_WHY
@central_options
def waiting_reject(place: Place, item: str, why: str, as_json: bool) -> None:
    """Refuse a waiting change, with the reason."""
    _settle(place, "waiting", item, "reject", why, as_json)


@click.group()
def quarantine() -> None:
    """Values that broke a rule."""


@quarantine.command("list")
@central_options
def quarantine_list(place: Place, as_json: bool) -> None:
    """List the values, oldest first."""
    _list(place, "quarantine", as_json)


@quarantine.command("release")
@click.argument("item")
@_WHY
@central_options
def quarantine_release(place: Place, item: str, why: str, as_json: bool) -> None:
    """Let a value through although it breaks a rule."""
    _settle(place, "quarantine", item, "release", why, as_json)


@quarantine.command("reject")
@click.argument("item")
@_WHY
@central_options
def quarantine_reject(place: Place, item: str, why: str, as_json: bool) -> None:
    """Refuse a value, with the reason."""
    _settle(place, "quarantine", item, "reject", why, as_json)


@click.command()
@click.argument("record", required=False)
@click.option("--state", help="received, approved, returned or rejected.")
@click.option("--comment", default="", help="What is to be corrected, or why.")
@central_options
def review(
    place: Place, record: str | None, state: str | None, comment: str, as_json: bool
) -> None:
    """List the records to review, or with RECORD set its state."""
    with place.office() as office:
        if record is None:
            found = office.records(state or "received")
            lines = [
                f"{r['id']}  {r['code']} {r['name']}  {r['form']}  {r['author']}" for r in found
            ]
            emit(found, as_json=as_json, text="\n".join(lines) or _("No record to review."))
            return
        if state is None:
            raise BadUsage(_("Say --state approved, returned, rejected or received."))
        done = office.review(record, state, comment, who=place.who)
    text = _("Record {id} is {state} now.").format(id=record, state=state)
    emit(done, as_json=as_json, text=text)


@click.group()
def sites() -> None:
    """Sites at the centre."""


@sites.command("list")
@click.option("--provisional", is_flag=True, help="Only those without a final number.")
@central_options
def sites_list(place: Place, provisional: bool, as_json: bool) -> None:
    """List the sites by number."""
    with place.office() as office:
        found = office.sites(provisional=provisional)
    lines = [f"{s['id']}  {s['kind']}  {s.get('code')}  {s.get('name')}" for s in found]
    emit(found, as_json=as_json, text="\n".join(lines) or _("No such site."))


@sites.command("number")
@click.argument("site")
@click.argument("code")
@_WHY
@central_options
def sites_number(place: Place, site: str, code: str, why: str, as_json: bool) -> None:
    """Give a site (by its id) its final unified number."""
    with place.office() as office:
        done = office.give_number(site, code, why, who=place.who)
    text = _("The site has the number {code} now.").format(code=code)
    if done["duplicate"]:
        text += " " + _("Another site has it too; see central conflicts list.")
    emit(done, as_json=as_json, text=text)
