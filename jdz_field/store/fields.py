"""Values as a person's edit may bring them, made into the one form that the log holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.changes import Value
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.store import geometry
from jdz_field.store.layers import GEOMETRY, Layer, fits
from jdz_field.store.titles import column_title


class _Unfit(Exception):
    """Says what the field takes instead."""


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _text(value: Value) -> Value:
    if not isinstance(value, str):
        raise _Unfit(_("a text"))
    if not value:
        return None
    if "\0" in value or not value.isprintable():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise _Unfit(_("a text without broken characters")) from None
        value = value.replace("\0", "")
    return value


def _whole(value: Value) -> Value:
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unfit(_("a whole number"))
    if value != value or abs(value) >= 1 << 53 or value != int(value):  # noqa: PLR0124 - NaN
        raise _Unfit(_("a whole number"))
    return int(value)


def _decimal(value: Value) -> Value:
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Unfit(_("a number"))
    if not -1e300 < value < 1e300:
        raise _Unfit(_("a number"))
    return float(value)


def _boolean(value: Value) -> Value:
    if not isinstance(value, bool):
        raise _Unfit(_("yes or no"))
    return value


def _date(value: Value) -> Value:
    if value == "":
        return None
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise _Unfit(_("a date like 2026-11-22"))
    return value


def _json(value: Value) -> Value:
    if not isinstance(value, dict):
        raise _Unfit(_("answers"))
    return value


_CLEAN: dict[str, Callable[[Value], Value]] = {
    "text": _text,
    "code": _text,
    "codes": _text,
    "datetime": _text,
    "integer": _whole,
    "decimal": _decimal,
    "boolean": _boolean,
    "deleted": _boolean,
    "date": _date,
    "json": _json,
}


def _shape(layer: Layer, value: Value) -> Value:
    if not isinstance(value, str):
        raise _Unfit(_("WKT in degrees, for example POINT (117.2 29.3)"))
    text = geometry.canonical(value)
    if text.endswith("EMPTY"):
        return None
    if not fits(layer, text):
        raise _Unfit(_("a point, for example POINT (117.2 29.3)"))
    return text


def clean(layer: Layer, fields: Mapping[str, Value]) -> dict[str, Value]:
    """The fields with their values typed as the layer has them; the empty text is no value.

    Only types are judged here, not rules: a value that breaks a rule is the office's to settle.

    Raises:
        BadInput: a field that the layer does not have, or a value of another type.
    """
    cleaned: dict[str, Value] = {}
    for name, value in fields.items():
        kind = layer.types.get(name)
        if kind is None or (name == GEOMETRY and layer.derived):
            raise BadInput(
                _("{layer} has no field «{field}».").format(layer=layer.name, field=name)
            )
        if value is None:
            cleaned[name] = None
            continue
        try:
            cleaned[name] = _shape(layer, value) if name == GEOMETRY else _CLEAN[kind](value)
        except _Unfit as error:
            raise BadInput(
                _("{field}: «{value}» does not fit; it takes {what}.").format(
                    field=_title(layer, name), value=str(value)[:60], what=error
                )
            ) from error
    return cleaned


def _title(layer: Layer, name: str) -> str:
    found = next((column for column in layer.columns if column.name == name), None)
    return name if found is None or layer.kind not in SITE_KINDS else column_title(found)
