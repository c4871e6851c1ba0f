"""Recording sound into a WAV file that is whole to the last second, whenever the machine stops.

The file is PCM, 16 bits, one channel (Microsoft/IBM RIFF WAVE, 1991). Its header is set right
and brought to the disk every second; a piece that a killed run left is repaired from its length.
Nothing here knows of windows; the sound comes from a ``Source``.
"""

from __future__ import annotations

import errno
import math
import os
import queue
import struct
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from jdz_field.photos.files import disk_fault

#: Samples a second by the form's quality (ODK: voice-only is speech, normal 32 kHz).
RATES = {"voice-only": 8_000, "low": 16_000, "normal": 32_000}
_HEADER, _WIDTH = 44, 2
#: RIFF sizes have 32 bits; a recording stops before (some 18 hours of normal quality).
_MOST_BYTES = 0xFFFFFFFF - _HEADER - (1 << 20)

Heard = Callable[[bytes], None]


class Stream(Protocol):
    """Sound that flows until it is closed; ``rate`` is what the device really gives."""

    rate: int

    def close(self) -> None:
        """Let go of the device."""


class Source(Protocol):
    """A microphone."""

    name: str

    def open(self, rate: int, heard: Heard) -> Stream:
        """Begin; ``heard`` gets 16-bit samples, in a thread of the device's.

        ``Unavailable`` when the device does not work.
        """


class Recording:
    """One recording under way.

    Attributes:
        fault: what stopped it by itself, if anything did; what was recorded is in the file.
    """

    def __init__(self, source: Source, file: Path, rate: int) -> None:
        """Begin to record into ``file``, or go on at its end when it is there.

        ``Unavailable`` when the microphone or the disk does not work.
        """
        self.file = file
        self._level = 0.0
        self.fault: Exception | None = None
        self._paused = False
        self._blocks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stream = source.open(_rate_of(file) or rate, self._heard)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._out = _opened(file, self._stream.rate)
        except OSError as error:
            self._stream.close()
            raise disk_fault(error, file) from error
        self._bytes = self._out.seek(0, os.SEEK_END) - _HEADER
        self._writer = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._writer.start()

    @property
    def seconds(self) -> float:
        """How much is recorded."""
        return self._bytes / (_WIDTH * self._stream.rate)

    @property
    def level(self) -> float:
        """Loudness of the last moment, 0 … 1."""
        return 0.0 if self._paused else self._level

    @property
    def paused(self) -> bool:
        """Whether what is heard is not recorded now."""
        return self._paused

    def pause(self) -> None:
        """Stop for a while."""
        self._paused = True

    def go_on(self) -> None:
        """Record again."""
        self._paused = False

    def stop(self) -> Path:
        """End; the file is whole and on the disk."""
        self._stream.close()
        self._blocks.put(None)
        self._writer.join()
        return self.file

    def _heard(self, block: bytes) -> None:
        if not self._paused and self.fault is None:
            self._blocks.put(bytes(block))

    def _write(self) -> None:
        """In a thread of its own: the device's must never wait for the disk."""
        settled = self._bytes
        try:
            with self._out:
                while (block := self._blocks.get()) is not None:
                    self._out.write(block)
                    self._bytes += len(block)
                    self._level = _level(block)
                    if self._bytes - settled >= _WIDTH * self._stream.rate:
                        settled = self._bytes
                        _settle(self._out, self._bytes)
                    _refuse_larger(self._bytes)
                _settle(self._out, self._bytes)
        except OSError as error:
            self.fault = disk_fault(error, self.file)


def _refuse_larger(size: int) -> None:
    if size > _MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))


def _level(block: bytes) -> float:
    samples = np.frombuffer(block[: len(block) // _WIDTH * _WIDTH], "<i2").astype(np.float64)
    if not samples.size:
        return 0.0
    # As the ear hears it: −60 dB is silence, 0 dB is full.
    loud = float(np.sqrt(np.mean(samples**2))) / 32768
    return max(0.0, min(1.0, 1 + math.log10(max(loud, 1e-6)) / 3))


def _header(rate: int, size: int) -> bytes:
    form = struct.pack("<4sI4s4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16)
    sound = struct.pack("<HHIIHH", 1, 1, rate, rate * _WIDTH, _WIDTH, 8 * _WIDTH)
    return form + sound + struct.pack("<4sI", b"data", size)


def _opened(file: Path, rate: int) -> BinaryIO:
    if not file.exists():
        file.write_bytes(_header(rate, 0))
    return file.open("r+b")


def _settle(out: BinaryIO, size: int) -> None:
    """Set the header right and bring everything to the disk."""
    out.seek(4)
    out.write(struct.pack("<I", 36 + size))
    out.seek(40)
    out.write(struct.pack("<I", size))
    out.seek(0, os.SEEK_END)
    out.flush()
    os.fsync(out.fileno())


def _rate_of(file: Path) -> int:
    try:
        with file.open("rb") as piece:
            head = piece.read(_HEADER)
    except OSError:
        return 0
    whole = len(head) == _HEADER and head[:4] == b"RIFF" and head[36:40] == b"data"
    return int(struct.unpack_from("<I", head, 24)[0]) if whole else 0


def repaired(file: Path) -> float:
    """Seconds in a piece that a killed run left, its header set right; 0 when there is nothing."""
    rate = _rate_of(file)
    if rate <= 0:
        return 0.0
    try:
        size = (file.stat().st_size - _HEADER) // _WIDTH * _WIDTH
        with file.open("r+b") as piece:
            piece.truncate(_HEADER + size)
            _settle(piece, size)
    except OSError:
        return 0.0
    return size / (_WIDTH * rate)


def length_of(file: Path) -> float:
    """Seconds of a WAV file; 0 for any other."""
    try:
        with wave.open(str(file), "rb") as sound:
            return sound.getnframes() / max(1, sound.getframerate())
    except (OSError, EOFError, wave.Error):
        return 0.0
