"""A site's past: where each change came from, and any value of it brought back.

Nothing is rewritten: what is restored is a new change with the old values, so that it travels,
merges and can be taken back like every other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jdz_field.core.changes import Change, Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.positions import HOW, provenance_at, with_item
from jdz_field.core.sites import Site, point_of
from jdz_field.store.fields import clean
from jdz_field.store.history import field_label
from jdz_field.store.layers import DELETED, GEOMETRY, home_of
from jdz_field.store.project import Project
from jdz_field.store.queries import HistoryEntry


@dataclass(frozen=True, slots=True)
class Came:
    """Where a change came from.

    Attributes:
        way: ``edit``, ``import``, ``form``, ``external``, ``decision``, ``undo`` or ``batch``.
        what: the file of an import, the title of a form, or empty.
        record: id of the record whose form made the change, or empty.
        here: whether this device made it.
        device: id of the device.
    """

    way: str
    what: str
    record: str
    here: bool
    device: str

    @property
    def words(self) -> str:
        """One line for a person: the way, what it was, which device."""
        told = {
            "import": _("ledger"),
            "form": _("inspection"),
            "external": _("QGIS or another program"),
            "decision": _("decision of the office"),
            "undo": _("undone"),
        }.get(self.way, _("edited by hand"))
        way = _("{way} «{what}»").format(way=told, what=self.what) if self.what else told
        if self.way == "decision":
            return way
        short = self.device.replace("-", "")[-6:]
        where = _("this device") if self.here else _("device {id}").format(id=short)
        return _("{way}, {where}").format(way=way, where=where)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: its change (``None`` when nothing differed) and what it could not set.

    ``before`` holds the values that it replaced, for taking it back.
    """

    change: Change | None
    fields: tuple[str, ...]
    left: tuple[str, ...]
    before: Mapping[str, Value]


def came_from(project: Project, change: Change) -> Came:
    """Where a change came from, as far as this device knows."""
    way, _colon, what = change.origin.partition(":")
    here = change.device == project.device
    if way == "form":
        return Came(way, _form_of(project, what), what, here, change.device)
    if way == "import":
        return Came(way, project.import_name(what), "", here, change.device)
    if way == "undo":
        name = project.import_name(what.rpartition(":")[2])
        return Came(way, name, "", here, change.device)
    return Came(way, "", "", here, change.device)


def _form_of(project: Project, record_id: str) -> str:
    record = project.record(record_id)
    if record is None:
        return ""
    titles = {form.form_id: form.title for form in project.forms()}
    return titles.get(record.form, record.form)


def find_entry(entries: Iterable[HistoryEntry], change: str) -> HistoryEntry:
    """The entry of a change, by its id or the beginning of one; ``BadInput`` when not one."""
    wanted = change.strip().lower()
    found = [e for e in entries if wanted and e.change.id.lower().startswith(wanted)]
    if len(found) != 1:
        raise BadInput(
            _("{n} changes of this site begin with «{id}»; look it up with sites history.").format(
                n=len(found), id=change
            )
        )
    return found[0]


def state_at(entries: Sequence[HistoryEntry], change: str, *, before: bool) -> dict[str, Value]:
    """Every field as it was right after a change, or right ``before`` it; newest entry first."""
    state: dict[str, Value] = {}
    for entry in reversed(entries):
        here = entry.change.id == change
        if here and before:
            break
        state.update({name: new for name, (_base, new) in entry.change.fields.items()})
        if here:
            break
    return state


def restore_moment(
    project: Project, site: Site, change: str, *, field: str = "", before: bool = False
) -> Restored:
    """Bring a site, or one field of it, back to what it was right after (``before``) a change.

    Raises:
        BadInput: no such change or field, or the site did not exist before it.
    """
    entries = project.site_history(site.id)
    entry = find_entry(entries, change)
    state = state_at(entries, entry.change.id, before=before)
    if before and not state:
        raise BadInput(
            _("Before that change the site did not exist; delete the site, if that is wanted.")
        )
    if field:
        return restore_fields(project, site, {field: _value_in(entries, state, field)})
    # What is known of points is looked up by the point: going back takes nothing of it away.
    everything = {name for one in entries for name in one.change.fields} - {HOW}
    return restore_fields(project, site, {name: state.get(name) for name in everything})


def restore_last(project: Project, site: Site, field: str) -> Restored:
    """Bring one field back to what it was before it changed last.

    Raises:
        BadInput: the field has had one value only, or there is no such field.
    """
    entries = project.site_history(site.id)
    last = next((e for e in entries if field in e.change.fields), None)
    state = state_at(entries, last.change.id, before=True) if last else {}
    if last is None or not state:
        raise BadInput(
            _("{field} of this site has never had another value.").format(
                field=field_label(site.kind, field)
            )
        )
    return restore_fields(project, site, {field: state.get(field)})


def _value_in(entries: Sequence[HistoryEntry], state: Mapping[str, Value], field: str) -> Value:
    if not any(field in entry.change.fields for entry in entries):
        raise BadInput(
            _("«{field}» has never been set at this site; sites history names the fields.").format(
                field=field
            )
        )
    return state.get(field)


def restore_fields(project: Project, site: Site, values: Mapping[str, Value]) -> Restored:
    """Set fields to values that they had; what differs, in one change.

    Of several fields those that cannot take their old value any more (the catalogue changed, or
    another program had written it) are left as they are and named.

    Raises:
        BadInput: the only field does not take the value.
    """
    home = home_of(site.kind, {})
    wanted: dict[str, Value] = {}
    left: list[str] = []
    for name, value in values.items():
        if name == DELETED:
            value = bool(value)  # noqa: PLW2901 - one spelling of "not deleted"
        try:
            wanted |= clean(home, {name: value})
        except BadInput:
            if len(values) == 1:
                raise
            if value != site.fields.get(name):
                left.append(name)
    present = project.site(site.id) or site
    wanted |= _said_once(project, present, wanted.get(GEOMETRY))
    before = {name: _present(present, name) for name in wanted}
    change = project.edit(site.kind, site.id, wanted, origin="edit")
    done = tuple(change.fields) if change else ()
    return Restored(change, done, tuple(left), {name: before[name] for name in done})


def _said_once(project: Project, site: Site, wkt: Value) -> dict[str, Value]:
    """What a change of before said of a point that comes back, where the site says it no more."""
    point = point_of(wkt) if isinstance(wkt, str) else None
    kept = site.fields.get(HOW)
    if point is None or provenance_at(kept, *point) is not None:
        return {}
    for entry in project.site_history(site.id):
        how = provenance_at(entry.change.fields.get(HOW, (None, None))[1], *point)
        if how is not None:
            return {HOW: with_item(kept if isinstance(kept, str) else None, *point, how)}
    return {}


def _present(site: Site, name: str) -> Value:
    if name == GEOMETRY:
        return site.geometry
    return site.deleted if name == DELETED else site.fields.get(name)


def history_json(project: Project, entry: HistoryEntry) -> dict[str, Any]:
    """One entry of a site's history as the command line gives it."""
    change, came = entry.change, came_from(project, entry.change)
    return {
        "change": change.id,
        "at": entry.at,
        "author": change.author,
        "device": change.device,
        "origin": change.origin,
        "state": entry.state,
        "decision": entry.decision,
        "base_version": change.base_version,
        "fields": {name: list(pair) for name, pair in change.fields.items()},
        "summary": entry.summary,
        "source": {
            "way": came.way,
            "what": came.what,
            "record": came.record or None,
            "here": came.here,
            "words": came.words,
        },
    }
