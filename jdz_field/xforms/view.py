"""What a window is shown of a running form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Choice(NamedTuple):
    """One choice that is offered now."""

    value: str
    label: str
    media: Mapping[str, str] = _NOTHING


@dataclass(frozen=True, slots=True)
class Node:
    """A question, group, repeat or instance as it is now.

    Attributes:
        ref: ``/data/tree[1]/height``; a repeat itself has no position: ``/data/tree``.
        kind: question, group, repeat or instance.
        type: string, int, decimal, boolean, date, time, dateTime, geopoint, geotrace, geoshape,
            binary, barcode, select1, select, rank; ``""`` for what is no question.
        control: input, select1, select, rank, upload, trigger, range; ``""`` likewise.
        value: the text that is kept, readable or not.
        error: what is wrong with the answer now, in a sentence; an empty required one is not.
        children: refs below it, in the order of the form.
        parameters: start, end, step, rows, max-pixels, quality … as in the form.
        media: image, audio, video … of the label.
    """

    ref: str
    name: str
    kind: str
    type: str = ""
    control: str = ""
    appearance: str = ""
    mediatype: str = ""
    value: str = ""
    relevant: bool = True
    required: bool = False
    readonly: bool = False
    error: str | None = None
    label: str = ""
    hint: str = ""
    guidance: str = ""
    required_message: str = ""
    media: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    children: tuple[str, ...] = ()
    position: int = 0
    can_add: bool = False
    can_remove: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record cannot be finalized: ``kind`` is required, constraint, type, choice or rule."""

    ref: str
    kind: str
    message: str
    label: str


@dataclass(frozen=True, slots=True)
class EntityUpdate:
    """What the record wants to change in an entity list; ``fields`` only what was answered.

    ``refs``: the question of each property, and of ``@id`` and ``label`` where they repeat one.
    """

    dataset: str
    id: str
    label: str
    fields: Mapping[str, str]
    create: bool = False
    update: bool = False
    base_version: str = ""
    trunk_version: str = ""
    branch_id: str = ""
    refs: Mapping[str, str] = field(default_factory=dict)
