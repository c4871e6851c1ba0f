"""What is written on the outside of a submission, and where and when it was made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from lxml import etree

from jdz_field.core.clock import to_text
from jdz_field.core.ids import import_id
from jdz_field.core.sites import point_wkt
from jdz_field.xforms.entities import entity_id
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.safe_xml import attribute, child, local, text

_GEOPOINT = re.compile(r"^(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)(?: -?\d+(?:\.\d+)?){0,2}$")


@dataclass(frozen=True, slots=True)
class Letter:
    """A submission (OpenRosa metadata schema) and what stands on its outside; empty: not said."""

    element: etree._Element
    instance_id: str
    deprecated_id: str
    form: str
    form_version: str
    encrypted: bool


def letter_of(element: etree._Element) -> Letter:
    """The outside of a submission."""
    meta = child(element, "meta")
    return Letter(
        element,
        _meta(meta, "instanceID") or attribute(element, "instanceID"),
        _meta(meta, "deprecatedID"),
        attribute(element, "id") or local(element),
        attribute(element, "version"),
        attribute(element, "encrypted") == "yes",
    )


def _meta(meta: etree._Element | None, name: str) -> str:
    found = None if meta is None else child(meta, name)
    return "" if found is None else text(found).strip()


def record_id_of(instance: str) -> str:
    """The record's id: the UUID inside the OpenRosa id, else one made of it."""
    return entity_id(instance) or import_id("record", None, {"instanceID": instance})


def plain_name(name: str) -> str:
    """A file's name without any folder, on every system; ``""`` for what is no name."""
    plain = PureWindowsPath(PurePosixPath(name).name).name
    return "" if plain in ("", ".", "..") or "\0" in plain else plain


def first_point(answers: Mapping[str, Any]) -> str | None:
    """The first geopoint answered (ODK: latitude longitude altitude accuracy) as WKT."""
    for answer in _texts(answers):
        found = _GEOPOINT.match(answer)
        if found and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
            return point_wkt(float(found[2]), float(found[1]))
    return None


def _texts(answers: Any) -> Iterator[str]:
    if isinstance(answers, Mapping):
        for value in answers.values():
            yield from _texts(value)
    elif isinstance(answers, list):
        for value in answers:
            yield from _texts(value)
    elif isinstance(answers, str):
        yield answers


def preloaded(form: FormDefinition, answers: Mapping[str, Any], handler: str, what: str) -> str:
    """The answer of the question that is preloaded so, when the form has one outside repeats."""
    for node in form.nodes.values():
        bind = node.bind
        if bind.preload == handler and bind.preload_params == what and node.slot >= 0:
            value: Any = answers
            for step in node.chain[1:]:
                value = value.get(step.name) if isinstance(value, Mapping) else None
            if isinstance(value, str):
                return value
    return ""


def moment_of(written: str) -> str:
    """A time as the store keeps it; empty for what is none."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return ""
    return to_text(found if found.tzinfo else found.replace(tzinfo=UTC))


def made_at(letter: Letter, form: FormDefinition, answers: Mapping[str, Any]) -> tuple[str, str]:
    """When a submission was begun and finished, as it says; empty when it does not."""
    return (
        moment_of(preloaded(form, answers, "timestamp", "start")),
        moment_of(preloaded(form, answers, "timestamp", "end"))
        or moment_of(attribute(letter.element, "submissionDate")),
    )
