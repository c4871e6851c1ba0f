"""``datum``: parameter sets between older datums and CGCS2000, and what they convert."""

from __future__ import annotations

import math
from typing import Any

import click

from jdz_field.cli.common import Context, emit, finish, json_option, pass_context
from jdz_field.cli.sites_import import pairs
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _

# PROJ takes long to load; only the commands that need it do.
# ruff: noqa: PLC0415


@click.group()
def datum() -> None:
    """Parameter sets of older datums: add, list, remove, check, apply."""


def _numbers(values: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for name, text in pairs(values, "PARAMETER=NUMBER").items():
        try:
            found[name] = float(text)
        except ValueError as error:
            raise BadUsage(
                _("{name}={text}: that is no number.").format(name=name, text=text)
            ) from error
    return found


def _bounds(text: str | None) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise BadUsage(
            _("--bounds {text}: write west,south,east,north in degrees.").format(text=text)
        ) from error
    return west, south, east, north


def _line(data: dict[str, Any]) -> str:
    numbers = " ".join(f"{name}={value:g}" for name, value in data["parameters"].items())
    words = (data["name"], data["source"], data["method"], data["convention"], numbers)
    more = (data["authority"], data["area"], data["by"], data["at"][:10])
    zone = _("zone {n}").format(n=data["zone"])
    return "  ".join(word for word in (*words, zone, *more) if word)


@datum.command()
@click.argument("name")
@click.argument("values", nargs=-1, required=True, metavar="PARAMETER=NUMBER...")
@click.option("--from", "source", type=click.Choice(["xian80", "beijing54"]), required=True)
@click.option(
    "--convention",
    type=click.Choice(["position_vector", "coordinate_frame", "clockwise", "counterclockwise"]),
    required=True,
    help="How the signs of rotations are meant (seven parameters: the first two).",
)
@click.option("--zone", type=int, default=39, show_default=True, help="Prefix of the zone.")
@click.option("--authority", default="", help="Who gave the parameters, in which document.")
@click.option("--area", default="", help="Where they are valid, in words.")
@click.option("--bounds", metavar="W,S,E,N", help="Degrees beyond which nothing is converted.")
@json_option
@pass_context
def add(  # noqa: PLR0913, PLR0917 - click passes each option
    context: Context,
    name: str,
    values: tuple[str, ...],
    source: str,
    convention: str,
    zone: int,
    authority: str,
    area: str,
    bounds: str | None,
    as_json: bool,
) -> None:
    """Enter a set: dx dy dz rx ry rz scale, or dx dy rotation scale (m, arc-seconds, ppm)."""
    from jdz_field.geo.datum import FOUR, SEVEN, DatumSet
    from jdz_field.operations.datums import add_datum

    numbers = _numbers(values)
    method = FOUR if "rotation" in numbers else SEVEN
    one = DatumSet(
        name, source, method, numbers, convention, zone, authority, area, _bounds(bounds)
    )
    with context.open() as project:
        made = add_datum(project, one).to_json()
    emit(made, as_json=as_json, text=lambda: _line(made))


@datum.command("list")
@json_option
@pass_context
def list_command(context: Context, as_json: bool) -> None:
    """List the sets of the project."""
    from jdz_field.operations.datums import datum_sets

    with context.open(read_only=True) as project:
        found = [one.to_json() for one in datum_sets(project)]
    emit(
        found,
        as_json=as_json,
        text=lambda: "\n".join(map(_line, found)) or _("No parameter set is entered."),
    )


@datum.command()
@click.argument("name")
@json_option
@pass_context
def remove(context: Context, name: str, as_json: bool) -> None:
    """Forget a set; what it converted stays converted."""
    from jdz_field.operations.datums import remove_datum

    with context.open() as project:
        remove_datum(project, name)
    emit({"removed": name}, as_json=as_json, text=lambda: _("Removed «{n}».").format(n=name))


@datum.command()
@click.argument("name")
@click.argument("old", nargs=2)
@click.argument("known", nargs=2)
@json_option
@pass_context
def check(
    context: Context, name: str, old: tuple[str, str], known: tuple[str, str], as_json: bool
) -> None:
    """Check a set with a control point: its two old coordinates, then its two in CGCS2000."""
    from jdz_field.operations.datums import control, datum_named

    with context.open(read_only=True) as project:
        east, north = control(datum_named(project, name), old, known)
    data = {"east": round(east, 4), "north": round(north, 4), "off": math.hypot(east, north)}
    emit(
        data,
        as_json=as_json,
        text=lambda: _("Off by {off} m ({east} m east, {north} m north).").format(
            off=f"{data['off']:.3f}", east=f"{east:+.3f}", north=f"{north:+.3f}"
        ),
    )


@datum.command()
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Show where the sites would lie, write nothing.")
@json_option
@pass_context
def apply(context: Context, name: str, dry_run: bool, as_json: bool) -> None:
    """Give the sites that wait for conversion (待转换) their position by a set."""
    from jdz_field.operations.datums import apply_datum

    with context.open(read_only=dry_run) as project:
        found = [waiting.to_json() for waiting in apply_datum(project, name, dry_run=dry_run)]
    done = sum(not one["problem"] for one in found)
    left = len(found) - done
    data = {"converted": done, "left": left, "dry_run": dry_run, "sites": found}
    emit(data, as_json=as_json, text=lambda: _applied(data))
    finish(refused=left > 0)


def _applied(data: dict[str, Any]) -> str:
    lines = []
    for one in data["sites"]:
        where = one["problem"] or f"{one['lon']:.7f}, {one['lat']:.7f}"
        lines.append("  ".join(w for w in (one["code"], one["name"], one["raw"], where) if w))
    lines.append(
        _("{n} sites converted, {left} left waiting.").format(
            n=data["converted"], left=data["left"]
        )
    )
    if data["dry_run"]:
        lines.append(_("Trial run: nothing was written."))
    return "\n".join(lines)
