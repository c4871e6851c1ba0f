"""Distance and bearing in words."""

from __future__ import annotations

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.ui.sites.away import away, away_words, compass, length_words

HERE = (117.2, 29.3)


@pytest.mark.parametrize(
    ("lon", "lat", "metres", "bearing"),
    [
        (117.2, 29.4, 11_120, 0),
        (117.3, 29.3, 9_697, 90),
        (117.2, 29.2, 11_120, 180),
        (117.1, 29.3, 9_697, 270),
        (117.2, 29.3, 0, 0),
    ],
)
def test_metres_and_bearing(lon, lat, metres, bearing) -> None:
    found = away(HERE, lon, lat)
    assert found[0] == pytest.approx(metres, rel=0.005, abs=0.1)
    assert found[1] == pytest.approx(bearing, abs=0.1)


def test_eight_directions_and_north_from_both_sides() -> None:
    set_language("en")
    names = [compass(degrees) for degrees in (0, 44, 91, 136, 181, 226, 271, 316, 350, 359.9)]
    assert names == ["N", "NE", "E", "SE", "S", "SW", "W", "NW", "N", "N"]


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (0, "0 m"),
        (12, "10 m"),
        (994, "990 m"),
        (996, "1.0 km"),
        (3_240, "3.2 km"),
        (54_321, "54 km"),
    ],
)
def test_lengths(metres, words) -> None:
    assert length_words(metres) == words


def test_words_in_chinese() -> None:
    set_language("zh")
    assert away_words(HERE, 117.3, 29.3) == "9.7 km 东"
