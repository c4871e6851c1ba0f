"""Coordinates in tables that leave: in which form they are spelled, and geopoints of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Record
from jdz_field.geo.display import DECIMAL, FORMS, MINUTES, PLANE, SECONDS, WGS84, shown_position
from jdz_field.operations.definitions import definition
from jdz_field.store.project import Project

__all__ = ["FORMS", "check_form", "spelled", "system_of"]

#: Formats that hold coordinates as texts or numbers in columns.
TABLES = (".csv", ".xlsx")
_SYSTEMS = {PLANE: "EPSG:4527", WGS84: "EPSG:4326"}


def check_form(form: str, suffix: str, crs: str = "") -> None:
    """``BadUsage`` for a form that nobody knows, that the format or the system does not go with."""
    if form and form not in FORMS:
        raise BadUsage(
            _("«{word}» is neither of {words}.").format(word=form, words=" ".join(FORMS))
        )
    if form in ("", DECIMAL):
        return
    if suffix not in TABLES:
        text = _("Coordinates are spelled otherwise only in tables ({suffixes}); leave it out.")
        raise BadUsage(text.format(suffixes=" ".join(TABLES)))
    if crs and crs != _SYSTEMS.get(form, "EPSG:4490"):
        raise BadUsage(
            _("The system {crs} and coordinates as «{form}» do not go together; name one.").format(
                crs=crs, form=form
            )
        )


def system_of(form: str, crs: str) -> str:
    """The system that a form needs; the one asked for when it needs none."""
    return crs or _SYSTEMS.get(form, "")


def degrees_form(form: str) -> str:
    """How degrees are spelled: minutes, seconds, else decimal."""
    return form if form in (MINUTES, SECONDS) else DECIMAL


def spelled(project: Project, records: Sequence[Record], form: str) -> list[Record]:
    """Records whose geopoints are spelled so, height and error (metres) in answers of their own.

    ``<question>-Altitude`` and ``<question>-Accuracy``, as ODK Central heads them.
    """
    return [replace(one, answers=_spelled(project, one, form)) for one in records]


def _spelled(project: Project, record: Record, form: str) -> Mapping[str, Any]:
    try:
        nodes = definition(project, record.form, record.form_version).nodes
    except BadInput:
        return record.answers
    points = {path for path, one in nodes.items() if one.bind.type == "geopoint"}
    root = next(iter(nodes)).split("/")[1]
    found: dict[str, Any] = _walked(record.answers, f"/{root}", points, form)
    return found


def _walked(value: Any, path: str, points: set[str], form: str) -> Any:
    if isinstance(value, list):
        return [_walked(inner, path, points, form) for inner in value]
    if not isinstance(value, Mapping):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        here = f"{path}/{name}"
        found |= (
            _point(name, inner, form)
            if here in points and isinstance(inner, str)
            else {name: _walked(inner, here, points, form)}
        )
    return found


def _point(name: str, value: str, form: str) -> dict[str, Any]:
    try:
        numbers = [float(part) for part in value.split()]
    except ValueError:
        return {name: value}
    if len(numbers) < 2:
        return {name: value}
    lat, lon, *rest = numbers
    told: dict[str, Any] = {name: shown_position(lon, lat, form, fine=True)}
    for head, number in zip(("Altitude", "Accuracy"), rest, strict=False):
        told[f"{name}-{head}"] = number
    return told


def suffix_of(out: Path) -> str:
    """The format's suffix, without that of encryption."""
    return Path(out.name.removesuffix(".age")).suffix.lower()
