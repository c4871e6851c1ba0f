"""Form engine: ours beside JavaRosa, on the same forms in one run.

JavaRosa is driven through its command language; where that has no clock of its own, the time of
a script is measured with and without the commands in question.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.runner import Runner
from jdz_field.xforms.session import FormSession
from tests.xforms.oracle_process import OracleProcess
from tests.xforms.tools import raw_xform, xform

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("JDZ_SHARED", ROOT.parent / "shared"))
CALCULATIONS = 500
TURNS = 200
CHOICES = 50_000
INSTANCES, QUESTIONS = 200, 20


def wide() -> str:
    """One answer, 500 calculations that read it."""
    rows = "".join(f"| | calculate | c{at} | | ${{a}} + {at} |\n" for at in range(CALCULATIONS))
    return xform(
        f"| survey |\n| | type | name | label | calculation |\n| | integer | a | A | |\n{rows}"
    )


def chain() -> str:
    """One answer, 500 calculations that read one another."""
    rows = "".join(
        f"| | calculate | c{at} | | ${{{'a' if at == 0 else f'c{at - 1}'}}} + {at} |\n"
        for at in range(CALCULATIONS)
    )
    return xform(
        f"| survey |\n| | type | name | label | calculation |\n| | integer | a | A | |\n{rows}"
    )


def long_list(count: int, *, filtered: bool = True) -> str:
    """A list of places, filtered by two answers."""
    items = "".join(
        f"<item><name>p{at}</name><label>Place {at}</label><county>c{at % 10}</county>"
        f"<town>t{at % 50}</town></item>"
        for at in range(count)
    )
    model = (
        '<instance><data id="f"><county/><town/><place/></data></instance>'
        f'<instance id="places"><root>{items}</root></instance>'
    )
    where = "[county = /data/county and town = /data/town]" if filtered else ""
    body = (
        '<input ref="/data/county"/><input ref="/data/town"/><select1 ref="/data/place">'
        f"<itemset nodeset=\"instance('places')/root/item{where}\">"
        '<value ref="name"/><label ref="label"/></itemset></select1>'
    )
    return raw_xform(model, body)


def repeats() -> str:
    """A repeat of twenty questions, with sums outside."""
    rows = "".join(f"| | decimal | q{at} | Q{at} | |\n" for at in range(QUESTIONS - 2))
    return xform(
        "| survey |\n| | type | name | label | calculation |\n| | begin_repeat | tree | Tree | |\n"
        f"{rows}| | calculate | area | | ${{q0}} * ${{q0}} * 0.785 |\n"
        "| | calculate | place | | position(..) |\n| | end_repeat | | | |\n"
        "| | calculate | total | | sum(${area}) |\n| | calculate | trees | | count(${tree}) |\n"
    )


class Reference:
    """JavaRosa, when it is here."""

    def __init__(self, folder: Path) -> None:
        self._process: OracleProcess | None = None
        try:
            self._process = OracleProcess(SHARED, folder, quick=False)
        except (OSError, subprocess.CalledProcessError):
            print("JavaRosa is not here: only our figures follow")

    def lines(self, xml: str, commands: Sequence[str]) -> list[str]:
        """The answers to commands; none when it is not here."""
        return [] if self._process is None else self._process.ask(xml, commands, timeout=600)

    def own_clock(self, xml: str, before: Sequence[str], command: str) -> float | None:
        """Milliseconds an answer, as the command ``time`` tells."""
        for line in reversed(self.lines(xml, [*before, command])):
            if "ns_per_answer" in line:
                return float(json.loads(line)["ns_per_answer"]) / 1e6
        return None

    def beside(self, xml: str, before: Sequence[str], measured: Sequence[str]) -> float | None:
        """Milliseconds that ``measured`` takes in all, warmed up."""
        if self._process is None:
            return None
        self.lines(xml, [*before, *measured])
        without = min(self._wall(xml, before) for _turn in range(2))
        return max(0.0, min(self._wall(xml, [*before, *measured]) for _turn in range(2)) - without)

    def _wall(self, xml: str, commands: Sequence[str]) -> float:
        start = time.perf_counter()
        self.lines(xml, commands)
        return (time.perf_counter() - start) * 1000

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.stop()


def main() -> None:
    """Print both figures and their ratio for every case."""
    with tempfile.TemporaryDirectory() as folder:
        reference = Reference(Path(folder))
        try:
            _calculations("500 calculations that read one answer", wide(), reference)
            _calculations("500 calculations that read one another", chain(), reference)
            for count in (10_000, 100_000):
                _choices(count, reference)
            _many_choices(reference)
            _repeats(reference)
        finally:
            reference.stop()


def _said(name: str, mine: float, theirs: float | None, limit: str = "") -> None:
    other = "" if theirs is None else f", JavaRosa {theirs:.2f} ms, ratio {mine / theirs:.2f}"
    print(f"{name}: {mine:.2f} ms{limit}{other}")


def _calculations(name: str, xml: str, reference: Reference) -> None:
    command = f"time\t{TURNS}\t/data/a\t1\t2"
    ours = json.loads(next(iter(Runner(FormSession(parse_form(xml))).run([command]))))
    theirs = reference.own_clock(xml, [], command)
    _said(f"{name}, an answer", ours["ns_per_answer"] / 1e6, theirs)


def _timed(work: Iterator[None]) -> float:
    """The mean milliseconds of one step."""
    start, steps = time.perf_counter(), 0
    for _step in work:
        steps += 1
    return (time.perf_counter() - start) * 1000 / max(1, steps)


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _choices(count: int, reference: Reference) -> None:
    xml, turns = long_list(count), 20
    filling = FormSession(parse_form(xml))
    filling.answer("/data/county", "c3")
    first = _once(lambda: filling.choices("/data/place"))

    def look() -> Iterator[None]:
        for turn in range(turns):
            filling.answer("/data/county", f"c{turn % 10}")
            filling.answer("/data/town", f"t{turn}")
            assert filling.choices("/data/place")
            yield

    commands = [
        line
        for turn in range(turns)
        for line in (
            f"answer\t/data/county\tc{turn % 10}",
            f"answer\t/data/town\tt{turn}",
            "choices\t/data/place",
        )
    ]
    mine = _timed(look())
    theirs = reference.beside(xml, [], commands)
    _said(
        f"{count} rows filtered by two answers, both given and the list looked at",
        mine,
        None if theirs is None else theirs / turns,
        f" (limit 16; the first look with its index {first:.1f})",
    )


def _many_choices(reference: Reference) -> None:
    xml = long_list(CHOICES, filtered=False)
    mine = _once(lambda: FormSession(parse_form(xml)).choices("/data/place"))
    theirs = _once(lambda: reference.lines(xml, ["choices\t/data/place"]))
    known = bool(reference.lines(xml, ["choices\t/data/place"]))
    _said(f"{CHOICES} choices, opened and listed", mine, theirs if known else None, " (limit 2000)")
    if Path("/proc/self/status").exists():
        print(f"{CHOICES} choices: {_memory():.0f} MB over an empty process (limit 200)")


_MEASURE = """
import sys
if sys.argv[1] == "form":
    from jdz_field.xforms.definition import parse_form
    from jdz_field.xforms.session import FormSession
    session = FormSession(parse_form(open(sys.argv[2], "rb").read()))
    assert len(session.choices("/data/place")) > 1
status = open("/proc/self/status").read()
print(status.partition("VmHWM:")[2].split()[0])
"""


def _memory() -> float:
    """MB at most in use by a process that opens the form, over one that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "form.xml"
        file.write_text(long_list(CHOICES, filtered=False), encoding="utf-8")
        used = []
        for what in ("empty", "form"):
            made = subprocess.run(
                [sys.executable, "-c", _MEASURE, what, str(file)],
                capture_output=True,
                text=True,
                check=True,
                cwd=ROOT,
            )
            used.append(int(made.stdout) / 1024)
    return used[1] - used[0]


def _repeats(reference: Reference) -> None:
    xml = repeats()
    filled = [
        line
        for at in range(1, INSTANCES)
        for line in (f"answer\t/data/tree[{at}]/q0\t12.5", "repeat\t/data/tree")
    ]
    filling = FormSession(parse_form(xml))
    list(Runner(filling).run(filled))
    added = 20

    def add() -> Iterator[None]:
        for _turn in range(added):
            filling.add_repeat("/data/tree")
            yield

    def type_in() -> Iterator[None]:
        for turn in range(100):
            filling.answer(f"/data/tree[{INSTANCES}]/q0", str(turn))
            yield

    mine = _timed(type_in())
    command = f"time\t50\t/data/tree[{INSTANCES}]/q0\t1\t2"
    name = f"{INSTANCES} repeats of {QUESTIONS}"
    _said(
        f"{name}, an answer in one", mine, reference.own_clock(xml, filled, command), " (limit 16)"
    )
    theirs = reference.beside(xml, filled, ["repeat\t/data/tree"] * added)
    mine = _timed(add())
    _said(f"{name}, one more", mine, None if theirs is None else theirs / added, " (limit 16)")


if __name__ == "__main__":
    main()
