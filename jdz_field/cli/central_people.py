"""``central user``, ``device``: who may use the centre, and with what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jdz_field.central import accounts
from jdz_field.central.people import CLOSED, SECURITY
from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.common import emit
from jdz_field.core.i18n import _

_PATH = click.Path(path_type=Path, dir_okay=False)


@click.group()
def user() -> None:
    """People who may use the centre."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, help="field, forestry, office or admin.")
@click.option("--county", "counties", multiple=True, help="Limit to a county code; repeatable.")
@click.option("--kind", "kinds", multiple=True, help="Limit to a kind of site; repeatable.")
@click.option("--duty", "duties", multiple=True, help="system, security or audit; repeatable.")
@central_options
def user_add(
    place: Place,
    name: str,
    role: str,
    counties: tuple[str, ...],
    kinds: tuple[str, ...],
    duties: tuple[str, ...],
    as_json: bool,
) -> None:
    """Enter a person; founds the centre when there is none."""
    with place.office_of(SECURITY, found=True) as office:
        held = duties or None
        made = office.add_user(name, role, counties, kinds, duties=held, who=place.who)
    emit(made, as_json=as_json, text=_("Entered {name} ({role}).").format(name=name, role=role))


@user.command("list")
@central_options
def user_list(place: Place, as_json: bool) -> None:
    """List the people."""
    with place.office() as office:
        found = office.users()
    emit(found, as_json=as_json, text="\n".join(map(_line, found)) or _("Nobody yet."))


def _line(one: dict[str, Any]) -> str:
    lists = (", ".join(one[key]) for key in ("counties", "kinds", "duties"))
    state = "" if one["state"] == "active" else one["state"]
    return "  ".join(filter(None, [one["name"], one["role"], *lists, state]))


@user.command("set")
@click.argument("name")
@click.option("--role", help="field, forestry, office or admin.")
@click.option("--county", "counties", multiple=True, help="Limit to a county code; repeatable.")
@click.option("--kind", "kinds", multiple=True, help="Limit to a kind of site; repeatable.")
@click.option("--duty", "duties", multiple=True, help="system, security or audit; repeatable.")
@click.option("--everywhere", is_flag=True, help="All counties and kinds of sites.")
@click.option("--no-duty", is_flag=True, help="No duty of an administrator.")
@click.option("--close/--open", "closed", default=None, help="Shut the person's devices out.")
@central_options
def user_set(
    place: Place,
    name: str,
    as_json: bool,
    *,
    role: str | None,
    closed: bool | None,
    everywhere: bool,
    no_duty: bool,
    **lists: tuple[str, ...],
) -> None:
    """Change what NAME may do and see; what is not named stays."""
    empty = {"counties": everywhere, "kinds": everywhere, "duties": no_duty}
    changes: dict[str, Any] = {
        key: list(given) if given or empty[key] else None for key, given in lists.items()
    }
    changes["role"] = role
    changes["state"] = None if closed is None else "closed" if closed else "active"
    with place.office_of(SECURITY) as office:
        made = office.set_user(name, who=place.who, **changes)
    emit(made, as_json=as_json, text=_line(made))


@user.command("revoke")
@click.argument("name")
@click.option("--why", default="", help="The reason.")
@central_options
def user_revoke(place: Place, name: str, why: str, as_json: bool) -> None:
    """Close NAME's account: every device and password of theirs is shut out."""
    with place.office_of(SECURITY) as office:
        made = office.set_user(name, who=place.who, state=CLOSED, why=why)
    emit(made, as_json=as_json, text=_line(made))


@user.command("password")
@click.argument("name")
@click.option("--drop", is_flag=True, help="Take the password away instead.")
@central_options
def user_password(place: Place, name: str, drop: bool, as_json: bool) -> None:
    """Draw the password with which NAME's ODK Collect or GIS comes in; shown this once."""
    with place.office_of(SECURITY) as office:
        password = office.app_password(name, drop=drop, who=place.who)
    text = _("App password of {name}, shown this once: {password}")
    text = _("{name} has no app password now.") if drop else text
    told = {"user": name, "password": password or None}
    emit(told, as_json=as_json, text=text.format(name=name, password=password))


@click.group()
def device() -> None:
    """Tablets and computers that are enrolled."""


@device.command("code")
@click.option("--user", "name", required=True, help="Whose device it will be.")
@central_options
def device_code(place: Place, name: str, as_json: bool) -> None:
    """Draw a one-time code with which a device enrols over the network."""
    with place.office_of(SECURITY) as office:
        code = office.device_code(name, who=place.who)
    text = _("Code for {name}, good once and for seven days: {code}").format(name=name, code=code)
    emit({"code": code, "user": name}, as_json=as_json, text=text)


@device.command("codes")
@click.option("--withdraw", default="", metavar="ID", help="Make this one useless.")
@central_options
def device_codes(place: Place, withdraw: str, as_json: bool) -> None:
    """List the one-time codes that are still good."""
    with place.office_of(SECURITY) as office:
        if withdraw:
            with office.database.write() as connection:
                accounts.withdraw_code(connection, office.now, place.who, withdraw)
        with office.database.read() as connection:
            found = accounts.list_codes(connection, office.now)
    lines = [f"{one['id']}  {one['user']}  {one['expires']}" for one in found]
    emit(found, as_json=as_json, text="\n".join(lines) or _("No code is good now."))


@device.command("issue")
@click.option("--user", "name", required=True, help="Whose device it will be.")
@click.option("--out", type=_PATH, required=True, help="The secret file for «enrol FILE».")
@click.option("--url", default="", help="Where the centre listens, if the device has a network.")
@click.option("--certificate", type=_PATH, help="Certificate (PEM) that the device shall trust.")
@central_options
def device_issue(
    place: Place, name: str, out: Path, url: str, certificate: Path | None, as_json: bool
) -> None:
    """Write the file that enrols a device without a network."""
    pem = certificate.read_text(encoding="ascii") if certificate else ""
    with place.office_of(SECURITY) as office:
        made = office.issue_device(name, out, url=url, certificate=pem)
    emit(
        {"device": made.device, "user": made.user, "role": made.role, "file": str(out)},
        as_json=as_json,
        text=_("Wrote {file}; whoever has it is {name}'s device: keep it secret.").format(
            file=out, name=name
        ),
    )


@device.command("list")
@central_options
def device_list(place: Place, as_json: bool) -> None:
    """List the devices."""
    with place.office() as office:
        found = office.devices()
    lines = [f"{d['id']}  {d['user']}  {d['name']}  {d['state']}" for d in found]
    emit(found, as_json=as_json, text="\n".join(lines) or _("No device yet."))


@device.command("restore")
@click.argument("device_id")
@click.option("--why", default="", help="The reason.")
@central_options
def device_restore(place: Place, device_id: str, why: str, as_json: bool) -> None:
    """Let a device in again that was shut out; what it sent meanwhile is still held."""
    with place.office_of(SECURITY) as office:
        told = office.readmit(device_id, why, who=place.who)
    emit(told, as_json=as_json, text=_("Device {id} may come in again.").format(id=device_id))


@device.command("revoke")
@click.argument("device_id")
@click.option("--why", default="", help="The reason.")
@central_options
def device_revoke(place: Place, device_id: str, why: str, as_json: bool) -> None:
    """Shut a device out; what it still sends is kept and held."""
    with place.office() as office:
        office.revoke(device_id, why, who=place.who)
    emit(
        {"device": device_id, "state": "revoked"},
        as_json=as_json,
        text=_("Device {id} is shut out.").format(id=device_id),
    )
