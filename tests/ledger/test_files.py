"""Opening ledgers: by content, not suffix; one sentence for everything that is none."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.ledger.files import open_ledger
from tests.ledger.conftest import GOOD, HEAD, MakeBook


def _read_all(path: Path) -> None:
    for table in open_ledger(path):
        list(table.rows())


def one_sentence(path: Path) -> str:
    with pytest.raises(BadInput) as error:
        _read_all(path)
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith("。")
    return text


def test_a_workbook_is_known_by_its_content(book: MakeBook) -> None:
    path = book([HEAD, GOOD])
    renamed = path.rename(path.with_suffix(".csv"))
    tables = open_ledger(renamed)
    assert [table.name for table in tables] == ["台账"]
    assert next(iter(tables[0].rows())) == (1, HEAD)


def test_a_text_table_may_be_called_xls(tmp_path: Path) -> None:
    path = tmp_path / "l.xls"
    path.write_text("统一编号\t经度\n1\t117\n", encoding="gb18030")
    assert list(open_ledger(path)[0].rows()) == [(1, ["统一编号", "经度"]), (2, ["1", "117"])]


@pytest.mark.parametrize("name", ["x.xlsx", "x.xls", "x.csv", "x.gpkg", "x.shp", "x.kml", "x.gpx"])
def test_a_missing_or_empty_file(tmp_path: Path, name: str) -> None:
    assert name in one_sentence(tmp_path / name)
    (tmp_path / name).touch()
    assert name in one_sentence(tmp_path / name)
    (tmp_path / "folder.xlsx").mkdir()
    one_sentence(tmp_path / "folder.xlsx")


@pytest.mark.parametrize(
    "name", ["x.xlsx", "x.xls", "x.csv", "x.gpkg", "x.geojson", "x.shp", "x.kml", "x.gpx", "x.et"]
)
def test_garbage(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 40)
    one_sentence(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "head"), [("x.jpg", b"\xff\xd8\xff\xe0"), ("x.csv", b"%PDF-1.7"), ("x.doc", b"hello")]
)
def test_files_of_another_kind(tmp_path: Path, name: str, head: bytes) -> None:
    (tmp_path / name).write_bytes(head + b" " * 100)
    assert "不是台账" in one_sentence(tmp_path / name)


def test_a_web_page_called_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "x.xls").write_text("<html><table><tr><td>1</td></tr></table></html>")
    assert "网页" in one_sentence(tmp_path / "x.xls")


def test_a_workbook_cut_off_anywhere(book: MakeBook) -> None:
    path = book([HEAD, *[GOOD] * 50])
    data = path.read_bytes()
    for part in range(5, len(data) - 1, max(len(data) // 12, 1)):
        path.write_bytes(data[:part])
        one_sentence(path)


def test_a_workbook_with_broken_parts(book: MakeBook, tmp_path: Path) -> None:
    path = book([HEAD, GOOD])
    for damaged in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"):
        out = tmp_path / "damaged.xlsx"
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
            for member in old.namelist():
                content = old.read(member)
                new.writestr(member, content[: len(content) // 2] if member == damaged else content)
        one_sentence(out)


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    one_sentence(tmp_path / "x.xlsx")


def test_a_password(tmp_path: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    (tmp_path / "x.xlsx").write_bytes(head + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert "密码" in one_sentence(tmp_path / "x.xlsx")


def test_a_bomb_is_not_unpacked(book: MakeBook, tmp_path: Path) -> None:
    path = book([HEAD, GOOD])
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
        new.writestr("xl/media/image1.bin", bytes(200 << 20))
    assert "大得不合理" in one_sentence(bomb)
