"""Killed at any instant: what was reported as saved is there, and the project is sound."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from tests.store.tools import Clock, quick_project

ROOT = Path(__file__).resolve().parents[2]

#: Writes without end and says so after every write that returned.
_WRITER = """
import sys
from pathlib import Path
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Draft, Record
from jdz_field.store.editing import Edit
from jdz_field.store.project import Project
from tests.store.tools import MOMENT, draft, geohazard, record

project = Project.open(Path(sys.argv[1]))
print("ready", flush=True)
number = 0
while True:
    number += 1
    site = new_id()
    project.edit("geohazard", site, geohazard(number))
    print("site", site, flush=True)
    project.edit("geohazard", site, {"town": f"镇{number}"})
    print("town", site, f"镇{number}", flush=True)
    one = draft()
    project.save_draft(one)
    print("draft", one.id, flush=True)
    project.finalize(record(id=one.id, site=site, site_kind="geohazard"), draft=one.id,
                     site_fields={"stability": "2"})
    print("record", one.id, site, flush=True)
    made = [Edit("mine", new_id(), {"name": f"m{i}"}) for i in range(20)]
    project.edit_many(made, origin=f"import:{number}")
    print("mines", *(edit.subject for edit in made), flush=True)
"""


def _run(script: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )


def _verify(project: Project, lines: list[str]) -> None:
    drafts, records = set(), set()
    for what, *rest in (line.split() for line in lines):
        if what == "town":
            assert project.site(rest[0]).fields["town"] == rest[1]
        elif what in ("site", "mines"):
            assert all(project.site(site) for site in rest)
        elif what == "draft":
            drafts.add(rest[0])
        elif what == "record":
            records.add(rest[0])
            assert project.record(rest[0])
            assert project.site(rest[1]).fields["stability"] == "2"
    for one in drafts - records:
        # Between a draft and its record there is nothing a kill could open up.
        assert (project.draft(one) is None) == (project.record(one) is not None)


@pytest.mark.parametrize("after", [0, 0.05, 0.2, 0.5, 1.1])
def test_nothing_that_was_reported_saved_is_lost(tmp_path, after) -> None:
    path = tmp_path / "p"
    quick_project(path).close()
    process = _run(_WRITER, path)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    lines = [process.stdout.readline()]
    time.sleep(after)
    process.kill()
    # A line cut by the kill was not reported.
    lines += [line for line in process.stdout if line.endswith("\n")]
    process.wait(30)
    process.stdout.close()
    with Project.open(path, now=Clock()) as project:
        assert project.check() == []
        _verify(project, lines)
        mines = project.count(SiteQuery(kinds=("mine",)))
        assert mines % 20 == 0


_LEAVES_INSIDE = """
import os, sys
from pathlib import Path
from jdz_field.store.project import Project
from tests.store.tools import add_site, many

project = Project.open(Path(sys.argv[1]))
add_site(project, 9999)
def leave(done, total):
    os._exit(7)
project.edit_many(many(1500), origin="import:1", progress=leave)
"""


def test_a_process_that_ends_inside_an_import_leaves_none_of_it(tmp_path) -> None:
    path = tmp_path / "p"
    quick_project(path).close()
    process = _run(_LEAVES_INSIDE, path)
    process.communicate(timeout=60)
    assert process.returncode == 7
    with Project.open(path, now=Clock()) as project:
        assert project.count(SiteQuery()) == 1
        assert len(project.unsent_changes()) == 1
        assert project.check() == []


def test_a_kill_while_a_project_is_made_leaves_none_or_a_whole_one(tmp_path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom jdz_field.store.project import Project\n"
        "print('ready', flush=True)\n"
        "Project.create(Path(sys.argv[1]), name='n', author='a').close()\n"
    )
    for number, after in enumerate((0.05, 0.15, 0.3, 0.6)):
        path = tmp_path / str(number)
        process = _run(script, path)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.kill()
        process.wait(30)
        process.stdout.close()
        if (path / "field.gpkg").exists():
            with Project.open(path, now=Clock()) as project:
                assert project.check() == []
        else:
            Project.create(path, name="n", author="a").close()
