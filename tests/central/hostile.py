"""What somebody could send who means harm, or whose device is broken; and what must not change."""

from __future__ import annotations

import hashlib
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from jdz_field.central.office import Office
from jdz_field.central.tables import (
    attachments,
    batch_files,
    batches,
    changes,
    conflicts,
    held,
    moves,
    subjects,
    uploads,
    versions,
)
from jdz_field.core.changes import Change
from jdz_field.core.ids import new_id

#: What a refused request must leave as it was.
TABLES = (
    attachments, batch_files, batches, changes, conflicts, held, moves, subjects, uploads, versions,
)  # fmt: skip

# Letters that databases, terminals and file systems have stumbled over.
_TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\0\x1b\u202e\ufeff'\"%;\\/\U0001f4a3"),
    max_size=20,
)
_NUMBERS = st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False, allow_infinity=False)
# Longer than a page of an index, and nothing in it repeats.
_LONG = st.just("".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(200)))
VALUES = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXT | _LONG,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
# What a batch lets through as an id.
_IDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=200
)
_SHAPES = st.sampled_from(
    [
        "POINT (117.5 29.5)", "POINT (1e400 2)", "POINT EMPTY", "POINT (nan nan)",
        "POINT Z (1 2 3)",
        "POLYGON ((0 0))", "POLYGON ((117 29, 117.1 29, 117 29.1, 117 29))", "LINESTRING (1 2)",
        "GEOMETRYCOLLECTION (POINT (1 2))", "POINT (-999 999)", "CIRCULARSTRING (0 0, 1 1, 2 0)",
        "SRID=1;POINT (1 2)", "(" * 5_000, "POINT", "",
    ]
)  # fmt: skip
_NAMES = st.sampled_from(
    [
        "name", "code", "geometry", "deleted", "merged_into", "county_code", "threatened_people",
        "measures", "monitor_phone", "answers", "form", "form_version", "site", "sha256", "size",
        "filename", "review", "comment", "sample", "replaces", "record", "position_how", "remarks",
        "kind_code", "stability", "id", "fid", "version", "'; DROP TABLE users; --",
    ]
)  # fmt: skip
_KINDS = st.sampled_from(
    ["geohazard", "risk", "mine", "plot", "works", "record", "attachment", "", "none", "photo"]
)


@st.composite
def hostile_changes(draw: Any, device: str, known: list[str]) -> Change:
    """A change as no program of ours writes it, about something known or new."""
    subject = draw(st.sampled_from(known) | st.builds(new_id) | _IDS)
    names = draw(st.lists(_NAMES | _IDS, min_size=1, max_size=5, unique=True))
    value = VALUES | _SHAPES | st.sampled_from(known)
    return Change(
        id=draw(st.builds(new_id) | st.sampled_from(known) | _IDS),
        device=draw(st.just(device) | _IDS),
        author=draw(_TEXT),
        hlc=draw(st.just("2026-11-22T01:02:03.004Z-000000-x") | _IDS),
        kind=draw(_KINDS | _IDS),
        subject=subject,
        fields={name: (draw(value), draw(value)) for name in names},
        base_version=draw(st.integers(0, 3) | st.integers(0, 1 << 53)),
        parent=draw(st.none() | st.sampled_from(known) | _IDS),
        origin=draw(st.sampled_from(["edit", "external", "form:x", "decision:x", ""])),
    )


def fingerprint(office: Office) -> str:
    """One word for everything that batches and uploads write, files included."""
    digest = hashlib.sha256()
    with office.database.read() as connection:
        for table in TABLES:
            for row in connection.execute(select(table).order_by(*table.primary_key)):
                digest.update(repr(tuple(row)).encode("utf-8", "backslashreplace"))
    for path in sorted(office.files.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(office.files)} {path.stat().st_size}".encode())
    return digest.hexdigest()
