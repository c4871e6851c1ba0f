"""The page about the architecture stays true."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from jdz_field.cli.root import root, run

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_LATER = re.compile(r"^\| (`.+?`) \|", re.MULTILINE)


def _listed() -> list[str]:
    part = PAGE.split("Commands that this version answers")[1]
    return [name for cell in _LATER.findall(part) for name in re.findall(r"`([^`]+)`", cell)]


def _later_in_code() -> set[str]:
    """Leaf commands whose help says that they come with another version."""
    context = click.Context(root)
    found: set[str] = set()

    def walk(command: click.Command, path: str) -> None:
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                walk(child, f"{path} {name}".strip())
        elif "本版本" in (command.help or "") or "not in this version" in (command.help or ""):
            found.add(path)

    walk(root, "")
    return found


def test_the_page_lists_every_command_that_comes_later() -> None:
    assert set(_listed()) == _later_in_code()


@pytest.mark.parametrize("command", _listed())
def test_each_of_them_answers_with_exit_code_2(command: str, tmp_path: Path) -> None:
    words = command.split()
    if words[0] == "report":
        words += [*(["1"] if words[1] == "card" else []), "-o", str(tmp_path / "x.pdf")]
    else:
        words += ["--files", str(tmp_path)]
        words += ["x.gpkg"] if words[1] == "export" else []
    assert run(words) == 2


def test_every_room_of_the_package_is_in_the_table() -> None:
    rooms = {p.name for p in (ROOT / "jdz_field").iterdir() if (p / "__init__.py").exists()}
    table = PAGE.split("| room |")[1].split("\n\n")[0]
    assert {room for room in rooms if f"`{room}`" not in table} == set()
