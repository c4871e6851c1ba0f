"""Three real projects and a real centre, everything they may do, and what must hold of it.

The books here are kept apart from the program's own: what a device showed when a person edited
(``Entry.seen``), which changes somebody still holds, and in which order the centre wrote values.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jdz_field.central.office import Office
from jdz_field.central.server import create_app
from jdz_field.core.changes import RECORD
from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.ids import new_id
from jdz_field.operations.sync import apply_receipt_file, enrol_from_file, export_batches
from jdz_field.store import log, rows
from jdz_field.store.project import Project
from jdz_field.store.shown import is_shown
from jdz_field.sync.batch import parse_changes
from jdz_field.sync.client import CentralClient
from jdz_field.sync.engine import sync
from jdz_field.sync.merge_decide import MovedOn
from jdz_field.sync.sealing import identity_of_project
from tests.store.tools import Clock, quick_project, record
from tests.sync.inside import Cut, Wire, client_inside

NAMES = ("A", "B", "C")
#: A merges as additions and removals, so an author need not have seen what stood there.
SETS = frozenset({"measures"})
KIND = "geohazard"
_START = {"kind_code": "01", "town": "a", "measures": "1", "threatened_people": 1}

#: What wrote a value: the change, or the decision.
Writer = str


@dataclass(frozen=True)
class Entry:
    """A change as its author made it.

    Attributes:
        seen: by field the own change whose value was shown, or ``None`` for the central value.
        heard: by field every writer whose value had been pulled.
    """

    id: str
    device: str
    subject: str
    fields: Mapping[str, Any]
    seen: Mapping[str, str | None]
    heard: Mapping[str, frozenset[Writer]]


@dataclass
class Backup:
    """A copy of one side, and the changes that it holds."""

    path: Path
    changes: frozenset[str]


@cache
def template() -> Path:
    """A centre and three enrolled devices with two sites, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="jdz-team-", dir=_quick()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["JDZ_FIELD_CONFIG"] = str(folder / "config")
    os.environ["JDZ_FIELD_KEYRING"] = "off"
    with Office(None, folder / "made" / "centre" / "files") as office:
        for name in NAMES:
            office.add_user(name, "office" if name == "A" else "field")
            office.issue_device(name, folder / "secret")
            with quick_project(folder / "made" / name, author=name) as project:
                enrol_from_file(project, folder / "secret")
            (folder / "secret").unlink()
    return folder


def _quick() -> str | None:
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None


class Team:
    """The devices, the office, sticks on their way, backups."""

    def __init__(self) -> None:
        made = template()
        os.environ["JDZ_FIELD_CONFIG"] = str(made / "config")
        os.environ["JDZ_FIELD_KEYRING"] = "off"
        self.folder = Path(tempfile.mkdtemp(prefix="jdz-story-", dir=_quick()))
        shutil.copytree(made / "made", self.folder, dirs_exist_ok=True)
        self.entries: dict[str, Entry] = {}
        self.sites: list[str] = []
        self.records: list[str] = []
        self.sticks: list[Path] = []
        self.answers: list[tuple[str, Path]] = []
        self.backups: dict[str, list[Backup]] = {name: [] for name in (*NAMES, "centre")}
        self.counts: dict[str, int] = {}
        self._checked = 0
        self._last: dict[tuple[str, str], tuple[Writer, int, Any]] = {}
        self._open = ExitStack()
        self.office = Office(None, self.files)
        self.wire = Wire(create_app(None, self.files, office=self.office))
        self.devices = {name: self._project(name) for name in NAMES}
        self.clients: dict[str, CentralClient] = {
            name: client_inside(one, self.wire) for name, one in self.devices.items()
        }
        for number in (1, 2):
            self.create("A", f"3602220{number:05d}")
        for name in NAMES:
            self.sync(name)

    def _project(self, name: str) -> Project:
        return Project.open(self.folder / name, now=Clock())

    @property
    def files(self) -> Path:
        """The centre's folder of attachments."""
        return self.folder / "centre" / "files"

    def close(self) -> None:
        """Close and remove everything."""
        for client in self.clients.values():
            client._link._http.close()
        for one in self.devices.values():
            one.close()
        self.office.close()
        self.wire.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    # ---- people with devices

    def create(self, name: str, code: str | None) -> None:
        """A new site; ``code`` may be one that another site has."""
        site = new_id()
        self.sites.append(site)
        self._edit(name, site, {"name": site, **_START, **({"code": code} if code else {})})

    def edit(self, name: str, number: int, values: Mapping[str, Any]) -> None:
        """Fields of a site that this device shows."""
        device = self.devices[name]
        known = [s for s in self.sites if rows.load(device._db, KIND, [s])]
        if known:
            self._edit(name, known[number % len(known)], values)

    def shown(self, name: str, number: int, field: str) -> Any:
        """What a device shows of one of its sites."""
        found = rows.load(self.devices[name]._db, KIND, self.sites)
        known = [found[s] for s in self.sites if s in found]
        return known[number % len(known)].state.get(field) if known else None

    def _edit(self, name: str, site: str, values: Mapping[str, Any]) -> None:
        device = self.devices[name]
        seen = {field: self._own(device, site, field) for field in values}
        heard = self._heard(device, site)
        change = device.edit(KIND, site, values)
        if change is None:
            return
        self._count("edits")
        sent = {field: new for field, (_base, new) in change.fields.items()}
        self.entries[change.id] = Entry(
            change.id, name, site, sent, {f: seen.get(f) for f in sent}, heard
        )

    def _own(self, device: Project, site: str, name: str) -> str | None:
        """The own change whose value is on the screen."""
        central = log.centrals(device._db, [site])[site]
        for one in reversed(log.open_changes(device._db, [site]).get(site, [])):
            if name in one.change.fields and is_shown(one, name, central):
                return one.change.id
        return None

    def _heard(self, device: Project, site: str) -> dict[str, frozenset[Writer]]:
        found: dict[str, set[Writer]] = {}
        sql = "SELECT fields, change, decision FROM jdz_feed WHERE subject = ?"
        for fields, change, decision in device._db.rows(sql, (site,)):
            for name in json.loads(fields):
                found.setdefault(name, set()).add(decision or change)
        return {name: frozenset(writers) for name, writers in found.items()}

    def report(self, name: str, number: int, before: int | None) -> None:
        """A finished record at a site; ``before``: one that it corrects."""
        device = self.devices[name]
        known = [s for s in self.sites if rows.load(device._db, KIND, [s])]
        made = [r for r in self.records if rows.load(device._db, RECORD, [r])]
        replaces = made[before % len(made)] if made and before is not None else None
        site = known[number % len(known)] if known else None
        one = record(author=name, site=site, site_kind=KIND, replaces=replaces)
        logged = {c.id for c in device.unsent_changes()}
        try:
            device.finalize(one, draft=None)
        except BadInput:
            return  # The site is deleted here.
        self.records.append(one.id)
        self._count("records")
        for change in device.unsent_changes():
            if change.id not in logged:
                sent = {field: new for field, (_base, new) in change.fields.items()}
                self.entries[change.id] = Entry(change.id, name, change.subject, sent, {}, {})

    def sync(self, name: str, cut: Cut | None = None) -> None:
        """One sync; a cut leaves it where it is."""
        self.wire.begin(cut)
        try:
            sync(self.devices[name], self.clients[name])
            self._count("syncs")
        except Unavailable:
            assert cut is not None
            self._count("cuts")
        self.look()

    def export(self, name: str) -> None:
        """What has no receipt goes onto a stick."""
        out = self.folder / f"{new_id()}.jdzb"
        if export_batches(self.devices[name], out).batches:
            self.sticks.append(out)
            self._count("sticks")

    def carry(self, number: int) -> None:
        """A stick reaches the office: late, again, before older ones."""
        if self.sticks:
            stick = self.sticks[number % len(self.sticks)]
            back = self.folder / f"{new_id()}.jdzr"
            owner = self.office.receive_file(stick, back)
            assert owner["batches"]
            self.answers.append((self._owner(owner["batches"][0]), back))
            self._count("carried")
            self.look()

    def _owner(self, batch: str) -> str:
        device = self.scalars("SELECT device FROM batches WHERE id = ?", batch)[0]
        return next(n for n in NAMES if identity_of_project(self.devices[n]).device == device)

    def answer(self, number: int) -> None:
        """A stick comes back, perhaps long after, perhaps once more."""
        if self.answers:
            name, path = self.answers[number % len(self.answers)]
            # It may be from before the centre was restored, or begin later than this device is.
            with suppress(BadInput):
                apply_receipt_file(self.devices[name], path)
                self._count("answers")

    # ---- backups

    def back_up(self, name: str) -> None:
        """A copy of a device or of the centre."""
        if name == "centre":
            path = self.folder / new_id()
            self.office.backup(path)
            held = frozenset(self.scalars("SELECT id FROM changes"))
        else:
            path = self.devices[name].backup()
            held = self._logged(self.devices[name])
        self.backups[name].append(Backup(path, held))

    def restore(self, name: str, number: int) -> None:
        """An earlier copy takes the place of a device's project or of the centre."""
        kept = self.backups[name]
        if not kept:
            return
        chosen = kept[number % len(kept)]
        if name == "centre":
            self._restore_centre(chosen)
        else:
            self._restore_device(name, chosen)
        self._count(f"restored {'centre' if name == 'centre' else 'devices'}")
        alive = self._alive()
        self.entries = {i: e for i, e in self.entries.items() if i in alive}

    def _restore_centre(self, chosen: Backup) -> None:
        self.office.close()
        Office.restore(chosen.path, None, self.files)
        self.office = Office(None, self.files)
        self.wire.app = create_app(None, self.files, office=self.office)
        assert frozenset(self.scalars("SELECT id FROM changes")) == chosen.changes
        self._checked, self._last = 0, {}
        self.look(judge=False)

    def _restore_device(self, name: str, chosen: Backup) -> None:
        self.devices[name].close()
        Project.restore(chosen.path, self.folder / name)
        self.devices[name] = self._project(name)
        assert self._logged(self.devices[name]) == chosen.changes

    def _logged(self, device: Project) -> frozenset[str]:
        return frozenset(row[0] for row in device._db.rows("SELECT id FROM jdz_change"))

    def _alive(self) -> set[str]:
        """The changes that somebody still holds: a device, the centre, a stick."""
        found = set(self.scalars("SELECT id FROM changes"))
        for raw in self.scalars("SELECT changes FROM batches"):
            found |= {c.id for c in parse_changes(raw)}
        for device in self.devices.values():
            found |= self._logged(device)
        return found | self._on_sticks()

    def _on_sticks(self) -> set[str]:
        from jdz_field.sync.batch_file import read_jdzb

        found: set[str] = set()
        for stick in self.sticks:
            with read_jdzb(stick, self.office.keys.identity) as package:
                found |= {c.id for batch in package for c in batch.changes}
        return found

    # ---- the office

    def decide(self, number: int, take: str, value: Any = None) -> None:
        """Settle one conflict; a take that does not fit its type is refused."""
        found = self.office.conflicts()
        if found:
            one = found[number % len(found)]
            with suppress(BadInput):
                self.office.decide(one["id"], take, value, "演练", seen=one.get("revision"))
                self._count("decided")
            self.look()

    def settle(self, room: str, number: int, verb: str) -> None:
        """Approve, release or reject one of the office's lists."""
        found = getattr(self.office, room)()
        if found:
            with suppress(BadInput, MovedOn):
                self.office.settle(room, found[number % len(found)]["id"], verb, "演练")
                self._count(f"{room} {verb}")
            self.look()

    # ---- what must hold

    def scalars(self, sql: str, *values: Any) -> list[Any]:
        """The first column of a query at the centre."""
        with self.office.database.read() as connection:
            return [row[0] for row in connection.exec_driver_sql(sql, values)]

    def look(self, *, judge: bool = True) -> None:
        """Go through the versions that the centre wrote since the last look, in their order."""
        with self.office.database.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT position, subject, fields, change, decision, version FROM versions"
                " WHERE position > ? ORDER BY position",
                (self._checked,),
            ).all()
            fates = {
                row[0]: (json.loads(row[1]), row[2])
                for row in connection.exec_driver_sql("SELECT id, fates, parent FROM changes")
            }
        for position, subject, fields, change, decision, version in found:
            self._checked = position
            names = json.loads(fields)
            if judge and decision is None and change in self.entries:
                for name in names:
                    self._judge(subject, name, names[name], change, fates)
            for name in names:
                before = self._last.get((subject, name))
                # A decision that leaves what stands was written by nobody anew.
                stays = decision and before and before[2] == names[name]
                if not stays:
                    self._last[subject, name] = (decision or change, version, names[name])

    def _judge(
        self, subject: str, name: str, value: Any, change: str, fates: Mapping[str, Any]
    ) -> None:
        link = self._first_link(change, name, fates)
        entry = self.entries.get(link)
        before = self._last.get((subject, name))
        if entry is None or name not in entry.fields or name in SETS:
            return
        assert before is None or self._saw(entry, name, before, fates), (
            f"{name} of {subject}: {value!r} by {entry.device} over {before}, which it never saw"
        )
        gone = self._last.get((subject, "deleted"))
        if gone and name != "deleted" and self._is_deleted(subject):
            assert self._saw(entry, "deleted", gone, fates), f"{name} changed what was deleted"

    def _is_deleted(self, subject: str) -> bool:
        return bool(self.scalars("SELECT deleted FROM subjects WHERE id = ?", subject)[0])

    def _first_link(self, change: str, name: str, fates: Mapping[str, Any]) -> str:
        """The oldest change that this one stands for."""
        found, parent = change, fates[change][1]
        while parent in fates:
            fate = fates[parent][0].get(name)
            if fate and fate[6] == change:
                found = parent
            parent = fates[parent][1]
        return found

    def _saw(
        self, entry: Entry, name: str, before: tuple[Writer, int, Any], fates: Mapping[str, Any]
    ) -> bool:
        """Whether the value was on the screen, or equal to what its author had entered before."""
        writer, version, _value = before
        own = entry.seen.get(name)
        if own is None and writer in entry.heard.get(name, frozenset()):
            return True
        link = own or (fates[entry.id][1] if entry.id in fates else None)
        while link in fates:
            if link == writer:
                return True
            fate = fates[link][0].get(name)
            if fate:
                return fate[0] in ("applied", "already") and (fate[4] or 0) >= version
            link = fates[link][1]
        return False

    def end(self) -> None:
        """Every stick arrives, everyone syncs, the office settles everything, everyone pulls."""
        for number in range(len(self.sticks)):
            self.carry(number)
        for _round in range(2):
            for name in NAMES:
                self.sync(name)
        self.kept()
        for _round in range(300):
            if not self._settle_one():
                break
        for name in NAMES:
            self.sync(name)
        self.equal()

    def _settle_one(self) -> bool:
        if found := self.office.conflicts():
            self.office.decide(found[0]["id"], "central", why="演练")
        elif found := self.office.proposals():
            self.office.settle("proposals", found[0]["id"], "approve", "演练")
        elif found := self.office.quarantine():
            self.office.settle("quarantine", found[0]["id"], "reject", "演练")
        elif found := self.office.waiting():
            self.office.settle("waiting", found[0]["id"], "release", "演练")
        else:
            return False
        return True

    def kept(self) -> None:
        """Every value ever entered is at the centre, with what became of it, in its place."""
        with self.office.database.read() as connection:
            known = {
                row[0]: (json.loads(row[1]), json.loads(row[2]), row[3])
                for row in connection.exec_driver_sql(
                    "SELECT id, change, fates, target FROM changes"
                )
            }
            rivals = {
                (rival[0], rival[1])
                for row in connection.exec_driver_sql("SELECT rivals FROM conflicts WHERE open")
                for rival in json.loads(row[0])
            }
            written: dict[tuple[str, int], dict[str, Any]] = {
                (row[0], row[1]): json.loads(row[2])
                for row in connection.exec_driver_sql(
                    "SELECT subject, version, fields FROM versions"
                )
            }
        for entry in self.entries.values():
            assert entry.id in known, f"a change of {entry.device} never arrived"
            change, fates, target = known[entry.id]
            for name, value in entry.fields.items():
                assert change["fields"][name][1] == value
                outcome, _base, sent, _ground, version, _reason, replaced = fates[name]
                assert sent == value
                if replaced is None and outcome == "conflict":
                    assert (entry.id, name) in rivals, f"{name} is in no open conflict"
                if replaced is None and outcome == "applied":
                    assert name in written[target, version], f"{name} is in no version"

    def equal(self) -> None:
        """All copies are equal, nothing is open, every project is sound."""
        assert not self.office.conflicts()
        with self.office.database.read() as connection:
            central = {
                row[0]: {n: s[0] for n, s in json.loads(row[1]).items()}
                for row in connection.exec_driver_sql(
                    "SELECT id, state FROM subjects WHERE kind = ?", (KIND,)
                )
            }
        for name, device in self.devices.items():
            found = rows.load(device._db, KIND, central)
            for site, values in central.items():
                wanted = {n: v for n, v in values.items() if v is not None and v is not False}
                shown = {
                    n: v for n, v in found[site].state.items() if v is not None and v is not False
                }
                assert shown == wanted, f"{name} shows another {site}"
            assert device.counts()["unsent"] == 0
            assert device.conflicts() == []
            assert device.check() == []
        assert self.office.audit_is_whole()
