"""The reference engine, when it is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

#: Gives the answer lines of the reference engine to commands over a form.
Oracle = Callable[[str, Sequence[str]], list[str]]


@pytest.fixture
def oracle(shared: Path, tool: Callable[[str], str], tmp_path: Path) -> Oracle:
    """``oracle(xml, commands)``: JavaRosa's lines, the first one with the time it took to load."""
    tool("java")
    bash = tool("bash")

    def ask(xml: str, commands: Sequence[str]) -> list[str]:
        file = tmp_path / "form.xml"
        file.write_text(xml, encoding="utf-8")
        made = subprocess.run(
            [bash, str(shared / "oracle" / "oracle"), str(file)],
            input="".join(f"{line}\n" for line in commands).encode(),
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHON": sys.executable},
            check=False,
            timeout=120,
        )
        return made.stdout.decode().splitlines()

    return ask
