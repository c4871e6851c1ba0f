"""Documents as PDF or pictures: a typst template of ``resources/templates`` and its data.

Templates hold layout only; every word comes with the data, so that a report is in the language in
force. The same data give the same bytes: no clock, no random id goes in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
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
    template: str, data: Mapping[str, Any], *, made: datetime, form: Format = "pdf", ppi: int = 110
) -> list[bytes]:
    """A document; ``made`` is the moment that the PDF states. One entry, or one a page for PNG.

    ``data`` is anything JSON can hold; ``Unavailable``: no font with Chinese signs.
    """
    family = chinese_font()
    compiler = typst.Compiler(
        resource("templates", f"{template}.typ"),
        root=resource("templates"),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "font": family},
    )
    pages = compiler.compile(format=form, ppi=ppi, timestamp=made.replace(microsecond=0))
    return pages if isinstance(pages, list) else [pages or b""]
