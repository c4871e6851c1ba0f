"""The newest photos of a card, to be tapped."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from jdz_field.operations.sample_photos import sample_photo
from jdz_field.ui.form.card_strip import CardStrip


@pytest.fixture
def card(tmp_path):
    folder = tmp_path / "card" / "DCIM" / "100JDZ"
    folder.mkdir(parents=True)
    sample_photo(folder / "A.jpg", datetime(2026, 11, 22, tzinfo=UTC))
    (folder / "B.jpg").write_bytes(b"\xff\xd8 cut")
    return tmp_path / "card"


def strip_of(app, roots):
    made = CardStrip(app.jobs, roots)
    made.resize(600, 400)
    made.load()
    return made


def test_photos_are_shown_and_one_is_tapped(app, card, settle, qtbot):
    strip = strip_of(app, lambda: [card])
    settle()
    names = {strip.grid.item(row).text() for row in range(strip.grid.count())}
    assert names == {"A.jpg", "B.jpg"}
    picked = []
    strip.picked.connect(picked.append)
    good = strip.grid.findItems("A.jpg", Qt.MatchFlag.MatchExactly)[0]
    settle()
    assert not good.icon().isNull()
    strip._tapped(good)
    assert picked[0].name == "A.jpg"
    strip.close()
    strip.deleteLater()


def test_without_a_card_it_says_what_to_do(app, settle):
    strip = strip_of(app, list)
    settle()
    assert "存储卡" in strip.words.text()
    assert strip.grid.isHidden()
    strip.close()
    strip.deleteLater()


def test_an_empty_card_says_so(app, settle, tmp_path):
    (tmp_path / "DCIM").mkdir()
    strip = strip_of(app, lambda: [tmp_path])
    settle()
    assert strip.words.text() == "存储卡里没有照片。"
    strip.close()
    strip.deleteLater()


def test_a_card_that_is_pulled_out_says_so(app, settle):
    def pulled():
        raise OSError("gone")

    strip = strip_of(app, pulled)
    settle()
    assert "读不出来" in strip.words.text()
    strip.close()
    strip.deleteLater()
