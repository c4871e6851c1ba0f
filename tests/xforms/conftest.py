"""The reference engine, when it is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from tests.conftest import ROOT, missing
from tests.xforms.oracle_process import OracleProcess

#: Gives what ODK Validate says of an XForm.
Validate = Callable[[str], str]


class Oracle(Protocol):
    """Gives the answer lines of the reference engine to commands over a form."""

    def __call__(
        self, xml: str, commands: Sequence[str], media: Path | None = None
    ) -> list[str]: ...


@pytest.fixture(scope="session")
def oracle_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleProcess]:
    """The reference engine's virtual machine: one for all tests."""
    shared = Path(os.environ.get("JDZ_SHARED", ROOT.parent / "shared"))
    for program in ("java", "javac"):
        if shutil.which(program) is None:
            missing(program)
    if not shared.is_dir():
        missing("the shared data folder")
    process = OracleProcess(shared, tmp_path_factory.mktemp("oracle"))
    yield process
    process.stop()


@pytest.fixture
def oracle(oracle_process: OracleProcess) -> Oracle:
    """``oracle(xml, commands)``: JavaRosa's lines, the first one with the time it took to load."""
    return oracle_process.ask


@pytest.fixture
def validate(tool: Callable[[str], str], tmp_path: Path) -> Validate:
    """``validate(xml)`` gives what ODK Validate says."""
    import pyxform

    java = tool("java")
    jar = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    if not jar.is_file():
        missing("ODK Validate")

    def judge(xml: str) -> str:
        file = tmp_path / "judged.xml"
        file.write_text(xml, encoding="utf-8")
        made = subprocess.run(
            [java, "-jar", str(jar), str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )
        return made.stdout.decode("utf-8", "replace")

    return judge
