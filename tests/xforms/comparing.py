"""Our lines beside the reference engine's."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.media import load_lists
from jdz_field.xforms.runner import Runner
from jdz_field.xforms.session import FormSession

#: Every run draws others.
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")


def our_lines(xml: str, commands: Sequence[str], media: Path | None = None) -> list[dict[str, Any]]:
    """What this engine answers; ``media``: the folder with the form's lists."""
    form = parse_form(xml)
    filling = FormSession(form, instances=load_lists(form, media), date_language="en")
    return [comparable(line) for line in Runner(filling).run(commands)]


def comparable(line: str) -> dict[str, Any]:
    """A line without what differs from run to run: ids, times, the words of errors."""
    data: dict[str, Any] = json.loads(line)
    if "error" in data:
        return {"line": data["line"], "error": "…"}
    if "leaves" not in data:
        return data
    leaves = {
        path: {**leaf, "value": _UUID.sub("…", leaf["value"])} if leaf["value"] else leaf
        for path, leaf in data["leaves"].items()
        if path not in ("/data/meta/instanceID", "/data/start", "/data/end")
    }
    return {"leaves": leaves}


def differences(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> list[str]:
    """Where two answers differ, one line each; the first dozen."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} lines, not {len(theirs)}", *map(_errors, (ours, theirs))]
    found = []
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if "leaves" in mine and "leaves" in other:
            found += _leaves(number, mine["leaves"], other["leaves"])
        elif mine != other:
            found.append(f"answer {number}: {mine}, not {other}")
    return found[:12]


def _errors(lines: list[dict[str, Any]]) -> str:
    return f"errors in lines {[line['line'] for line in lines if 'error' in line]}"


def _leaves(number: int, mine: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [
        f"answer {number}, {path}: {mine.get(path)}, not {other.get(path)}"
        for path in {**mine, **other}
        if mine.get(path) != other.get(path)
    ]
