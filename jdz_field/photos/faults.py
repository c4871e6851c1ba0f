"""What can be wrong with a picture, as codes; the sentence is made when it is shown."""

from __future__ import annotations

from enum import StrEnum

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _


class Fault(StrEnum):
    """One thing that is wrong with a picture or with what it says about itself."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NO_PICTURE = "no_picture"
    DAMAGED = "damaged"
    CUT_OFF = "cut_off"
    BAD_EXIF = "bad_exif"
    NULL_POSITION = "null_position"
    EMPTY_POSITION = "empty_position"
    BAD_POSITION = "bad_position"
    NO_SECONDS = "no_seconds"
    NO_REFERENCE = "no_reference"
    OTHER_DATUM = "other_datum"
    BAD_ALTITUDE = "bad_altitude"
    BAD_DIRECTION = "bad_direction"
    BAD_TIME = "bad_time"
    CLOCK_NOT_SET = "clock_not_set"
    CLOCK_AHEAD = "clock_ahead"


#: Faults of the file itself: such a picture is neither geotagged nor taken in.
BROKEN = frozenset(
    {
        Fault.MISSING,
        Fault.UNREADABLE,
        Fault.EMPTY,
        Fault.NO_PICTURE,
        Fault.DAMAGED,
        Fault.CUT_OFF,
    }
)

#: Faults that make the camera's time useless for finding a place on a track.
NO_CLOCK = frozenset({Fault.BAD_TIME, Fault.CLOCK_NOT_SET, Fault.CLOCK_AHEAD})


def sentence(fault: Fault) -> str:
    """What happened and what to do, in the language in force."""
    return {**_of_the_file(), **_of_the_position(), **_of_the_time()}[fault]


class Broken(BadInput):
    """A picture whose structure cannot be followed; ``fault`` says why."""

    def __init__(self, fault: Fault = Fault.DAMAGED) -> None:
        super().__init__(sentence(fault))
        self.fault = fault


def odd() -> BadInput:
    """What is said of a picture that would break by being written to."""
    return BadInput(
        _(
            "The picture's data are laid out in an unusual way, so nothing was written; "
            "keep the position in the project instead."
        )
    )


def _of_the_file() -> dict[Fault, str]:
    return {
        Fault.MISSING: _("There is no such file; check its name."),
        Fault.UNREADABLE: _("The file cannot be read; check the card and the permissions."),
        Fault.EMPTY: _("The file is empty; copy it again from the camera."),
        Fault.NO_PICTURE: _("The file is no picture of a kind that can be read; save it as JPEG."),
        Fault.DAMAGED: _("The picture's structure is damaged; copy it again from the camera."),
        Fault.CUT_OFF: _("The picture is cut off, its end is missing; copy it again."),
        Fault.BAD_EXIF: _("The picture's EXIF data are damaged; what could be read is shown."),
    }


def _of_the_position() -> dict[Fault, str]:
    return {
        Fault.NULL_POSITION: _("The position is 0, 0: the receiver had no fix; it is ignored."),
        Fault.EMPTY_POSITION: _("The position's numbers are empty (0/0); it is ignored."),
        Fault.BAD_POSITION: _("The position is no place on earth; it is ignored."),
        Fault.NO_SECONDS: _("The position has no seconds; it may be off by up to 31 m."),
        Fault.NO_REFERENCE: _(
            "The position does not say north or south, east or west; "
            "north and east are assumed, check it on the map."
        ),
        Fault.OTHER_DATUM: _("The position names a datum other than WGS 84; check it on the map."),
        Fault.BAD_ALTITUDE: _("The altitude cannot be true; it is ignored."),
        Fault.BAD_DIRECTION: _("The direction cannot be true; it is ignored."),
    }


def _of_the_time() -> dict[Fault, str]:
    return {
        Fault.BAD_TIME: _("The time cannot be read; it is ignored."),
        Fault.CLOCK_NOT_SET: _("The camera's clock was not set; do not trust the time."),
        Fault.CLOCK_AHEAD: _("The camera's clock runs ahead of today; do not trust the time."),
    }
