"""The thread that listens: over TCP, UDP, a terminal and from a log."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jdz_field.gnss.reader import Reader
from jdz_field.gnss.sources import SerialSource, source_of
from jdz_field.gnss.watch import FIXED, FROZEN, LOST, NO_FIX, SEARCHING, SILENT, STALE
from tests.gnss.sentences_made import gsv, second
from tests.gnss.simulated import Heard, TcpReceiver, listening
from tests.gnss.test_epochs import Clock


@pytest.fixture
def receiver() -> Iterator[TcpReceiver]:
    made = TcpReceiver()
    yield made
    made.close()


def test_fixes_come_over_tcp(receiver: TcpReceiver) -> None:
    with listening(source_of(receiver.spec)) as (_reader, heard):
        receiver.accept()
        receiver.say(gsv("GP", 9) + gsv("BD", 11))
        heard.until(lambda: any(s.satellites_seen == 20 for s in heard.statuses))
        assert heard.states[-1] == SEARCHING
        receiver.say(second(1) + second(2) + second(3))
        heard.until(lambda: len(heard.fixes) == 3)
        assert [fix.moment.second for fix in heard.fixes] == [1, 2, 3]
        heard.until(lambda: heard.states[-1] == FIXED)


def test_noise_between_the_sentences_is_left_out(receiver: TcpReceiver) -> None:
    with listening(source_of(receiver.spec)) as (_reader, heard):
        receiver.accept()
        receiver.say(os.urandom(5000) + b"\n" + second(1) + b"$GNGGA,broken*00\r\n" + second(2))
        heard.until(lambda: len(heard.fixes) == 2)


def test_a_broken_line_is_taken_up_again(receiver: TcpReceiver) -> None:
    with listening(source_of(receiver.spec)) as (_reader, heard):
        receiver.accept()
        receiver.say(second(1))
        heard.until(lambda: len(heard.fixes) == 1)
        receiver.hang_up()
        heard.until(lambda: heard.states[-1] == LOST)
        receiver.accept()
        receiver.say(second(20))
        heard.until(lambda: len(heard.fixes) == 2)
        heard.until(lambda: heard.states[-1] == FIXED)


def test_an_absent_receiver_is_said_and_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with listening(source_of(f"tcp://127.0.0.1:{port}")) as (_reader, heard):
        heard.until(lambda: bool(heard.statuses))
        assert heard.statuses[0].state == LOST
        assert str(port) in heard.statuses[0].why
        with socket.create_server(("127.0.0.1", port)) as server:
            server.settimeout(10)
            client, _address = server.accept()
            with client:
                client.sendall(second(1))
                heard.until(lambda: len(heard.fixes) == 1)


def test_a_receiver_that_falls_silent_is_stale_then_lost(receiver: TcpReceiver) -> None:
    clock = Clock()
    with listening(source_of(receiver.spec), clock) as (_reader, heard):
        receiver.accept()
        receiver.say(second(1))
        heard.until(lambda: heard.states[-1:] == [FIXED])
        clock.seconds += 3
        receiver.say(gsv("GP", 5))
        heard.until(lambda: heard.statuses[-1].satellites_seen == 5)
        clock.seconds += 1.5
        heard.until(lambda: heard.states[-1] == STALE)
        assert heard.statuses[-1].trouble == NO_FIX
        clock.seconds += 3
        heard.until(lambda: heard.states[-1] == LOST)
        assert heard.statuses[-1].trouble == SILENT


def test_a_receiver_whose_clock_stands_is_stale(receiver: TcpReceiver) -> None:
    clock = Clock()
    with listening(source_of(receiver.spec), clock) as (_reader, heard):
        receiver.accept()
        receiver.say(second(1))
        heard.until(lambda: heard.states[-1:] == [FIXED])
        for number in range(4):
            clock.seconds += 2
            receiver.say(second(1) + gsv("GP", 5 + number))
            heard.until(lambda: heard.statuses[-1].satellites_seen == 5 + number)  # noqa: B023
        assert len(heard.fixes) == 1
        assert heard.states[-1] == STALE
        assert heard.statuses[-1].trouble == FROZEN


def test_datagrams() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with listening(source_of(f"udp://127.0.0.1:{port}")) as (_reader, heard):
        heard.until(lambda: bool(heard.statuses))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in (1, 2):
                sender.sendto(second(number).strip(), ("127.0.0.1", port))
            heard.until(lambda: len(heard.fixes) == 2)


def test_a_recorded_log_is_played_at_its_pace(tmp_path: Path) -> None:
    log = tmp_path / "way.nmea"
    log.write_bytes(b"".join(second(number) for number in range(1, 41)))
    with listening(source_of(f"replay:{log}?speed=100")) as (_reader, heard):
        heard.until(lambda: len(heard.fixes) == 40)
    first, last = heard.fixes[0], heard.fixes[-1]
    assert 0.2 <= last.monotonic - first.monotonic <= 10


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pairs of terminals")
def test_a_serial_port_whose_speed_is_not_known() -> None:
    import pty
    import tty

    master, slave = pty.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    stop = threading.Event()

    def talk() -> None:
        number = 0
        while not stop.wait(0.1):
            number += 1
            os.write(master, second(number))

    talker = threading.Thread(target=talk)
    talker.start()
    try:
        with listening(SerialSource(os.ttyname(slave))) as (_reader, heard):
            heard.until(lambda: len(heard.fixes) >= 2)
    finally:
        stop.set()
        talker.join()
        os.close(slave)
        os.close(master)


class WallClock:
    """The clock on the wall, which runs on while the machine sleeps."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


def test_after_sleep_the_line_is_taken_anew_at_once(receiver: TcpReceiver) -> None:
    wall, heard, slept = WallClock(), Heard(), []
    reader = Reader(
        source_of(receiver.spec),
        heard.fix,
        heard.status,
        on_sleep=lambda: slept.append(True),
        now=wall,
    )
    reader.start()
    try:
        receiver.accept()
        receiver.say(second(1))
        heard.until(lambda: len(heard.fixes) == 1)
        wall.moment += timedelta(hours=2)
        began = time.monotonic()
        receiver.accept()
        receiver.say(second(2))
        heard.until(lambda: len(heard.fixes) == 2)
        assert time.monotonic() - began < 10
        assert slept == [True]
        heard.until(lambda: heard.states[-1] == FIXED)
    finally:
        reader.stop()


def test_a_silent_line_is_taken_anew(receiver: TcpReceiver) -> None:
    with listening(source_of(receiver.spec)) as (_reader, heard):
        receiver.accept()
        receiver.say(second(1))
        heard.until(lambda: len(heard.fixes) == 1)
        began = time.monotonic()
        heard.until(lambda: [s.trouble for s in heard.statuses][-1:] == [SILENT], 6)
        assert time.monotonic() - began < 5
        receiver.accept()
        receiver.say(second(10))
        heard.until(lambda: len(heard.fixes) == 2, 10)


def test_raw_sentences_and_counts_are_kept(receiver: TcpReceiver) -> None:
    with listening(source_of(receiver.spec)) as (reader, heard):
        receiver.accept()
        receiver.say(second(1) + b"$GNGGA,broken*00\r\n" + second(2))
        heard.until(lambda: len(heard.fixes) == 2)
        assert (reader.heard.sentences, reader.heard.broken) == (6, 1)
        assert reader.raw()[3] == b"$GNGGA,broken*00"
