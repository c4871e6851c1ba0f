"""Merging what two sides did to 100,000 sites, beside pygeodiff's rebase of the same edits.

Both are given what they need to begin: pygeodiff three GeoPackages (base, theirs, ours), our
centre a database that has their side already, and our side's sealed batches. pygeodiff rewrites
one file without a log; our centre checks the signature, judges every field by its version, and
writes history, receipts and feed durably in one transaction a batch.
"""

from __future__ import annotations

import gc
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pygeodiff

from jdz_field.central.office import Office
from jdz_field.central.worlds import Loader
from jdz_field.core.changes import Change
from jdz_field.sync.merge import merge
from tests.central.tablet import Tablet

#: Texts without a form that they must have: every value keeps the rules.
NAMES = ("town", "village", "monitor_name", "remarks")
SHARE = 0.1


@dataclass(frozen=True)
class Edit:
    """One side's edit of a site: two fields."""

    site: int
    fields: dict[str, tuple[str, str]]


def site_id(number: int) -> str:
    """The same ids on both sides of the comparison."""
    return f"00000000-0000-5000-8000-{number:012d}"


def start_of(number: int) -> dict[str, str]:
    """A site as it was before anybody edited it."""
    return {name: f"{name} {number}" for name in NAMES}


def edits(sites: int, seed: int) -> list[Edit]:
    """A tenth of the sites, two fields of each; the two sides meet at a tenth of theirs."""
    chance = random.Random(seed)
    found = []
    for number in sorted(chance.sample(range(sites), int(sites * SHARE))):
        names = chance.sample(NAMES, 2)
        before = start_of(number)
        found.append(Edit(number, {n: (before[n], f"{seed} {chance.random()}") for n in names}))
    return found


# ---- pygeodiff


def _file(path: Path, sites: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        columns = ", ".join(f"{name} TEXT" for name in NAMES)
        connection.execute(f"CREATE TABLE sites (fid INTEGER PRIMARY KEY, id TEXT, {columns})")
        marks = ", ".join("?" * (len(NAMES) + 2))
        connection.executemany(
            f"INSERT INTO sites VALUES ({marks})",
            ((n + 1, site_id(n), *start_of(n).values()) for n in range(sites)),
        )
        connection.commit()


def _edited(base: Path, path: Path, side: Sequence[Edit]) -> None:
    shutil.copyfile(base, path)
    with closing(sqlite3.connect(path)) as connection:
        for edit in side:
            changes = ", ".join(f"{name} = ?" for name in edit.fields)
            values = [new for _old, new in edit.fields.values()]
            connection.execute(
                f"UPDATE sites SET {changes} WHERE fid = ?", (*values, edit.site + 1)
            )
        connection.commit()


def geodiff_seconds(
    folder: Path, sites: int, theirs: Sequence[Edit], ours: Sequence[Edit]
) -> float:
    """Processor seconds of pygeodiff's rebase."""
    base, one, two = (folder / f"{name}.gpkg" for name in ("base", "theirs", "ours"))
    _file(base, sites)
    _edited(base, one, theirs)
    _edited(base, two, ours)
    begin = time.process_time()
    pygeodiff.GeoDiff().rebase(str(base), str(one), str(two), str(folder / "conflicts.json"))
    return time.process_time() - begin


# ---- ours


def _batches(tablet: Tablet, made: Iterator[Change], size: int = 5_000) -> Iterator[object]:
    portion: list[Change] = []
    for change in made:
        portion.append(change)
        if len(portion) == size:
            yield tablet.batch(*portion)
            portion = []
    if portion:
        yield tablet.batch(*portion)


def _change(tablet: Tablet, edit: Edit) -> Change:
    return Change(
        id=f"{tablet.enrolment.device[-8:]}-0000-5000-8000-{edit.site:012d}",
        device=tablet.enrolment.device,
        author=tablet.enrolment.user,
        hlc="2026-11-22T01:02:03.004Z-000000-x",
        kind="geohazard",
        subject=site_id(edit.site),
        fields=edit.fields,
        base_version=1,
    )


def prepared(folder: Path, sites: int, theirs: Sequence[Edit]) -> tuple[Office, Tablet]:
    """A centre that holds the sites and their side's edits."""
    office = Office(None, folder / "files")
    one, two = Tablet.enrol(office, "Li"), Tablet.enrol(office, "Wang")
    new = (one.change(site_id(n), **start_of(n)) for n in range(sites))
    for batch in _batches(one, new):
        office.receive(batch)
    for batch in _batches(one, (_change(one, edit) for edit in theirs)):
        office.receive(batch)
    return office, two


def pure_seconds(office: Office, tablet: Tablet, ours: Sequence[Edit]) -> float:
    """Processor seconds of the merge function alone, by batches of 5,000."""
    taken = 0.0
    changes = [_change(tablet, edit) for edit in ours]
    with office.database.read() as connection:
        for start in range(0, len(changes), 5_000):
            part = changes[start : start + 5_000]
            world = Loader(connection).push(part)
            # Without the collector, as the centre merges.
            gc.disable()
            begin = time.process_time()
            merge(world, part, role="office")
            taken += time.process_time() - begin
            gc.enable()
    return taken


def receive_seconds(office: Office, tablet: Tablet, ours: Sequence[Edit]) -> float:
    """Processor seconds of receiving our side: checked, merged, written durably."""
    batches = list(_batches(tablet, (_change(tablet, edit) for edit in ours)))
    begin = time.process_time()
    for batch in batches:
        office.receive(batch)
    return time.process_time() - begin


def measure(folder: Path, sites: int) -> Iterator[str]:
    """Lines with both figures and their ratio."""
    theirs, ours = edits(sites, 1), edits(sites, 2)
    both = len({e.site for e in theirs} & {e.site for e in ours})
    yield f"merge: {sites:,} sites, {len(ours):,} edited on each side, {both:,} on both"
    geodiff = geodiff_seconds(folder, sites, theirs, ours)
    office, tablet = prepared(folder, sites, theirs)
    with office:
        pure = pure_seconds(office, tablet, ours)
        whole = receive_seconds(office, tablet, ours)
        conflicts = office.info()["conflicts"]
    for name, seconds in (
        ("pygeodiff rebase", geodiff),
        ("our merge", pure),
        ("our centre, all of it", whole),
    ):
        rate = len(ours) / seconds
        ratio = geodiff / seconds
        yield f"  {name:24} {seconds:6.2f} s of processor, {rate:9,.0f} edits/s, {ratio:5.2f} x"
    yield f"  conflicts kept for the office: {conflicts:,}"
