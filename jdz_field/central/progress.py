"""The plan's progress at the centre, within what a caller sees; figures and money as the office
enters them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, or_, select

from jdz_field.central.accounts import Caller
from jdz_field.central.deciding import Act, set_values
from jdz_field.central.feed import EVERYTHING, entry_of
from jdz_field.central.office import Office
from jdz_field.central.scope import sees, visible
from jdz_field.central.tables import subjects, versions
from jdz_field.central.worlds import Loader
from jdz_field.core.changes import RECORD
from jdz_field.core.clock import to_text
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.feed import FeedEntry
from jdz_field.core.figures import FIGURE, VALID, WITHDRAWN, Figure, check_figure
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.money import FIELDS
from jdz_field.core.progress import Progress
from jdz_field.core.progress import progress as summed
from jdz_field.core.progress_fold import fold
from jdz_field.geo.outlines import outline_m2
from jdz_field.sync.merge_decide import MovedOn, office_edit
from jdz_field.sync.merge_types import Subject

#: Kinds of sites that the plan speaks of.
KINDS = ("works", "mine", "plot")
#: Fields of a project that the plan's page may write.
MONEY_FIELDS = frozenset({*FIELDS.values(), "budget", "performance", "money_document"})


def progress(office: Office, until: str, caller: Caller = EVERYTHING) -> Progress:
    """How far the plan had come at ``until`` (``core.clock.to_text``)."""
    with office.database.read() as connection:
        world = fold(_entries(connection, caller), until)
    # The centre keeps every version; numbers are missing only after it was restored.
    return summed(replace(world, whole=True), until, outline_m2)


def _entries(connection: Connection, caller: Caller) -> Iterator[FeedEntry]:
    wanted = or_(
        subjects.c.kind.in_(KINDS),
        (subjects.c.kind == RECORD) & or_(subjects.c.about.in_(KINDS), subjects.c.about.is_(None)),
    )
    seen = select(subjects.c.id).where(
        or_(wanted & sees(caller, subjects), subjects.c.kind == FIGURE)
    )
    query = select(versions).where(versions.c.subject.in_(seen)).order_by(versions.c.position)
    for row in connection.execute(query):
        yield entry_of(row)


def enter_figure(office: Office, wanted: Figure, why: str = "", *, who: str) -> Figure:
    """Enter an indicator's value, or correct the one of this id. ``BadInput``: no such value."""
    check_figure(wanted)
    with office.database.write() as connection:
        if wanted.id:
            _figure(connection, wanted.id)
        now = to_text(office.now())
        kept = replace(wanted, id=wanted.id or new_id(), entered_by=who, entered=now, state=VALID)
        _write(Act(connection, office.now, who, why or kept.document), "figure enter", kept)
    return kept


def withdraw_figure(office: Office, figure: str, why: str, *, who: str) -> Figure:
    """Take a value back, with the reason; its versions stay. ``BadUsage``: no reason."""
    if not why.strip():
        raise BadUsage(_("Say why the figure is taken back."))
    with office.database.write() as connection:
        gone = replace(_figure(connection, figure), state=WITHDRAWN)
        _write(Act(connection, office.now, who, why), "figure withdraw", gone)
    return gone


def _figure(connection: Connection, figure: str) -> Figure:
    query = select(subjects.c.kind).where(subjects.c.id == figure)
    found = None
    if connection.execute(query).scalar() == FIGURE:
        loader = Loader(connection)
        loader.load_subjects([figure])
        state = loader.subjects[figure].fields
        found = Figure.of(figure, {name: one.value for name, one in state.items()})
    if found is None:
        raise BadInput(_("There is no entered figure {id}.").format(id=figure))
    return found


def _write(act: Act, name: str, figure: Figure) -> None:
    world = Loader(act.connection).act([figure.id])
    known = {figure.id: Subject(figure.id, FIGURE, 0, {})} | dict(world.subjects)
    fields, decision = figure.to_fields(), act.decision()
    merged = office_edit(
        replace(world, subjects=known), figure.id, fields, decision, centre_fields=tuple(fields)
    )
    act.write(name, figure.id, figure.id, decision, merged)


def set_money(
    office: Office,
    project: str,
    values: Mapping[str, Any],
    why: str = "",
    *,
    seen: int | None = None,
    who: str,
    caller: Caller = EVERYTHING,
) -> dict[str, Any]:
    """Write a project's money as the office: ``{"id", "version"}``.

    ``seen``: the version that was shown. ``BadInput``: no works site in sight, or a field that is
    no money; ``MovedOn``: somebody wrote meanwhile.
    """
    wrong = sorted(values.keys() - MONEY_FIELDS)
    if wrong:
        raise BadInput(_("{name} is no field of a project's money.").format(name=wrong[0]))
    with office.database.write() as connection:
        query = select(subjects.c.kind, subjects.c.version).where(
            subjects.c.id == project, ~subjects.c.deleted
        )
        row = connection.execute(query).first()
        if row is None or row.kind != "works" or not visible(connection, caller, [project]):
            raise BadInput(_("There is no project {id}.").format(id=project))
        if seen is not None and row.version != seen:
            raise MovedOn(_("Somebody changed this project meanwhile; look at it again."))
        return set_values(Act(connection, office.now, who, why), project, values)
