"""A value that neither side gave: entered as its field wants it."""

from __future__ import annotations

from jdz_field.core.catalogue import SITE_KINDS, Field, site_kind
from jdz_field.core.changes import Value
from jdz_field.core.i18n import _
from jdz_field.core.sites import point_of, point_wkt
from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.dates import WhenEditor
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.form.place import PlaceEditor, lexical, point_of_answer
from jdz_field.ui.form.search import SearchEditor
from jdz_field.ui.form.text import LineEditor
from jdz_field.xforms.view import Choice

#: More choices than this are searched, not laid out.
MANY = 12


class Refused(ValueError):
    """What was entered is no value of the field; the text says why."""


def field_of(kind: str, name: str) -> Field | None:
    """The catalogue's field, ``None`` for geometry, deleted and records."""
    return site_kind(kind).by_name.get(name) if kind in SITE_KINDS else None


def choices_of(kind: str, name: str) -> list[Choice]:
    """The choices of a coded field and of ``deleted``."""
    if name == "deleted":
        return [Choice("false", _("Keep the site")), Choice("true", _("Delete the site"))]
    field = field_of(kind, name)
    codes = field.code_list() if field is not None else None
    return [Choice(code.value, code.label) for code in codes.codes] if codes else []


def editor_for(kind: str, name: str) -> Editor:
    """The editor that fits the field."""
    if name == "geometry":
        return PlaceEditor([])
    choices, field = choices_of(kind, name), field_of(kind, name)
    kind_of_value = field.type if field is not None else "text"
    editor: Editor
    if choices:
        several = kind_of_value == "codes"
        cls = SearchEditor if len(choices) > MANY else ToggleEditor
        editor = cls(several=several)
        editor.set_choices(choices)
    elif kind_of_value in ("integer", "decimal"):
        editor = NumberEditor(whole=kind_of_value == "integer")
    elif kind_of_value == "date":
        editor = WhenEditor(with_date=True, with_time=False)
    else:
        editor = LineEditor()
    return editor


def value_of(kind: str, name: str, text: str) -> Value:
    """The JSON value of what was entered; ``Refused`` when it is none of this field."""
    if name == "geometry":
        return _position(text)
    if name == "deleted":
        return text == "true"
    field = field_of(kind, name)
    if text == "" or field is None or field.type not in ("integer", "decimal"):
        return text or None
    return _number(field, text)


def _position(text: str) -> str:
    point = point_of_answer(text)
    if point is None:
        raise Refused(_("Write a latitude and a longitude, such as 29.3521, 117.2103."))
    return point_wkt(*point)


def _number(field: Field, text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        raise Refused(_("«{text}» is no number.").format(text=text)) from None
    low = field.minimum if field.minimum is not None else float("-inf")
    high = field.maximum if field.maximum is not None else float("inf")
    if not low <= number <= high:
        raise Refused(_("The value must lie between {low} and {high}.").format(low=low, high=high))
    if field.type == "integer":
        if not number.is_integer():
            raise Refused(_("The value must be a whole number."))
        return int(number)
    return number


def text_of(name: str, value: Value) -> str:
    """A JSON value as its editor shows it."""
    if value is None:
        return ""
    if name == "geometry":
        point = point_of(str(value))
        return lexical(*point) if point else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
