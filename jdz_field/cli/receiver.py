"""``receiver``: the ports of this machine, and what a receiver says, without a window."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, finish, json_option, pass_context
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.gnss import troubles
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.reader import Reader, Status
from jdz_field.gnss.recorder import Recorder
from jdz_field.gnss.sources import ports, source_of
from jdz_field.gnss.watch import CLOSED, ENDED
from jdz_field.operations.heights import height_offset, set_height_offset, shown_offset


@click.group()
def receiver() -> None:
    """GNSS receivers: their ports, what they say, logs."""


@receiver.command("ports")
@json_option
def list_ports(as_json: bool) -> None:
    """List the serial ports, USB and Bluetooth ones too, by name."""
    found = ports()
    rows = [
        {
            "device": port.device,
            "title": port.title,
            "kind": port.kind,
            "usb": port.usb,
            "incoming": port.incoming,
            "source": port.spec,
        }
        for port in found
    ]
    emit(
        {"ports": rows},
        as_json=as_json,
        text=lambda: (
            "\n".join(f"{port.device}\t{port.title}\t{port.spec}" for port in found)
            or _("This machine has no serial port.")
        ),
    )


@receiver.command()
@click.argument("source")
@click.option("--seconds", type=click.FloatRange(0.5, 86_400), default=10.0, show_default=True)
@click.option(
    "--record",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep what comes as logs in this folder.",
)
@json_option
def listen(source: str, seconds: float, folder: Path | None, as_json: bool) -> None:
    """Listen to SOURCE (serial:COM5, tcp://host:port, udp://0.0.0.0:port, replay:FILE)."""
    heard = _Heard()
    reader = Reader(source_of(source), heard.fix, heard.status)
    recorder = reader.recorder = Recorder(folder) if folder is not None else None
    reader.start()
    try:
        heard.wait(seconds)
    finally:
        reader.stop()
        if recorder is not None:
            recorder.close()
    data = heard.summed(reader)
    if recorder is not None:
        data["log"] = str(recorder.file)
    emit(data, as_json=as_json, text=lambda: _text(data))
    finish(not heard.fixes)


class _Heard:
    """What the listening thread told."""

    def __init__(self) -> None:
        self.fixes = 0
        self.last: Fix | None = None
        self.told = Status("searching")
        self._over = threading.Event()

    def fix(self, fix: Fix) -> None:
        self.fixes, self.last = self.fixes + 1, fix

    def status(self, status: Status) -> None:
        # The end of the listening itself is no trouble of the receiver's.
        if status.trouble != CLOSED or status.why:
            self.told = status
        if status.trouble == ENDED:
            self._over.set()

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._over.wait(until - time.monotonic())

    def summed(self, reader: Reader) -> dict[str, Any]:
        heard, told, last = reader.heard, self.told, self.last
        return {
            "source": heard.name,
            "state": told.state,
            "trouble": told.trouble,
            "message": told.why or troubles.sentence(told.trouble),
            "sentences": heard.sentences,
            "broken": heard.broken,
            "rate": round(heard.rate, 2),
            "fixes": self.fixes,
            "last": _position(last) if last is not None else None,
        }


def _position(fix: Fix) -> dict[str, Any]:
    return {
        "lon": round(fix.lon, 9),
        "lat": round(fix.lat, 9),
        "altitude": fix.altitude,
        "height_datum": fix.height_datum,
        "accuracy": fix.accuracy,
        "fix": fix.quality,
        "pdop": fix.pdop,
        "hdop": fix.hdop,
        "vdop": fix.vdop,
        "age": fix.age,
        "satellites_used": fix.satellites_used,
        "satellites_seen": fix.satellites_seen,
        "systems": {system: {"used": used, "seen": seen} for system, used, seen in fix.systems},
        "moment": to_text(fix.moment),
        "origin": fix.origin,
    }


def _text(data: dict[str, Any]) -> str:
    first = _("{source}: {sentences} sentences, {broken} with a wrong checksum, {fixes} positions")
    lines, last = [first.format(**data)], data["last"]
    if last is not None:
        words = _(
            "Last: {lon:.8f}, {lat:.8f}, error {accuracy} m, {fix}, {used} of {seen} satellites"
        )
        used, seen = last["satellites_used"], last["satellites_seen"]
        lines.append(words.format(used=used, seen=seen, **last))
    if data["message"]:
        lines.append(data["message"])
    return "\n".join(lines)


@receiver.command("height")
@click.option("--offset", type=float, help="Metres from the ellipsoid to the 1985 datum.")
@click.option("--source", default="", help="Who gave the offset.")
@click.option("--forget", is_flag=True, help="Forget the offset.")
@json_option
@pass_context
def height(
    context: Context, offset: float | None, source: str, forget: bool, as_json: bool
) -> None:
    """Say or set the project's offset to the 1985 height datum."""
    if forget and offset is not None:
        raise BadUsage(_("Name --offset or --forget, not both."))
    if forget or offset is not None:
        with context.open() as project:
            set_height_offset(project, offset, source)
    with context.open(read_only=True) as project:
        known = height_offset(project)
    data = {"offset": known.metres if known else None, "source": known.source if known else ""}
    none = _("Nobody has given one: the datum is named.")
    emit(data, as_json=as_json, text=lambda: shown_offset(known) if known else none)
