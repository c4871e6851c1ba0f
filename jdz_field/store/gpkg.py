"""The GeoPackage around our tables: what OGC 12-128r17 (version 1.3) asks of the file.

Statements only; the migrations run them. Triggers use built-in SQL, except the R-tree's, whose
functions every GeoPackage program brings along. Names and values come from the catalogue and
from here, never from a person, so the statements are put together as text.
"""
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator

from jdz_field.core.catalogue import Field, code_list
from jdz_field.store.geometry import SRS_ID
from jdz_field.store.layers import Layer
from jdz_field.store.titles import column_title, fixed_title, layer_title, stated_title

APPLICATION_ID = 0x47504B47
USER_VERSION = 10300
#: The time format of the standard, as SQL.
SQL_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ','now')"

_CGCS2000 = (
    'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",'
    'SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],'
    'AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]'
)
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],'
    'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)

_CORE = f"""
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT ({SQL_NOW}),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN,
  description TEXT, CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))
"""
_SPATIAL_REFERENCES = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84),
    ("CGCS2000", SRS_ID, "EPSG", SRS_ID, _CGCS2000),
)
_SCHEMA_EXTENSION = "http://www.geopackage.org/spec130/#extension_schema"
_RTREE_EXTENSION = "http://www.geopackage.org/spec130/#extension_rtree"


def quoted(*names: str) -> str:
    """Column names for a statement."""
    return ", ".join(f'"{name}"' for name in names)


def literal(value: str | float | None) -> str:
    """A value inside a statement that takes no parameters."""
    if value is None:
        return "NULL"
    return str(value) if not isinstance(value, str) else "'" + value.replace("'", "''") + "'"


def core_tables() -> Iterator[str]:
    """The tables of the standard and their fixed rows, for an empty file."""
    yield from _CORE.split(";")
    for row in _SPATIAL_REFERENCES:
        values = ", ".join(literal(value) for value in row)
        yield (
            "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization,"
            f" organization_coordsys_id, definition) VALUES ({values})"
        )
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        yield (
            f"INSERT INTO gpkg_extensions VALUES ('{table}', NULL, 'gpkg_schema',"
            f" '{_SCHEMA_EXTENSION}', 'read-write')"
        )


def register_attributes(table: str, title: str) -> str:
    """Enter a table without geometry; with one such entry GDAL hides our private tables."""
    return (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
        f" VALUES ('{table}', 'attributes', {literal(title)})"
    )


_KEPT_TYPES = {
    "lon": "DOUBLE",
    "lat": "DOUBLE",
    "version": "INTEGER",
    "deleted": "BOOLEAN",
    "updated": "DATETIME",
    "extra": "TEXT",
}


def column_types(layer: Layer) -> dict[str, str]:
    """SQL type by column, after ``fid``, ``geom`` and ``id``."""
    types = {column.stored: column.sql_type for column in layer.columns}
    return types | {name: _KEPT_TYPES.get(name, "TEXT") for name in layer.kept}


def create_layer(layer: Layer) -> Iterator[str]:
    """The table of a layer, its entries in the standard's tables and its R-tree."""
    columns = "".join(f', "{name}" {kind}' for name, kind in column_types(layer).items())
    yield (
        f'CREATE TABLE "{layer.name}" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,'
        f" geom {layer.geometry}, id TEXT UNIQUE{columns})"
    )
    yield (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        f" VALUES ('{layer.name}', 'features', {literal(layer_title(layer.name))}, {SRS_ID})"
    )
    yield (
        "INSERT INTO gpkg_geometry_columns"
        f" VALUES ('{layer.name}', 'geom', '{layer.geometry}', {SRS_ID}, 0, 0)"
    )
    yield from _rtree(layer.name)


def _rtree(table: str) -> Iterator[str]:
    tree = f"rtree_{table}_geom"
    box = "ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"
    put = f"INSERT OR REPLACE INTO {tree} VALUES (NEW.fid, {box})"
    drop = f"DELETE FROM {tree} WHERE id"
    has = "NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)"
    none = "(NEW.geom IS NULL OR ST_IsEmpty(NEW.geom))"
    moved = "OLD.fid != NEW.fid"
    yield f"CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy)"
    for name, event, when, body in (
        ("insert", "INSERT", has, put),
        ("update1", "UPDATE OF geom", f"OLD.fid = NEW.fid AND {has}", put),
        ("update2", "UPDATE OF geom", f"OLD.fid = NEW.fid AND {none}", f"{drop} = OLD.fid"),
        ("update3", "UPDATE", f"{moved} AND {has}", f"{drop} = OLD.fid; {put}"),
        ("update4", "UPDATE", f"{moved} AND {none}", f"{drop} IN (OLD.fid, NEW.fid)"),
        ("delete", "DELETE", "OLD.geom NOT NULL", f"{drop} = OLD.fid"),
    ):
        yield (
            f"CREATE TRIGGER {tree}_{name} AFTER {event} ON {table} WHEN {when} BEGIN {body}; END"
        )
    yield (
        f"INSERT INTO gpkg_extensions VALUES ('{table}', 'geom', 'gpkg_rtree_index',"
        f" '{_RTREE_EXTENSION}', 'write-only')"
    )


def describe_layer(layer: Layer) -> Iterator[str]:
    """Titles and code lists of a layer's columns, written anew.

    A column of a newer catalogue keeps its title; its code list is not known here.
    """
    titles: dict[str, tuple[str, str | None]] = {"id": (fixed_title("id"), None)}
    titles |= {n: (fixed_title(n), None) for n in layer.kept if n not in layer.given}
    for column in layer.columns:
        constraint = _constraint_name(column.catalogue) if column.catalogue else None
        titles[column.name] = (column_title(column), constraint)
        if column.given:
            titles[column.stored] = (stated_title(column), constraint)
    known = ", ".join(literal(name) for name in titles)
    where = f"WHERE table_name = '{layer.name}' AND column_name"
    yield f"DELETE FROM gpkg_data_columns {where} IN ({known})"
    yield f"UPDATE gpkg_data_columns SET constraint_name = NULL {where} NOT IN ({known})"
    for name, (title, constraint) in titles.items():
        yield (
            "INSERT INTO gpkg_data_columns (table_name, column_name, title, constraint_name)"
            f" VALUES ('{layer.name}', '{name}', {literal(title)}, {literal(constraint)})"
        )


def _constraint_name(field: Field) -> str | None:
    if field.type == "code" and field.codes:
        return f"jdz_{field.codes}"
    if field.minimum is None and field.maximum is None:
        return None
    return f"jdz_range_{_edge(field.minimum)}_{_edge(field.maximum)}"


def _edge(value: float | None) -> str:
    return "any" if value is None else str(value).replace("-", "minus").replace(".", "point")


def constraints(layers: tuple[Layer, ...]) -> Iterator[str]:
    """Every code list and range that a column names, written anew."""
    yield "DELETE FROM gpkg_data_column_constraints WHERE constraint_name LIKE 'jdz_%'"
    done: set[str] = set()
    for column in (column for layer in layers for column in layer.columns):
        name = _constraint_name(column.catalogue) if column.catalogue else None
        if column.catalogue is None or name is None or name in done:
            continue
        done.add(name)
        yield from _constraint(name, column.catalogue)


def _constraint(name: str, field: Field) -> Iterator[str]:
    insert = "INSERT INTO gpkg_data_column_constraints VALUES"
    if field.type == "code" and field.codes:
        for code in code_list(field.codes).codes:
            yield (
                f"{insert} ('{name}', 'enum', {literal(code.value)}, NULL, NULL, NULL, NULL,"
                f" {literal(code.label)})"
            )
        return
    low, high = (
        "-9e999" if field.minimum is None else literal(field.minimum),
        "9e999" if field.maximum is None else literal(field.maximum),
    )
    yield f"{insert} ('{name}', 'range', NULL, {low}, 1, {high}, 1, NULL)"


# A fresh UUIDv7 in SQL: 48 bits of milliseconds, then random bits (RFC 9562).
_RANDOM = "lower(hex(randomblob({})))"
_MS = "printf('%012x', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))"
_SQL_UUID = (
    f"substr({_MS}, 1, 8) || '-' || substr({_MS}, 9) || '-7' || substr({_RANDOM.format(2)}, 2)"
    f" || '-' || substr('89ab', 1 + (random() & 3), 1) || substr({_RANDOM.format(2)}, 2)"
    f" || '-' || {_RANDOM.format(6)}"
)
_OUTSIDE = "NOT EXISTS (SELECT 1 FROM jdz_writer)"
#: SQLite takes 127 arguments a function; a pair a column.
_PAIRS = 60


def _as_json(row: str, layer: Layer) -> str:
    """SQL for a row as a JSON array of objects, the geometry in hexadecimal."""
    names = [*(column.stored for column in layer.columns), *layer.kept]
    pairs = [f"'geom', hex({row}.geom)", f"'id', {row}.id"]
    # A blob has no JSON; a number as text in a column of numbers keeps its type.
    pairs += [
        f"""'{name}', CASE typeof({row}."{name}") WHEN 'blob' THEN NULL ELSE {row}."{name}" END"""
        for name in names
    ]
    chunks = [", ".join(pairs[i : i + _PAIRS]) for i in range(0, len(pairs), _PAIRS)]
    return f"json_array({', '.join(f'json_object({chunk})' for chunk in chunks)})"


def watch_layer(layer: Layer) -> Iterator[str]:
    """Triggers that write edits from outside the program to ``jdz_external``.

    Records never change after they are finalized, files are entered by the program, and
    identifiers stay: such edits from outside are refused there and then.
    """
    table = layer.name
    for event in ("insert", "update", "delete", "identity"):
        yield f"DROP TRIGGER IF EXISTS jdz_{table}_{event}"
    if table == "records":
        for event in ("insert", "update", "delete"):
            yield _refuse(table, event, event, _OUTSIDE, "records never change outside jdz_field")
        return
    changed = (
        f"(NEW.fid != OLD.fid OR (OLD.id IS NOT NULL AND NEW.id IS NOT OLD.id)) AND {_OUTSIDE}"
    )
    yield _refuse(table, "identity", "update", changed, "fid and id never change")
    log = "INSERT INTO jdz_external (layer, operation, fid, at, old, new)"
    old, new, stored = (_as_json(row, layer) for row in ("OLD", "NEW", "stored"))
    if layer.labelled:
        yield (
            f"CREATE TRIGGER jdz_{table}_insert AFTER INSERT ON {table} WHEN {_OUTSIDE} BEGIN"
            f" UPDATE {table} SET id = {_SQL_UUID} WHERE fid = NEW.fid AND id IS NULL;"
            f" {log} SELECT '{table}', 'insert', NEW.fid, {SQL_NOW}, NULL, {stored}"
            f" FROM {table} AS stored WHERE fid = NEW.fid; END"
        )
    else:
        yield _refuse(table, "insert", "insert", _OUTSIDE, "files are added in jdz_field")
    yield (
        f"CREATE TRIGGER jdz_{table}_update AFTER UPDATE ON {table}"
        f" WHEN OLD.id IS NOT NULL AND {_OUTSIDE} BEGIN"
        f" {log} VALUES ('{table}', 'update', OLD.fid, {SQL_NOW}, {old}, {new}); END"
    )
    yield (
        f"CREATE TRIGGER jdz_{table}_delete AFTER DELETE ON {table} WHEN {_OUTSIDE} BEGIN"
        f" {log} VALUES ('{table}', 'delete', OLD.fid, {SQL_NOW}, {old}, NULL); END"
    )


def _refuse(table: str, name: str, event: str, when: str, why: str) -> str:
    return (
        f"CREATE TRIGGER jdz_{table}_{name} BEFORE {event} ON {table} WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )
