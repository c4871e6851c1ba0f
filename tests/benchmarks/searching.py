"""Lists, search and map of a large store: what a person waits for, sign by sign.

Called by ``store`` with its project; alone: ``python -m tests.benchmarks searching PROJECT``.
Every beginning of every question is asked, the first page read, and the median, the 95th
percentile and the worst printed; then every filter and order, the counts beside the filters, and
the window in a process of its own (opening, keys, scrolling, map, memory), offscreen.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from jdz_field.store.project import Project
from jdz_field.store.queries import NEVER, SiteQuery
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.frame import MainWindow
from jdz_field.ui.jobs import Jobs
from jdz_field.ui.map.widget import MapWidget
from jdz_field.ui.preferences import Preferences
from jdz_field.ui.sites.list import SitesPage

#: What is typed, by what it is.
TYPED = {
    "Chinese": ("示例点12345", "示例镇", "例点", "点9", "没有这样的"),
    "number": ("360222012345", "22201", "0", "99", "12345"),
    "pinyin": ("sld", "shilidian", "slz", "z", "sly"),
    "township": ("示例镇 360281", "例镇"),
    "person": ("示例员007", "员39", "sly 007"),
    "telephone": ("13900001234", "1234", "390000"),
    "county, kind": ("浮梁", "fuliang", "滑坡", "滑坡 浮梁 12"),
}
HERE = (117.2, 29.3)
FILTERED = {
    "county": SiteQuery(county="360222"),
    "county, kind": SiteQuery(county="360281", kind_code="01"),
    "township": SiteQuery(town="示例镇"),
    "grade": SiteQuery(grade="C"),
    "status": SiteQuery(status="active"),
    "never inspected": SiteQuery(unvisited=NEVER),
    "not for 31 days": SiteQuery(unvisited=31),
    "overdue": SiteQuery(overdue=True),
    "unsent": SiteQuery(unsent=True),
    "in conflict": SiteQuery(held="conflict"),
    "changed by me": SiteQuery(mine=True),
    "without position": SiteQuery(placed="unplaced"),
    "nearest": SiteQuery(order="distance", near=HERE),
    "by number": SiteQuery(order="code"),
    "worst": SiteQuery(order="grade"),
    "longest unvisited": SiteQuery(order="visited"),
    "last changed": SiteQuery(order="updated", grade="C"),
    "all at once": SiteQuery("示例点1", county="360222", grade="C", overdue=True, order="visited"),
    "nearest, found by 3": SiteQuery("3", order="distance", near=HERE),
}
LIMIT, PAGE, TURNS = 50.0, 32, 3
#: Milliseconds of the window's thread for a key, and for a frame of scrolling or of the map.
FRAME, MAP_FRAME = 16.0, 33.0


def beginnings(texts: Iterable[str]) -> list[str]:
    """What stands in the field after each key."""
    return list(dict.fromkeys(text[:end] for text in texts for end in range(1, len(text) + 1)))


#: Milliseconds by the clock, and of the processor: the second counts where others work too.
Wait = tuple[float, float]


def wait(ask: Callable[[], object]) -> Wait:
    """How long something takes."""
    begin, busy = time.perf_counter(), time.thread_time()
    ask()
    return (time.perf_counter() - begin) * 1000, (time.thread_time() - busy) * 1000


def waits(ask: Callable[[], object]) -> list[Wait]:
    """How long a few turns take."""
    return [wait(ask) for _turn in range(TURNS)]


def told(name: str, taken: list[Wait], what: str, limit: float = LIMIT) -> None:
    """One line: median, 95th percentile and worst by the clock, worst of the processor."""
    ordered = sorted(clock for clock, _busy in taken)
    late = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    print(
        f"  {name:<22} {what:>14}  p50 {statistics.median(ordered):6.1f}  p95 {late:6.1f}"
        f"  worst {ordered[-1]:6.1f} ms, processor {max(busy for _c, busy in taken):6.1f}"
        f" ({limit:g})"
    )


def searching(folder: Path) -> None:
    """Search, filters, orders and counts on the project in a folder."""
    with Project.open(folder, read_only=True) as project:
        size = 0

        def read() -> None:
            nonlocal size
            size = project.count(SiteQuery())

        clock, busy = wait(read)
        print(
            f"reading the columns of {size} sites: {clock / 1000:.2f} s,"
            f" processor {busy / 1000:.2f} s"
        )

        def first_page(q: SiteQuery) -> None:
            # What was asked before is kept; here every question is a new one.
            project._finder()._of.answers.clear()
            project.sites_of(project.find(q), PAGE)

        print(f"search as you type over {size} sites, first page and exact count:")
        everything: list[Wait] = []
        for name, texts in TYPED.items():
            asked = beginnings(texts)
            taken = [w for text in asked for w in waits(lambda t=text: first_page(SiteQuery(t)))]
            told(name, taken, f"{len(asked)} questions")
            everything += taken
        told("together", everything, f"{len(everything) // TURNS} questions")
        print("filters and orders:")
        for name, query in FILTERED.items():
            told(name, waits(lambda q=query: first_page(q)), f"{len(project.find(query))} sites")
        print("counts beside every filter:")
        for text in ("", "3", "示例点"):
            told(text or "all", waits(lambda t=text: project.facets(SiteQuery(t))), "12 filters")
        found = project.find(SiteQuery())
        places = range(0, size, max(1, size // 40))
        taken = [w for at in places for w in waits(lambda n=at: project.sites_of(found, PAGE, n))]
        told("any page of the list", taken, f"{len(places)} pages", FRAME)


def windows(folder: Path) -> None:
    """The window on the project and on an empty one, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="jdz-window-") as name:
        empty = Path(name) / "empty"
        Project.create(empty, name="bench", author="bench").close()
        for project in (empty, folder):
            environment = {**os.environ, "JDZ_FIELD_CONFIG": name}
            command = [sys.executable, "-m", "tests.benchmarks.searching", str(project)]
            subprocess.run(command, check=True, env=environment)


def _megabytes() -> float:
    """Memory of this process; 0 where the system does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0) / 1024


class Loop:
    """The window's event loop: turned until something is reached, and how long it was blocked."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self.blocked: list[Wait] = []

    def until(self, reached: Callable[[], bool]) -> None:
        end = time.perf_counter() + 60
        while not reached() and time.perf_counter() < end:
            self.blocked.append(wait(self._application.processEvents))
            time.sleep(0.001)


def window(folder: Path) -> None:
    """Open the window, type, scroll, move the map; print what it took."""
    begin = time.perf_counter()
    application = QApplication([])
    theme.apply(application, "light")
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    made = MainWindow(app, Preferences())
    made.show()
    loop = Loop(application)
    application.processEvents()
    shown = time.perf_counter() - begin
    app.show_page("sites")
    page = next(iter(made.findChildren(SitesPage)))
    loop.until(lambda: page.model.query is not None)
    listed = time.perf_counter() - begin
    loop.until(app.jobs.idle)
    print(
        f"window, {page.model.rowCount()} sites: shown after {shown:.2f} s, list after"
        f" {listed:.2f} s, all read after {time.perf_counter() - begin:.2f} s, processor"
        f" {time.process_time():.2f} s (2); {_megabytes():.0f} MB"
    )
    if page.model.rowCount():
        typing(page, loop, app.jobs.idle)
        scrolling(page)
        moving(made.stage.map)
        print(f"  memory afterwards: {_megabytes():.0f} MB")
    made.close()


def typing(page: SitesPage, loop: Loop, idle: Callable[[], bool]) -> None:
    """A sign after the other; what blocks the loop meanwhile."""
    keys: list[Wait] = []
    loop.blocked.clear()
    for text in ("3602", "示例点1", "sld", "1390000"):
        page.search.clear()
        for sign in text:
            keys.append(wait(lambda s=sign: page.search.insert(s)))
            loop.until(lambda: not page._pause.isActive() and idle())
    told("a key", keys, f"{len(keys)} keys", FRAME)
    told("the loop meanwhile", loop.blocked, f"{len(loop.blocked)} turns", FRAME)
    page.search.clear()
    loop.until(lambda: page.model.query is not None and not page.model.query.text)


def scrolling(page: SitesPage) -> None:
    """By fingers, with a leap now and then."""
    bar, target = page.view.verticalScrollBar(), QPixmap(page.view.size())
    frames = []
    for step in range(160):
        bar.setValue(bar.value() + 45 if step % 20 else bar.maximum() * step // 160)
        frames.append(wait(lambda: page.view.render(target)))
    told("scrolling", frames, f"{len(frames)} frames", FRAME)


def moving(board: MapWidget) -> None:
    """Panning, with every frame rendered anew, at several zooms."""
    target = QPixmap(board.size())
    frames = []
    for zoom in (0, 1, 2, 3):
        board.set_view(board.view.zoomed(board.view.zoom + (zoom > 0), 400, 400))
        board.render(target)
        for step in range(15):
            board.set_view(board.view.panned(60 if step % 2 else -40, 25))
            board.picture.forget()
            frames.append(wait(lambda: board.render(target)))
    told("the map", frames, f"{len(frames)} frames", MAP_FRAME)


def main() -> None:
    """Print every figure with its limit."""
    folder = Path(sys.argv[2])
    searching(folder)
    windows(folder)


if __name__ == "__main__":
    window(Path(sys.argv[1]))
