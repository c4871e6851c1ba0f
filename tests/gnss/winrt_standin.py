"""A stand-in of ``winrt.windows.devices.geolocation`` and ``winrt.runtime`` (winrt 4.1).

Same names, enumerations, calls and attributes as the real modules' type stubs; what it answers
is told by the test. Nothing here was run on Windows.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from jdz_field.gnss.location import Windows


class GeolocationAccessStatus(enum.IntEnum):
    UNSPECIFIED = 0
    ALLOWED = 1
    DENIED = 2


class PositionAccuracy(enum.IntEnum):
    DEFAULT = 0
    HIGH = 1


class PositionSource(enum.IntEnum):
    CELLULAR = 0
    SATELLITE = 1
    WI_FI = 2
    IP_ADDRESS = 3
    UNKNOWN = 4
    DEFAULT = 5
    OBFUSCATED = 6


class PositionStatus(enum.IntEnum):
    READY = 0
    INITIALIZING = 1
    NO_DATA = 2
    DISABLED = 3
    NOT_INITIALIZED = 4
    NOT_AVAILABLE = 5


class AltitudeReferenceSystem(enum.IntEnum):
    UNSPECIFIED = 0
    TERRAIN = 1
    ELLIPSOID = 2
    GEOID = 3
    SURFACE = 4


@dataclass
class Operation:
    """An ``IAsyncOperation`` that is over."""

    answer: Any

    def get(self) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class System:
    """What Windows would answer, and the locators that were made."""

    access: Any = GeolocationAccessStatus.ALLOWED
    locators: list[Any] = field(default_factory=list)
    apartments: int = 0

    def modules(self) -> Windows:
        system = self

        class Geolocator:
            def __init__(self) -> None:
                self.desired_accuracy = PositionAccuracy.DEFAULT
                self.report_interval = 0
                self.changed: dict[int, Callable[[Any, Any], object]] = {}
                self.turned: dict[int, Callable[[Any, Any], object]] = {}
                system.locators.append(self)

            @staticmethod
            def request_access_async() -> Operation:
                return Operation(system.access)

            def add_position_changed(self, handler: Callable[[Any, Any], object]) -> int:
                self.changed[1] = handler
                return 1

            def remove_position_changed(self, token: int) -> None:
                del self.changed[token]

            def add_status_changed(self, handler: Callable[[Any, Any], object]) -> int:
                self.turned[2] = handler
                return 2

            def remove_status_changed(self, token: int) -> None:
                del self.turned[token]

        return Windows(
            SimpleNamespace(
                GeolocationAccessStatus=GeolocationAccessStatus,
                PositionAccuracy=PositionAccuracy,
                PositionSource=PositionSource,
                PositionStatus=PositionStatus,
                AltitudeReferenceSystem=AltitudeReferenceSystem,
                Geolocator=Geolocator,
            ),
            SimpleNamespace(
                ApartmentType=SimpleNamespace(SINGLE_THREADED=0, MULTI_THREADED=1),
                init_apartment=lambda _kind: system.enter(1),
                uninit_apartment=lambda: system.enter(-1),
            ),
        )

    def enter(self, step: int) -> None:
        """A thread enters an apartment, or leaves it."""
        self.apartments += step

    def tell(self, position: Any) -> None:
        """Windows has a position."""
        for handler in self.locators[-1].changed.values():
            handler(self.locators[-1], SimpleNamespace(position=position))

    def turn(self, status: PositionStatus) -> None:
        """The service is in another state."""
        for handler in self.locators[-1].turned.values():
            handler(self.locators[-1], SimpleNamespace(status=status))


def position(source: PositionSource = PositionSource.SATELLITE, **other: Any) -> Any:
    """A ``Geoposition``; ``other`` are attributes of its coordinate, ``point`` ones too."""
    place = SimpleNamespace(
        latitude=other.pop("latitude", 29.29123),
        longitude=other.pop("longitude", 117.21345),
        altitude=other.pop("altitude", 61.5),
    )
    point = SimpleNamespace(
        position=place,
        altitude_reference_system=other.pop("reference", AltitudeReferenceSystem.GEOID),
    )
    now = datetime.now(UTC)
    values = {
        "accuracy": 4.0,
        "altitude_accuracy": 6.0,
        "heading": 90.0,
        "speed": 1.2,
        "timestamp": now,
        "position_source_timestamp": None,
        "point": point,
        "position_source": source,
        "satellite_data": SimpleNamespace(
            horizontal_dilution_of_precision=0.9,
            position_dilution_of_precision=1.6,
            vertical_dilution_of_precision=1.3,
        ),
        "is_remote_source": False,
    }
    return SimpleNamespace(coordinate=SimpleNamespace(**{**values, **other}))
