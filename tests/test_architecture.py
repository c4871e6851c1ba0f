"""The page about the architecture stays true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from jdz_field.cli.root import root

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_no_command_answers_not_yet() -> None:
    context = click.Context(root)

    def walk(command: click.Command) -> Iterator[str]:
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                yield from walk(child)
        elif "本版本" in (command.help or "") or "not in this version" in (command.help or ""):
            yield str(command.name)

    assert list(walk(root)) == []


def test_every_room_of_the_package_is_in_the_table() -> None:
    rooms = {p.name for p in (ROOT / "jdz_field").iterdir() if (p / "__init__.py").exists()}
    table = PAGE.split("| room |")[1].split("\n\n")[0]
    assert {room for room in rooms if f"`{room}`" not in table} == set()
