"""Opening a ledger of any format: what it is shows in its first bytes, not in its suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.ledger.delimited import read_delimited
from jdz_field.ledger.dxf import read_dxf, refuse_dwg
from jdz_field.ledger.kml import SUFFIXES as KML
from jdz_field.ledger.kml import read_kml
from jdz_field.ledger.layers import SUFFIXES, read_layers
from jdz_field.ledger.ovital import read_ovjsn, refuse_ovobj
from jdz_field.ledger.tables import Table, broken
from jdz_field.ledger.workbooks import read_xls, read_xlsx

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"%PDF", b"GIF8", b"Rar!", b"7z\xbc\xaf")
_WORKBOOK = frozenset({".xlsx", ".xlsm", ".et"})
_READERS: dict[str, Callable[[Path], list[Table]]] = {
    **dict.fromkeys(SUFFIXES, read_layers),
    **dict.fromkeys(KML, read_kml),
    ".ovjsn": read_ovjsn,
    ".ovobj": refuse_ovobj,
    ".dxf": read_dxf,
}
#: Web portals like to name text tables .xls.
_TEXT = frozenset({".csv", ".txt", ".tsv", ".xls"})


def open_ledger(path: Path) -> list[Table]:
    """Every table of a ledger; ``BadInput`` with one sentence when it is none."""
    head = _head(path)
    suffix = path.suffix.lower()
    if suffix == ".dwg" or head.startswith(b"AC10"):
        raise refuse_dwg(path)
    if suffix in _READERS:
        return _READERS[suffix](path)
    return _by_head(path, head)


def _by_head(path: Path, head: bytes) -> list[Table]:
    """Workbooks and text tables, whatever they are called."""
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
                "or a map file (.gpkg, .geojson, .shp, .kml, .gpx, .dxf)."
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
