"""Rows in bulk."""

from __future__ import annotations

from jdz_field.store import rows
from jdz_field.store.layers import layer
from tests.store.tools import add_site, photo


def test_subjects_are_loaded_by_id(project) -> None:
    site = add_site(project)
    found = rows.load(project._db, "geohazard", [site, "nothing"])
    assert set(found) == {site}
    assert found[site].state["town"] == "瑶里镇"
    assert found[site].state == found[site].stored
    assert found[site].label == (117.2001, 29.3)
    assert rows.load(project._db, "geohazard", []) == {}


def test_an_attachment_is_found_in_either_layer(project) -> None:
    for shot in (photo(b"1"), photo(b"2", mime="application/gpx+xml")):
        project.add_attachment(shot)
        assert rows.find(project._db, shot.id, ("attachment",)).id == shot.id
    assert rows.find(project._db, "nothing", ("attachment", "mine")) is None


def test_saving_leaves_an_untouched_geometry_alone(project) -> None:
    site = add_site(project)
    (subject,) = rows.load(project._db, "geohazard", [site]).values()
    seen: list[str] = []
    project._db.connection.set_trace_callback(seen.append)
    subject.state["town"] = "x"
    with project._db.write():
        rows.save(project._db, [subject], "now")
    project._db.connection.set_trace_callback(None)
    update = next(one for one in seen if one.startswith('UPDATE "geohazard"'))
    assert '"geom"' not in update


def test_every_subject_comes_by_id(project) -> None:
    ids = [add_site(project, number) for number in range(5)]
    assert [one.id for one in rows.every(project._db, layer("geohazard"))] == sorted(ids)


def test_the_index_can_be_made_anew(project) -> None:
    add_site(project)
    with project._db.write():
        project._db.run("DELETE FROM jdz_search")
        rows.index_anew(project._db)
    assert project.check() == []
