"""``sites export`` with and without names and telephones, and encrypted."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result

from jdz_field.cli.root import root
from jdz_field.core.errors import JdzError
from jdz_field.operations.projects import create_project
from jdz_field.operations.sites import add_site

WORDS = "四个 字 的 口令"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    with create_project(folder, name="试点", author="余小敏") as made:
        values = {"code": "360222010001", "monitor_name": "张三", "monitor_phone": "13800000001"}
        add_site(made, "geohazard", 117.6, 29.5, {"name": "瑶里后山", **values})
    return folder


def run(project: Path, *words: str) -> Result:
    return CliRunner().invoke(root, ["--project", str(project), "sites", "export", *words])


def test_kept_by_default_and_said(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run(project, str(out))
    assert done.exit_code == 0, done.output
    assert "姓名或电话" in done.output
    assert "13800000001" in out.read_text("utf-8-sig")
    data = json.loads(run(project, str(out), "--json").stdout)
    assert data["written"] == 1
    assert (data["personal"], data["personal_sites"], data["encrypted"]) == ("keep", 1, False)


def test_left_out_the_columns_stay_empty(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run(project, str(out), "--personal", "leave-out")
    assert "未包含" in done.output
    text = out.read_text("utf-8-sig")
    assert "张三" not in text
    assert "13800000001" not in text
    rows = list(csv.DictReader(text.splitlines()))
    assert "瑶里后山" in rows[0].values()


def test_a_passphrase_closes_it(project: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text(WORDS + "\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    done = run(project, str(out), "--passphrase-file", str(words), "--json")
    data = json.loads(done.stdout)
    assert data["encrypted"]
    assert not out.exists()
    plain = pyrage.passphrase.decrypt(Path(data["file"]).read_bytes(), WORDS)
    assert "张三" in plain.decode("utf-8-sig")


def test_a_key_closes_it_without_asking(project: Path, tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    done = run(project, str(tmp_path / "out.geojson"), "--recipient", str(key.to_public()))
    assert done.exit_code == 0, done.output
    plain = pyrage.decrypt((tmp_path / "out.geojson.age").read_bytes(), [key])
    assert json.loads(plain)["features"]


def test_a_passphrase_is_asked_twice(project: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        root,
        ["--project", str(project), "sites", "export", str(tmp_path / "o.csv"), "--encrypt"],
        input=f"{WORDS}\n{WORDS}\n",
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "o.csv.age").is_file()


@pytest.mark.parametrize(
    "words", [["--personal", "hide"], ["--recipient", "age1no"], ["--passphrase-file", "none.txt"]]
)
def test_what_cannot_be_is_refused(project: Path, tmp_path: Path, words: list[str]) -> None:
    done = run(project, str(tmp_path / "out.csv"), *words)
    assert done.exit_code != 0
    assert isinstance(done.exception, JdzError | SystemExit)
    assert not list(tmp_path.glob("out.csv*"))
