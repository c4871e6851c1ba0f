"""Drafts against the worst: the process is killed a second after the answer."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from jdz_field.store.project import Project
from jdz_field.ui.form.driver import split_place

SCRIPT = Path(__file__).with_name("window_to_kill.py")
ROOT = SCRIPT.parents[3]


def test_a_second_after_the_answer_a_kill_loses_nothing(folder):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.form.window_to_kill", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "answered"
        time.sleep(1.0)
    finally:
        process.kill()
        process.communicate()
    with Project.open(folder) as project:
        draft = project.drafts()[0]
        assert (draft.answers["who"], draft.answers["depth"]) == ("张三", "2.5")
        assert split_place(draft.place)[0] == "/data/depth"
        assert project.check() == []
