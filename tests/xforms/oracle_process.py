"""JavaRosa in one virtual machine that is asked about many forms."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pyxform

HERE = Path(__file__).resolve().parent
_QUICK = ("-Xmx768m", "-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class OracleProcess:
    """Start it once; :meth:`ask` as often as needed; :meth:`stop` at the end.

    Args:
        shared: the folder with ``oracle/Oracle.java``.
        folder: a place for classes and files.
        quick: start fast rather than run fast.
    """

    def __init__(self, shared: Path, folder: Path, *, quick: bool = True) -> None:
        self._folder = folder
        self._options = _QUICK if quick else ()
        self._jar = str(next(Path(pyxform.__file__).parent.rglob("ODK_Validate.jar")))
        self._lines: queue.Queue[str] = queue.Queue()
        self._process: subprocess.Popen[str] | None = None
        self._compile(shared / "oracle" / "Oracle.java")

    def _compile(self, oracle: Path) -> None:
        command = [_program("javac"), "-nowarn", "-cp", self._jar, "-d", str(self._folder)]
        sources = [str(oracle), str(HERE / "OracleLoop.java")]
        subprocess.run([*command, *sources], check=True, capture_output=True)

    def _start(self) -> subprocess.Popen[str]:
        started = subprocess.Popen(
            [_program("java"), *self._options, "-cp", self._class_path(), "OracleLoop"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert started.stdout is not None
        self._lines = queue.Queue()
        threading.Thread(target=_pump, args=(started.stdout, self._lines), daemon=True).start()
        return started

    def _class_path(self) -> str:
        return os.pathsep.join((str(self._folder), self._jar))

    def ask(
        self, xml: str, commands: Sequence[str], media: Path | None = None, timeout: float = 120
    ) -> list[str]:
        """The answer lines to commands over a form; the first one is the time it took to load.

        A refused form gives one line that starts with ``refused:``; one that takes longer than
        ``timeout`` seconds gives ``refused: timeout``.
        """
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        form, asked, answers = (self._folder / name for name in ("form.xml", "asked", "answers"))
        form.write_text(xml, encoding="utf-8")
        asked.write_text("".join(f"{line}\n" for line in commands), encoding="utf-8")
        answers.write_text("", encoding="utf-8")
        assert self._process.stdin is not None
        parts = (form, asked, answers, media or self._folder)
        self._process.stdin.write("\t".join(map(str, parts)) + "\n")
        self._process.stdin.flush()
        try:
            self._lines.get(timeout=timeout)
        except queue.Empty:
            self.stop()
            return ["refused: timeout"]
        return answers.read_text(encoding="utf-8").splitlines()

    def stop(self) -> None:
        """End the virtual machine."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process = None


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(name)
    return found


def _pump(stream: IO[str], lines: queue.Queue[str]) -> None:
    try:
        for line in stream:
            lines.put(line)
    except ValueError:
        return
