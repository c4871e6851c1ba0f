"""A microphone that says what a test tells it to."""

from __future__ import annotations

import numpy as np

from jdz_field.ui.form.recorder import Heard


class Voice:
    """A source of sound: ``say(seconds)`` is heard at once, in blocks of a tenth of a second."""

    def __init__(self, name: str = "内置麦克风", rate: int = 0) -> None:
        self.name, self._rate = name, rate
        self.rate = 0
        self.open_streams = 0
        self._heard: Heard | None = None

    def open(self, rate: int, heard: Heard) -> Voice:
        self.rate, self._heard = self._rate or rate, heard
        self.open_streams += 1
        return self

    def say(self, seconds: float, loud: float = 0.5) -> None:
        assert self._heard is not None
        count = self.rate // 10
        wave = np.sin(np.arange(count) * 0.2) * 32767 * loud
        for _block in range(round(seconds * 10)):
            self._heard(wave.astype("<i2").tobytes())

    def close(self) -> None:
        self.open_streams -= 1
