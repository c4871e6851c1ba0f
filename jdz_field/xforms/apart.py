"""Converting a large workbook in a process of its own, which can be ended when it takes too long.

pyxform has no bound of its own, and a hostile cell of a few thousand signs costs it seconds. Run
as ``python -m jdz_field.xforms.apart`` it reads a workbook's rows as JSON and writes the outcome.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: Workbooks with more text, or with a longer cell, are converted apart (shipped ones: 60,000).
MOST_TEXT = 600_000
LONGEST_CELL = 4_000
#: 50,000 choices in two languages take an eighth of this on a laptop, seconds.
LIMIT = 240.0
#: What the other process may use, bytes, where the system can tell it so.
MEMORY = 3_000_000_000

_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Said(Exception):
    """What pyxform said in the other process, with the parts it named."""

    def __init__(self, message: str, context: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.context = dict(context)


class Stumbled(RuntimeError):
    """pyxform failed without a sentence of its own."""


def is_large(data: Mapping[str, Any]) -> bool:
    """Whether a workbook's rows are to be converted apart."""
    total = 0
    for name in ("survey", "choices", "settings", "entities", "external_choices"):
        for row in data.get(name) or ():
            lengths = [len(str(text)) for text in row.values()]
            total += sum(lengths)
            if total > MOST_TEXT or max(lengths, default=0) > LONGEST_CELL:
                return True
    return False


def convert_apart(data: Mapping[str, Any], name: str, said: list[str]) -> str:
    """The XForm of a workbook's rows.

    Raises:
        Said: pyxform refuses it.
        Stumbled: pyxform fails.
        BadInput: it takes longer than the limit.
    """
    command = [sys.executable, "-m", "jdz_field.xforms.apart"]
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=_NO_WINDOW,
    ) as process:
        try:
            out, _nothing = process.communicate(json.dumps(data).encode(), LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            message = _(
                "{file} takes longer than {n} s to convert; shorten its long cells or lists."
            )
            raise BadInput(message.format(file=name, n=round(LIMIT))) from None
    return _outcome(out, said)


def _outcome(out: bytes, said: list[str]) -> str:
    try:
        told = json.loads(out)
    except ValueError:
        raise Stumbled("memory") from None
    if "xml" in told:
        said.extend(told["said"])
        return str(told["xml"])
    if told["kind"] == "said":
        raise Said(told["message"], told["context"])
    raise Stumbled(told["message"])


def _converted(data: dict[str, Any]) -> dict[str, Any]:
    from pyxform.errors import PyXFormError  # noqa: PLC0415 (slow to import)
    from pyxform.xls2xform import convert  # noqa: PLC0415

    said: list[str] = []
    try:
        made = convert(data, warnings=said, validate=False)
    except PyXFormError as error:
        context = {name: str(value) for name, value in (error.context or {}).items() if value}
        return {"kind": "said", "message": str(error), "context": context}
    except Exception as error:  # noqa: BLE001 - told to the process that waits
        return {"kind": "stumbled", "message": f"{type(error).__name__}: {error}"[:300]}
    return {"xml": str(made.xform), "said": said}


def main() -> None:
    """Read rows, write the outcome."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.redirect_stdout(sys.stderr):
        outcome = _converted(json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(json.dumps(outcome).encode())


if __name__ == "__main__":
    main()
