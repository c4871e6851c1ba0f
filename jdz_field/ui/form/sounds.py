"""The machine's microphones and loudspeaker, through PortAudio when it is there."""

from __future__ import annotations

import threading
import wave
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _
from jdz_field.ui.form.recorder import Heard, Source

#: Samples of one block: a tenth of a second at most.
_BLOCK_S = 0.1


def _portaudio() -> ModuleType:
    """The library; ``Unavailable`` when the system has none (Linux without libportaudio2)."""
    try:
        import sounddevice  # noqa: PLC0415 - only when somebody records
    except (ImportError, OSError) as error:
        raise Unavailable(
            _("This machine has no sound library, so nothing is recorded here; attach a file.")
        ) from error
    return sounddevice  # type: ignore[no-any-return]


class Microphone:
    """One input device by its name."""

    def __init__(self, name: str, index: int, usual: int) -> None:
        self.name, self._index, self._usual = name, index, usual

    def open(self, rate: int, heard: Heard) -> _Input:
        """Begin, at the device's own rate when it knows no other."""
        library = _portaudio()
        for wanted in (rate, self._usual):
            with suppress(library.PortAudioError, ValueError):
                return _Input(library, self._index, wanted, heard)
        raise Unavailable(
            _("{name} does not record; plug it in again, allow it, or choose another.").format(
                name=self.name
            )
        )


class _Input:
    def __init__(self, library: ModuleType, index: int, rate: int, heard: Heard) -> None:
        self.rate = rate

        def block(data: Any, _frames: int, _time: object, _status: object) -> None:
            heard(bytes(data))

        self._stream = library.RawInputStream(
            samplerate=rate,
            device=index,
            channels=1,
            dtype="int16",
            blocksize=round(rate * _BLOCK_S),
            callback=block,
        )
        self._stream.start()

    def close(self) -> None:
        """Let go of the device."""
        self._stream.close()


def microphones() -> list[Source]:
    """What can be recorded from, the system's own choice first.

    ``Unavailable`` says in a sentence that there is none.
    """
    library = _portaudio()
    try:
        devices = list(library.query_devices())
        first = library.default.device[0]
    except library.PortAudioError:
        devices, first = [], -1
    found: dict[str, Microphone] = {}
    order = sorted(range(len(devices)), key=lambda index: index != first)
    for index in order:
        one = devices[index]
        if one["max_input_channels"] > 0:
            name = str(one["name"])
            found.setdefault(name, Microphone(name, index, int(one["default_samplerate"])))
    if not found:
        raise Unavailable(
            _("There is no microphone in this machine; plug one in, or attach a file.")
        )
    return list(found.values())


def _opened(file: Path) -> wave.Wave_read:
    sound = wave.open(str(file), "rb")  # noqa: SIM115 - closed when it was played
    if sound.getsampwidth() != 2:
        sound.close()
        raise wave.Error("other than 16 bits")
    return sound


class Player:
    """Plays a WAV file; ``done`` is set when it has ended or was stopped."""

    def __init__(self, file: Path) -> None:
        """Begin; ``Unavailable`` when the file is no WAV or there is no loudspeaker."""
        library = _portaudio()
        self.done = threading.Event()
        try:
            self._sound = _opened(file)
        except (OSError, EOFError, wave.Error) as error:
            raise Unavailable(
                _("{file} is played by another program.").format(file=file)
            ) from error
        try:
            self._stream = library.RawOutputStream(
                samplerate=self._sound.getframerate(),
                channels=self._sound.getnchannels(),
                dtype="int16",
                callback=self._fill,
                finished_callback=self.done.set,
            )
            self._stream.start()
        except (library.PortAudioError, ValueError) as error:
            self._sound.close()
            raise Unavailable(_("There is no loudspeaker in this machine.")) from error
        self._stop = library.CallbackStop

    def _fill(self, out: Any, frames: int, _time: object, _status: object) -> None:
        data = self._sound.readframes(frames)
        out[: len(data)] = data
        if len(data) < len(out):
            out[len(data) :] = bytes(len(out) - len(data))
            raise self._stop

    def stop(self) -> None:
        """End, and let go of the device."""
        self._stream.close()
        self._sound.close()
        self.done.set()
