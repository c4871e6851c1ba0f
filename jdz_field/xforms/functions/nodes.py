"""Functions over node-sets, and those that ask the running form."""

from __future__ import annotations

import hashlib
import math
import secrets
import uuid as _uuid
from typing import Any

from jdz_field.xforms.functions.registry import function
from jdz_field.xforms.xpath.scope import Host
from jdz_field.xforms.xpath.values import (
    Atom,
    NodeSet,
    Value,
    to_number,
    to_string,
    value_of,
    whole,
)

_MODULUS, _MULTIPLIER = 2_147_483_647, 16_807
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: The longest random text a form may ask for.
_MAX_UUID = 10_000


@function("count", "nodes", "number")
def count(nodes: NodeSet) -> float:
    """How many nodes (that are relevant)."""
    return float(len(nodes))


@function("count-non-empty", "nodes", "number")
def count_non_empty(nodes: NodeSet) -> float:
    """How many of them hold something."""
    return float(sum(1 for node in nodes if node.value != "" or any(True for _kid in node.every())))


@function("sum", "nodes", "number")
def total(nodes: NodeSet) -> float:
    """Their sum; what is no number does not count."""
    found = 0.0
    for node in nodes:
        value = to_number(value_of(node))
        if not math.isnan(value):
            found += value
    return found


@function("name local-name", "nodes", "string")
def name(nodes: NodeSet) -> str:
    """The name of the first node."""
    return nodes[0].name.lstrip("@") if nodes else ""


@function("depend", "value value*", "atom")
def depend(first: Value, *_others: Value) -> Value:
    """Its first argument; the others only make it be evaluated again."""
    return value_of(first[0]) if type(first) is NodeSet and first else first


@function("uuid", "value?", "string")
def uuid(length: Value | None = None) -> str:
    """A random UUID, or so many random letters and digits."""
    if length is None:
        return str(_uuid.uuid4())
    return "".join(secrets.choice(_ALPHABET) for _at in range(min(whole(length), _MAX_UUID)))


@function("version", "", "string", host=True)
def version(host: Host) -> str:
    """The form's version."""
    return host.version


@function("property", "string", "string", host=True)
def metadata(host: Host, name: str) -> str:
    """deviceid, username and so on."""
    return host.metadata(name)


@function("jr:itext", "string", "string", host=True)
def itext(host: Host, identifier: str) -> str:
    """A translated text."""
    return host.itext(identifier)


def seed_of(value: Atom) -> int:
    """The seed that a value stands for; text that is no number is hashed."""
    as_number = to_number(value)
    if not math.isnan(as_number):
        # A Java long.
        return int(max(-(2.0**63), min(2.0**63, as_number)))
    text = to_string(value)
    if not text:
        return 0
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def shuffled(items: list[Any], host: Host, seed: int | None) -> list[Any]:
    """Fisher-Yates with the Park-Miller generator, so that a seed gives the same order anywhere."""
    state = 0.0
    if seed is not None:
        state = math.fmod(float(seed), _MODULUS)
        state += _MODULUS - 1 if state <= 0 else 0
    order: list[Any] = []
    for at, item in enumerate(items):
        if seed is None:
            drawn = host.random()
        else:
            state = math.fmod(state * _MULTIPLIER, _MODULUS)
            drawn = (int(state) - 1) / (_MODULUS - 1)
        place = int(drawn * (at + 1))
        order.append(order[place] if place < at else item)
        order[place] = item
    return order
