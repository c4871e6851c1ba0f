"""The persons who share a tablet: who there is, who works now, with which PIN.

They belong to the tablet, not to a project: their PINs travel in no copy, backup or batch. A
project knows the name of who works with it (its setting ``author``), which stands beside every
change; the rights at the centre are those of the enrolled device's user, never of a name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jdz_field.core.clock import Now, to_text, utc_now
from jdz_field.core.errors import BadInput, BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.operations.people_file import LONGEST_NAME, PeopleFile, Person, State
from jdz_field.operations.people_pins import Pin, require_good, wait_after, wait_left
from jdz_field.operations.preferences_place import configuration

FILE = "people.json"


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a try: ``right``, or how long to wait until the next (``wait`` seconds).

    ``asked``: whether the digits were looked at; during a wait they are not.
    """

    right: bool
    wait: int = 0
    asked: bool = True


class People:
    """The persons of this tablet.

    Every method reads the file anew: the command line may have changed it. ``Unavailable`` when
    the disk refuses, ``BadInput`` when a newer program wrote the file.
    """

    def __init__(self, folder: Path, now: Now = utc_now) -> None:
        self.file = PeopleFile(folder / FILE)
        self._now = now
        # Where the disk refuses to count a wrong try, this process still counts it.
        self._uncounted: dict[str, tuple[int, str]] = {}

    # ---- who there is
    def everybody(self) -> tuple[Person, ...]:
        """Everybody, in the order they were added."""
        return self._read().people

    def person(self, person_id: str) -> Person | None:
        """The person of this id."""
        return self._read().person(person_id)

    def named(self, name: str) -> Person | None:
        """Who has or had this name."""
        return self._read().named(name)

    def last(self) -> Person | None:
        """Who worked here last."""
        state = self._read()
        return state.person(state.last)

    def begin(self, author: str, *, invented: bool = False) -> Person | None:
        """Who works now that a project with this author is opened; ``None``: nobody is known.

        The author when this tablet knows them, else who worked here last. The first project's
        author becomes the first person, unless everything in it is invented.
        """
        state = self._read()
        known = state.named(author) if author else None
        if known is None:
            known = state.person(state.last) or next(iter(state.people), None)
        if known is None and author.strip() and not invented:
            known = self.add(author)
        return known

    def introduce(self, name: str) -> Person:
        """Who gave this name when a project was made: somebody known, else somebody new."""
        return self.named(_name(name)) or self.add(name)

    def add(self, name: str, *, phone: str = "", unit: str = "", pin: str = "") -> Person:
        """Somebody new. ``BadInput``: no name, a name that is taken, or no good PIN."""
        person = Person(
            id=new_id(),
            name=_name(name),
            phone=_line(phone),
            unit=_line(unit),
            pin=Pin.of(pin) if pin else None,
        )
        with self.file.held():
            state = self._read()
            self._require_free(state, person.name)
            last = state.last or person.id
            self.file.write(replace(state.with_person(person), last=last))
            self.file.note(self._now(), "added", person=person.name, pin=bool(pin))
        return person

    def change(
        self, person_id: str, *, name: str | None = None, phone: str = "", unit: str = ""
    ) -> Person:
        """Another name, telephone or unit. What was entered keeps the name it was entered by."""

        def work(state: State, person: Person) -> Person:
            wanted = person.name if name is None else _name(name)
            earlier = person.earlier
            if wanted != person.name:
                self._require_free(state, wanted, but=person.id)
                earlier = tuple(n for n in (person.name, *person.earlier) if n != wanted)
                self.file.note(self._now(), "renamed", person=wanted, before=person.name)
            return replace(
                person, name=wanted, phone=_line(phone), unit=_line(unit), earlier=earlier
            )

        return self._changed(person_id, work)

    def remove(self, person_id: str) -> None:
        """Take somebody from the list; what they entered stays. ``BadUsage``: the last one."""
        with self.file.held():
            state = self._read()
            person = self._require(state, person_id)
            if len(state.people) == 1:
                raise BadUsage(_("{name} is the last person here.").format(name=person.name))
            left = tuple(one for one in state.people if one.id != person_id)
            last = state.last if state.last != person_id else left[0].id
            self.file.write(State(left, last))
            self.file.note(self._now(), "removed", person=person.name)

    # ---- the PIN
    def enter(self, person_id: str, digits: str) -> Entered:
        """Try to come in as somebody; who has no PIN comes in with any.

        The try is counted before it is looked at, so that a program killed in between has not
        given one away. Right digits set the count back.
        """
        with self.file.held():
            state = self._read()
            person = self._counted(self._require(state, person_id))
            if person.pin is None:
                self._came_in(state, person)
                return Entered(right=True)
            left = self._left(state, person)
            if left:
                return Entered(right=False, wait=left, asked=False)
            tried = replace(person, tries=person.tries + 1, tried=to_text(self._now()))
            self._count(state, tried)
            if person.pin.opens_with(digits):
                self._uncounted.pop(person.id, None)
                self._came_in(state, replace(tried, tries=0))
                return Entered(right=True)
            self.file.note(self._now(), "wrong PIN", person=person.name, tries=tried.tries)
            return Entered(right=False, wait=wait_after(tried.tries))

    def wait(self, person_id: str) -> int:
        """Seconds until this person's PIN may be tried again."""
        state = self._read()
        person = self._counted(self._require(state, person_id))
        return wait_left(person.tries, person.tried, self._now())

    def set_pin(self, person_id: str, digits: str) -> Person:
        """Give a person who is in a PIN, another one, or none (``""``)."""
        if digits:
            require_good(digits)
        pin = Pin.of(digits) if digits else None

        def work(_state: State, person: Person) -> Person:
            act = "PIN set" if pin else "PIN taken away"
            self.file.note(self._now(), act, person=person.name, by=person.name)
            return replace(person, pin=pin, tries=0, reset="")

        return self._changed(person_id, work)

    def reset_pin(self, person_id: str, by: str) -> Person:
        """Take a forgotten PIN away; ``by`` says who vouched or which way it was.

        It is noted in the log, and the person is told when they come in next.
        """

        def work(_state: State, person: Person) -> Person:
            self.file.note(self._now(), "PIN reset", person=person.name, by=by)
            return replace(person, pin=None, tries=0, reset=to_text(self._now()))

        return self._changed(person_id, work)

    def vouch(self, person_id: str, voucher_id: str, digits: str) -> Entered:
        """Another person's PIN takes a forgotten one away. ``BadUsage``: the voucher has none."""
        voucher = self._require(self._read(), voucher_id)
        if voucher.id == person_id or voucher.pin is None:
            raise BadUsage(_("Only another person with a PIN can vouch."))
        last = self._read().last
        entered = self.enter(voucher_id, digits)
        if entered.right:
            self.reset_pin(person_id, voucher.name)
            self._set_last(last)
        return entered

    def seen(self, person_id: str) -> str:
        """When this person's PIN was reset, if they have not been told yet; they are told now."""
        person = self.person(person_id)
        if person is None or not person.reset:
            return ""
        self._changed(person_id, lambda _state, one: replace(one, reset=""))
        return person.reset

    # ---- parts
    def _read(self) -> State:
        return self.file.read(self._now())

    def _changed(self, person_id: str, work: Callable[[State, Person], Person]) -> Person:
        with self.file.held():
            state = self._read()
            made = work(state, self._require(state, person_id))
            self.file.write(state.with_person(made))
        return made

    def _set_last(self, person_id: str) -> None:
        with self.file.held():
            self.file.write(replace(self._read(), last=person_id))

    def _left(self, state: State, person: Person) -> int:
        now = self._now()
        if person.tried and person.tried > to_text(now):
            # The clock was turned back: the wait begins now, or it would last until then.
            person = replace(person, tried=to_text(now))
            self._count(state, person)
        return wait_left(person.tries, person.tried, now)

    def _counted(self, person: Person) -> Person:
        tries, tried = self._uncounted.get(person.id, (0, ""))
        if tries <= person.tries:
            return person
        return replace(person, tries=tries, tried=tried)

    def _count(self, state: State, person: Person) -> None:
        try:
            self.file.write(state.with_person(person))
        except Unavailable:
            # A full disk keeps nobody out, and gives nobody free tries.
            self._uncounted[person.id] = (person.tries, person.tried)

    def _came_in(self, state: State, person: Person) -> None:
        if state.last != person.id:
            before = state.person(state.last)
            name = before.name if before else ""
            self.file.note(self._now(), "changed person", person=person.name, before=name)
        try:
            self.file.write(replace(state.with_person(person), last=person.id))
        except Unavailable:
            self._uncounted.pop(person.id, None)

    def _require(self, state: State, person_id: str) -> Person:
        person = state.person(person_id)
        if person is None:
            raise BadUsage(_("This tablet does not know that person."))
        return person

    def _require_free(self, state: State, name: str, *, but: str = "") -> None:
        taken = state.named(name)
        if taken is not None and taken.id != but:
            raise BadInput(
                _("There is a {name} here already; add something that tells them apart.").format(
                    name=name
                )
            )


def of_this_machine() -> People:
    """The persons in the configuration folder."""
    return People(configuration())


def introduce(name: str) -> Person:
    """``People.introduce`` on this machine."""
    return of_this_machine().introduce(name)


def masked(phone: str) -> str:
    """A telephone as lists show it: the first two digits and the last four.

    >>> masked("13812345678")
    '13•••••5678'
    >>> masked("8888")
    '••••'
    """
    if len(phone) <= 6:
        return "•" * len(phone)
    return phone[:2] + "•" * (len(phone) - 6) + phone[-4:]


def owner_of(author: str, people: Sequence[Person]) -> Person | None:
    """Whose entry this is, by the name beside it."""
    return State(tuple(people)).named(author)


def moment_left(seconds: int) -> str:
    """A wait for the person: ``30 s``, ``2 min``."""
    if seconds < 100:
        return _("{n} s").format(n=seconds)
    return _("{n} min").format(n=-(-seconds // 60))


def _name(name: str) -> str:
    kept = _line(name)
    if not kept:
        raise BadInput(_("Give a name: it stands beside everything you enter."))
    return kept


def _line(words: str) -> str:
    kept = " ".join(words.split())
    if len(kept) > LONGEST_NAME or not kept.isprintable():
        raise BadInput(
            _("«{words}…» is too long or holds signs that are no text.").format(words=kept[:20])
        )
    return kept
