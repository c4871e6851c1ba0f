"""Proves that every runtime dependency is to be had as a wheel for 64-bit Windows, Python 3.11.

Run as a script with a scratch folder. Markers of the resolving machine are those of Linux, so
what only Windows needs is asked for by name.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

#: What installs from source alone and is pure Python (any platform); named so that one more shows.
PURE_SOURCE: tuple[str, ...] = ()


def main(folder: str) -> None:
    root = Path(__file__).resolve().parent.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [text.split(";")[0].strip() for text in project["dependencies"]]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-input", "-d", folder]
    command += ["--only-binary=:all:", "--platform", "win_amd64", "--python-version", "3.11"]
    command += ["--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"]
    command += ["-c", str(root / "constraints.txt"), *wanted, "pywin32-ctypes"]
    subprocess.run(command, check=True)
    print(f"{len(list(Path(folder).glob('*.whl')))} wheels for Windows")


if __name__ == "__main__":
    main(sys.argv[1])
