"""Text tables in the encodings and with the separators that offices use."""

from __future__ import annotations

from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.ledger.delimited import encoding_of, read_delimited

ROWS = [["统一编号", "名称"], ["360222010001", "瑶里，滑坡"], [], ["", "多行\n内容"]]
TEXT = '统一编号{0}名称\n360222010001{0}瑶里，滑坡\n\n{0}"多行\n内容"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_every_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes(TEXT.format(separator).encode(encoding))
    table = read_delimited(path)[0]
    # Rows are counted as a spreadsheet counts them: the third is empty, the fourth has two lines.
    assert list(table.rows()) == list(enumerate(ROWS, start=1))


def test_windows_line_ends(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(b"a,b\r\n1,2\r\n")
    assert list(read_delimited(tmp_path / "l.csv")[0].rows()) == [(1, ["a", "b"]), (2, ["1", "2"])]


def test_gb18030_is_told_from_utf_8_behind_a_long_ascii_head(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes(b"code,name\n" + b"1,a\n" * 400_000 + "2,浮梁\n".encode("gb18030"))
    assert encoding_of(path) == "gb18030"


@pytest.mark.parametrize("data", [b"a,b\n1,\x00\n", b"\xff\xff\xff\xff", b"a,\x81"])
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"l\.csv"):
        read_delimited(path)


def test_utf_8_that_is_cut_off_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    whole = "编号,名称\n1,浮梁县瑶里镇滑坡\n".encode()
    for cut in (whole[:-3], whole + b"\xff" + whole, whole * 3 + b"\xe6"):
        path.write_bytes(cut)
        with pytest.raises(BadInput, match="UTF-8"):
            encoding_of(path)


def test_an_endless_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("a,b\n" + '"' + "x" * 200_000 + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"l\.csv"):
        list(read_delimited(path)[0].rows())


def test_a_quote_without_its_partner_swallows_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    lines = [f"{i},点{i},备注" for i in range(60)]
    lines[10] = '10,"点10,备注'
    path.write_text("编号,名称,备注\n" + "\n".join(lines), encoding="utf-8")
    rows = [cells for _number, cells in read_delimited(path)[0].rows()]
    assert len(rows) == 61
    assert rows[11] == ["10", "点10", "备注"]
    assert rows[60] == ["59", "点59", "备注"]


def test_cells_parted_by_blanks(tmp_path: Path) -> None:
    path = tmp_path / "l.txt"
    path.write_text("甲 117.4 29.5 120\n乙   117.5 29.6\t99\n", encoding="utf-8")
    rows = [list(cells) for _number, cells in read_delimited(path)[0].rows()]
    assert rows == [["甲", "117.4", "29.5", "120"], ["乙", "117.5", "29.6", "99"]]


def test_commas_in_texts_do_not_hide_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("a;b\n" + "x, y, z, w;2\n" * 20 + "q;3\n", encoding="utf-8")
    assert list(read_delimited(path)[0].rows())[1] == (2, ["x, y, z, w", "2"])


def test_columns_beyond_reason_are_cut_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("a," * 50_000 + "\n1,2\n", encoding="utf-8")
    assert [len(cells) for _number, cells in read_delimited(path)[0].rows()] == [1024, 2]
    for count in (100_000, 2_000_000):
        path.write_text("a," * count, encoding="utf-8")
        with pytest.raises(BadInput, match=r"l\.csv"):
            list(read_delimited(path)[0].rows())
