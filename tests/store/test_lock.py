"""Locks: one holder, named, gone with its process."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import pytest

from jdz_field.core.errors import Unavailable
from jdz_field.store.lock import Busy, hold


def test_a_lock_has_one_holder(tmp_path) -> None:
    file = tmp_path / "x.lock"
    with hold(file, "张三", "now"):
        with pytest.raises(Busy) as busy:
            hold(file, "李四", "later")
        assert busy.value.holder["who"] == "张三"
        assert busy.value.holder["pid"] > 0
    with hold(file, "李四", "later"):
        pass


def test_letting_go_twice_does_no_harm(tmp_path) -> None:
    lock = hold(tmp_path / "x.lock", "a", "now")
    lock.release()
    lock.release()


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path) -> None:
    with pytest.raises(Unavailable, match="无法写入"):
        hold(tmp_path / "missing" / "x.lock", "a", "now")


def test_a_file_that_is_no_lock_is_a_sentence(tmp_path) -> None:
    file = tmp_path / "x.lock"
    file.write_bytes(b"rubbish" * 500)
    with pytest.raises(Unavailable):
        hold(file, "a", "now")


def test_a_lock_dies_with_its_process(tmp_path) -> None:
    file = tmp_path / "x.lock"
    script = (
        "import sys\nfrom pathlib import Path\nfrom jdz_field.store.lock import hold\n"
        f"lock = hold(Path({str(file)!r}), 'other', 'now')\n"
        "print('held', flush=True)\nsys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with closing(process.stdin), closing(process.stdout):
        assert process.stdout.readline().strip() == b"held"
        with pytest.raises(Busy) as busy:
            hold(file, "a", "now")
        assert busy.value.holder["pid"] == process.pid
        process.kill()
        process.wait(20)
    with hold(file, "a", "now"):
        pass


def test_who_let_go_leaves_no_name(tmp_path) -> None:
    file = tmp_path / "x.lock"
    with hold(file, "张三", "now") as first:
        assert first.left_by == {}
    with hold(file, "李四", "later") as second:
        assert second.left_by == {}


def test_who_died_is_known_to_the_next_and_to_nobody_after(tmp_path) -> None:
    file = tmp_path / "x.lock"
    script = (
        "import os\nfrom pathlib import Path\nfrom jdz_field.store.lock import hold\n"
        f"lock = hold(Path({str(file)!r}), '张三', 'now')\nos._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    with hold(file, "李四", "later") as second:
        assert second.left_by["who"] == "张三"
        assert second.left_by["pid"] > 0
    with hold(file, "李四", "later") as third:
        assert third.left_by == {}


def test_a_name_that_cannot_be_read_counts_as_somebody(tmp_path) -> None:
    import sqlite3

    file = tmp_path / "x.lock"
    hold(file, "a", "now").release()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("INSERT INTO holder VALUES (1, 'no json')")
    with hold(file, "b", "later") as lock:
        assert lock.left_by == {"who": "?"}


def test_letting_go_when_the_disk_is_gone_is_no_fault(tmp_path) -> None:
    (tmp_path / "card").mkdir()
    lock = hold(tmp_path / "card" / "x.lock", "a", "now")
    (tmp_path / "card" / "x.lock").unlink()
    (tmp_path / "card").rmdir()
    lock.release()
