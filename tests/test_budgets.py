"""Files and functions stay small; packages say what they are for and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "jdz_field"
FILES = sorted(ROOT.rglob("*.py"))


def test_files_stay_within_400_lines() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in FILES
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_functions_stay_within_50_lines_and_nine_in_ten_within_30() -> None:
    lengths: dict[str, int] = {}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                name = f"{file.relative_to(ROOT)}:{node.name}:{node.lineno}"
                lengths[name] = (node.end_lineno or node.lineno) - node.lineno + 1
    assert {name: n for name, n in lengths.items() if n > 50} == {}
    ordered = sorted(lengths.values())
    assert ordered[int(len(ordered) * 0.9)] <= 30


def test_package_files_hold_a_docstring_and_nothing_else() -> None:
    for file in FILES:
        if file.name == "__init__.py":
            body = ast.parse(file.read_text(encoding="utf-8")).body
            assert len(body) == 1, file
            assert isinstance(body[0], ast.Expr), file
