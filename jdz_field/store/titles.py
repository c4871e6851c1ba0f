"""What our layers and columns are called: in the language in force, in the file in Chinese."""

from __future__ import annotations

from jdz_field.core.catalogue import SITE_KINDS, site_kind
from jdz_field.core.i18n import _
from jdz_field.store.layers import Column


def layer_title(name: str) -> str:
    """The title of a layer."""
    if name in SITE_KINDS:
        return site_kind(name).label
    titles = {
        "records": _("Records"),
        "photos": _("Photos and files"),
        "tracks": _("Tracks"),
    }
    return titles[name]


def column_title(column: Column) -> str:
    """The title of a field's column, with its unit."""
    if column.catalogue is not None:
        unit = column.catalogue.unit_label
        return f"{column.catalogue.label} ({unit})" if unit else column.catalogue.label
    return fixed_title(column.name)


def stated_title(column: Column) -> str:
    """The title of the column that holds what was stated of a value that a rule gives."""
    return _("{field} (as stated)").format(field=column_title(column))


def fixed_title(name: str) -> str:
    """The title of a column that every project has."""
    titles = {
        "id": _("Identifier"),
        "version": _("Version at the centre"),
        "deleted": _("Deleted"),
        "updated": _("Changed here"),
        "extra": _("Further values"),
        "form": _("Form"),
        "form_version": _("Form version"),
        "site": _("Site"),
        "site_kind": _("Kind of site"),
        "answers": _("Answers"),
        "positions": _("How positions were found"),
        "checks": _("Machine checks"),
        "position_how": _("How the position was found"),
        "author": _("Person"),
        "started": _("Started"),
        "finished": _("Finished"),
        "replaces": _("Replaces record"),
        "review": _("Review"),
        "review_comment": _("Review comment"),
        "sha256": "SHA-256",
        "filename": _("File name"),
        "size": _("Size in bytes"),
        "mime": _("File type"),
        "record": _("Record"),
        "path": _("Question"),
        "taken": _("Taken"),
        "lon": _("Longitude"),
        "lat": _("Latitude"),
        "altitude": _("Altitude (m)"),
        "direction": _("Direction (°)"),
        "accuracy": _("Accuracy (m)"),
        "method": _("Source of position"),
        "caption": _("Caption"),
        "direction_ref": _("North of the direction"),
        "view": _("View"),
        "sensitive": _("Sensitive"),
        "sensitive_areas": _("Sensitive parts"),
        "sensitive_note": _("Why sensitive"),
        "original": _("Original picture"),
        "variant": _("Kind of copy"),
        "ended": _("Ended"),
        "length": _("Length (m)"),
        "person": _("Who walked it"),
    }
    return titles[name]
