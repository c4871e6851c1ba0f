"""A real QGIS edits every layer that it may: what it did is noticed, and nothing is lost.

``python3-qgis`` of the system is large, so these run when asked for: ``pytest -m qgis``.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.ids import new_id
from jdz_field.store.project import Project
from tests.store.test_external import external
from tests.store.tools import photo

pytestmark = pytest.mark.qgis

SYSTEM_PYTHON = Path("/usr/bin/python3")
POINT = "POINT (117.2 29.3)"
AREA = "POLYGON ((117 29, 117.1 29, 117.1 29.1, 117 29))"

_HEAD = """
import json, sys
from qgis.core import (QgsApplication, QgsFeature, QgsGeometry, QgsVectorLayer,
                       QgsVectorLayerUtils, QgsProject, QgsSpatialIndex, QgsRectangle)
app = QgsApplication([], False)
app.initQgis()
FILE = sys.argv[1]

def layer(name):
    found = QgsVectorLayer(FILE + "|layername=" + name, name, "ogr")
    assert found.isValid(), name
    return found

def edit(one):
    assert one.startEditing(), one.name()

def commit(one):
    assert one.commitChanges(), one.commitErrors()
"""


@pytest.fixture
def qgis(tmp_path):
    """``qgis(script, file)`` runs a script in QGIS' own Python; what it printed last."""

    def run(script: str, file: Path) -> object:
        done = subprocess.run(
            [str(SYSTEM_PYTHON), "-c", _HEAD + script, str(file)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={
                **{k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
                "QT_QPA_PLATFORM": "offscreen",
                "HOME": str(tmp_path),
                "XDG_RUNTIME_DIR": str(tmp_path),
                "PYTHONIOENCODING": "utf-8",
            },
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        assert lines, done.stderr
        return json.loads(lines[-1])

    return run


@pytest.fixture
def full(project) -> dict[str, str]:
    """A site of every kind; ids by kind."""
    ids = {}
    for kind in SITE_KINDS:
        ids[kind] = new_id()
        shape = POINT if site_kind(kind).geometry == "POINT" else AREA
        fields = {"code": f"{kind}-1", "name": f"{kind} 一号", "geometry": shape}
        project.edit(kind, ids[kind], fields)
    return ids


_EDIT_ALL = """
for name in %(kinds)r:
    one = layer(name)
    edit(one)
    (old,) = one.getFeatures()
    one.changeAttributeValue(old.id(), one.fields().indexOf("remarks"), "改于外部")
    moved = QgsGeometry(old.geometry())
    moved.translate(0.01, 0.01)
    one.changeGeometry(old.id(), moved)
    given = {one.fields().indexOf("name"): "新" + name}
    made = QgsVectorLayerUtils.createFeature(one, moved, given)
    one.addFeature(made)
    commit(one)
print(json.dumps({}))
"""


def test_sites_of_every_kind_are_changed_and_made(project, full, qgis) -> None:
    project.close()
    qgis(_EDIT_ALL % {"kinds": list(SITE_KINDS)}, project.path / "field.gpkg")
    with Project.open(project.path) as again:
        changes = external(again)
        assert len(changes) == 2 * len(SITE_KINDS)
        for kind, site in full.items():
            (changed,) = [one for one in changes if one.subject == site]
            assert set(changed.fields) == {"remarks", "geometry"}
            assert changed.fields["remarks"] == (None, "改于外部")
            assert changed.author == "外部编辑"
            (made,) = [one for one in changes if one.kind == kind and one.subject != site]
            assert made.fields["name"] == (None, f"新{kind}")
        assert again.check() == []


def test_a_site_that_is_duplicated_is_a_second_one(project, full, qgis) -> None:
    project.close()
    script = """
one = layer("geohazard")
edit(one)
(old,) = one.getFeatures()
made, _ = QgsVectorLayerUtils.duplicateFeature(one, old, QgsProject.instance())
commit(one)
print(json.dumps({"ids": [f["id"] for f in one.getFeatures()]}))
"""
    qgis(script, project.path / "field.gpkg")
    with Project.open(project.path) as again:
        (made,) = external(again)
        assert made.subject != full["geohazard"]
        assert made.fields["name"] == (None, "geohazard 一号")
        assert len(again.sites_by_code("geohazard-1")) == 2
        assert again.check() == []


def test_a_site_that_is_cut_and_pasted_stays_itself(project, full, qgis) -> None:
    project.close()
    script = """
one = layer("mine")
edit(one)
(old,) = one.getFeatures()
copy = QgsFeature(old)
copy.setAttribute("fid", None)
one.deleteFeature(old.id())
one.addFeature(copy)
commit(one)
print(json.dumps({}))
"""
    qgis(script, project.path / "field.gpkg")
    with Project.open(project.path) as again:
        assert not again.site(full["mine"]).deleted
        assert again.check() == []


def test_a_deleted_site_is_deleted_and_an_empty_place_is_none(project, full, qgis) -> None:
    project.close()
    script = """
one = layer("risk")
edit(one)
one.deleteFeatures(one.allFeatureIds())
commit(one)
two = layer("plot")
edit(two)
(old,) = two.getFeatures()
two.changeGeometry(old.id(), QgsGeometry())
commit(two)
print(json.dumps({}))
"""
    qgis(script, project.path / "field.gpkg")
    with Project.open(project.path) as again:
        assert again.site(full["risk"]).deleted
        assert again.site(full["plot"]).geometry is None
        assert len(external(again)) == 2
        assert again.check() == []


def test_identifiers_and_finished_records_are_refused(project, full, qgis) -> None:
    project.close()
    script = """
one = layer("geohazard")
edit(one)
(old,) = one.getFeatures()
one.changeAttributeValue(old.id(), one.fields().indexOf("id"), "mine")
refused = not one.commitChanges()
one.rollBack()
print(json.dumps({"refused": refused, "errors": one.commitErrors()}))
"""
    told = qgis(script, project.path / "field.gpkg")
    assert told["refused"]
    assert "never change" in str(told["errors"])
    with Project.open(project.path) as again:
        assert external(again) == []
        assert again.check() == []


def test_the_window_writes_while_qgis_has_an_edit_open(project, full, qgis) -> None:
    """QGIS reads, we write another field, QGIS commits its own: both stay."""
    site = full["geohazard"]
    script = """
import subprocess
one = layer("geohazard")
edit(one)
(old,) = one.getFeatures()
one.changeAttributeValue(old.id(), one.fields().indexOf("remarks"), "QGIS")
subprocess.run(%(ours)r, check=True)
commit(one)
print(json.dumps({}))
"""
    import sys

    root = Path(__file__).resolve().parents[2]
    ours = (
        "import sys; from pathlib import Path; from jdz_field.store.project import Project\n"
        f"sys.path.insert(0, {str(root)!r})\n"
        f"p = Project.open(Path({str(project.path)!r}))\n"
        f"p.edit('geohazard', {site!r}, {{'town': '鹅湖镇', 'remarks': 'ours'}}); p.close()"
    )
    qgis(script % {"ours": [sys.executable, "-c", ours]}, project.path / "field.gpkg")
    project.edit("geohazard", site, {"village": "v"})
    fields = project.site(site).fields
    assert (fields["town"], fields["remarks"], fields["village"]) == ("鹅湖镇", "QGIS", "v")
    last = [one.change.fields.get("remarks") for one in project.site_history(site)]
    assert ("ours", "QGIS") in last
    assert project.check() == []


def test_a_photo_is_described_and_the_index_finds_what_moved(project, full, qgis) -> None:
    project.add_attachment(photo())
    project.close()
    script = """
one = layer("photos")
edit(one)
(old,) = one.getFeatures()
one.changeAttributeValue(old.id(), one.fields().indexOf("caption"), "裂缝")
commit(one)
two = layer("geohazard")
edit(two)
(old,) = two.getFeatures()
two.changeGeometry(old.id(), QgsGeometry.fromWkt("POINT (117.5 29.5)"))
commit(two)
fresh = layer("geohazard")
fresh.selectByRect(QgsRectangle(117.4, 29.4, 117.6, 29.6))
print(json.dumps({"found": fresh.selectedFeatureCount()}))
"""
    assert qgis(script, project.path / "field.gpkg") == {"found": 1}
    with Project.open(project.path) as again:
        assert again.attachments()[0].caption == "裂缝"
        assert again.site(full["geohazard"]).lon == 117.5
        assert [one for one in again.check() if "IMG" not in one] == []
