"""The location service of Windows as a receiver: satellites only.

Many tablets hide their receiver from programs and show it through this service alone. The same
service gives positions of Wi-Fi, of a telephone mast or of the network address; those are
kilometres off at worst and look the same: they are refused. Written after the interface of
``Windows.Devices.Geolocation``; not run on a Windows machine yet.
"""

from __future__ import annotations

import importlib
import math
import queue
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.gnss.fix import STALE_AFTER, Fix

#: Seconds that a read waits at most.
_WAIT = 0.25
#: How often the service is asked to tell, in ms.
_EVERY_MS = 1000


class Windows(NamedTuple):
    """The modules ``winrt.windows.devices.geolocation`` and ``winrt.runtime``, or their like."""

    geolocation: Any
    runtime: Any


class Refused(NamedTuple):
    """A position that satellites had no part in; ``by``: what it came from, in words."""

    by: str
    accuracy: float | None


def windows() -> Windows:
    """The modules of Windows; ``Unavailable`` elsewhere."""
    try:
        return Windows(
            importlib.import_module("winrt.windows.devices.geolocation"),
            importlib.import_module("winrt.runtime"),
        )
    except ImportError as error:
        message = _("Only Windows has this location service; choose a port or an address.")
        raise Unavailable(message) from error


@dataclass
class LocationSource:
    """The service, listened to from one thread; its own threads call back into a queue."""

    live: ClassVar[bool] = True
    searching: ClassVar[bool] = False

    load: Callable[[], Windows] = field(default=windows, compare=False, repr=False)
    now: Now = field(default=utc_now, compare=False, repr=False)
    monotonic: Callable[[], float] = field(default=time.monotonic, compare=False, repr=False)
    _system: Windows | None = field(default=None, compare=False, repr=False)
    _locator: Any = field(default=None, compare=False, repr=False)
    _tokens: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    _came: queue.SimpleQueue[Any] = field(
        default_factory=queue.SimpleQueue, compare=False, repr=False
    )

    @property
    def name(self) -> str:
        """What a person calls it."""
        return _("Location service of Windows")

    def open(self) -> None:
        """Ask for leave and begin; ``Unavailable`` with what to do when there is none."""
        system = self.load()
        try:
            system.runtime.init_apartment(system.runtime.ApartmentType.MULTI_THREADED)
            self._system = system
            _permit(system.geolocation)
            self._begin(system.geolocation)
        except OSError as error:
            self.close()
            message = _("The location service of Windows cannot be used: {why}.")
            why = getattr(error, "strerror", None) or str(error)
            raise Unavailable(message.format(why=why)) from error
        except Unavailable:
            self.close()
            raise

    def _begin(self, api: ModuleType) -> None:
        self._came = queue.SimpleQueue()
        locator = self._locator = api.Geolocator()
        locator.desired_accuracy = api.PositionAccuracy.HIGH
        locator.report_interval = _EVERY_MS
        self._tokens = (
            locator.add_position_changed(self._changed),
            locator.add_status_changed(self._turned),
        )

    def _changed(self, _locator: Any, told: Any) -> None:
        """In a thread of the system."""
        self._came.put(told.position)

    def _turned(self, _locator: Any, told: Any) -> None:
        """In a thread of the system."""
        self._came.put(told.status)

    def positions(self) -> list[Fix | Refused]:
        """What came within ``_WAIT``; ``Unavailable`` when the service was switched off."""
        found: list[Fix | Refused] = []
        with suppress(queue.Empty):
            first = self._came.get(timeout=_WAIT)
            while True:
                one = self._judged(first)
                if one is not None:
                    found.append(one)
                first = self._came.get_nowait()
        return found

    def _judged(self, told: Any) -> Fix | Refused | None:
        if self._system is None:
            return None
        api = self._system.geolocation
        if isinstance(told, api.PositionStatus):
            _stand(api, told)
            return None
        one = position_of(api, told.coordinate, self.monotonic())
        # The service likes to begin with where the machine was before.
        if isinstance(one, Fix) and (self.now() - one.moment).total_seconds() > STALE_AFTER:
            return None
        return one

    def close(self) -> None:
        """Stop listening."""
        locator, self._locator = self._locator, None
        if locator is not None and self._tokens:
            with suppress(OSError):
                locator.remove_position_changed(self._tokens[0])
                locator.remove_status_changed(self._tokens[1])
        # Nothing of the system may outlive its apartment.
        self._tokens, self._came = (), queue.SimpleQueue()
        locator = None
        system, self._system = self._system, None
        if system is not None:
            system.runtime.uninit_apartment()


def _permit(api: Any) -> None:
    """Ask Windows for leave; ``Unavailable`` when the person has not given it."""
    answer = api.Geolocator.request_access_async().get()
    if answer == api.GeolocationAccessStatus.ALLOWED:
        return
    message = _(
        "Windows does not let this program know the position: Settings, Privacy, Location, "
        "switch on the location service and «Let desktop apps access your location»."
    )
    raise Unavailable(message)


def _stand(api: Any, status: Any) -> None:
    """``Unavailable`` for a state of the service in which nothing will come."""
    if status == api.PositionStatus.DISABLED:
        message = _("The location service of Windows is switched off: Settings, Privacy, Location.")
        raise Unavailable(message)
    if status == api.PositionStatus.NOT_AVAILABLE:
        message = _("Windows knows no receiver in this machine; connect one by cable or Bluetooth.")
        raise Unavailable(message)


def position_of(api: Any, coordinate: Any, monotonic: float) -> Fix | Refused | None:
    """The fix of a ``Geocoordinate``; ``Refused`` when satellites had no part in it.

    Accuracy is what Windows tells, metres; heights are the sea's by the receiver's geoid or the
    ellipsoid's, as ``altitude_reference_system`` says. ``None`` for an absurd position.
    """
    accuracy = _number(coordinate.accuracy)
    source = coordinate.position_source
    if source != api.PositionSource.SATELLITE or _remote(coordinate):
        return Refused(_source_word(api, source), accuracy)
    place = coordinate.point.position
    lon, lat = _number(place.longitude), _number(place.latitude)
    if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90 or lon == lat == 0:
        return None
    altitude, datum = _height(api, coordinate.point)
    satellites = coordinate.satellite_data
    return Fix(
        lon=lon,
        lat=lat,
        altitude=altitude,
        accuracy=accuracy if accuracy and accuracy > 0 else None,
        pdop=_number(getattr(satellites, "position_dilution_of_precision", None)),
        satellites_used=0,
        satellites_seen=0,
        quality="single",
        moment=_utc(coordinate.position_source_timestamp or coordinate.timestamp),
        monotonic=monotonic,
        hdop=_number(getattr(satellites, "horizontal_dilution_of_precision", None)),
        speed=_number(coordinate.speed),
        course=_number(coordinate.heading),
        vdop=_number(getattr(satellites, "vertical_dilution_of_precision", None)),
        height_error=_number(coordinate.altitude_accuracy),
        height_datum=datum,
        origin="windows",
    )


def _remote(coordinate: Any) -> bool:
    """Whether another device measured it; older Windows cannot say."""
    try:
        return bool(coordinate.is_remote_source)
    except (AttributeError, OSError):
        return False


def _height(api: Any, point: Any) -> tuple[float | None, str]:
    systems = api.AltitudeReferenceSystem
    names = {systems.GEOID: "geoid", systems.ELLIPSOID: "ellipsoid"}
    datum = names.get(point.altitude_reference_system, "")
    height = _number(point.position.altitude)
    # A position without a height has zero here.
    return (None, "") if not height and not datum else (height, datum)


def _source_word(api: Any, source: Any) -> str:
    kinds = api.PositionSource
    words = {
        kinds.WI_FI: _("Wi-Fi"),
        kinds.CELLULAR: _("the telephone network"),
        kinds.IP_ADDRESS: _("the network address"),
        kinds.DEFAULT: _("a place set by hand"),
        kinds.OBFUSCATED: _("a blurred place"),
    }
    return words.get(source, _("an unknown source"))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
