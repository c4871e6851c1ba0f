"""Recording into a file that is whole whenever the machine stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.ui.form.pieces import Pieces
from jdz_field.ui.form.recorder import Recording, length_of, repaired
from tests.ui.form.voices import Voice


def test_a_recording_is_a_wave_file(tmp_path):
    voice, file = Voice(), tmp_path / "new" / "a.wav"
    recording = Recording(voice, file, 8000)
    voice.say(2.5)
    recording.stop()
    assert voice.open_streams == 0
    with wave.open(str(file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.getnframes() == 20_000
    assert length_of(file) == recording.seconds == 2.5


def test_what_is_said_in_a_pause_is_not_recorded(tmp_path):
    voice = Voice()
    recording = Recording(voice, tmp_path / "a.wav", 8000)
    voice.say(1)
    recording.pause()
    voice.say(5)
    assert recording.paused
    assert recording.level == 0
    recording.go_on()
    voice.say(1)
    recording.stop()
    assert recording.seconds == 2


def test_the_level_follows_the_voice(tmp_path):
    levels = []
    for loud in (0.0, 0.01, 0.5):
        voice = Voice()
        recording = Recording(voice, tmp_path / f"{loud}.wav", 8000)
        voice.say(0.2, loud)
        recording.stop()
        levels.append(recording.level)
    assert levels == sorted(levels)
    assert (levels[0], levels[2] > 0.8) == (0.0, True)


def test_a_device_with_a_rate_of_its_own_is_taken_as_it_is(tmp_path):
    voice = Voice(rate=44_100)
    recording = Recording(voice, tmp_path / "a.wav", 8000)
    voice.say(1)
    recording.stop()
    assert length_of(tmp_path / "a.wav") == pytest.approx(1, abs=0.01)


def test_a_recording_goes_on_where_it_ended(tmp_path):
    file = tmp_path / "a.wav"
    for seconds in (1, 2):
        voice = Voice()
        recording = Recording(voice, file, 8000)
        voice.say(seconds)
        recording.stop()
    assert length_of(file) == 3


_TO_KILL = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from jdz_field.ui.form.recorder import Recording
from tests.ui.form.voices import Voice
voice = Voice()
recording = Recording(voice, Path(sys.argv[1]), 8000)
for _turn in range(600):
    voice.say(0.1)
    time.sleep(0.1)
    print(recording.seconds, flush=True)
"""


def test_a_kill_loses_at_most_a_second(tmp_path):
    file = tmp_path / "a.wav"
    root = str(Path(__file__).resolve().parents[3])
    run = subprocess.Popen(
        [sys.executable, "-c", _TO_KILL, str(file), root], stdout=subprocess.PIPE, text=True
    )
    heard = 0.0
    while heard < 2.5:
        heard = float(run.stdout.readline())
    os.kill(run.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    run.wait()
    run.stdout.close()
    assert repaired(file) > heard - 1.0
    assert length_of(file) == repaired(file)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"no sound at all" * 10, b"RIFF" + bytes(60)], ids=str
)
def test_what_is_no_recording_has_no_length(tmp_path, content):
    file = tmp_path / "a.wav"
    file.write_bytes(content)
    assert repaired(file) == 0
    assert length_of(file) == 0
    assert length_of(tmp_path / "gone.wav") == 0


def test_a_disk_that_fills_up_keeps_what_was_recorded(tmp_path, monkeypatch):
    voice, file = Voice(), tmp_path / "a.wav"
    recording = Recording(voice, file, 8000)
    voice.say(1.5)
    deadline = time.monotonic() + 5
    while recording.seconds < 1.5 and time.monotonic() < deadline:
        time.sleep(0.01)

    def full(_out, _size):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("jdz_field.ui.form.recorder._settle", full)
    voice.say(1.5)
    recording.stop()
    assert isinstance(recording.fault, Unavailable)
    monkeypatch.undo()
    assert repaired(file) >= 1.5


def test_a_folder_that_cannot_be_made_lets_go_of_the_microphone(tmp_path):
    (tmp_path / "file").write_text("x")
    voice = Voice()
    with pytest.raises(Unavailable):
        Recording(voice, tmp_path / "file" / "a.wav", 8000)
    assert voice.open_streams == 0


def piece(pieces):
    voice = Voice()
    recording = Recording(voice, pieces.fresh(), 8000)
    voice.say(1)
    return recording.stop()


def test_a_piece_is_found_by_its_draft_and_question(tmp_path):
    mine = Pieces(tmp_path, "d1", "/data/a", lambda: {"d1", "d2"})
    made = piece(mine)
    assert mine.found() == (made, 1.0)
    assert Pieces(tmp_path, "d1", "/data/b", set).found() is None
    assert Pieces(tmp_path, "d2", "/data/a", lambda: {"d1", "d2"}).found() is None
    mine.forget(made)
    assert mine.found() is None


def test_a_piece_whose_draft_was_never_written_is_offered_too(tmp_path):
    made = piece(Pieces(tmp_path, "never", "/data/a", set))
    assert Pieces(tmp_path, "d2", "/data/a", lambda: {"d2"}).found() == (made, 1.0)


def test_what_was_thrown_away_comes_back_for_a_day(tmp_path):
    pieces = Pieces(tmp_path, "d1", "/data/a", set)
    gone = pieces.throw_away(piece(pieces))
    assert pieces.found() is None
    back = pieces.bring_back(gone)
    assert pieces.found() == (back, 1.0)
    gone = pieces.throw_away(back)
    os.utime(gone, (1, 1))
    assert pieces.found() is None
    assert not gone.exists()
