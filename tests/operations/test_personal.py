"""Exports with names and telephones: kept, left out, closed; never a plain trace on the stick."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pyrage
import pytest

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.errors import BadUsage, JdzError
from jdz_field.core.sites import Site
from jdz_field.operations.personal import (
    KEEP,
    Carried,
    Privacy,
    carried,
    personal_fields,
    privacy_of,
    without_personal,
)

WORDS = "四个 字 的 口令"
SITE = Site(
    "s1",
    "geohazard",
    {"code": "360222010001", "name": "瑶里后山", "monitor_name": "余小敏", "monitor_phone": "138"},
    stated={"monitor_phone": "138", "grade": "A"},
)


def table(path: Path) -> int:
    with path.open("w", encoding="utf-8") as stream:
        csv.writer(stream).writerow(["monitor_name", "余小敏"])
    return 1


def shapes(path: Path) -> int:
    for suffix in (".shp", ".dbf", ".cpg"):
        path.with_suffix(suffix).write_bytes(suffix.encode() * 10)
    return 3


@pytest.mark.parametrize("kind", SITE_KINDS)
def test_every_kind_knows_whom_it_names(kind: str) -> None:
    names = {field.name for field in personal_fields(kind)}
    assert names
    assert not names & {"code", "name", "town", "threatened_people", "geometry"}
    assert all(name in names for name in ("monitor_phone",) if kind == "geohazard")


def test_left_out_is_empty_everywhere() -> None:
    bare = without_personal(SITE)
    assert bare.fields["monitor_name"] is None
    assert bare.fields["monitor_phone"] is None
    assert "138" not in str(bare)
    assert (bare.id, bare.code, bare.stated) == ("s1", SITE.code, {"grade": "A"})
    assert Privacy(leave_out=True).sites([SITE]) == [bare]
    assert KEEP.sites([SITE]) == [SITE]


def test_what_is_carried_is_said() -> None:
    found = carried([SITE, Site("s2", "geohazard", {"code": "2", "monitor_name": ""})])
    assert found.sites == 1
    assert len(found.fields) == 2
    assert "1 " in found.sentence()
    assert found.fields[0] in found.sentence(leave_out=True)
    assert carried([Site("s2", "mine", {"code": "2"})]) == Carried(0, ())
    assert Carried(0, ()).sentence() == ""


def test_a_long_list_is_cut() -> None:
    assert Carried(3, tuple("abcdef")).sentence().count("a") == 1
    assert "…" in Carried(3, tuple("abcdef")).sentence()


def test_kept_is_written_where_it_goes(tmp_path: Path) -> None:
    assert KEEP.write(tmp_path / "out.csv", table) == (1, tmp_path / "out.csv")
    assert "余小敏" in (tmp_path / "out.csv").read_text("utf-8")


def test_a_closed_file_leaves_no_plain_trace_beside_it(tmp_path: Path) -> None:
    seen: list[Path] = []

    def work(path: Path) -> int:
        seen.append(path)
        return table(path)

    done, made = Privacy(passphrase=WORDS).write(tmp_path / "out.csv", work)
    assert (done, made) == (1, tmp_path / "out.csv.age")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv.age"]
    assert tmp_path not in seen[0].parents
    assert not seen[0].exists()
    assert "余小敏" in pyrage.passphrase.decrypt(made.read_bytes(), WORDS).decode()


def test_the_ending_is_not_doubled(tmp_path: Path) -> None:
    _done, made = Privacy(passphrase=WORDS).write(tmp_path / "out.csv.age", table)
    assert made.name == "out.csv.age"


def test_a_key_opens_it_too(tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    privacy = privacy_of(recipients=[str(key.to_public())])
    _done, made = privacy.write(tmp_path / "out.csv", table)
    assert "余小敏" in pyrage.decrypt(made.read_bytes(), [key]).decode()


def test_several_files_travel_in_one(tmp_path: Path) -> None:
    done, made = Privacy(passphrase=WORDS).write(tmp_path / "out.shp", shapes)
    assert (done, made.name) == (3, "out.zip.age")
    plain = pyrage.passphrase.decrypt(made.read_bytes(), WORDS)
    with zipfile.ZipFile(io.BytesIO(plain)) as bundle:
        assert sorted(bundle.namelist()) == ["out.cpg", "out.dbf", "out.shp"]


@pytest.mark.parametrize(
    "privacy",
    [Privacy(passphrase="short"), Privacy(recipients=("age1no",)), Privacy(False, WORDS, ("x",))],
)
def test_a_bad_way_is_refused_before_anything_is_written(tmp_path: Path, privacy: Privacy) -> None:
    def never(_path: Path) -> int:
        raise AssertionError

    with pytest.raises(BadUsage):
        privacy.write(tmp_path / "out.csv", never)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(JdzError, match="no"):
        Privacy(passphrase=WORDS).write(tmp_path / "no" / "out.csv", table)


def test_another_word_is_refused() -> None:
    with pytest.raises(BadUsage, match="leave-out"):
        privacy_of("hide")
    assert privacy_of("leave-out").leave_out
