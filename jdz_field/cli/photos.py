"""``photos``: read, geotag, add."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from jdz_field.cli.common import (
    Context,
    emit,
    finish,
    json_option,
    pass_context,
    progress_to_terminal,
)
from jdz_field.cli.photos_clock import (
    check_choice,
    clock_options,
    proposal_lines,
    proposed,
    take_back,
    timing_of,
    tracks_of,
)
from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.operations.geotagging import Geotagging, GeotagReport, Timing
from jdz_field.operations.geotagging import geotag as geotag_files
from jdz_field.photos.exif import PhotoInfo
from jdz_field.photos.geotag import OWN, TaggedPhoto
from jdz_field.photos.match import DEFAULT_MAX_GAP, INTERPOLATED, NEAREST
from jdz_field.photos.times import zone_of

if TYPE_CHECKING:
    from jdz_field.operations.photos import AddedPhoto, AddReport
    from jdz_field.store.project import Project

Command = TypeVar("Command", bound=Callable[..., Any])


class _Zone(click.ParamType[tzinfo]):
    """``+08:00`` and the like."""

    name = "zone"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tzinfo:
        """The zone, or wrong usage."""
        if isinstance(value, tzinfo):
            return value
        try:
            return zone_of(str(value))
        except BadUsage as error:
            self.fail(str(error), param, ctx)


class _Seconds(click.ParamType[float]):
    """A finite number of seconds."""

    name = "seconds"

    def __init__(self, least: float = -math.inf) -> None:
        self.least = least

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number, or wrong usage."""
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not (math.isfinite(seconds) and seconds >= self.least):
            self.fail(_("«{text}» is no number of seconds.").format(text=value), param, ctx)
        return seconds


def timing_options(command: Command) -> Command:
    """``--tz``, ``--clock-offset`` and ``--max-gap``: how camera times become places."""
    for option in (
        click.option(
            "--max-gap",
            type=_Seconds(0),
            default=DEFAULT_MAX_GAP,
            help="Seconds without a track point over which a place is still given (default: 300).",
        ),
        click.option(
            "--clock-offset",
            type=_Seconds(),
            default=0.0,
            help="Seconds to add to the camera's time to get the true time.",
        ),
        click.option(
            "--tz",
            "zone",
            type=_Zone(),
            default=BEIJING,
            help="Zone of camera times that name no offset (default: +08:00).",
        ),
    ):
        command = option(command)
    return command


def _there(files: Sequence[Path]) -> None:
    """A name on the command line that is not there is a slip of the hand: do nothing yet."""
    for file in files:
        if not file.exists():
            raise BadInput(_("There is no file {file}; check its name.").format(file=file))


def _files(many: str) -> Callable[[Command], Command]:
    return click.argument(
        "files", metavar=many, nargs=-1, required=True, type=click.Path(path_type=Path)
    )


class _Photos(click.Group):
    """Geotagging does without the store, which takes longer to load than a card of photos."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command; those that need the store are loaded when asked for."""
        if cmd_name not in self.commands:
            self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        from jdz_field.cli import photos_match, photos_more  # noqa: PLC0415
        from jdz_field.cli.root import translate_help  # noqa: PLC0415

        for command in (*photos_more.COMMANDS, *photos_match.COMMANDS):
            if command.name not in self.commands:
                self.add_command(command)
                translate_help(command)


@click.group(cls=_Photos)
def photos() -> None:
    """Photos: what they say, where they were taken, into the project."""


@photos.command()
@_files("FILE...")
@click.option("--tz", "zone", type=_Zone(), help="Zone of times that name no offset (none).")
@json_option
def read(files: tuple[Path, ...], zone: tzinfo | None, as_json: bool) -> None:
    """Say where, when and with what each FILE was taken; folders give the photos in them."""
    _there(files)
    from jdz_field.operations.photos import read_photos  # noqa: PLC0415 - see _Photos

    found = read_photos(files)
    data = [info.to_json(zone) for info in found]
    emit(data, as_json=as_json, text=lambda: "\n".join(_read_line(i, zone) for i in found))
    finish(refused=any(info.broken for info in found))


def _read_line(info: PhotoInfo, zone: tzinfo | None) -> str:
    data = info.to_json(zone)
    parts = [str(info.file), data["taken"] or "–", _place(info.lon, info.lat)]
    if info.gps.accuracy is not None:
        parts.append(f"±{info.gps.accuracy:g} m")
    parts += [" ".join(part for part in (info.make, info.model) if part), info.problem or ""]
    return "  ".join(part for part in parts if part)


def _place(lon: float | None, lat: float | None) -> str:
    return "–" if lon is None or lat is None else f"{lon:.6f}, {lat:.6f}"


@photos.command()
@_files("FILE...")
@click.option(
    "--track",
    "tracks",
    multiple=True,
    type=click.Path(path_type=Path),
    help="GPX, KML, KMZ or NMEA file; may be named several times.",
)
@timing_options
@clock_options
@click.option("--in-place", is_flag=True, help="Write into the files themselves.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write copies into this folder."
)
@click.option("--overwrite", is_flag=True, help="Also photos that have a position of their own.")
@json_option
@pass_context
def geotag(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: Context,
    files: tuple[Path, ...],
    tracks: tuple[Path, ...],
    zone: tzinfo,
    clock_offset: float,
    max_gap: float,
    in_place: bool,
    out: Path | None,
    overwrite: bool,
    own: bool,
    clock_photo: str | None,
    proposing: bool,
    back: bool,
    as_json: bool,
) -> None:
    """Place each FILE on a track by its time; without --in-place or --out only show where."""
    _there(files)
    if back:
        take_back(files, as_json=as_json)
        return
    timing = timing_of(Timing(zone, clock_offset, max_gap), clock_photo)
    how = Geotagging(timing, in_place, out, overwrite)
    check_choice(how, tracks, own, proposing)
    read = tracks_of(context, files, tracks, own, timing)
    proposals, how = proposed(files, read, how) if proposing else ([], how)
    report = geotag_files(files, read, how, progress=progress_to_terminal())
    told = [one.to_json() for one in proposals]
    data = {**report.to_json(), "clock_offset": how.timing.clock_offset, "proposals": told}
    first = proposal_lines(proposals) if proposing else []
    emit(data, as_json=as_json, text=lambda: "\n".join([*first, _geotag_text(report)]))
    finish(refused=report.refused)


def _geotag_text(report: GeotagReport) -> str:
    lines = [*report.warnings, *(_tagged_line(photo) for photo in report.files)]
    if report.preview:
        lines.append(_("Nothing was written; add --in-place or --out DIR to write."))
    else:
        text = _("Geotagged: {tagged}; left as they were: {skipped}.")
        lines.append(text.format(tagged=report.tagged, skipped=report.skipped))
    return "\n".join(lines)


def _tagged_line(photo: TaggedPhoto) -> str:
    methods = {
        INTERPOLATED: _("between two track points"),
        NEAREST: _("nearest track point"),
        OWN: _("own position, kept"),
    }
    parts = [str(photo.file), _place(photo.lon, photo.lat)]
    if photo.method:
        parts.append(methods[photo.method])
    if photo.gap_s is not None and photo.method in (INTERPOLATED, NEAREST):
        parts.append(f"{photo.gap_s:.1f} s")
    return "  ".join([*parts, photo.problem or ""]).rstrip()


@photos.command()
@_files("FILE|DIR...")
@click.option("--record", help="Id of the record or draft that the photos belong to.")
@click.option("--site", "code", help="Number or id of the site that the photos show.")
@click.option(
    "--track",
    "tracks",
    multiple=True,
    type=click.Path(path_type=Path),
    help="GPX file that places photos without a position; may be named several times.",
)
@timing_options
@json_option
@pass_context
def add(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: Context,
    files: tuple[Path, ...],
    record: str | None,
    code: str | None,
    tracks: tuple[Path, ...],
    zone: tzinfo,
    clock_offset: float,
    max_gap: float,
    as_json: bool,
) -> None:
    """Take photos into the project; the files themselves stay as they are."""
    _there(files)
    from jdz_field.operations.photos import REFUSED, add_photos  # noqa: PLC0415 - see _Photos

    with context.open() as project:
        report = add_photos(
            project,
            files,
            record=record,
            site=_site_id(project, code) if code else _site_of(project, record),
            track=tracks,
            timing=Timing(zone, clock_offset, max_gap),
            progress=progress_to_terminal(),
        )
    emit(report.to_json(), as_json=as_json, text=lambda: _add_text(report))
    finish(refused=report.count(REFUSED) > 0)


def _site_id(project: Project, code: str) -> str:
    # It brings coordinate systems along, half a second that the other commands need not wait.
    from jdz_field.operations.sites import resolve  # noqa: PLC0415

    return resolve(project, code).id


def _site_of(project: Project, record: str | None) -> str | None:
    """The site of a record or draft; ``BadInput`` when there is no such record."""
    if record is None:
        return None
    found = project.record(record) or project.draft(record)
    if found is None:
        raise BadInput(_("There is no record {id} in this project.").format(id=record))
    return found.site


def _add_text(report: AddReport) -> str:
    from jdz_field.operations.photos import ADDED, ALREADY, REFUSED  # noqa: PLC0415

    text = _("Added: {added}; there already: {already}; refused: {refused}.")
    counts = {name: report.count(name) for name in (ADDED, ALREADY, REFUSED)}
    return "\n".join([*map(_added_line, report.files), text.format(**counts)])


def _added_line(photo: AddedPhoto) -> str:
    from jdz_field.operations.photos import ADDED, ALREADY, REFUSED  # noqa: PLC0415

    states = {ADDED: _("added"), ALREADY: _("there already"), REFUSED: _("refused")}
    parts = [str(photo.file), states[photo.status]]
    if photo.attachment is not None:
        parts.append(_place(photo.attachment.lon, photo.attachment.lat))
    near = _("near {name} ({metres:.0f} m)")
    parts += [near.format(name=p.name, metres=p.distance_m) for p in photo.proposed[:1]]
    return "  ".join([*parts, *filter(None, (photo.note, photo.problem))])
