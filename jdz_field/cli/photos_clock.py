"""What ``photos geotag`` does before it places photos: tracks, the camera's clock, the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from jdz_field.cli.common import Context, emit, finish
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.geo.tracks import Track
from jdz_field.operations.geotagging import (
    Geotagging,
    Proposal,
    Timing,
    clock_offset,
    own_tracks,
    propose_offsets,
    read_tracks,
    undo,
)
from jdz_field.photos.taking_back import CHANGED, RESTORED, UNTOUCHED, Restored

Command = TypeVar("Command", bound=Callable[..., Any])


def clock_options(command: Command) -> Command:
    """``--own-tracks``, ``--clock-photo``, ``--propose-offset`` and ``--undo``."""
    for option in (
        click.option(
            "--undo", "back", is_flag=True, help="Give the files the bytes from before geotagging."
        ),
        click.option(
            "--propose-offset",
            "proposing",
            is_flag=True,
            help="Say by what the camera's clock is off, by photos with a position; write nothing.",
        ),
        click.option(
            "--clock-photo",
            metavar="FILE=TIME",
            help="A photo of a GPS clock and the time that it shows: 10:00:30 or with a date.",
        ),
        click.option("--own-tracks", "own", is_flag=True, help="Use the project's own tracks."),
    ):
        command = option(command)
    return command


def check_choice(how: Geotagging, tracks: Sequence[Path], own: bool, proposing: bool) -> None:
    """``BadUsage`` for options that mean nothing together."""
    if not tracks and not own:
        raise BadUsage(_("Name a track with --track, or use the project's with --own-tracks."))
    if proposing and (how.in_place or how.out is not None):
        raise BadUsage(
            _("--propose-offset writes nothing; look at it, then give it with --clock-offset.")
        )


def timing_of(timing: Timing, clock_photo: str | None) -> Timing:
    """The timing with the offset that a photo of a clock gives."""
    if clock_photo is None:
        return timing
    file, _equals, shown = clock_photo.rpartition("=")
    if not file or timing.clock_offset:
        raise BadUsage(
            _("Write --clock-photo as FILE=TIME, such as IMG_1.jpg=10:00:30, without an offset.")
        )
    return replace(timing, clock_offset=clock_offset(Path(file), shown, timing))


def tracks_of(
    context: Context, files: Sequence[Path], tracks: Sequence[Path], own: bool, timing: Timing
) -> list[Track]:
    """The tracks in files, and the project's own if wanted."""
    found = read_tracks(tracks)
    if own:
        with context.open() as project:
            found += own_tracks(project, files, timing)
    return found


def proposed(
    files: Sequence[Path], tracks: Sequence[Track], how: Geotagging
) -> tuple[list[Proposal], Geotagging]:
    """What the photos say about the clock, and how to place them if the best told is taken."""
    found = propose_offsets(files, tracks, how.timing)
    if not found:
        return found, how
    return found, replace(how, timing=replace(how.timing, clock_offset=found[0].offset))


def proposal_lines(proposals: Sequence[Proposal]) -> list[str]:
    """A line a camera, or one that says that none can be told."""
    text = _(
        "{camera}: add {offset:+.1f} s (±{spread:.1f} s), as {photos} of {known} photos agree; "
        "use it with --clock-offset {offset:.1f}."
    )
    lines = [
        text.format(
            camera=one.camera or "–",
            offset=one.offset,
            spread=one.spread,
            photos=one.photos,
            known=one.known,
        )
        for one in proposals
    ]
    return lines or [_("No offset can be proposed: too few of the photos have a position.")]


def take_back(files: Sequence[Path], *, as_json: bool) -> None:
    """Undo, and say what became of each file."""
    done = undo(files)
    counts = {state: sum(one.status == state for one in done) for state in _STATES}
    data = {**counts, "files": [one.to_json() for one in done]}
    emit(data, as_json=as_json, text=lambda: _undo_text(done))
    finish(refused=counts[CHANGED] > 0)


_STATES = (RESTORED, UNTOUCHED, CHANGED)


def _undo_text(done: Sequence[Restored]) -> str:
    lines = [f"{one.file}  {one.problem}" for one in done if one.problem]
    text = _("Taken back: {restored} of {files}.")
    restored = sum(one.status == RESTORED for one in done)
    return "\n".join([*lines, text.format(restored=restored, files=len(done))])
