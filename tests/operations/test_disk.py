"""Disk encryption as the system tells it: stacks of devices, mounts, programs that say nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from jdz_field.operations import disk
from jdz_field.operations.disk import NO, UNKNOWN, YES, Disk, LinuxDisks, mac_disk, windows_disk

#: Name of a device → (uuid of the device mapper, what lies below it, is it a partition's parent).
Tree = dict[str, tuple[str, Sequence[str]]]
pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def disks(tmp_path: Path) -> LinuxDisks:
    (tmp_path / "numbers").mkdir()
    return LinuxDisks(tmp_path / "numbers", tmp_path / "mountinfo")


def grow(disks: LinuxDisks, tree: Tree) -> None:
    """Devices as sysfs shows them; ``253:n`` is the n-th of the tree."""
    top = disks.devices.parent / "devices"
    for number, (name, (uuid, below)) in enumerate(tree.items()):
        here = top / name
        (here / "slaves").mkdir(parents=True)
        if uuid:
            (here / "dm").mkdir()
            (here / "dm" / "uuid").write_text(uuid + "\n")
        for under in below:
            (here / "slaves" / under).symlink_to(top / under)
        (disks.devices / f"253:{number}").symlink_to(here)


posix = pytest.mark.skipif(os.name != "posix", reason="symbolic links and numbers of POSIX")


@posix
@pytest.mark.parametrize(
    ("tree", "wanted"),
    [
        ({"sda": ("", [])}, NO),
        ({"dm-0": ("CRYPT-LUKS2-ab-root", ["sda"]), "sda": ("", [])}, YES),
        (
            {
                "dm-1": ("LVM-abc", ["dm-0"]),
                "dm-0": ("CRYPT-LUKS1-ab", ["sda"]),
                "sda": ("", []),
            },
            YES,
        ),
        ({"dm-1": ("LVM-abc", ["sda"]), "sda": ("", [])}, NO),
        (
            # Half of a mirror in the clear is all of it in the clear.
            {
                "md0": ("", ["dm-0", "sdb"]),
                "dm-0": ("CRYPT-PLAIN-x", ["sda"]),
                "sda": ("", []),
                "sdb": ("", []),
            },
            NO,
        ),
        ({"zram0": ("", [])}, UNKNOWN),
        ({"dm-1": ("LVM-a", ["dm-2"]), "dm-2": ("LVM-b", ["dm-1"])}, UNKNOWN),
    ],
)
def test_every_way_down_must_be_encrypted(disks: LinuxDisks, tree: Tree, wanted: str) -> None:
    grow(disks, tree)
    assert disks.device(253, 0) == Disk(wanted, next(iter(tree)))


@posix
def test_a_partition_is_its_disks(disks: LinuxDisks) -> None:
    part = disks.devices.parent / "devices" / "sda" / "sda1"
    part.mkdir(parents=True)
    (part / "partition").write_text("1\n")
    (disks.devices / "8:1").symlink_to(part)
    assert disks.device(8, 1) == Disk(NO, "sda1")


@posix
def test_a_number_that_is_no_device_is_not_known(disks: LinuxDisks) -> None:
    assert disks.device(0, 42).state == UNKNOWN


@posix
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("36 35 0:30 / {folder} rw - overlay overlay rw,lowerdir=x", UNKNOWN),
        ("36 35 0:30 / {folder} rw shared:1 - nfs4 server:/share rw", UNKNOWN),
        ("36 35 0:30 / {folder} rw - ecryptfs /home/.ecryptfs rw", YES),
        ("36 35 0:30 / / rw", UNKNOWN),
        ("", UNKNOWN),
        ("\\777 - - - \\xff", UNKNOWN),
    ],
)
def test_mounts_without_a_device(disks: LinuxDisks, tmp_path: Path, line: str, wanted: str) -> None:
    folder = tmp_path / "a project"
    folder.mkdir()
    escaped = str(folder).replace(" ", "\\040")
    disks.mounts.write_text("1 0 0:1 / / rw - tmpfs tmpfs rw\n" + line.format(folder=escaped))
    assert disks.mounted(folder).state == wanted
    assert disks.disk_of(folder).state == wanted


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("1\r\n", YES),
        ("2\r\n", NO),
        ("0", NO),
        ("3", NO),
        ("5", NO),
        ("6", UNKNOWN),
        ("", UNKNOWN),
        ("Cannot index into a null array.", UNKNOWN),
    ],
)
def test_windows_is_asked_for_the_drive(told: str, wanted: str) -> None:
    asked: list[Sequence[str]] = []

    def answer(command: Sequence[str]) -> str:
        asked.append(command)
        return told

    assert windows_disk(r"d:\JDZ\浮梁", answer) == Disk(wanted, "D:")
    assert "NameSpace('D:')" in asked[0][-1]
    assert asked[0][0].endswith("powershell.exe")


@pytest.mark.parametrize("folder", [r"\\server\share", "';Stop-Computer;'", "", "/tmp"])
def test_what_is_no_drive_is_not_asked(folder: str) -> None:
    def never(_command: Sequence[str]) -> str:
        raise AssertionError

    assert windows_disk(folder, never).state == UNKNOWN


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("FileVault is On.\n", YES),
        ("FileVault is On.\nEncryption in progress: Percent completed = 5\n", NO),
        ("FileVault is Off.\n", NO),
        ("Error", UNKNOWN),
    ],
)
def test_a_mac_speaks_for_its_start_volume(told: str, wanted: str) -> None:
    assert mac_disk(Path("/Users/x"), lambda _command: told).state == wanted
    assert mac_disk(Path("/Volumes/stick"), lambda _command: told).state == UNKNOWN


def test_a_program_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "PATIENCE", 0.2)
    with pytest.raises(subprocess.TimeoutExpired):
        disk.run([sys.executable, "-c", "import time; time.sleep(30)"])


def test_a_program_is_asked_without_a_keyboard() -> None:
    told = disk.run([sys.executable, "-c", "import sys; print(repr(sys.stdin.read()))"])
    assert told.strip() == "''"


@pytest.mark.parametrize("fault", [OSError("x"), subprocess.TimeoutExpired("x", 1)])
def test_no_answer_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(*_what: object) -> Disk:
        raise fault

    for name in ("windows_disk", "mac_disk"):
        monkeypatch.setattr(disk, name, fail)
    monkeypatch.setattr(LinuxDisks, "disk_of", fail)
    assert disk.disk_of(tmp_path) == Disk(UNKNOWN)


def test_this_machine_answers(tmp_path: Path) -> None:
    found = disk.disk_of(tmp_path)
    assert found.state in (YES, NO, UNKNOWN)
    assert len({Disk(state).sentence for state in (YES, NO, UNKNOWN)}) == 3
