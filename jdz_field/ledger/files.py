"""Opening a ledger of any format: what it is shows in its first bytes, not in its suffix."""

from __future__ import annotations

from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.ledger.delimited import read_delimited
from jdz_field.ledger.layers import SUFFIXES, read_layers
from jdz_field.ledger.tables import Table, broken
from jdz_field.ledger.workbooks import read_xls, read_xlsx

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"%PDF", b"GIF8", b"Rar!", b"7z\xbc\xaf")
_WORKBOOK = frozenset({".xlsx", ".xlsm", ".et"})
#: Web portals like to name text tables .xls.
_TEXT = frozenset({".csv", ".txt", ".tsv", ".xls"})


def open_ledger(path: Path) -> list[Table]:
    """Every table of a ledger; ``BadInput`` with one sentence when it is none."""
    head = _head(path)
    if path.suffix.lower() in SUFFIXES:
        return read_layers(path)
    if head.startswith(_ZIP):
        return read_xlsx(path)
    if head.startswith(_OLE):
        return read_xls(path)
    if path.suffix.lower() in _WORKBOOK:
        raise broken(path, _("it is no sound workbook"))
    if head.startswith(_PICTURES) or path.suffix.lower() not in _TEXT:
        raise BadInput(
            _(
                "{file} is no ledger; give a workbook (.xlsx, .xls), a text table (.csv) "
                "or a map file (.gpkg, .geojson, .shp, .kml, .gpx)."
            ).format(file=path.name)
        )
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doc", b"<table")):
        raise broken(path, _("it is a web page saved under the name of a workbook"))
    return read_delimited(path)


def _head(path: Path) -> bytes:
    if not path.is_file():
        raise BadInput(_("There is no file {file}; check the name.").format(file=path))
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except PermissionError as error:
        raise BadInput(
            _("{file} cannot be opened; close it in Excel or WPS and retry.").format(file=path.name)
        ) from error
    if not head:
        raise BadInput(_("{file} is empty.").format(file=path.name))
    return head
