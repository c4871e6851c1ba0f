"""Joins ``resources/translations/<language>/*.po`` into one compiled catalogue a language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TRANSLATIONS = Path(__file__).parent / "resources" / "translations"


def compile_translations(root: Path = TRANSLATIONS) -> None:
    """Write ``<language>/LC_MESSAGES/jdz_field.mo`` for every language folder."""
    for folder in sorted(p for p in root.iterdir() if p.is_dir()):
        joined = Catalog(locale=folder.name)
        for part in sorted(folder.glob("*.po")):
            with part.open("rb") as file:
                for message in read_po(file, locale=folder.name):
                    if message.id and message.string:
                        joined.add(message.id, message.string)
        target = folder / "LC_MESSAGES" / "jdz_field.mo"
        target.parent.mkdir(exist_ok=True)
        with target.open("wb") as out:
            write_mo(out, joined)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before the wheel is put together, editable ones too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile the translations."""
        compile_translations()


if __name__ == "__main__":
    compile_translations()
