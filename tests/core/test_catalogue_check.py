"""Faults of the catalogue are found, each with file, line and reason; a county's tables hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdz_field.cli.root import run
from jdz_field.core import catalogue_start
from jdz_field.core.catalogue_check import faults
from jdz_field.core.catalogue_files import Fault, documents, load, own_folder, shipped_files
from jdz_field.core.catalogue_lines import Lines
from jdz_field.core.catalogue_start import require_sound
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import set_language
from jdz_field.core.resources import resource


def test_the_catalogue_that_ships_has_no_fault() -> None:
    assert [one.sentence for one in faults(None)] == []


def laid(folder: Path, name: str, content: str | bytes) -> list[Fault]:
    """Faults with one file of a county's own."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return faults(folder)


def changed(folder: Path, name: str, old: str, new: str) -> list[Fault]:
    """Faults with a shipped file in which something stands otherwise."""
    text = (resource("catalogue") / name).read_text(encoding="utf-8")
    assert old in text
    return laid(folder, name, text.replace(old, new, 1))


def line_of(name: str, needle: str) -> int:
    text = (resource("catalogue") / name).read_text(encoding="utf-8")
    return text[: text.index(needle)].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("codes/sex.toml", 'code = "female"', 'code = "male"', "stands there twice"),
        ("codes/sex.toml", 'certainty = "', 'certain = "', "«certainty» is missing"),
        ("codes/sex.toml", 'source = "', 'origin = "', "«source» is missing"),
        ("codes/sex.toml", 'zh = "男"', 'zh = ""', "«zh» is empty"),
        ("codes/sex.toml", 'zh = "男"', 'zh = 3', "«zh» must be a text"),
        ("codes/sex.toml", 'zh = "男"', 'zh = "女"', "means code"),
        ("sites/risk.toml", 'rule = "danger_grade"', 'rule = "moon"', "there is no rule «moon»"),
        ("sites/risk.toml", 'rule = "danger_grade"', "", "«rule» is missing"),
        ("sites/risk.toml", 'codes = "danger_grade"', 'codes = "moon"', "no code list «moon»"),
        ("sites/plot.toml", 'unit = "hm²"', 'unit = "ells"', "there is no unit «ells»"),
        ("sites/plot.toml", 'group = "stand"', 'group = "moon"', "there is no heading «moon»"),
        ("sites/plot.toml", 'type = "decimal"', 'type = "float"', "there is no type «float»"),
        ("sites/plot.toml", "min = 0", 'min = "none"', "«min» must be a number"),
        ("sites/plot.toml", "max = 3000", "max = -200", "«min» must be below «max»"),
        ("sites/plot.toml", 'name = "landform"', 'name = "species"', "stands there twice"),
        ("sites/plot.toml", 'name = "landform"', 'name = "fid"', "cannot be the name"),
        ("sites/plot.toml", 'ask = ["plot_shape"', 'ask = ["moon"', "there is no field «moon»"),
        ("sites/plot.toml", "accuracy_m = 5", "accuracy_m = -5", "accuracy_m"),
        ("sites/plot.toml", 'name = "slope"\n', 'name = "steepness"\n', "which the kind lacks"),
        ("sites/plot.toml", 'line = ["area_ha"', 'line = ["moon"', "there is no field «moon»"),
        ("sites/plot.toml", 'line = ["area_ha"', 'line = [7', "there is no field «7»"),
        ("sites/plot.toml", 'line = ["area_ha"', 'line = ["a", "b", "c"', "at most 4 fields"),
        ("sites/plot.toml", 'label = ["name"', 'label = ["moon"', "there is no field «moon»"),
        ("sites/plot.toml", 'label = ["name"', 'label = ["origin"', "«origin» cannot stand"),
        ("sites/risk.toml", 'grade = "danger', 'grade = "risk', "is coloured by a field of"),
        ("sites/risk.toml", "label = true", 'label = "yes"', "«label» is true or false"),
        ("sites/risk.toml", "label = true", "lable = true", "there is no setting «lable»"),
        ("sites/risk.toml", 'grade = "danger_grade"\n', "", "«grade» is missing"),
        ("sites/risk.toml", "[show]", "[shown]", "«show» is missing"),
        ("sites/plot.toml", 'line = ["area_ha"', 'line = [["name"]', "there is no field"),
        ("sites/plot.toml", 'line = ["area_ha"', 'line = ["species"', "«species» stands there"),
        ("sites/plot.toml", "label = [", "labels = [", "there is no setting «labels»"),
        ("sites/plot.toml", 'label = ["name", "code"]', "label = []", "at most 4 fields"),
        ("sites/plot.toml", 'label = ["name"', 'label = ["area_ha"', "cannot stand on the map"),
        ("sites/plot.toml", 'label = ["name"', 'label = ["monitor_name"', "about no person"),
        ("sites/geohazard.toml", "pattern = '^[0-9", "pattern = '^([0-9", "it is no pattern"),
        ("sites/common.toml", "controlled = true", 'controlled = "yes"', "true or false"),
        ("grades.toml", "limits = [100, 500, 1000]", "limits = [100, 500]", "3 limits are needed"),
        ("grades.toml", "limits = [100, 500, 1000]", "limits = [500, 100, 1000]", "must rise"),
        ("grades.toml", "limits = [100, 500, 1000]", "limits = [1, nan, 3]", "must be numbers"),
        ("grades.toml", 'by = "kind_code"', "", "a rule has «inputs»"),
        ("grades.toml", 'codes = ["D", "C", "B", "A"]', 'codes = ["D", "D"]', "twice"),
        ("grades.toml", 'codes = ["3", "2", "1"]', 'codes = ["3", "2", "9"]', "its list lacks"),
        ("planting.toml", "up_to_mu = 450", "up_to_mu = 50", "limits must rise"),
        ("planting.toml", "share = 2", "share = 200", "at most 100 percent"),
        ("reporting.toml", 'grade = "B"', 'grade = "A"', "stands there twice"),
        ("reporting.toml", "hours = 1", "hours = 0", "a whole number from 1"),
        ("patrol.toml", "once = true", "", "one of «once», «on» and «every»"),
        ("patrol.toml", 'from = "03-01"', 'from = "02-30"', "must be a day as"),
        ("patrol.toml", "on = [5, 10", "on = [0, 10", "days of the month"),
        ("patrol.toml", 'free_states = ["closed"]', 'free_states = ["moon"]', "no status «moon»"),
        ("patrol.toml", "every = 31", "every = 0", "a whole number from 1"),
        ("lists/minimum_density.toml", 'name = "2"', 'name = "1"', "stands there twice"),
        ("lists/volume_tables.toml", "a = 0.0000706094", "a = inf", "a text or a number"),
        ("exports/plot_ledger.toml", 'field = "town"', 'field = "moon"', "no field «moon»"),
        ("forms.toml", 'kinds = ["risk"]', 'kinds = ["moon"]', "no kind of site «moon»"),
        ("forms.toml", 'programmes = ["A3"]', 'programmes = ["Z"]', "no programme «Z»"),
        ("views.toml", 'views = ["overview"]', 'views = ["moon"]', "there is no view «moon»"),
        ("units.toml", "known = [", "known = 5 #", "«known» must be a list of texts"),
        ("groups.toml", 'name = "place"', 'name = "identity"', "stands there twice"),
        ("nearness.toml", 'certainty = "general"', 'certainty = "sure"', "«source» or «general»"),
    ],
)  # fmt: skip
def test_a_fault_is_found_with_its_line(tmp_path: Path, name, old, new, said) -> None:
    set_language("en")
    found = [one for one in changed(tmp_path, name, old, new) if said in one.sentence]
    assert found, faults(tmp_path)
    assert {Path(one.file).name for one in found} <= {Path(name).name} | {
        f"{kind}.toml" for kind in ("plot", "risk", "geohazard", "works", "mine")
    }
    assert all(one.line > 0 for one in found)


def test_the_line_is_the_entrys_own(tmp_path: Path) -> None:
    (fault,) = changed(tmp_path, "codes/sex.toml", 'code = "female"', 'code = "male"')
    assert fault.line == line_of("codes/sex.toml", 'code = "female"')
    assert str(tmp_path) in fault.sentence
    found = changed(tmp_path, "exports/plot_ledger.toml", 'field = "town"', 'field = "moon"')
    assert line_of("exports/plot_ledger.toml", 'field = "town"') in [one.line for one in found]


def test_lines_of_nested_tables() -> None:
    lines = Lines((resource("catalogue") / "grades.toml").read_text(encoding="utf-8"))
    at = ("rules", "scale_grade", "tables", 2, "inputs", 0, "limits")
    assert lines.of(at) == line_of("grades.toml", "limits = [10000, 100000, 1000000]")
    assert lines.of((*at, 1)) == lines.of(at)
    assert lines.of(("nothing",)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfes\x00",
        "备注 = \"中文\"".encode("gb18030"),
        b"source = ",
        b"[[codes]\n",
        b"a = 1\na = 2\n",
        b"x = " + b"[" * 5000,
        b"x = " + b"9" * 5000,
        b"x = 2026-02-31\n",
        b"\x00",
        b"codes = 5\n",
        b"codes = [1, 2]\n",
        b'codes = [{ code = ["1"] }]\n',
        b"",
    ],
)  # fmt: skip
def test_what_is_no_table_is_one_sentence_and_exit_3(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    assert laid(tmp_path, "codes/sex.toml", content)
    monkeypatch.setenv("JDZ_FIELD_CATALOGUE", str(tmp_path))
    for arguments in (["info"], ["catalogue", "check"]):
        assert run(arguments) == 3
    said = capsys.readouterr()
    assert "sex.toml" in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert "Traceback" not in said.err + said.out


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_faults_and_never_tracebacks(tmp_path: Path, data) -> None:
    names = ["codes/sex.toml", "sites/works.toml", "grades.toml", "patrol.toml", "planting.toml",
             "exports/plot_ledger.toml", "views.toml", "forms.toml", "units.toml"]  # fmt: skip
    name = data.draw(st.sampled_from(names))
    content = bytearray((resource("catalogue") / name).read_bytes())
    for _cut in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, max(len(content) - 1, 0)))
        end = start + data.draw(st.integers(0, 60))
        parts = [b"", b"[[", b"]", b'"', b"=", b"\n[x]\n", b"1", b"{}", b"\xff", b"[]", b"true"]
        content[start:end] = data.draw(st.sampled_from(parts))
    for one in laid(tmp_path, name, bytes(content)):
        assert one.line >= 1
        assert one.reason
        assert "\n" not in one.sentence


def test_a_file_that_the_program_does_not_know_is_said(tmp_path: Path) -> None:
    (fault,) = laid(tmp_path, "grade.toml", 'source = "x"\ncertainty = "general"\n')
    assert "grade.toml" in fault.file
    (tmp_path / "grade.toml").unlink()
    text = (resource("catalogue") / "codes/sex.toml").read_text(encoding="utf-8")
    assert laid(tmp_path, "codes/own.toml", text) == []


_ASK = """
import json
from jdz_field.core.catalogue import code_list, table
from jdz_field.core.grades import danger_grade
from jdz_field.core.lists import list_names, list_rows
from jdz_field.core.patrol import duties
limit = next(r for r in list_rows("rule_limits") if r["name"] == "danger_grade.threatened_people.C")
print(json.dumps([danger_grade(60, 0), limit["value"], "county" in list_names(),
                  code_list("sex").label("male")]))
"""


def test_a_countys_tables_hold_without_code(tmp_path: Path) -> None:
    assert (
        changed(tmp_path, "grades.toml", "limits = [100, 500, 1000]", "limits = [50, 500, 1000]")
        == []
    )
    assert changed(tmp_path, "codes/sex.toml", 'zh = "男"', 'zh = "男性"') == []
    rows = (
        'certainty = "general"\n[[rows]]\nname = "1"\nzh = "一"\nen = "one"\nsource = "虚构示例"\n'
    )
    assert laid(tmp_path, "lists/county.toml", rows) == []
    made = subprocess.run(
        [sys.executable, "-c", _ASK],
        env={**os.environ, "JDZ_FIELD_CATALOGUE": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(made.stdout) == ["C", "50", True, "男性"]


def test_the_folder_is_the_configurations_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(tmp_path))
    monkeypatch.delenv("JDZ_FIELD_CATALOGUE", raising=False)
    assert own_folder() is None
    (tmp_path / "catalogue").mkdir()
    assert own_folder() == tmp_path / "catalogue"
    monkeypatch.setenv("JDZ_FIELD_CATALOGUE", str(tmp_path / "other"))
    assert own_folder() is None
    with pytest.raises(FileNotFoundError):
        load("codes", "nothing.toml")


def test_a_sound_catalogue_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_start, "user_cache_path", lambda *_a, **_k: tmp_path / "cache")
    monkeypatch.setenv("JDZ_FIELD_CATALOGUE", str(tmp_path / "own"))
    require_sound()
    kept = (tmp_path / "cache" / "catalogue").read_text()
    require_sound()
    assert (tmp_path / "cache" / "catalogue").read_text() == kept
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "grades.toml").write_text("rules = 5")
    with pytest.raises(BadInput, match=r"grades\.toml"):
        require_sound()


def test_the_command_lists_every_fault(tmp_path: Path, capsys) -> None:
    laid(tmp_path, "codes/sex.toml", 'source = "x"\n')
    assert run(["catalogue", "check", str(tmp_path), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["valid"], told["own"]) == (False, ["codes/sex.toml"])
    assert {"file", "line", "reason"} == set(told["faults"][0])
    assert run(["catalogue", "check", str(tmp_path / "none")]) == 3
    assert run(["catalogue", "check"]) == 0
    assert str(len(shipped_files())) in capsys.readouterr().out


def test_every_document_is_read() -> None:
    assert [one.name for one in documents(None) if not isinstance(one, Fault)] == shipped_files()
