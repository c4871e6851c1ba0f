"""Form engine: ours beside JavaRosa, on the same forms in one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.runner import Runner
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import raw_xform, xform

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("JDZ_SHARED", ROOT.parent / "shared"))
CALCULATIONS = 500
TURNS = 200


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


def long_list(count: int) -> str:
    """A list filtered by two answers."""
    items = "".join(
        f"<item><name>v{at}</name><label>Place {at}</label>"
        f"<county>c{at % 10}</county><town>t{at % 100}</town></item>"
        for at in range(count)
    )
    model = (
        '<instance><data id="l"><county/><town/><place/></data></instance>'
        f'<instance id="places"><root>{items}</root></instance>'
    )
    nodeset = "instance('places')/root/item[county = /data/county and town = /data/town]"
    body = (
        '<input ref="/data/county"/><input ref="/data/town"/><select1 ref="/data/place">'
        f'<itemset nodeset="{nodeset}"><value ref="name"/><label ref="label"/></itemset></select1>'
    )
    return raw_xform(model, body)


def repeats() -> str:
    """A repeat of twenty questions, with sums outside."""
    rows = "".join(f"| | decimal | q{at} | Q{at} | |\n" for at in range(18))
    return xform(
        "| survey |\n| | type | name | label | calculation |\n| | begin_repeat | tree | Tree | |\n"
        f"{rows}| | calculate | area | | ${{q0}} * ${{q0}} * 0.785 |\n"
        "| | calculate | place | | position(..) |\n| | end_repeat | | | |\n"
        "| | calculate | total | | sum(${area}) |\n| | calculate | trees | | count(${tree}) |\n"
    )


def main() -> None:
    """Print both figures and their ratio for every case."""
    for name, xml in (("500 calculations, wide", wide()), ("500 calculations, chain", chain())):
        _beside(name, xml)
    for count in (10_000, 100_000):
        _choices(count)
    _many_choices()
    _repeats()


def _beside(name: str, xml: str) -> None:
    command = f"time\t{TURNS}\t/data/a\t1\t2"
    ours = json.loads(next(iter(Runner(FormSession(parse_form(xml))).run([command]))))
    mine = ours["ns_per_answer"] / 1e6
    theirs = _reference(xml, command)
    if theirs is None:
        print(f"{name}: {mine:.2f} ms an answer; JavaRosa is not here")
        return
    other = theirs / 1e6
    print(f"{name}: {mine:.2f} ms an answer, JavaRosa {other:.2f} ms, ratio {mine / other:.2f}")


def _reference(xml: str, command: str) -> float | None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "form.xml"
        file.write_text(xml, encoding="utf-8")
        try:
            made = subprocess.run(
                ["bash", str(SHARED / "oracle" / "oracle"), str(file)],
                input=command + "\n",
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHON": sys.executable},
                text=True,
                check=False,
            )
        except OSError:
            return None
    answers = [json.loads(line) for line in made.stdout.splitlines()]
    return next((a["ns_per_answer"] for a in answers if "ns_per_answer" in a), None)


def _timed(work: Iterator[None]) -> float:
    """The mean milliseconds of one step."""
    start, steps = time.perf_counter(), 0
    for _step in work:
        steps += 1
    return (time.perf_counter() - start) * 1000 / max(1, steps)


def _choices(count: int) -> None:
    filling = FormSession(parse_form(long_list(count)))
    filling.answer("/data/county", "c3")
    start = time.perf_counter()
    filling.choices("/data/place")
    first = (time.perf_counter() - start) * 1000

    def look() -> Iterator[None]:
        for turn in range(50):
            filling.answer("/data/county", f"c{turn % 10}")
            filling.answer("/data/town", f"t{turn}")
            assert filling.choices("/data/place")
            yield

    print(
        f"{count} rows filtered by two answers: {_timed(look()):.2f} ms (limit 16),"
        f" first time with its index {first:.1f} ms"
    )


def _many_choices() -> None:
    xml = long_list(50_000).replace("[county = /data/county and town = /data/town]", "")
    start = time.perf_counter()
    filling = FormSession(parse_form(xml))
    offered = len(filling.choices("/data/place"))
    print(f"{offered} choices open in {time.perf_counter() - start:.2f} s (limit 2)")


def _repeats() -> None:
    filling = FormSession(parse_form(repeats()))
    for at in range(199):
        filling.answer(f"/data/tree[{at + 1}]/q0", "12.5")
        filling.add_repeat("/data/tree")

    def add() -> Iterator[None]:
        for _turn in range(20):
            filling.add_repeat("/data/tree")
            yield

    def type_in() -> Iterator[None]:
        for turn in range(100):
            filling.answer("/data/tree[200]/q0", str(turn))
            yield

    print(
        f"200 repeats of 20: add one {_timed(add()):.2f} ms,"
        f" answer in one {_timed(type_in()):.2f} ms (limit 16)"
    )
