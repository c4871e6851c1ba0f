"""The central SQLite file as a GeoPackage: the tables of the standard and the site layers.

The layers are for reading in QGIS: typed columns, written along with every new version of a
site. What a program other than ours writes to them is refused by triggers, because it would
not be in the log. Source of the table definitions: OGC 12-128r17 (GeoPackage 1.3).
"""
# ruff: noqa: S608 - names come from the catalogue, never from a person

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS, SiteKind, site_kind
from jdz_field.core.errors import BadInput
from jdz_field.core.grades import STATED, effective
from jdz_field.core.positions import HOW
from jdz_field.geo.geometry import SRS_ID, to_gpkg

APPLICATION_ID = 0x47504B47
USER_VERSION = 10300

_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ','now')"
_CGCS2000 = (
    'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",'
    'SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4490"]]'
)
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_STANDARD = (
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,"
    " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,"
    " definition TEXT NOT NULL, description TEXT)",
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    f" last_change DATETIME NOT NULL DEFAULT ({_NOW}), min_x DOUBLE, min_y DOUBLE,"
    " max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id"
    " FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))",
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,"
    " m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn"
    " FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), CONSTRAINT fk_gc_srs"
    " FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))",
)
_SQL_TYPES = {"integer": "INTEGER", "decimal": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def start_statements() -> Iterator[str]:
    """What makes an empty SQLite file a GeoPackage."""
    yield f"PRAGMA application_id = {APPLICATION_ID}"
    yield f"PRAGMA user_version = {USER_VERSION}"
    yield from _STANDARD
    for name, number, organization, definition in (
        ("Undefined Cartesian SRS", -1, "NONE", "undefined"),
        ("Undefined geographic SRS", 0, "NONE", "undefined"),
        ("WGS 84 geodetic", 4326, "EPSG", _WGS84),
        ("CGCS2000", SRS_ID, "EPSG", _CGCS2000),
    ):
        yield (
            "INSERT INTO gpkg_spatial_ref_sys VALUES"
            f" ({_text(name)}, {number}, '{organization}', {number}, {_text(definition)}, NULL)"
        )
    # With one entry of this type GDAL lists registered tables only.
    yield (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
        " VALUES ('meta', 'attributes', 'jdz_field')"
    )


def column_types(kind: SiteKind) -> dict[str, str]:
    """SQL type by column of the fields; what was stated of a value that a rule gives is another."""
    types: dict[str, str] = {}
    for field in kind.fields:
        types[field.name] = _SQL_TYPES.get(field.type, "TEXT")
        if field.derived:
            types[field.name + STATED] = types[field.name]
    return {**types, HOW: "TEXT"}


def layer_statements(kind: SiteKind) -> Iterator[str]:
    """The layer of a site kind, its entries and the triggers that keep others from writing."""
    columns = "".join(f', "{name}" {sql_type}' for name, sql_type in column_types(kind).items())
    yield (
        f"CREATE TABLE {kind.name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
        f" geom {kind.geometry}, id TEXT UNIQUE{columns}, version INTEGER, deleted BOOLEAN,"
        " merged_into TEXT)"
    )
    yield (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        f" VALUES ('{kind.name}', 'features', {_text(kind.labels['zh'])}, {SRS_ID})"
    )
    yield (
        "INSERT INTO gpkg_geometry_columns VALUES"
        f" ('{kind.name}', 'geom', '{kind.geometry}', {SRS_ID}, 0, 0)"
    )
    for event in ("INSERT", "UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER jdz_{kind.name}_{event.lower()} BEFORE {event} ON {kind.name}"
            " WHEN NOT EXISTS (SELECT 1 FROM jdz_writer) BEGIN"
            " SELECT RAISE(ABORT, 'sites change by batches and decisions of jdz_field'); END"
        )


def writer_statement() -> str:
    """The table that holds a row while we write."""
    return "CREATE TABLE jdz_writer (id INTEGER PRIMARY KEY)"


@cache
def _upsert(name: str) -> tuple[str, tuple[str, ...], frozenset[str]]:
    kind = site_kind(name)
    fields = tuple(column_types(kind))
    columns = ("id", "geom", *fields, "version", "deleted", "merged_into")
    names = ", ".join(f'"{c}"' for c in columns)
    changes = ", ".join(f'"{c}" = excluded."{c}"' for c in columns[1:])
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {name} ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}"
    flags = frozenset(f.name for f in kind.fields if f.type == "boolean")
    return sql, fields, flags


def upsert(kind: str) -> str:
    """The statement that writes rows which ``row`` made, with question marks."""
    return _upsert(kind)[0]


def row(kind: str, subject: str, version: int, values: Mapping[str, Any]) -> Sequence[Any]:
    """A site's row; a geometry that cannot be written leaves its column empty."""
    _sql, fields, flags = _upsert(kind)
    given = effective(kind, values)
    cells = {**values, **{name + STATED: values.get(name) for name in given}, **given}
    return (
        subject,
        _blob(values.get("geometry")),
        *(_cell(cells.get(name), flag=name in flags) for name in fields),
        version,
        int(bool(values.get("deleted"))),
        values.get("merged_into"),
    )


def _cell(value: Any, *, flag: bool) -> Any:
    if flag and value is not None:
        return int(bool(value))
    return value


def _blob(wkt: Any) -> bytes | None:
    try:
        return to_gpkg(wkt) if isinstance(wkt, str) else None
    except BadInput:
        return None


def extent_statements() -> Iterator[str]:
    """Time of the last change of each layer, for programs that watch it."""
    for kind in SITE_KINDS:
        yield f"UPDATE gpkg_contents SET last_change = {_NOW} WHERE table_name = '{kind}'"
