"""The files of the catalogue: those that ship, and a county's own in their place.

A county lays a folder over the shipped one: a file in it stands in for the shipped file of the
same name (``codes/measure.toml``), one that does not ship is added (a code list, a list for
forms). The folder is ``catalogue`` in the configuration folder of this machine, or what
``JDZ_FIELD_CATALOGUE`` names.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from platformdirs import user_config_path

from jdz_field.core.catalogue_lines import Lines
from jdz_field.core.catalogue_lines import Path as Keys
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.resources import resource

#: A table larger than this is none.
MOST = 4_000_000
_AT = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file of the catalogue, and where."""

    file: str
    line: int
    reason: str

    @property
    def sentence(self) -> str:
        """One sentence for a person."""
        return _("{file}, line {line}: {reason}").format(
            file=self.file, line=self.line, reason=self.reason
        )


class Broken(BadInput):
    """A file of the catalogue that cannot be read at all; ``fault`` says where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the catalogue: ``name`` is ``codes/measure.toml``, ``own`` the county's."""

    name: str
    path: Path
    own: bool
    data: dict[str, Any]
    lines: Lines

    def fault(self, keys: Keys, reason: str) -> Fault:
        """A fault of the value at ``keys``."""
        return Fault(str(self.path) if self.own else self.name, self.lines.of(keys), reason)


def own_folder() -> Path | None:
    """The county's own tables; ``None`` when there are none."""
    named = os.environ.get("JDZ_FIELD_CATALOGUE")
    config = os.environ.get("JDZ_FIELD_CONFIG")
    usual = Path(config) if config else user_config_path("jdz-field", appauthor=False)
    folder = Path(named) if named else usual / "catalogue"
    return folder if folder.is_dir() else None


def own_files(over: Path | None) -> list[str]:
    """Names of the files in a county's folder."""
    if over is None:
        return []
    return sorted(file.relative_to(over).as_posix() for file in over.rglob("*.toml"))


def shipped_files() -> list[str]:
    """Names of the files that ship."""
    top = resource("catalogue")
    return sorted(file.relative_to(top).as_posix() for file in top.rglob("*.toml"))


def path_of(*parts: str) -> Path:
    """Where a file of the catalogue lies: in the county's folder, else where it ships."""
    over = own_folder()
    own = over.joinpath(*parts) if over is not None else None
    return own if own is not None and own.is_file() else resource("catalogue", *parts)


def stems(folder: str) -> list[str]:
    """Names without ending of the tables in a folder of the catalogue, the county's own too."""
    every = {*shipped_files(), *own_files(own_folder())}
    return sorted(PurePosixPath(n).stem for n in every if str(PurePosixPath(n).parent) == folder)


def load(*parts: str) -> dict[str, Any]:
    """What a file of the catalogue says.

    ``FileNotFoundError`` when there is none; ``BadInput`` naming file, line and reason when it
    is no TOML.
    """
    path = path_of(*parts)
    name = PurePosixPath(*parts).as_posix()
    own = path != resource("catalogue", *parts)
    return _parse(str(path) if own else name, path.read_bytes())[0]


def documents(over: Path | None) -> Iterator[Document | Fault]:
    """Every file of the catalogue as it stands under a county's folder, or why it is none."""
    own = set(own_files(over))
    for name in sorted({*own, *shipped_files()}):
        mine = over is not None and name in own
        path = over / name if over is not None and mine else resource("catalogue") / name
        try:
            data, lines = _parse(str(path), _bytes(path)) if mine else _shipped(name)
            yield Document(name, path, mine, data, lines)
        except Broken as error:
            yield error.fault


@cache
def _shipped(name: str) -> tuple[dict[str, Any], Lines]:
    """A file that ships; read once, for it is compared with every folder that is checked."""
    return _parse(name, _bytes(resource("catalogue") / name))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = _("it cannot be read ({why})").format(why=error.strerror or error)
        raise Broken(Fault(str(path), 1, reason)) from error


def _parse(name: str, content: bytes) -> tuple[dict[str, Any], Lines]:
    if len(content) > MOST:
        raise Broken(Fault(name, 1, _("it is larger than a table can be")))
    try:
        # As every editor: a byte order mark, line ends of Windows.
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Broken(Fault(name, line, _("it is not UTF-8; save it as UTF-8"))) from error
    try:
        return tomllib.loads(text), Lines(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise Broken(Fault(name, line, _not_toml(_AT.sub("", str(error)).strip()))) from error
    except (ValueError, RecursionError) as error:
        # Numbers of thousands of digits, brackets in brackets without end.
        raise Broken(Fault(name, 1, _not_toml(str(error)))) from error


def _not_toml(why: str) -> str:
    return _("it is no TOML ({why})").format(why=why)
