"""Where the persons of a tablet are kept: ``people.json`` in the configuration folder, and its log.

Written whole or not at all, with the last good state beside it; 0600 where the system knows that.
A damaged file is set aside and the last good state taken: who can damage it can read the project
as well, and a person in the field must be able to go on.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from jdz_field.core import files
from jdz_field.core.clock import from_text, to_text
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _
from jdz_field.operations.people_pins import Pin
from jdz_field.store.lock import Busy, hold

log = logging.getLogger(__name__)

FORMAT = 1
#: More is no list of a tablet's persons.
LARGEST = 1 << 20
#: The log begins anew at this size; one old part is kept.
LOG_LARGEST = 1 << 20
#: How long another program may hold the file, in tries of 50 ms.
_TRIES = 60
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Who works with the tablet.

    ``earlier``: names they had before; what they entered under those stays theirs. ``tries``:
    wrong PINs since the last right one, ``tried``: when the last was (``to_text``). ``reset``:
    when the PIN was taken away by another way than the old PIN, until the person has seen that.
    """

    id: str
    name: str
    phone: str = ""
    unit: str = ""
    pin: Pin | None = None
    earlier: tuple[str, ...] = ()
    tries: int = 0
    tried: str = ""
    reset: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The name and those before it."""
        return (self.name, *self.earlier)

    def to_json(self) -> dict[str, Any]:
        """For the file."""
        return {
            "id": self.id,
            "name": self.name,
            "phone": self.phone,
            "unit": self.unit,
            "pin": self.pin.to_json() if self.pin else None,
            "earlier": list(self.earlier),
            "tries": self.tries,
            "tried": self.tried,
            "reset": self.reset,
        }


@dataclass(frozen=True, slots=True)
class State:
    """Everybody of this tablet; ``last``: id of who worked last."""

    people: tuple[Person, ...] = ()
    last: str = ""

    def person(self, person_id: str) -> Person | None:
        """The person of this id."""
        return next((one for one in self.people if one.id == person_id), None)

    def named(self, name: str) -> Person | None:
        """Who has or had this name; a present name goes before an earlier one."""
        now = (one for one in self.people if one.name == name)
        before = (one for one in self.people if name in one.earlier)
        return next(now, None) or next(before, None)

    def with_person(self, person: Person) -> State:
        """The same with this person in the place of who has the id, or added."""
        if self.person(person.id) is None:
            return replace(self, people=(*self.people, person))
        others = tuple(person if one.id == person.id else one for one in self.people)
        return replace(self, people=others)


@dataclass
class PeopleFile:
    """The file and its log.

    Attributes:
        path: ``people.json``.
        found_damaged: whether reading found it damaged and took the state before, or nothing.
    """

    path: Path
    found_damaged: bool = field(default=False, compare=False)

    @property
    def last_good(self) -> Path:
        """The state before the last write."""
        return self.path.with_suffix(".last")

    @property
    def log_file(self) -> Path:
        """What happened, one JSON object a line."""
        return self.path.with_suffix(".log")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Alone with the file: the window and the command line change it in turn."""
        for left in range(_TRIES, -1, -1):
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                lock = hold(self.path.with_suffix(".lock"), "people", "")
                break
            except Busy as error:
                if not left:
                    raise self._unavailable(_("another program holds it")) from error
                time.sleep(0.05)
            except OSError as error:
                raise self._unavailable(error.strerror or str(error)) from error
        with lock:
            yield

    def read(self, now: datetime) -> State:
        """Everybody; nobody when there is no file yet.

        Raises:
            BadInput: a newer version of the program wrote it.
            Unavailable: the disk or the permissions refuse.
        """
        for source in (self.path, self.last_good):
            data = self._load(source)
            if data is None:
                continue
            state = state_of(data)
            if state is not None:
                return state
            self.found_damaged = True
            self._set_aside(source, now)
        return State()

    def write(self, state: State) -> None:
        """Keep everybody; ``Unavailable`` when the disk refuses."""
        data = {"format": FORMAT, "last": state.last, "people": [p.to_json() for p in state.people]}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.is_file():
                _put(self.last_good, self.path.read_bytes())
            _put(self.path, json.dumps(data, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise self._unavailable(error.strerror or str(error)) from error

    def note(self, now: datetime, act: str, **what: Any) -> None:
        """Append to the log; a disk that refuses does not stop the person."""
        line = json.dumps({"at": to_text(now), "act": act} | what, ensure_ascii=False)
        try:
            if self.log_file.is_file() and self.log_file.stat().st_size > LOG_LARGEST:
                files.replace(self.log_file, self.log_file.with_suffix(".log.old"))
            with self.log_file.open("a", encoding="utf-8") as stream:
                stream.write(line + "\n")
            _own(self.log_file)
        except OSError:
            log.warning("%s not noted", act, exc_info=True)

    def notes(self) -> list[dict[str, Any]]:
        """The log, oldest first; lines that are none are left out."""
        found: list[dict[str, Any]] = []
        for file in (self.log_file.with_suffix(".log.old"), self.log_file):
            try:
                lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                continue
            found += [entry for line in lines if (entry := _object(line)) is not None]
        return found

    def _load(self, source: Path) -> object | None:
        """The JSON in a file, ``None`` without one; what is no JSON is ``""``."""
        try:
            if not source.exists():
                return None
            if source.stat().st_size > LARGEST:
                return ""
            text = source.read_bytes()
        except OSError as error:
            raise self._unavailable(error.strerror or str(error)) from error
        _own(source)
        try:
            data: object = json.loads(text.decode("utf-8"))
        except (ValueError, RecursionError):
            return ""
        if isinstance(data, Mapping) and isinstance(data.get("format"), int):
            self._refuse_newer(data["format"])
        return "" if data is None else data

    def _refuse_newer(self, number: int) -> None:
        if number > FORMAT:
            raise BadInput(
                _(
                    "The persons of this tablet ({file}) were written by a newer version of the "
                    "program; update it."
                ).format(file=self.path)
            )

    def _set_aside(self, source: Path, now: datetime) -> None:
        aside = source.with_name(f"{source.name}.damaged-{now:%Y%m%d-%H%M%S}")
        with suppress(OSError):
            files.replace(source, aside)
        self.note(now, "damaged", file=aside.name)

    def _unavailable(self, why: str) -> Unavailable:
        return Unavailable(
            _(
                "The persons of this tablet ({file}) cannot be read or written ({why}); "
                "check the folder's permissions and the disk."
            ).format(file=self.path, why=why)
        )


def state_of(data: object) -> State | None:
    """What a file's JSON holds; ``None`` for anything that this program does not write."""
    try:
        return _state(data)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def _state(data: Any) -> State:
    people = tuple(_person(entry) for entry in data["people"])
    names = [name for one in people for name in one.names]
    if len({one.id for one in people}) != len(people) or len(set(names)) != len(names):
        raise ValueError("two persons with one name")
    return State(people, _text(data.get("last", ""), 64))


def _person(entry: Any) -> Person:
    pin, tries = entry.get("pin"), entry.get("tries", 0)
    if isinstance(tries, bool) or not isinstance(tries, int) or tries < 0:
        raise ValueError("tries that are no number")
    return Person(
        id=_text(entry["id"], 64, least=1),
        name=_text(entry["name"], LONGEST_NAME, least=1),
        phone=_text(entry.get("phone", ""), LONGEST_NAME),
        unit=_text(entry.get("unit", ""), LONGEST_NAME),
        pin=None if pin is None else Pin.from_json(pin),
        earlier=tuple(_text(name, LONGEST_NAME, least=1) for name in entry.get("earlier", ())),
        tries=min(tries, 1000),
        tried=_time(entry.get("tried", "")),
        reset=_time(entry.get("reset", "")),
    )


def _text(value: object, longest: int, *, least: int = 0) -> str:
    if not isinstance(value, str) or not least <= len(value) <= longest or not value.isprintable():
        raise ValueError("no text of a person")
    return value


def _time(value: object) -> str:
    text = _text(value, 40)
    return to_text(from_text(text)) if text else ""


def _object(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _put(target: Path, content: bytes) -> None:
    part = target.with_name(target.name + ".new")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    _own(part)
    files.replace(part, target)


def _own(file: Path) -> None:
    """Nobody else's to read; Windows keeps a person's configuration folder from others itself."""
    with suppress(OSError):
        if os.name == "posix" and file.stat().st_mode & 0o077:
            file.chmod(0o600)
