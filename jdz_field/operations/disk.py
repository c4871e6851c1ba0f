"""Whether the disk that a project lies on is encrypted, as far as a person without rights can see.

Nothing is changed and nothing is blocked: the answer is ``yes``, ``no`` or ``unknown``, and unknown
is said as such. It may take seconds: ask in the background.

Sources: Linux, sysfs of the device mapper (Documentation/ABI/testing/sysfs-block-dm: the UUID of a
dm-crypt device begins with ``CRYPT-``) and proc(5) ``mountinfo``; macOS, fdesetup(8); Windows, the
shell's property System.Volume.BitLockerProtection, whose numbers are not documented and are taken
from general knowledge: whatever else it gives counts as unknown.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jdz_field.core.i18n import _

log = logging.getLogger(__name__)

YES, NO, UNKNOWN = "yes", "no", "unknown"
#: Seconds that a program of the system may take to answer.
PATIENCE = 20.0
#: 1 on; 2 off, 3 and 4 half way, 5 suspended (the key lies open), 0 cannot be encrypted.
_BITLOCKER = {"1": YES, "0": NO, "2": NO, "3": NO, "4": NO, "5": NO}
#: Deeper stacks of devices are a circle.
_DEEPEST = 16

Run = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Disk:
    """``state`` is ``yes``, ``no`` or ``unknown``; ``what`` names the disk for the log."""

    state: str
    what: str = ""

    @property
    def sentence(self) -> str:
        """What this means for the person, and what to do."""
        return {
            YES: _("The disk is encrypted: a stolen tablet shows nothing while it is off."),
            NO: _(
                "The disk is not encrypted: whoever finds the tablet reads every name and"
                " telephone. Ask the office to switch on BitLocker (Windows) or LUKS (Linux)."
            ),
            UNKNOWN: _(
                "Whether the disk is encrypted cannot be seen from here. Ask the office; BitLocker"
                " (Windows) or LUKS (Linux) should be on."
            ),
        }[self.state]


def disk_of(folder: Path) -> Disk:
    """The disk of a folder; never raises for what the system does not tell."""
    try:
        if sys.platform == "win32":
            return windows_disk(str(folder.resolve()), run)
        if sys.platform == "darwin":
            return mac_disk(folder.resolve(), run)
        return LinuxDisks().disk_of(folder.resolve())
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        log.info("the disk's encryption is not known", exc_info=error)
        return Disk(UNKNOWN)


def windows_disk(folder: str, asked: Run) -> Disk:
    """BitLocker, asked of the shell: that takes no administrator, unlike manage-bde."""
    drive = folder[:2].upper()
    if not re.fullmatch(r"[A-Z]:", drive):
        return Disk(UNKNOWN, folder[:40])
    system = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"))
    shell = system / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe"
    script = (
        "(New-Object -ComObject Shell.Application).NameSpace("
        f"'{drive}').Self.ExtendedProperty('System.Volume.BitLockerProtection')"
    )
    told = asked([str(shell), "-NoProfile", "-NonInteractive", "-Command", script]).strip()
    return Disk(_BITLOCKER.get(told, UNKNOWN), drive)


def mac_disk(folder: Path, asked: Run) -> Disk:
    """FileVault, which speaks for the start volume alone."""
    if folder.parts[:2] == ("/", "Volumes"):
        return Disk(UNKNOWN, str(folder))
    told = asked(["/usr/bin/fdesetup", "status"])
    if "FileVault is On" in told:
        # While it is still encrypting, part of the disk is readable.
        return Disk(NO if "Encryption in progress" in told else YES, "FileVault")
    return Disk(NO if "FileVault is Off" in told else UNKNOWN, "FileVault")


def run(command: Sequence[str]) -> str:
    """What a program prints, without a window; ``OSError`` or ``SubprocessError`` otherwise."""
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    done = subprocess.run(  # noqa: S603 - fixed programs by their whole path
        list(command),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
        creationflags=hidden,
    )
    return done.stdout.decode("utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class LinuxDisks:
    """The block devices under a folder: every way down must lead through dm-crypt."""

    devices: Path = Path("/sys/dev/block")
    mounts: Path = Path("/proc/self/mountinfo")

    def disk_of(self, folder: Path) -> Disk:
        """The disk of an absolute path."""
        number = folder.stat().st_dev
        found = self.device(os.major(number), os.minor(number))
        if found.state != UNKNOWN:
            return found
        # btrfs and others give no number of a device: the table of mounts names its source.
        return self.mounted(folder)

    def device(self, major: int, minor: int) -> Disk:
        """The device of a number."""
        place = self.devices / f"{major}:{minor}"
        if not place.exists():
            return Disk(UNKNOWN, f"{major}:{minor}")
        real = place.resolve()
        return Disk(self._state(real, _DEEPEST), real.name)

    def mounted(self, folder: Path) -> Disk:
        """The disk by the deepest mount that holds ``folder``."""
        best, source, kind = "", "", ""
        for line in self.mounts.read_text(encoding="utf-8", errors="replace").splitlines():
            parts = line.split(" ")
            if "-" not in parts[6:] or len(parts) < parts.index("-", 6) + 3:
                continue
            after = parts.index("-", 6)
            point = _unescaped(parts[4])
            if folder.is_relative_to(point) and len(point) >= len(best):
                best, kind, source = point, parts[after + 1], _unescaped(parts[after + 2])
        if kind == "ecryptfs":
            return Disk(YES, source)
        if not source.startswith("/dev/"):
            return Disk(UNKNOWN, source)
        number = Path(source).stat().st_rdev
        return self.device(os.major(number), os.minor(number))

    def _state(self, device: Path, depth: int) -> str:
        if not depth:
            return UNKNOWN
        whole = device.parent if (device / "partition").is_file() else device
        uuid = _text(device / "dm" / "uuid")
        if uuid.startswith("CRYPT-"):
            return YES
        backing = _text(whole / "loop" / "backing_file")
        if backing:
            return self._backed(Path(backing))
        below = device / "slaves"
        under = sorted(below.iterdir()) if below.is_dir() else []
        if not under:
            # RAM and network blocks are no disk that could be carried away.
            return UNKNOWN if _virtual(whole) else NO
        states = {self._state(one.resolve(), depth - 1) for one in under}
        return next(state for state in (NO, UNKNOWN, YES) if state in states)

    def _backed(self, file: Path) -> str:
        return self.disk_of(file).state if file.exists() else UNKNOWN


def _virtual(device: Path) -> bool:
    return device.name.startswith(("ram", "zram", "nbd", "rbd", "loop"))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _unescaped(text: str) -> str:
    r"""Names in ``mountinfo`` hold blanks as ``\040`` (proc(5))."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
