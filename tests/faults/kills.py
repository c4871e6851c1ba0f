"""Killed at random instants: what was reported as saved is there, and the project is sound.

A child process works on a project (edits, drafts, records, imports small and large, undoing,
sealing, edits from outside, backups) and reports every save that returned. It is killed at a random
instant, the project is opened and checked, and everything reported is looked for; then the next
child goes on with the same project.

``python -m tests.faults.kills --count 300 [--seed N]`` runs as many as one likes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from jdz_field.core.clock import utc_now
from jdz_field.core.errors import JdzError
from jdz_field.core.ids import new_id
from jdz_field.store import geometry
from jdz_field.store.db import connect
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from tests.store.tools import draft, geohazard, quick_project, record, seal_all

#: Children that work on one project, one after the other.
ROUNDS = 8
#: Longest life of a child after its first report, seconds.
LONGEST = 0.9
#: New sites of a large import: enough for the wide lane.
LARGE = 2400
#: So many that the import holds the file alone, with a rollback journal.
HUGE = 10_100

_TOWNS = ("瑶里镇", "鹅湖镇", "经公桥镇", "浮梁镇", "三龙镇")
#: Marks what became a record; a draft has no such field.
_RECORD = "is a record"
Expected = dict[str, dict[str, Any]]


# ---- the child


class Worker:
    """Works without end; ``tell`` reports what is about to be saved, and what was."""

    def __init__(self, project: Project, rng: random.Random, tell: Callable[..., None]) -> None:
        self.project, self.rng, self.tell = project, rng, tell
        self.sites: list[str] = []
        self.drafts: list[str] = []
        self.imports: list[tuple[str, list[str]]] = []

    def work(self) -> None:
        """One act after the other, by chance."""
        acts = (
            *[self.add, self.edit, self.edit, self.draft, self.draft, self.finish] * 3,
            *(self.few, self.large, self.undo, self.delete, self.outside, self.seal, self.backup),
        )
        self.add()
        while True:
            self.rng.choice(acts)()

    def _save(self, what: str, expected: Expected, act: Callable[[], object]) -> None:
        self.tell("begin", what, expected)
        act()
        self.tell("saved", what, expected)

    def add(self) -> None:
        """A new site."""
        site, fields = new_id(), geohazard(self.rng.randrange(99_999))
        fields["geometry"] = geometry.canonical(fields["geometry"])
        self.sites.append(site)
        self._save("site", {site: fields}, lambda: self.project.edit("geohazard", site, fields))

    def edit(self) -> None:
        """Fields of a site."""
        site = self.rng.choice(self.sites)
        fields = {"town": self.rng.choice(_TOWNS), "threatened_people": self.rng.randrange(500)}
        self._save("site", {site: fields}, lambda: self.project.edit("geohazard", site, fields))

    def delete(self) -> None:
        """A site is deleted, or brought back."""
        site = self.rng.choice(self.sites)
        fields = {"deleted": self.rng.random() < 0.5}
        self._save("site", {site: fields}, lambda: self.project.edit("geohazard", site, fields))

    def draft(self) -> None:
        """A draft, begun or written on."""
        if not self.drafts or self.rng.random() < 0.3:
            self.drafts.append(new_id())
        one = draft(
            id=self.rng.choice(self.drafts), answers={"text": "长" * self.rng.randrange(4000)}
        )
        expected = {one.id: {"answers": one.answers}}
        self._save("draft", expected, lambda: self.project.save_draft(one))

    def finish(self) -> None:
        """A draft becomes a record and changes its site."""
        if not self.drafts:
            return
        site, id_ = self.rng.choice(self.sites), self.drafts.pop()
        fields = {"stability": self.rng.choice("123"), "remarks": new_id()}
        one = record(id=id_, site=site, site_kind="geohazard")
        self._save(
            "record",
            {id_: {_RECORD: True}, site: fields},
            lambda: self.project.finalize(one, draft=id_, site_fields=fields),
        )

    def few(self) -> None:
        """A small import."""
        self._import(self.rng.randrange(2, 60))

    def large(self) -> None:
        """An import that takes the wide lane, or holds the whole file for itself."""
        chance = self.rng.random()
        if chance < 0.4:
            self._import(LARGE if chance > 0.15 else HUGE)

    def _import(self, size: int) -> None:
        ids = [new_id() for _number in range(size)]
        fields = [geohazard(n, name=f"导入{n}") for n in range(size)]
        edits = [Edit("geohazard", i, f) for i, f in zip(ids, fields, strict=True)]
        origin = f"import:{new_id()}"
        self._save(
            "import",
            {i: {"name": f["name"]} for i, f in zip(ids, fields, strict=True)},
            lambda: self.project.edit_many(edits, origin=origin),
        )
        self.imports.append((origin, ids))

    def undo(self) -> None:
        """An import is taken back."""
        if self.imports:
            origin, ids = self.imports.pop()
            expected: Expected = {one: {"deleted": True} for one in ids}
            self._save("undo", expected, lambda: self.project.undo_origin(origin))

    def outside(self) -> None:
        """Another program edits a row, as QGIS does."""
        site, town = self.rng.choice(self.sites), f"外{self.rng.randrange(999)}"

        def act() -> None:
            with closing(connect(self.project.path / "field.gpkg")) as other:
                other.execute("UPDATE geohazard SET town = ? WHERE id = ?", (town, site))

        self._save("site", {site: {"town": town}}, act)

    def seal(self) -> None:
        """What is open goes into a batch."""
        if self.project.unsent_changes(1):
            self._save("batch", {}, lambda: seal_all(self.project))

    def backup(self) -> None:
        """A rolling backup; a kill may leave none of it."""
        self._save("backup", {}, self.project.roll_backup)


def child(path: Path, seed: int, pipe: Connection) -> None:
    """Work on the project until killed."""
    project = Project.open(path)
    Worker(project, random.Random(seed), lambda *told: pipe.send(told)).work()


# ---- the parent


@dataclass
class Run:
    """What many kills found."""

    kills: int = 0
    saves: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    applied: int = 0
    lost: list[str] = field(default_factory=list)


class Life:
    """A project, and what was reported of it."""

    def __init__(self, path: Path, rng: random.Random, run: Run) -> None:
        self.path, self.rng, self.run = path, rng, run
        self.saved: dict[str, tuple[str, dict[str, Any]]] = {}

    def one(self, seed: int) -> None:
        """Start a child, kill it, look."""
        context: Any = multiprocessing.get_context(_start_method())
        mine, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=child, args=(self.path, seed, theirs), daemon=True)
        worker.start()
        theirs.close()
        open_: tuple[str, Expected] | None = None
        with mine:
            open_ = self._hear(mine, worker)
        worker.join()
        worker.close()
        self.run.kills += 1
        if open_:
            self.run.cut[open_[0]] += 1
        self._look(open_)

    def _hear(self, pipe: Connection, worker: Any) -> tuple[str, Expected] | None:
        """Take reports until the kill, and those under way then; the save that was cut off."""
        open_: tuple[str, Expected] | None = None
        end: float | None = None
        while True:
            wait = 60.0 if end is None else max(0.0, end - time.monotonic())
            if worker.exitcode is None and not pipe.poll(wait):
                if end is None:
                    raise RuntimeError("the child says nothing")
                worker.kill()
                worker.join()
            try:
                step, what, expected = pipe.recv()
            except EOFError:
                return open_
            if end is None:
                end = time.monotonic() + self.rng.random() * LONGEST
            open_ = (what, expected) if step == "begin" else None
            if step == "saved":
                self.run.saves[what] += 1
                self._note(what, expected)

    def _note(self, what: str, expected: Expected) -> None:
        for id_, fields in expected.items():
            # A record takes the place of its draft.
            before = {} if _RECORD in fields else self.saved.get(id_, ("", {}))[1]
            self.saved[id_] = (what, before | fields)

    def _look(self, cut: tuple[str, Expected] | None) -> None:
        maybe = cut[1] if cut else {}
        with Project.open(self.path, now=utc_now) as project:
            for problem in project.check():
                self.run.lost.append(f"check: {problem}")
            there = _snapshot(project)
        whole = _whole(there, maybe)
        self.run.applied += whole is True
        if whole is None:
            self.run.lost.append(f"half of a cut {cut[0] if cut else ''}")
        for id_, (kind, fields) in self.saved.items():
            self._compare(there, id_, kind, fields, maybe.get(id_))
        if whole and cut:
            self._note(*cut)

    def _compare(
        self,
        there: dict[str, dict[str, Any]],
        id_: str,
        kind: str,
        fields: dict[str, Any],
        maybe: dict[str, Any] | None,
    ) -> None:
        found = there.get(id_)
        if found is None:
            self.run.lost.append(f"{kind} {id_} is gone")
            return
        for name, value in fields.items():
            held = found.get(name, False if name == "deleted" else None)
            if held != value and (maybe is None or held != maybe.get(name)):
                self.run.lost.append(f"{kind} {id_}: {name} is {held!r}, saved was {value!r}")


def _snapshot(project: Project) -> dict[str, dict[str, Any]]:
    """Everything by id."""
    found: dict[str, dict[str, Any]] = {}
    for draft_ in project.drafts():
        found[draft_.id] = {"answers": draft_.answers}
    for made in project.records():
        found[made.id] = {_RECORD: True}
    with closing(sqlite3.connect(project.path / "field.gpkg")) as reader:
        reader.row_factory = sqlite3.Row
        for row in reader.execute("SELECT * FROM geohazard"):
            place = geometry.to_wkt(row["geom"])
            found[row["id"]] = dict(row) | {"deleted": bool(row["deleted"]), "geometry": place}
    return found


def _whole(there: dict[str, dict[str, Any]], maybe: Expected) -> bool | None:
    """Whether a cut save is there whole; ``None`` when half of it is."""
    if not maybe:
        return False
    shares = {
        i in there and all(there[i].get(n) == v for n, v in fields.items())
        for i, fields in maybe.items()
    }
    return None if len(shares) > 1 else shares == {True}


def _start_method() -> str:
    """How children start: forked from a process that has everything loaded, where there is one."""
    return "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"


def run(count: int, seed: int, folder: Path) -> Iterator[Run]:
    """Kill so many children; the findings so far after every one."""
    if _start_method() == "forkserver":
        multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.store.tools"])
    rng, found = random.Random(seed), Run()
    life: Life | None = None
    for number in range(count):
        if number % ROUNDS == 0:
            path = folder / f"p{number}"
            quick_project(path).close()
            life = Life(path, rng, found)
        assert life is not None
        life.one(seed * 100_003 + number)
        yield found


def main() -> int:
    """Run and say what was found; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    begun = time.monotonic()
    found = Run()
    with tempfile.TemporaryDirectory(prefix="jdz-kills-") as folder:
        try:
            for found in run(chosen.count, chosen.seed, Path(folder)):
                if found.kills % 25 == 0:
                    _say(found, begun)
        except JdzError as error:
            found.lost.append(f"does not open: {error}")
    _say(found, begun)
    for one in found.lost[:20]:
        sys.stdout.write(f"LOST {one}\n")
    return bool(found.lost)


def _say(found: Run, begun: float) -> None:
    saves = ", ".join(f"{n} {what}" for what, n in found.saves.most_common())
    cut = ", ".join(f"{n} {what}" for what, n in found.cut.most_common())
    sys.stdout.write(
        f"{found.kills} kills in {time.monotonic() - begun:.0f} s: {found.saves.total()} saves"
        f" reported ({saves}); {found.cut.total()} cut inside a save ({cut}), {found.applied} of"
        f" them were on the disk whole; lost {len(found.lost)}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
