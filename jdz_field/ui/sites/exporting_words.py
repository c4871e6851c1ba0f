"""What formats are for, and systems by the names that people use."""

from __future__ import annotations

from jdz_field.core.i18n import _


def format_words(suffix: str) -> str:
    """What a format is for, in a sentence."""
    return {
        ".xlsx": _("A workbook for the office: labels, dates, lists to choose from."),
        ".csv": _("A text table for other programs; one kind of site."),
        ".shp": _("For ArcGIS and the province; short names of fields, explained beside it."),
        ".gpkg": _("For QGIS: everything as it is, all kinds in one file."),
        ".kmz": _("For 奥维, Google Earth and phones, with small pictures inside."),
        ".kml": _("For map programs, without pictures."),
        ".dxf": _("For AutoCAD and 中望CAD: points with their fields, outlines by layer."),
        ".geojson": _("For web maps; one kind of site."),
    }[suffix]


def system_words(code: str) -> str:
    """A system by its name."""
    return {
        "4490": _("CGCS2000 degrees"),
        "4548": _("CGCS2000 3°, 117°E"),
        "4527": _("CGCS2000 3°, zone 39"),
        "4509": _("CGCS2000 6°, 117°E"),
        "4498": _("CGCS2000 6°, zone 20"),
        "4326": _("WGS 84 degrees"),
    }[code]
