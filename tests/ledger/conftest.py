"""Workbooks and tables made for a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jdz_field.core.catalogue import site_kind
from jdz_field.geo.crs import reference
from jdz_field.ledger.checking import Checker, is_sample
from jdz_field.ledger.files import open_ledger
from jdz_field.ledger.issues import CheckedRow
from jdz_field.ledger.layout import lay_out

MakeBook = Callable[..., Path]
Check = Callable[..., list[CheckedRow]]

HEAD = ("统一编号", "名称", "县", "灾害类型", "经度", "纬度", "威胁人口(人)")
GOOD = ("360222010001", "瑶里滑坡", "浮梁县", "滑坡", 117.4, 29.5, 12)


@pytest.fixture
def book(tmp_path: Path) -> MakeBook:
    """``book(rows, merges=["A1:C1"], name="l.xlsx", sheets={"other": rows})`` gives its path."""

    def make(
        rows: Sequence[Sequence[Any]],
        *,
        merges: Sequence[str] = (),
        name: str = "ledger.xlsx",
        sheets: dict[str, Sequence[Sequence[Any]]] | None = None,
    ) -> Path:
        made = openpyxl.Workbook()
        first = made.active
        assert first is not None
        first.title = "台账"
        for row in rows:
            first.append(list(row))
        for merge in merges:
            first.merge_cells(merge)
        for title, others in (sheets or {}).items():
            sheet = made.create_sheet(title)
            for row in others:
                sheet.append(list(row))
        path = tmp_path / name
        made.save(path)
        return path

    return make


@pytest.fixture
def check() -> Check:
    """``check(path, kind="geohazard", crs=None, …)`` gives the checked rows."""

    def rows(path: Path, kind: str = "geohazard", crs: str | None = None, **options: Any) -> Any:
        about = site_kind(kind)
        layout = lay_out(open_ledger(path), about, file=path.name, **options)
        system = reference(crs) if crs else None
        return list(Checker(layout, about, system, sample=is_sample(layout)).rows())

    return rows
