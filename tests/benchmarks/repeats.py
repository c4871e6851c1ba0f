"""Repeats in a real window (offscreen): 200 entries × 20 questions, and tables up to 1,000 rows.

Milliseconds to open the form on a draft, to add an entry, and for one key in a field or a cell
until the window is painted again (answers and calculations included), with a sum over all
entries that follows every key. The clock's time, and the window thread's own (which other work of
the machine does not lengthen); keys come without a pause, so drafts are written in between.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from jdz_field.operations.projects import create_project
from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.form.table import RepeatTable
from jdz_field.ui.jobs import Jobs

SIZE = (1280, 800)
KEYS = 40
LIMIT = 16.0


def form(questions: int, appearance: str) -> str:
    """A repeat of so many decimals; the sum of the first over all entries; a share of it."""
    names = [f"q{n}" for n in range(1, questions + 1)]
    leaves = "".join(f"<{name}/>" for name in names)
    binds = "".join(f'<bind nodeset="/data/tree/{name}" type="decimal"/>' for name in names)
    inputs = "".join(
        f'<input ref="/data/tree/{name}"><label>Question {name}</label></input>' for name in names
    )
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Tally</h:title><model>
<instance><data id="tally{questions}{appearance}" version="1"><tree jr:template="">{leaves}</tree>
<sum/><meta><instanceID/></meta></data></instance>{binds}
<bind nodeset="/data/sum" type="decimal" readonly="true()" calculate="sum(/data/tree/q1)"/>
<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/></model></h:head><h:body>
<group ref="/data/tree"><label>Trees</label>
<repeat nodeset="/data/tree" appearance="{appearance}">{inputs}</repeat></group>
<input ref="/data/sum"><label>Sum</label></input></h:body></h:html>"""


class Bench:
    """A project with the form, a draft with so many entries, and a page that resumes it."""

    def __init__(self, folder: Path, entries: int, questions: int, appearance: str) -> None:
        with create_project(folder, name="bench", author="bench") as project:
            name = f"tally{questions}{appearance}"
            project.add_form(name, "1", name, form(questions, appearance), None)
        self.app = AppContext(
            folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
        )
        first = FormPage(self.app, name)
        with first.driver.together():
            for n in range(entries):
                made = first.driver.add_repeat("/data/tree")
                first.driver.answer(f"{made}/q1", str(n))
        first.leave()
        self.settle()
        first.deleteLater()
        draft = self.app.reader.drafts()[0].id
        start = time.perf_counter()
        self.page = FormPage(self.app, name, None, draft)
        self.page.resize(*SIZE)
        self.page.show()
        QApplication.processEvents()
        self.opened = (time.perf_counter() - start) * 1000
        QTest.qWait(300)

    def settle(self) -> None:
        while not self.app.jobs.idle():
            QTest.qWait(20)
        QTest.qWait(50)

    def close(self) -> None:
        self.page.leave()
        self.settle()
        self.page.close()
        self.page.deleteLater()
        QApplication.processEvents()
        self.app.close()

    def each(self, act: Callable[[int], None], times: int = KEYS) -> Figures:
        """Every act with the paint that follows it."""
        clock, own = [], []
        for n in range(times):
            start, began = time.perf_counter(), time.thread_time()
            act(n)
            QApplication.processEvents()
            own.append((time.thread_time() - began) * 1000)
            clock.append((time.perf_counter() - start) * 1000)
        return Figures(statistics.median(clock), _most(clock), statistics.median(own), _most(own))


class Figures(NamedTuple):
    """Milliseconds: median and nineteen in twenty, by the clock and of the window's thread."""

    clock: float
    clock_most: float
    own: float
    own_most: float


def _most(found: list[float]) -> float:
    return sorted(found)[int(len(found) * 0.95) - 1]


def _once(found: float) -> Figures:
    return Figures(found, found, found, found)


def measure_cards(folder: Path) -> dict[str, Figures]:
    bench = Bench(folder, 200, 20, "cards")
    view = bench.page.body.repeats["/data/tree"].view
    view.lead_to("/data/tree[100]")  # type: ignore[union-attr]
    QTest.qWait(100)
    line = bench.page.body.questions["/data/tree[100]/q1"].editor
    field: QWidget = line.focusProxy() or line
    field.setFocus()

    def key(n: int) -> None:
        QTest.keyClick(field, Qt.Key(ord("1") + n % 9))
        bench.page.body.flush()

    def add(_n: int) -> None:
        bench.page.driver.add_repeat("/data/tree")

    result = {
        "open": _once(bench.opened),
        "a key, answered and drawn": bench.each(key),
        "add an entry": bench.each(add, 20),
    }
    bench.close()
    return result


def measure_table(folder: Path, entries: int, questions: int) -> dict[str, Figures]:
    bench = Bench(folder, entries, questions, "table")
    view = bench.page.body.repeats["/data/tree"].view
    assert isinstance(view, RepeatTable)
    table = view.table
    table.acts.put(entries // 2, 0)
    table.setFocus()

    def key(n: int) -> None:
        QTest.keyClick(table.line or table, Qt.Key(ord("1") + n % 9))
        table.flush()

    def enter(_n: int) -> None:
        QTest.keyClick(table.line or table, Qt.Key.Key_1)
        QTest.keyClick(table.line or table, Qt.Key.Key_Return)

    def scroll(n: int) -> None:
        table.verticalScrollBar().setValue(n * 97 % max(1, table.verticalScrollBar().maximum()))

    result = {
        "open": _once(bench.opened),
        "a key, answered and drawn": bench.each(key),
        "a value and Enter": bench.each(enter),
        "a page scrolled": bench.each(scroll),
    }
    bench.close()
    return result


def main() -> None:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    with TemporaryDirectory(ignore_cleanup_errors=True) as temp:
        os.environ["JDZ_FIELD_CONFIG"] = str(Path(temp) / "config")
        runs = {
            "cards, 200 entries × 20 questions": lambda: measure_cards(Path(temp) / "cards"),
            "table, 200 rows × 20 columns": lambda: measure_table(Path(temp) / "t200", 200, 20),
            "table, 1,000 rows × 5 columns": lambda: measure_table(Path(temp) / "t1000", 1000, 5),
        }
        for name, run in runs.items():
            print(f"{name}, {SIZE[0]}×{SIZE[1]} (a key: limit {LIMIT:g} ms)")
            for what, found in run().items():
                print(
                    f"  {what:<28} {found.clock:7.1f} (95 % {found.clock_most:7.1f}) ms"
                    f"   own {found.own:6.1f} (95 % {found.own_most:6.1f}) ms"
                )


if __name__ == "__main__":
    main()
