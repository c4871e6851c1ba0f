"""What a receiver says is kept and can be played again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.gnss.recorder import Recorder, logs, moment_of
from jdz_field.gnss.sources import source_of
from jdz_field.gnss.watch import ENDED
from tests.gnss.logs_made import common, log
from tests.gnss.simulated import TcpReceiver, listening

NOW = datetime(2026, 11, 23, 2, 3, 4, tzinfo=UTC)


def test_a_log_holds_every_byte(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "logs", now=lambda: NOW)
    recorder.write(b"\xb5\x62 binary")
    recorder.write(b"$GNGGA\r\n")
    assert recorder.file.read_bytes() == b"\xb5\x62 binary$GNGGA\r\n"
    recorder.close()
    recorder.write(b"too late")
    assert recorder.file.name == "20261123T020304.nmea"
    assert moment_of(recorder.file) == NOW
    assert moment_of(Path("way.nmea")) is None
    assert recorder.bytes == 17


def test_files_are_bounded_and_the_oldest_go_first(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, largest=1000, kept=3, now=lambda: NOW)
    for number in range(100):
        recorder.write(f"{number:098d}\r\n".encode())
    recorder.close()
    kept = logs(tmp_path)
    assert len(kept) == 3
    assert all(file.stat().st_size <= 1000 for file in kept)
    assert recorder.file == kept[0]
    assert b"".join(file.read_bytes() for file in kept[::-1]).endswith(b"%098d\r\n" % 99)


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    Recorder(tmp_path, largest=10, kept=1).close()
    assert (tmp_path / "notes.txt").exists()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(Unavailable, match="file"):
        Recorder(tmp_path / "file")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no full device")
def test_a_full_disk_ends_the_log_with_a_sentence(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123 - a device, no path of ours
        own, recorder._log = recorder._log, full
        recorder.write(b"more")
        assert own is not None
        own.close()
    assert recorder.why
    recorder.write(b"nothing more")
    assert recorder.bytes == 0


def test_what_was_recorded_can_be_played(tmp_path: Path) -> None:
    receiver = TcpReceiver()
    with listening(source_of(receiver.spec)) as (reader, heard):
        receiver.accept()
        recorder = reader.recorder = Recorder(tmp_path)
        for number in range(0, 50, 10):
            receiver.say(common(number))
        heard.until(lambda: len(heard.fixes) == 5)
    recorder.close()
    receiver.close()
    with listening(source_of(f"replay:{recorder.file}?speed=100")) as (_reader, again):
        again.until(lambda: [s.trouble for s in again.statuses][-1:] == [ENDED])
    played = [(fix.lon, fix.lat, fix.moment) for fix in again.fixes]
    assert played == [(fix.lon, fix.lat, fix.moment) for fix in heard.fixes]
    assert {fix.origin for fix in again.fixes} == {"replay"}
    assert {fix.origin for fix in heard.fixes} == {"receiver"}


def test_a_log_of_half_lines_plays_too(tmp_path: Path) -> None:
    file = tmp_path / "cut.nmea"
    whole = log("common", 5)
    file.write_bytes(whole[40:-30] + b"\x00" * 5000)
    with listening(source_of(f"replay:{file}?speed=100")) as (_reader, heard):
        heard.until(lambda: [s.trouble for s in heard.statuses][-1:] == [ENDED])
        assert 3 <= len(heard.fixes) <= 5
