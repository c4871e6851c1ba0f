"""Thumbnails: off the window's thread, bounded, each made once."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtGui import QImage

from jdz_field.core.errors import BadInput
from jdz_field.ui.photos import thumbs as module
from jdz_field.ui.photos.thumbs import Thumbs, squared


def picture(width=64, height=48):
    image = QImage(width, height, QImage.Format.Format_ARGB32)
    image.fill(0xFF4488CC)
    return image


@pytest.fixture
def made():
    return []


@pytest.fixture
def thumbs(app):
    one = Thumbs(app.jobs, 32, memory=4 * 32 * 32 * 5)
    yield one
    one.deleteLater()


def test_it_is_decoded_beside_the_window_and_once(thumbs, made, qtbot):
    def make():
        made.append(threading.current_thread().name)
        return picture()

    assert thumbs.get("a", make) is None
    assert thumbs.get("a", make) is None
    qtbot.waitUntil(thumbs.idle)
    found = thumbs.get("a", make)
    assert (found.width(), found.height()) == (32, 32)
    assert len(made) == 1
    assert made[0].startswith("free")


def test_memory_is_bounded_and_the_oldest_goes(thumbs, qtbot):
    for number in range(9):
        thumbs.get(str(number), picture)
        qtbot.waitUntil(thumbs.idle)
    assert thumbs.count() == 5
    assert "8" in thumbs
    assert "0" not in thumbs


def test_what_was_scrolled_past_is_not_made(thumbs, qtbot, monkeypatch):
    monkeypatch.setattr(module, "WISHES", 3)
    gate, seen = threading.Event(), []

    def slow(name):
        def make():
            gate.wait(10)
            seen.append(name)
            return picture()

        return make

    for number in range(12):
        thumbs.get(str(number), slow(number))
    gate.set()
    qtbot.waitUntil(thumbs.idle)
    assert len(seen) == module.AT_WORK + 3
    # What was wished for last is what is looked at.
    assert sorted(seen) == [0, 1, 9, 10, 11]


def test_what_cannot_be_shown_is_null_and_not_asked_for_again(thumbs, made, qtbot):
    def broken():
        made.append(1)
        raise BadInput("no picture")

    thumbs.get("x", broken)
    qtbot.waitUntil(thumbs.idle)
    assert thumbs.get("x", broken).isNull()
    assert made == [1]


def test_another_size_makes_all_anew(thumbs, qtbot):
    thumbs.get("a", picture)
    qtbot.waitUntil(thumbs.idle)
    thumbs.resize(40)
    assert thumbs.get("a", picture) is None
    qtbot.waitUntil(thumbs.idle)
    assert thumbs.get("a", picture).width() == 40


@pytest.mark.parametrize("size", [(400, 30), (30, 400), (10, 10), (33, 33)])
def test_every_shape_fills_the_square(size):
    done = squared(picture(*size), 33)
    assert (done.width(), done.height()) == (33, 33)
    assert squared(QImage(), 33).isNull()
