"""A record's answers for paper: the form's words, and what was not answered said so.

Labels and choices are the form's own, in the language in force; the answers are the record's as it
was finished, never calculated anew. A question that was asked and left empty reads «not filled
in»; one that the form did not ask is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, table
from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import JdzError
from jdz_field.core.i18n import _, ngettext
from jdz_field.core.sites import Record
from jdz_field.geo.display import shown_position
from jdz_field.operations.answer_positions import read_positions, spelt
from jdz_field.operations.forms import SITE_QUESTION, open_session
from jdz_field.operations.personal import personal_fields
from jdz_field.operations.position_words import override_words, position_words
from jdz_field.store.project import Project
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.submission import as_text
from jdz_field.xforms.view import Node

_SELECTS = frozenset({"select1", "select", "rank"})
_POSITION = re.compile(r"\[(\d+)\]$")
_TAGS = re.compile(r"<[^<>]{1,200}>")
_MARKS = re.compile(r"(\*\*|__|^#{1,6}\s+)", re.MULTILINE)
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """One question on paper.

    ``value`` is empty when it was not answered; ``file``: name of the file that answers;
    ``note`` and ``warning`` stand below; ``name``: of the question; ``raw``: a place as answered.
    """

    label: str
    value: str
    name: str = ""
    file: str = ""
    note: str = ""
    warning: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading; the heading may be empty."""

    title: str
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it reads: the form's title, what came of the visit, everything by heading.

    ``known``: the form is in this project; else questions go by their names.
    """

    title: str
    verdicts: tuple[Answer, ...]
    sections: tuple[Section, ...]
    known: bool = True


def read_record(project: Project, record: Record, *, personal: bool = True) -> Read:
    """A record for paper; ``personal``: with the answers that name persons."""
    titles = {form.form_id: form.title for form in project.forms()}
    title = titles.get(record.form, record.form)
    site = project.site(record.site) if record.site else None
    try:
        session = open_session(
            project, record.form, version=record.form_version, site=site, answers=record.answers
        )
        sections, known = list(_sections(session, record.answers)), True
    except JdzError:
        # The form is not in this project (a record from another device, say).
        sections, known = [Section("", tuple(_raw(record.answers)))], False
    sections = [_finished(one, record, personal) for one in sections]
    told = table("reports")["record"]["verdicts"]
    order = {name: n for n, name in enumerate(told)}
    verdicts = [a for one in sections for a in one.answers if a.name in order and a.value]
    verdicts.sort(key=lambda answer: order[answer.name])
    kept = tuple(one for one in sections if one.answers)
    return Read(title, tuple(verdicts), kept, known)


def _finished(section: Section, record: Record, personal: bool) -> Section:
    known = read_positions(record.positions)
    found = []
    for answer in section.answers:
        one = answer
        if not personal and answer.name in personal_names():
            one = replace(answer, value=_("(left out)") if answer.value else "", file="")
        how = known.get(spelt(answer.raw)) if answer.raw else None
        words = (position_words(how), override_words(how)) if how is not None else ("", "")
        found.append(replace(one, note=words[0], warning=words[1]))
    return replace(section, answers=tuple(found))


def personal_names() -> frozenset[str]:
    """Names of questions that name persons or say how to reach them."""
    fields = (one.name for kind in SITE_KINDS for one in personal_fields(kind))
    return frozenset((*fields, *table("reports")["record"]["personal"]))


@dataclass
class _Open:
    """Sections in the making: each heading begins a new one."""

    found: list[Section] = field(default_factory=lambda: [Section("")])

    def heading(self, words: str) -> None:
        self.found.append(Section(words))

    def add(self, answer: Answer) -> None:
        last = self.found[-1]
        self.found[-1] = replace(last, answers=(*last.answers, answer))


def _sections(session: FormSession, answers: Mapping[str, Any]) -> Iterator[Section]:
    made = _Open()
    for node in session.outline():
        _walk(session, node, answers, made)
    yield from made.found


def _walk(session: FormSession, node: Node, answers: Mapping[str, Any], made: _Open) -> None:
    if node.kind == "question":
        found = _answer(session, node, answers)
        if found is not None:
            made.add(found)
        return
    if node.kind != "repeat" and _value_at(answers, node.ref) is _ABSENT:
        return
    if node.kind == "instance" or (node.kind == "group" and node.label):
        name = bare(node.label) or _("Entry")
        made.heading(f"{name} {node.position}" if node.kind == "instance" else name)
        _below(session, node, answers, made)
        # What follows a group is not of it.
        made.heading("")
        return
    _below(session, node, answers, made)


def _below(session: FormSession, node: Node, answers: Mapping[str, Any], made: _Open) -> None:
    for ref in node.children:
        _walk(session, session.node(ref), answers, made)


def _answer(session: FormSession, node: Node, answers: Mapping[str, Any]) -> Answer | None:
    if node.name == SITE_QUESTION or node.control in ("", "trigger"):
        return None
    value = _value_at(answers, node.ref)
    if value is _ABSENT:
        return None
    lexical = "" if isinstance(value, Mapping) else as_text(value)
    if not lexical and node.readonly:
        # A note, or a calculation that gave nothing: nobody left it out.
        return None
    label = bare(node.label) or node.name
    if node.control == "upload":
        return Answer(label, lexical, node.name, file=lexical)
    place = lexical if node.type == "geopoint" else ""
    return Answer(label, _words(session, node, lexical), node.name, raw=place)


def _words(session: FormSession, node: Node, lexical: str) -> str:
    if not lexical:
        return ""
    if node.control in _SELECTS:
        labels = {one.value: bare(one.label) for one in session.choices(node.ref)}
        values = [lexical] if node.control == "select1" else lexical.split()
        return _(", ").join(labels.get(value) or value for value in values)
    return answer_words(node.type, lexical)


def answer_words(kind: str, lexical: str) -> str:
    """An answer of this type as a person reads it: times of here, coordinates."""
    if kind in ("time", "dateTime"):
        return _moment(lexical)
    if kind in ("geotrace", "geoshape"):
        count = len([one for one in lexical.split(";") if one.strip()])
        return ngettext("{n} point", "{n} points", count).format(n=f"{count:,}")
    if kind == "geopoint":
        parts = lexical.split()
        try:
            return shown_position(float(parts[1]), float(parts[0]), "dms")
        except (IndexError, ValueError):
            return lexical
    return lexical


def _moment(lexical: str) -> str:
    try:
        moment = datetime.fromisoformat(lexical)
    except ValueError:
        return lexical
    here = moment.astimezone(BEIJING) if moment.tzinfo else moment
    return f"{here:%Y-%m-%d %H:%M}"


def _value_at(answers: Mapping[str, Any], ref: str) -> Any:
    """The value at ``/data/group/repeat[2]/question``; ``_ABSENT`` where nothing was asked."""
    here: Any = answers
    for step in ref.split("/")[2:]:
        found = _POSITION.search(step)
        name = step[: found.start()] if found else step
        if not isinstance(here, Mapping) or name not in here:
            return _ABSENT
        here = here[name]
        if isinstance(here, list) and all(isinstance(row, Mapping) for row in here):
            place = int(found[1]) if found else 1
            if place > len(here):
                return _ABSENT
            here = here[place - 1]
    return here


def _raw(answers: Mapping[str, Any], before: str = "") -> Iterator[Answer]:
    """The answers by their names."""
    for name, value in answers.items():
        if name == "meta" or name.startswith("@"):
            continue
        path = f"{before}/{name}" if before else name
        rows: Sequence[Any] = value if isinstance(value, list) else [value]
        if rows and all(isinstance(row, Mapping) for row in rows):
            for number, row in enumerate(rows, 1):
                yield from _raw(row, path if len(rows) == 1 else f"{path} {number}")
        else:
            words = _(", ").join(as_text(row) for row in rows if row is not None)
            yield Answer(path, words, name)


def bare(text: str) -> str:
    """A form's text without its marks (XLSForm: markdown and HTML)."""
    return re.sub(r"\s+", " ", _MARKS.sub("", _TAGS.sub("", text))).strip()
