"""Documents as PDF or pictures: a typst template of ``resources/templates`` and its data.

Templates hold layout only; every word comes with the data, so that a report is in the language in
force. The same data give the same bytes: no clock, no random id goes in.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.resources import resource

#: Families with Chinese signs, the best for print first: free ones, then those of the systems.
CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "SimSun",
    "WenQuanYi Micro Hei",
)
Format = Literal["pdf", "png"]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


def chinese_font(families: list[str] | None = None) -> str:
    """The family that documents are set in.

    ``Unavailable``: none here has Chinese signs; typst would print empty boxes and say nothing.
    """
    known = set(_fonts().families() if families is None else families)
    for family in CHINESE:
        if family in known:
            return family
    raise Unavailable(
        _("No font with Chinese signs is installed; install one, for example Noto Sans CJK.")
    )


def typeset(
    template: str,
    data: Mapping[str, Any],
    *,
    made: datetime,
    form: Format = "pdf",
    ppi: int = 110,
    tags: bool = True,
    pictures: Mapping[str, bytes] | None = None,
) -> list[bytes]:
    """A document; ``made`` is the moment that the PDF states. One entry, or one a page for PNG.

    ``data`` is anything JSON can hold. ``tags``: the PDF says what is a heading and a cell, for
    readers aloud; that makes a table of thousands of rows ten times as large. ``pictures``: files
    that ``data`` names, by name. ``Unavailable``: no font with Chinese signs, a full disk.
    """
    family = chinese_font()
    inputs = {"data": json.dumps(data, ensure_ascii=False), "font": family}
    with _root(template, pictures or {}) as root:
        compiler = typst.Compiler(
            root / f"{template}.typ", root=root, font_paths=_fonts(), sys_inputs=inputs
        )
        moment = made.replace(microsecond=0)
        pages = compiler.compile(format=form, ppi=ppi, timestamp=moment, pdf_tags=tags)
    return pages if isinstance(pages, list) else [pages or b""]


@contextmanager
def _root(template: str, pictures: Mapping[str, bytes]) -> Iterator[Path]:
    """The folder that the template lies in; a template reads nothing outside it."""
    home = resource("templates")
    if not pictures:
        yield home
        return
    with TemporaryDirectory(prefix="jdz-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        try:
            for file in (f"{template}.typ", "common.typ"):
                shutil.copyfile(home / file, root / file)
            for picture, data in pictures.items():
                (root / picture).write_bytes(data)
        except OSError as error:
            raise Unavailable(
                _("{file} cannot be written ({reason}); choose another place.").format(
                    file=root, reason=error.strerror or error
                )
            ) from error
        yield root
