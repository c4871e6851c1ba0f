"""What a receiver costs while nobody does anything: share of one core, of the real window.

The receiver is simulated by another process over TCP, so that its work is not counted: a modern
one, all systems, 1 and 10 times a second; sentences about satellites come once a second, as
receivers send them. ``--seconds N`` for each figure (20 unless told).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

#: Share of a core that the receiver may cost.
ALLOWED = 0.02
_TALKER = """
import sys, time
from tests.gnss.logs_made import KINDS, clock, modern, place
from tests.gnss.sentences_made import gga, gst, rmc
from tests.gnss.simulated import TcpReceiver
hertz = int(sys.argv[1])
receiver = TcpReceiver()
print(receiver.spec, flush=True)
receiver.accept()
began, number = time.monotonic(), 0
while True:
    tenth = number * 10 // hertz
    at, (lon, lat) = clock(tenth), place(tenth)
    short = gga(at, lon, lat, used=26, hdop="0.6") + gst(at) + rmc(at, lon, lat)
    try:
        receiver.say(modern(tenth) if tenth % 10 == 0 else short)
    except OSError:
        break
    number += 1
    time.sleep(max(began + number / hertz - time.monotonic(), 0))
"""


def main() -> None:
    """Print the figures."""
    words = sys.argv[2:]
    seconds = float(words[words.index("--seconds") + 1]) if "--seconds" in words else 20.0
    with TemporaryDirectory(ignore_cleanup_errors=True) as temp:
        os.environ["JDZ_FIELD_CONFIG"] = str(Path(temp) / "config")
        measure(Path(temp) / "project", seconds)


def measure(folder: Path, seconds: float) -> dict[str, float]:
    """Shares of a core by name, in excess of the window without a receiver."""
    from PySide6.QtWidgets import QApplication

    from jdz_field.ui import theme
    from tests.ui.shots import make_window, settle

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    _project(folder)
    window = make_window(folder)
    window.resize(1280, 800)
    window.show()
    settle(window, 3)
    rest = _share(seconds)
    print(f"window without a receiver     {rest:6.2%} of a core")
    found = {}
    for hertz in (1, 10):
        for page in ("map", "receiver"):
            window.show_page(page)
            talker = _talk(hertz)
            try:
                assert talker.stdout is not None
                window.apply_preference("receiver", talker.stdout.readline().strip())
                settle(window, 4)
                assert window.app.receiver.latest is not None
                share = _share(seconds) - rest
            finally:
                window.apply_preference("receiver", "")
                talker.kill()
                talker.communicate()
            found[f"{hertz} Hz, {page}"] = share
            verdict = "" if share <= ALLOWED else "  MORE THAN ALLOWED"
            print(f"receiver {hertz:2d} Hz, page {page:9s} {share:6.2%} of a core more{verdict}")
    window.show_page("map")
    window.close()
    return found


def _project(folder: Path) -> None:
    from jdz_field.operations.projects import create_project
    from jdz_field.operations.sample import make_sample

    with create_project(folder, name="基准", author="余小敏", sample=True) as made:
        make_sample(made)


def _talk(hertz: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _TALKER, str(hertz)], stdout=subprocess.PIPE, text=True
    )


def _share(seconds: float) -> float:
    """Processor time of this process over the time on the clock, its loop waiting for events.

    The middle one of five slices: what else the machine does makes some of them dearer.
    """
    from PySide6.QtCore import QEventLoop, QTimer

    slices = []
    for _slice in range(5):
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 200), loop.quit)
        began, used = time.monotonic(), time.process_time()
        loop.exec()
        slices.append((time.process_time() - used) / (time.monotonic() - began))
    return statistics.median(slices)
