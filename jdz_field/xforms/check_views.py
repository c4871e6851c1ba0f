"""Photo questions and the views they name: codes of ``resources/catalogue/views.toml``."""

from __future__ import annotations

from collections.abc import Iterator

from jdz_field.core.catalogue import table
from jdz_field.core.i18n import _
from jdz_field.xforms.check_facts import Asked, Facts
from jdz_field.xforms.check_place import Places, listed, meant
from jdz_field.xforms.complaints import Issue
from jdz_field.xforms.safe_xml import attribute

VIEW, ELSE = "photo-view", "photo-view-else"


def view_issues(facts: Facts, places: Places) -> Iterator[Issue]:
    """Views that nobody knows, views of questions without a picture, reasons that are not asked.

    An unknown view is a warning: a county may have views of its own, and the picture is taken all
    the same; only the comparison with the last visit finds nothing.
    """
    codes = [one["code"] for one in table("views")["views"]]
    for asked in facts.asked:
        extras = asked.definition.bind.extras
        view, other = extras.get(VIEW, ""), extras.get(ELSE, "")
        if view and view not in codes:
            text = _("There is no view {code}; views: {known}.")
            text = text.format(code=view, known=listed(codes)) + meant(view, codes)
            yield places.issue(asked.ref, _column(places, VIEW), text, "warning")
        if (view or other) and not _picture(asked):
            text = _("Only questions for a picture have a view.")
            yield places.issue(asked.ref, _column(places, VIEW if view else ELSE), text, "warning")
        name = other.strip("${} ").rpartition("/")[2]
        if name and name not in facts.names:
            text = _("There is no question {name} that says why the picture is missing.")
            text = text.format(name=name) + meant(name, facts.names)
            yield places.issue(asked.ref, _column(places, ELSE), text)


def _picture(asked: Asked) -> bool:
    medium = attribute(asked.element, "mediatype").partition("/")[0]
    return asked.tag == "upload" and medium == "image"


def _column(places: Places, name: str) -> str:
    """The column as the workbook has it; its prefix is the form's own."""
    if places.book is None:
        return name
    columns = places.book.sheet("survey").columns
    return next((one for one in columns if one.endswith(f":{name}")), name)
