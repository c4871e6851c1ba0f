"""Documents are set in a font that has Chinese signs, or not at all."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.reports.typeset import CHINESE, chinese_font


def test_the_first_family_that_is_there_is_taken() -> None:
    assert chinese_font(["DejaVu Sans", "SimSun", "Noto Sans CJK SC"]) == CHINESE[0]
    assert chinese_font(["SimSun"]) == "SimSun"


@pytest.mark.parametrize("families", [[], ["DejaVu Sans", "Libertinus Serif"]])
def test_without_chinese_signs_nothing_is_printed(families: list[str]) -> None:
    with pytest.raises(Unavailable, match="中文字体"):
        chinese_font(families)
