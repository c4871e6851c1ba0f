"""Every command that the README shows is run here, in its order, on real files."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jdz_field.cli.root import run
from jdz_field.core.i18n import set_language
from jdz_field.operations.sample_photos import sample_photo, sample_track

ROOT = Path(__file__).resolve().parent.parent
COMMAND = re.compile(r"^(?:`)?(jdz-field [^`\n]+)|`(jdz-field [^`\n]+)`", re.MULTILINE)
#: Windows block until they are closed; tests/ui opens them. The set-up commands run in .ci/run.
WINDOWS = {"jdz-field --project fuliang app", "jdz-field office --server http://127.0.0.1:8340"}
#: Shown as patterns for a real server, with names to fill in.
PATTERNS = {
    "jdz-field demo --headless",
    "jdz-field central serve --files DIR --host 0.0.0.0 --tls-cert CERT --tls-key KEY",
    "jdz-field central backup",
    "jdz-field central move --to postgresql://jdz@localhost/jdz",
    "jdz-field demo",
}


def _commands(file: str) -> list[str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return [(one or two).strip() for one, two in COMMAND.findall(text)]


def test_both_languages_show_the_same_commands() -> None:
    chinese = [c.replace("张三", "Zhang San") for c in _commands("README.zh.md")]
    assert chinese == _commands("README.md")


@pytest.fixture
def desk(tmp_path: Path, shared: Path) -> Path:
    """A folder with the files that the tour names."""
    shutil.copy(shared / "data" / "ledger_geohazard_sample.xlsx", tmp_path / "ledger.xlsx")
    shutil.copy(ROOT / "forms" / "plot_check.xlsx", tmp_path)
    answers = "answer\t/data/remarks\t虚构示例\n"
    (tmp_path / "answers.tsv").write_text(answers, encoding="utf-8")
    taken = datetime(2026, 11, 22, 1, 2, tzinfo=UTC)
    sample_photo(tmp_path / "photo.jpg", taken, (117.5, 29.5))
    sample_photo(tmp_path / "photo2.jpg", taken)
    sample_track(tmp_path / "track.gpx", taken, 117.5, 29.5)
    return tmp_path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Tour:
    """The commands, each in this process as the program would run it; the server in its own."""

    def __init__(self, folder: Path, output: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.port = str(_free_port())
        self.code = ""
        self.output = output
        self.server: subprocess.Popen[str] | None = None

    def words(self, command: str) -> list[str]:
        filled = command.replace("8340", self.port).replace(" CODE", f" {self.code}")
        return shlex.split(filled)[1:]

    def run(self, command: str) -> None:
        if " serve " in command:
            self._serve(command)
            return
        set_language("en")
        code = run(self.words(command))
        told = self.output.readouterr()
        # 1: done, but the sample ledger has rows that are refused.
        allowed = {0, 1} if "sites import" in command else {0}
        assert code in allowed, f"{command}\n{told.out}\n{told.err}"
        if "device code" in command:
            self.code = told.out.split()[-1].strip(".")

    def _serve(self, command: str) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-m", "jdz_field", *self.words(command)],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.server.stdout is not None
        assert self.port in self.server.stdout.readline()


@pytest.fixture
def tour(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[_Tour]:
    monkeypatch.setenv("JDZ_FIELD_CONFIG", str(desk / "config"))
    monkeypatch.setenv("JDZ_FIELD_KEYRING", "off")
    monkeypatch.setenv("JDZ_FIELD_LANG", "en")
    monkeypatch.setenv("PYTHONUTF8", "1")
    monkeypatch.chdir(desk)
    made = _Tour(desk, capsys)
    yield made
    if made.server is not None:
        made.server.terminate()
        made.server.wait(20)
        assert made.server.stdout is not None
        made.server.stdout.close()


def test_every_command_of_the_readme_works_in_its_order(tour: _Tour) -> None:
    commands = _commands("README.md")
    shown = [c for c in commands if c not in PATTERNS]
    assert len(shown) >= 20
    for command in shown:
        if command not in WINDOWS:
            tour.run(command)
    assert (tour.folder / "report.xlsx").exists()
    assert (tour.folder / "tagged" / "photo2.jpg").exists()
    assert (tour.folder / "plots.gpkg").exists()
