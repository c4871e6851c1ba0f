"""The example records: one a form, written by hand, with what must come out of it.

A file names the questions of its form and what is answered; tables in brackets are the entries of
a repeat, in order. ``[site]``: what the register knows of the place; ``[expected]``: what the form
must make of the answers, computed by hand. All of it is invented (虚构示例).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from jdz_field.core.catalogue import site_kinds
from jdz_field.core.lists import list_names, list_rows
from jdz_field.xforms.session import FormSession

HERE = Path(__file__).parent / "examples"
#: What the site of an example is called in the lists of a form.
SITE_ID = "s1"
_STEP = re.compile(r"([\w.-]+)(?:\[(\d+)])?$")


class Hand(Protocol):
    """Whoever gives the answers: a session, or a person at its widgets."""

    def answer(self, ref: str, value: str) -> Any: ...

    def add_repeat(self, ref: str) -> Any: ...


@dataclass(frozen=True)
class Example:
    """One example. ``before``: answers of an earlier record of the same form, if it needs one."""

    form: str
    mark: str
    at: datetime
    answers: Mapping[str, Any]
    expected: Mapping[str, Any]
    site: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


def names() -> list[str]:
    """The forms that have an example."""
    return sorted(file.stem for file in HERE.glob("*.toml"))


def example(form: str) -> Example:
    """The example of a form."""
    return Example(form, **tomllib.loads((HERE / f"{form}.toml").read_text(encoding="utf-8")))


def lists_for(one: Example) -> dict[str, list[dict[str, str]]]:
    """What a form looks up: the example's site alone in its list, the catalogue's tables."""
    found = {name: [dict(row) for row in list_rows(name) or ()] for name in list_names()}
    for kind in site_kinds():
        found[kind.entity_list] = [_row(one)] if one.site.get("kind") == kind.name else []
    return {**found, "monitor_marks": [], **one.lists}


def _row(one: Example) -> dict[str, str]:
    fields = {name: str(value) for name, value in one.site.items() if name != "kind"}
    return {"name": SITE_ID, "label": fields.pop("name"), "__version": "1", **fields}


def give(session: FormSession, hand: Hand, answers: Mapping[str, Any]) -> list[str]:
    """Give all answers in the order of the form; the refs that were answered.

    ``AssertionError``: the form does not ask for one of them.
    """
    given: list[str] = []
    while True:
        _make_entries(session, hand, answers)
        ref = next(_open(session, answers, given), None)
        if ref is None:
            break
        hand.answer(ref, _as_offered(session, ref, str(table(ref, answers)[_name(ref)])))
        given.append(ref)
    assert len(given) == _count(answers), _left(answers, given)
    return given


def _open(session: FormSession, answers: Mapping[str, Any], given: list[str]) -> Iterator[str]:
    for _control, tree in session.questions():
        ref = tree.ref
        if ref not in given and tree.relevant and not tree.readonly:
            here = table(ref, answers).get(_name(ref))
            if here is not None and not isinstance(here, list):
                yield ref


def _make_entries(session: FormSession, hand: Hand, answers: Mapping[str, Any]) -> None:
    for ref in _repeats(session):
        wanted = len(table(ref, answers).get(_name(ref), ()))
        while session.node(ref).relevant and len(session.node(ref).children) < wanted:
            hand.add_repeat(ref)


def _repeats(session: FormSession) -> Iterator[str]:
    """Every repeat as it stands, the outer ones first."""
    for plain, definition in session.form.nodes.items():
        if definition.repeat:
            yield from _standing(session, plain)


def _standing(session: FormSession, plain: str) -> list[str]:
    """A repeat's ref in every entry of the repeats around it."""
    around = [ref for ref, one in session.form.nodes.items() if one.repeat and ref != plain]
    outer = max((ref for ref in around if plain.startswith(f"{ref}/")), key=len, default="")
    if not outer:
        return [plain]
    holders = [one for ref in _standing(session, outer) for one in session.node(ref).children]
    return [f"{holder}{plain[len(outer) :]}" for holder in holders]


def table(ref: str, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of the answers that a question's repeat entry has; none where it has none."""
    here = answers
    for step in ref.split("/")[2:-1]:
        name, place = _step(step)
        if place:
            entries = here.get(name, [])
            here = entries[place - 1] if place <= len(entries) else {}
    return here


def _step(step: str) -> tuple[str, int]:
    found = _STEP.match(step)
    assert found is not None, step
    return found[1], int(found[2] or 0)


def _name(ref: str) -> str:
    return _step(ref.rpartition("/")[2])[0]


def _as_offered(session: FormSession, ref: str, said: str) -> str:
    """A choice's value where an example names its words."""
    if session.node(ref).type not in ("select1", "string"):
        return said
    offered = session.choices(ref)
    if said in [choice.value for choice in offered]:
        return said
    return next((choice.value for choice in offered if choice.label == said), said)


def _count(answers: Mapping[str, Any]) -> int:
    inner = [entry for value in answers.values() if isinstance(value, list) for entry in value]
    return sum(not isinstance(v, list) for v in answers.values()) + sum(map(_count, inner))


def _left(answers: Mapping[str, Any], given: list[str]) -> str:
    asked = {_name(ref) for ref in given}
    inner = [entry for value in answers.values() if isinstance(value, list) for entry in value]
    left = [k for each in (answers, *inner) for k in each if k not in asked and k != "member"]
    return f"the form does not ask for {left}"


def wrong(session: FormSession, expected: Mapping[str, Any], at: str = "/data") -> list[str]:
    """Where the form does not make what was computed by hand: one line each."""
    found = []
    for name, value in expected.items():
        if isinstance(value, list):
            for number, entry in enumerate(value, 1):
                ref = f"{_find(session, at, name)}[{number}]"
                found += wrong(session, entry, ref)
            continue
        is_ = session.node(_find(session, at, name)).value
        if not same(is_, value):
            found.append(f"{at} {name}: {is_}, not {value}")
    return found


def _find(session: FormSession, at: str, name: str) -> str:
    """The node of this name below ``at``, in whichever group."""
    plain = re.sub(r"\[\d+]", "", at)
    found = [ref for ref in session.form.nodes if re.fullmatch(rf"{plain}/(?:.*/)?{name}", ref)]
    assert len(found) == 1, f"{name} below {at}: {found}"
    return at + found[0][len(plain) :]


def same(one: str, other: str) -> bool:
    """Equal as numbers, or as texts."""
    try:
        return abs(float(one) - float(other)) <= 1e-9 * max(1.0, abs(float(other)))
    except ValueError:
        return one == other
