"""The wide lane of an import says the same as the general way, and leaves no trace behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from jdz_field.core.errors import BadInput
from jdz_field.store import bulk, editing
from jdz_field.store.editing import Edit, EditCounts
from jdz_field.store.layers import layer
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import geohazard, many, quick_project

TEXTS = st.sampled_from(["瑶里镇", "", "a\nb", "x\0y", None, '"\\%s%', "ＡＢ １２", "\u2028", "é"])
VALUES = {
    "code": st.sampled_from(["360222010001", "a", "１２", "LS-1", "", None]),
    "field_code": st.sampled_from(["A07", None]),
    "name": TEXTS,
    "town": TEXTS,
    "monitor_name": TEXTS,
    "county_code": st.sampled_from(["360222", "000000", "", None]),
    "kind_code": st.sampled_from(["01", "?", None]),
    "measures": st.sampled_from(["1 2", "", None]),
    "threatened_people": st.sampled_from([0, 12, 12.0, -5, "", None, 2**53 - 1]),
    "length": st.sampled_from([0.1, 1, -0.0, 1e22, "", None]),
    "sample": st.sampled_from([True, False, None]),
    "deleted": st.sampled_from([True, False]),
    "geometry": st.sampled_from(
        [
            *("POINT (117.2 29.3)", "POINT(117.2 29.3)", "POINT (117.20 029.3)", "POINT (-0 1)"),
            *("POINT (117 0)", "POINT (117.123456789 -29.5)", "POINT EMPTY", None),
        ]
    ),
}
_fields = st.sets(st.sampled_from(sorted(VALUES)), max_size=6).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in sorted(names)})
)


def _edit(kind: str, subject: str, fields: dict[str, Any]) -> Edit:
    known = layer(kind).types
    return Edit(
        kind,
        f"{kind[0]}{subject}",
        {name: value for name, value in fields.items() if name in known},
    )


_edits = st.lists(
    st.builds(
        _edit,
        st.sampled_from(["geohazard", "geohazard", "geohazard", "mine"]),
        st.integers(0, 20).map(lambda n: f"00000000-0000-5000-8000-{n:012d}"),
        _fields,
    ),
    max_size=40,
)


@contextmanager
def lanes_from(number: int) -> Iterator[None]:
    """The lane opens for so many edits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editing, "LEAST", number)
        patch.setattr(bulk, "LEAST", number)
        yield


def contents(project: Project) -> dict[str, Any]:
    """All that a project holds, but for ids, times and the order of different sites."""
    db = project._db
    told: dict[str, Any] = {}
    first = "(SELECT min(seq) FROM jdz_change b WHERE b.subject = c.subject)"
    told["log"] = db.rows(
        f"SELECT c.subject, c.kind, c.device, c.author, c.fields, c.base_version, c.origin,"
        f" c.parent IS NULL, c.seq = {first}, o.subject, o.open, o.batch, o.held"
        " FROM jdz_change c JOIN jdz_own o ON o.seq = c.seq ORDER BY c.subject, c.seq"
    )
    for name in ("geohazard", "mine"):
        columns = [r[1] for r in db.rows(f"PRAGMA table_info({name})")]
        kept = ", ".join(f'l."{c}"' for c in columns if c not in ("fid", "updated"))
        told[name] = db.rows(
            f"SELECT {kept}, w.numbers, w.words, w.letters, s.words, r.minx, r.maxx, r.miny, r.maxy"
            f" FROM {name} l LEFT JOIN rtree_{name}_geom r ON r.id = l.fid"
            " LEFT JOIN jdz_words w ON w.number ="
            f" (l.fid << 4 | {0 if name == 'geohazard' else 2})"
            " LEFT JOIN jdz_search s ON s.rowid = w.number ORDER BY l.id"
        )
        told[name, "tree"] = db.value(f"SELECT rtreecheck('rtree_{name}_geom')")
    told["schema"] = sorted(db.rows("SELECT type, name, tbl_name, sql FROM sqlite_master"), key=str)
    told["search settings"] = db.value("PRAGMA cache_size")
    told["found"] = [
        sorted(site.id for site in project.search(SiteQuery(text=text)))
        for text in ("瑶里", "yl", "3602", "0001", "ab")
    ]
    told["check"] = project.check()
    return told


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(_edits, _edits)
def test_both_ways_write_the_same(first: list[Edit], second: list[Edit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for number in (1, 1000):
            project = quick_project(Path(folder) / str(number), device="d")
            with lanes_from(number):
                counts = [project.edit_many(some, origin="import:1") for some in (first, second)]
            found.append((counts, contents(project)))
            project.close()
        assert found[0] == found[1]
        assert found[0][1]["check"] == []


def test_the_lane_takes_a_whole_ledger_beside_an_older_one(project) -> None:
    project.edit_many(list(many(700)), origin="import:0")
    edits = [*many(5000), Edit("geohazard", next(iter(many(1))).subject, {"name": "二"})]
    assert project.edit_many(edits, origin="import:1") == EditCounts(
        created=4300, updated=1, unchanged=700
    )
    assert project.check() == []
    assert project._db.value("SELECT rtreecheck('rtree_geohazard_geom')") == "ok"
    assert project._db.rows("PRAGMA integrity_check") == [("ok",)]
    # Its fids go on, and later sites find room in the packed tree.
    project.edit_many(list(many(6500)), origin="import:2")
    assert project.check() == []
    assert project.undo_origin("import:1") > 0
    assert project.check() == []


@pytest.mark.parametrize("wrong", [{"threatened_people": "x"}, {"nonsense": 1}, {"name": 5}])
def test_a_wrong_value_undoes_everything(project, wrong) -> None:
    before = contents(project)
    bad = Edit("geohazard", "00000000-0000-5000-8000-00000000ffff", geohazard(9, **wrong))
    with pytest.raises(BadInput):
        project.edit_many([*many(2500), bad], origin="import:1")
    assert contents(project) == before
    project.edit_many(many(2500), origin="import:2")
    assert project.check() == []


def test_a_stop_in_the_lane_leaves_the_project_as_it_was(project) -> None:
    project.edit_many(many(50), origin="import:0")
    before = contents(project)

    def edits() -> Iterator[Edit]:
        yield from many(12_000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        project.edit_many(edits(), origin="import:1")
    assert contents(project) == before


def test_stamps_and_ids_of_the_lane_rise(project) -> None:
    project.edit_many(many(2500), origin="import:1")
    rows = project._db.rows("SELECT hlc, id FROM jdz_change ORDER BY seq")
    for column in zip(*rows, strict=True):
        assert list(column) == sorted(set(column))
    later = project.edit("geohazard", next(iter(many(1))).subject, {"name": "later"})
    assert later is not None
    assert later.hlc > rows[-1][0]
