"""The location service of Windows, against a stand-in of its modules."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.gnss.fix import Fix
from jdz_field.gnss.location import LocationSource, Refused, windows
from jdz_field.gnss.watch import FIXED, LOST, NETWORK, SEARCHING
from tests.gnss.simulated import listening
from tests.gnss.winrt_standin import (
    AltitudeReferenceSystem,
    GeolocationAccessStatus,
    PositionAccuracy,
    PositionSource,
    PositionStatus,
    System,
    position,
)


def opened(system: System) -> LocationSource:
    source = LocationSource(system.modules)
    source.open()
    return source


def test_a_position_of_satellites_is_a_fix() -> None:
    system = System()
    source = opened(system)
    system.tell(position())
    (fix,) = source.positions()
    assert isinstance(fix, Fix)
    assert (fix.lon, fix.lat, fix.altitude) == (117.21345, 29.29123, 61.5)
    assert (fix.accuracy, fix.pdop, fix.hdop, fix.vdop) == (4.0, 1.6, 0.9, 1.3)
    assert (fix.height_datum, fix.origin, fix.quality) == ("geoid", "windows", "single")
    assert (fix.speed, fix.course, fix.height_error) == (1.2, 90.0, 6.0)
    assert fix.moment.tzinfo is UTC
    source.close()


def test_the_best_accuracy_is_asked_for_every_second() -> None:
    system = System()
    source = opened(system)
    (locator,) = system.locators
    assert locator.desired_accuracy == PositionAccuracy.HIGH
    assert locator.report_interval == 1000
    source.close()
    assert (locator.changed, locator.turned, system.apartments) == ({}, {}, 0)


@pytest.mark.parametrize(
    "source", [one for one in PositionSource if one is not PositionSource.SATELLITE]
)
def test_a_position_of_anything_else_is_refused(source: PositionSource) -> None:
    system = System()
    line = opened(system)
    system.tell(position(source, accuracy=35.0))
    (refused,) = line.positions()
    assert isinstance(refused, Refused)
    assert refused.by
    assert refused.accuracy == 35.0
    line.close()


def test_a_position_that_another_device_measured_is_refused() -> None:
    system = System()
    line = opened(system)
    system.tell(position(is_remote_source=True))
    assert isinstance(line.positions()[0], Refused)
    line.close()


@pytest.mark.parametrize(
    ("reference", "altitude", "expected"),
    [
        (AltitudeReferenceSystem.ELLIPSOID, 58.3, (58.3, "ellipsoid")),
        (AltitudeReferenceSystem.UNSPECIFIED, 0.0, (None, "")),
        (AltitudeReferenceSystem.UNSPECIFIED, 61.0, (61.0, "")),
        (AltitudeReferenceSystem.SURFACE, 2.0, (2.0, "")),
        (AltitudeReferenceSystem.GEOID, float("nan"), (None, "")),
    ],
)
def test_heights_are_named(
    reference: AltitudeReferenceSystem, altitude: float, expected: tuple[float | None, str]
) -> None:
    system = System()
    line = opened(system)
    system.tell(position(reference=reference, altitude=altitude))
    (fix,) = line.positions()
    assert isinstance(fix, Fix)
    assert fix.altitude == expected[0]
    if fix.altitude is not None:
        assert fix.height_datum == expected[1]
    line.close()


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 0.0, "longitude": 0.0},
        {"latitude": float("nan")},
        {"latitude": 91.0},
        {"longitude": float("inf")},
        {"timestamp": datetime.now(UTC) - timedelta(minutes=3)},
        {"position_source_timestamp": datetime.now(UTC) - timedelta(seconds=30)},
    ],
)
def test_absurd_and_old_positions_are_none(place: dict[str, object]) -> None:
    system = System()
    line = opened(system)
    system.tell(position(**place))  # type: ignore[arg-type]
    assert line.positions() == []
    line.close()


def test_values_that_windows_does_not_know_are_none() -> None:
    system = System()
    line = opened(system)
    system.tell(position(satellite_data=None, speed=None, heading=float("nan"), accuracy=0.0))
    (fix,) = line.positions()
    assert isinstance(fix, Fix)
    assert (fix.pdop, fix.hdop, fix.speed, fix.course, fix.accuracy) == (None,) * 5
    line.close()


@pytest.mark.parametrize(
    "answer", [GeolocationAccessStatus.DENIED, GeolocationAccessStatus.UNSPECIFIED]
)
def test_without_leave_the_person_is_told_where_to_give_it(
    answer: GeolocationAccessStatus,
) -> None:
    system = System(access=answer)
    with pytest.raises(Unavailable, match="Windows"):
        opened(system)
    assert system.apartments == 0
    assert system.locators == []


def test_a_fault_of_windows_is_a_sentence() -> None:
    system = System(access=OSError(5, "拒绝访问"))
    with pytest.raises(Unavailable, match="拒绝访问"):
        opened(system)
    assert system.apartments == 0


@pytest.mark.parametrize("status", [PositionStatus.DISABLED, PositionStatus.NOT_AVAILABLE])
def test_a_service_that_is_switched_off_is_said(status: PositionStatus) -> None:
    system = System()
    line = opened(system)
    system.turn(PositionStatus.INITIALIZING)
    system.turn(PositionStatus.NO_DATA)
    assert line.positions() == []
    system.turn(status)
    with pytest.raises(Unavailable):
        line.positions()
    line.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has the service")
def test_elsewhere_there_is_no_such_service() -> None:
    with pytest.raises(Unavailable):
        windows()


def test_the_thread_tells_fixes_and_refusals() -> None:
    system = System()
    with listening(LocationSource(system.modules)) as (_reader, heard):
        heard.until(lambda: bool(system.locators) and bool(system.locators[-1].turned))
        system.tell(position(PositionSource.WI_FI, accuracy=40.0))
        heard.until(lambda: [s.trouble for s in heard.statuses][-1:] == [NETWORK])
        assert heard.statuses[-1].state == SEARCHING
        assert "Wi-Fi" in heard.statuses[-1].why
        assert heard.fixes == []
        system.tell(position())
        heard.until(lambda: len(heard.fixes) == 1)
        heard.until(lambda: heard.states[-1] == FIXED)
        system.turn(PositionStatus.DISABLED)
        heard.until(lambda: heard.states[-1] == LOST)
        assert heard.statuses[-1].why
