"""``photos propose`` and ``accept``: photos that belong nowhere find their record or site."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jdz_field.cli.root import run
from jdz_field.operations.declination import declination, true_direction
from jdz_field.operations.photos import add_photos
from jdz_field.operations.projects import create_project
from jdz_field.operations.sites import add_site
from jdz_field.store.project import Project
from jdz_field.ui.map.photo_layer import PhotoLayer
from tests.photos.pictures import HERE, LAT, LON, camera, jpeg

Go = Callable[..., tuple[int, Any]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A site 30 m from one photo, and a photo without a position."""
    with create_project(tmp_path / "p", name="试点", author="余小敏") as made:
        add_site(made, "geohazard", LON + 0.0003, LAT, {"name": "虚构示例 近"})
        for number, values in enumerate((HERE, None)):
            pixels = jpeg(300 + number, 200)
            (tmp_path / f"{number}.jpg").write_bytes(camera("<", values, pixels=pixels))
            add_photos(made, [tmp_path / f"{number}.jpg"])
    return tmp_path / "p"


@pytest.fixture
def go(capsys: pytest.CaptureFixture[str]) -> Go:
    """``go(project, "propose")``: exit code, and what was printed as JSON."""

    def call(project: Path, *words: str) -> tuple[int, Any]:
        code = run(["--project", str(project), "photos", *words, "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out.strip() else None

    return call


def test_what_is_near_is_proposed_and_nothing_written(go: Go, project: Path) -> None:
    code, told = go(project, "propose")
    assert code == 0
    assert isinstance(told, list)
    by_name = {one["file"]: one for one in told}
    assert by_name["0.jpg"]["sites"][0]["name"] == "虚构示例 近"
    assert by_name["0.jpg"]["sure"]["site"] == by_name["0.jpg"]["sites"][0]["site"]
    assert (by_name["1.jpg"]["sites"], by_name["1.jpg"]["sure"]) == ([], None)
    with Project.open(project, read_only=True) as opened:
        assert {one.site for one in opened.attachments()} == {None}


def test_what_is_sure_is_accepted_once_and_the_rest_by_name(go: Go, project: Path) -> None:
    code, told = go(project, "accept")
    assert code == 0
    assert isinstance(told, dict)
    assert (len(told["accepted"]), len(told["left"])) == (1, 1)
    assert go(project, "accept")[1] == {"accepted": [], "left": told["left"]}
    with Project.open(project, read_only=True) as opened:
        (site,) = {one.site for one in opened.attachments() if one.site}
    code, more = go(project, "accept", "1.jpg", "--site", str(site))
    assert (code, more) == (0, {"accepted": told["left"], "left": []})
    assert go(project, "propose")[1] == []


def test_wrong_names_change_nothing(go: Go, project: Path) -> None:
    assert go(project, "accept", "nix.jpg")[0] == 3
    assert go(project, "accept", "--site", "nowhere")[0] == 3
    assert go(project, "accept", "0.jpg", "--record", "nix")[0] == 3
    with Project.open(project, read_only=True) as opened:
        assert {one.site for one in opened.attachments()} == {None}


def test_a_declination_has_a_source_and_turns_compass_directions(go: Go, project: Path) -> None:
    assert go(project, "declination") == (0, None)
    assert go(project, "declination", "--set", "-4.9")[0] == 2
    assert go(project, "declination", "--set", "120", "--source", "虚构示例")[0] == 2
    told = {"degrees": -4.9, "source": "虚构示例 2026"}
    assert go(project, "declination", "--set", "-4.9", "--source", told["source"]) == (0, told)
    with Project.open(project, read_only=True) as opened:
        known = declination(opened)
        photo = next(one for one in opened.attachments() if one.direction is not None)
    compass = replace(photo, direction=2.0, direction_ref="magnetic")
    assert true_direction(compass, known) == pytest.approx(357.1)
    assert true_direction(compass, None) is None
    assert true_direction(replace(compass, direction_ref="true"), known) == 2.0
    assert true_direction(replace(compass, direction_ref=None), known) is None
    layer = PhotoLayer()
    layer.put([compass], known)
    assert layer.photos[0][2:] == (pytest.approx(357.1), False)
