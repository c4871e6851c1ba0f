"""Every message of the program has its Chinese, and no catalogue holds a stale one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PO_FILES = sorted((ROOT / "resources" / "translations" / "zh").glob("*.po"))
_PLACE = re.compile(r"\{(\w+)[^}]*\}")


def _catalogue(files: list[Path] = PO_FILES) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        with file.open("rb") as stream:
            for message in read_po(stream, locale="zh"):
                one = message.id if isinstance(message.id, str) else message.id[0]
                text = message.string if isinstance(message.string, str) else message.string[0]
                if one:
                    found[one] = text
    return found


def _in_code() -> Iterator[str]:
    keywords = {"_": None, "ngettext": (1, 2)}
    for _file, _line, message, _comments, _context in extract_from_dir(
        ROOT / "jdz_field", [("**.py", "python")], keywords=keywords
    ):
        yield message if isinstance(message, str) else message[0]


def _in_commands() -> Iterator[str]:
    from jdz_field.cli.root import root, translate_help

    translate_help(root)
    context = click.Context(root)

    def walk(command: click.Command) -> Iterator[str]:
        for one in (command, *command.params):
            yield str(vars(one).get("english_help", ""))
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                yield from walk(child)

    yield from (text for text in walk(root) if text)


def test_every_message_in_the_code_has_its_chinese() -> None:
    catalogue = _catalogue()
    absent = sorted({m for m in _in_code() if m and not catalogue.get(m)})
    assert absent == []


def test_every_help_text_has_its_chinese() -> None:
    catalogue = _catalogue()
    absent = sorted({m for m in _in_commands() if not catalogue.get(m)})
    assert absent == []


def test_no_catalogue_holds_a_message_that_the_code_no_longer_says() -> None:
    said = {*_in_code(), *_in_commands()}
    ours = _catalogue([file for file in PO_FILES if file.stem != "click"])
    assert sorted(set(ours) - said) == []


@pytest.mark.parametrize("file", PO_FILES, ids=lambda p: p.stem)
def test_translations_keep_the_placeholders(file: Path) -> None:
    with file.open("rb") as stream:
        for message in read_po(stream, locale="zh"):
            if isinstance(message.id, str) and message.id:
                wanted = set(_PLACE.findall(message.id))
                assert set(_PLACE.findall(str(message.string))) == wanted, message.id
