"""A view of the records of every published form, typed, as QGIS opens it.

``record_<form>`` has a row for every record, a column for every question of any published version
of its form (groups joined by underscores), and the place of the record's site, in EPSG:4490. On
SQLite the views are layers of the GeoPackage. On PostgreSQL they stand in the schema
``jdz_layers`` beside a view of every site kind without what was deleted: whoever may read that
schema sees sites and records, and neither devices nor passwords.
"""
# ruff: noqa: S608 - names are made of letters and digits here, texts are quoted

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central.layers import quoted
from jdz_field.central.tables import forms, meta
from jdz_field.core.catalogue import SITE_KINDS, site_kinds
from jdz_field.core.hashing import canonical_json, sha256
from jdz_field.geo.geometry import SRS_ID

SCHEMA = "jdz_layers"
_KEY = "views"
#: Raised when the views are made in another way.
_EDITION = 1
#: Longest name that PostgreSQL keeps.
_LONGEST = 63
_FACTS = ("form", "form_version", "author", "started", "finished", "review", "site")
#: What the names of empty tables that give a view its types begin with.
_TYPED = "jdz_typed_"
_LITE = {"int": "INTEGER", "real": "REAL", "flag": "BOOLEAN", "date": "DATE"}
_TYPES = {"int": "int", "decimal": "real", "date": "date", "boolean": "flag"}
_FUNCTIONS = (
    ("as_int", "bigint", "RETURN round(given::numeric)::bigint;"),
    ("as_real", "double precision", "RETURN given::double precision;"),
    ("as_date", "date", "RETURN left(given, 10)::date;"),
    ("as_flag", "boolean", "RETURN given::boolean;"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A column: where its answer lies, what it is, what it is called."""

    path: tuple[str, ...]
    type: str
    title: str


def signature(connection: Connection) -> str:
    """A fingerprint of what the views are made of."""
    query = select(forms.c.form_id, forms.c.version).order_by(forms.c.form_id, forms.c.version)
    told = [list(row) for row in connection.execute(query)]
    kinds = [[k.name, [f.name for f in k.fields]] for k in site_kinds()]
    return sha256(canonical_json([_EDITION, told, kinds]).encode())


def fits(connection: Connection) -> bool:
    """Whether the views are those of the published forms."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == _KEY)).scalar()
    return found == signature(connection)


def make(connection: Connection) -> None:
    """Make every view anew, inside a writing transaction."""
    sqlite = connection.dialect.name == "sqlite"
    statements = _sqlite(connection) if sqlite else _postgresql(connection)
    for statement in statements:
        connection.exec_driver_sql(statement)
    connection.execute(meta.delete().where(meta.c.name == _KEY))
    connection.execute(meta.insert().values(name=_KEY, value=signature(connection)))


def _questions(connection: Connection) -> dict[str, tuple[str, dict[str, Question]]]:
    """By name of the view: the form's id, and its columns; the newest version's word counts."""
    from jdz_field.xforms.definition import parse_form  # noqa: PLC0415 - slow to load

    found: dict[str, tuple[str, dict[str, Question]]] = {}
    query = select(forms.c.form_id, forms.c.xml).order_by(forms.c.published, forms.c.form_id)
    names: dict[str, str] = {}
    for row in connection.execute(query):
        name = names.setdefault(row.form_id, _fresh(f"record_{row.form_id}", found))
        _form, columns = found.setdefault(name, (row.form_id, {}))
        known = {q.path: c for c, q in columns.items()}
        for question in _of_form(parse_form(row.xml)):
            column = known.get(question.path) or _fresh("_".join(question.path), columns)
            columns[column] = question
    return found


def _of_form(form: Any) -> Iterator[Question]:
    from jdz_field.xforms.carry import choices_of, label_of  # noqa: PLC0415

    for node in form.nodes.values():
        chain = node.chain[1:]
        if not node.leaf or not chain or chain[0].name == "meta" or node.slot < 0:
            continue
        if any(step.name.startswith("@") for step in chain):
            continue
        control = form.by_definition.get(node)
        title = label_of(form, node)
        several = control is not None and control.tag in {"select", "rank"}
        choices = choices_of(form, control) if control is not None else None
        if choices and len(choices) <= 60:
            title += ": " + "; ".join(f"{code} {words}" for code, words in choices.items())
        kind = "words" if several else _TYPES.get(node.bind.type, "text")
        yield Question(tuple(step.name for step in chain), kind, title)


def _fresh(wanted: str, taken: Mapping[str, Any]) -> str:
    """A name of letters, digits and underscores that no other has, whatever the case."""
    plain = re.sub(r"\W+", "_", wanted).lower().strip("_") or "form"
    while len(plain.encode()) > _LONGEST - 4:
        plain = plain[:-1]
    plain = f"q_{plain}" if plain in {"fid", "id", "geom", "version", "updated", *_FACTS} else plain
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}_{number}"
    return name


# ---- SQLite


def _sqlite(connection: Connection) -> Iterator[str]:
    old = (
        "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'record\\_%' ESCAPE '\\'"
    )
    for (name,) in connection.exec_driver_sql(old).all():
        yield f'DROP VIEW "{name}"'
        yield f'DROP TABLE "{_TYPED}{name}"'
        yield f"DELETE FROM gpkg_geometry_columns WHERE table_name = {_sql(name)}"
        yield f"DELETE FROM gpkg_contents WHERE table_name = {_sql(name)}"
    for name, (form, columns) in _questions(connection).items():
        yield _typed_table(name, columns)
        cells = [_lite(_fact(fact), "text") for fact in _FACTS]
        cells += [_lite(_answer(q.path), q.type) for q in columns.values()]
        place = ", ".join(
            f'(SELECT geom FROM "{kind}" WHERE "{kind}".id = subjects.site)' for kind in SITE_KINDS
        )
        yield (
            f'CREATE VIEW "{name}" AS SELECT * FROM "{_TYPED}{name}" UNION ALL'
            f" SELECT subjects.rowid, COALESCE({place}), subjects.id, {', '.join(cells)},"
            " subjects.version, subjects.updated FROM subjects WHERE subjects.kind = 'record'"
            f" AND NOT subjects.deleted AND {_lite(_fact('form'), 'text')} = {_sql(form)}"
        )
        yield (
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            f" VALUES ({_sql(name)}, 'features', {_sql(name)}, {SRS_ID})"
        )
        yield (
            f"INSERT INTO gpkg_geometry_columns VALUES ({_sql(name)}, 'geom', 'GEOMETRY',"
            f" {SRS_ID}, 0, 0)"
        )


def _typed_table(name: str, columns: Mapping[str, Question]) -> str:
    # Programs read the types of a view's columns off the first of its parts; an expression has
    # none. This table stays empty.
    cells = [f"{fact} TEXT" for fact in _FACTS]
    cells += [f'"{c}" {_LITE.get(q.type, "TEXT")}' for c, q in columns.items()]
    return (
        f'CREATE TABLE "{_TYPED}{name}" (OGC_FID INTEGER PRIMARY KEY, geom GEOMETRY, id TEXT,'
        f" {', '.join(cells)}, version INTEGER, updated TEXT)"
    )


def _sql(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _fact(name: str) -> str:
    return f'$."{name}"[0]'


def _answer(path: tuple[str, ...]) -> str:
    return "$.answers[0]" + "".join(f'."{step}"' for step in path)


def _lite(path: str, kind: str) -> str:
    value = f"json_extract(subjects.state, {_sql(path)})"
    if kind == "words":
        several = f"(SELECT group_concat(value, ' ') FROM json_each(subjects.state, {_sql(path)}))"
        array = f"json_type(subjects.state, {_sql(path)}) = 'array'"
        return f"CAST(CASE WHEN {array} THEN {several} ELSE {value} END AS TEXT)"
    if kind in {"int", "real"}:
        # Text that is no number would come out as one.
        number = f"json_type(subjects.state, {_sql(path)}) IN ('integer', 'real')"
        return f"CASE WHEN {number} THEN {value} END"
    return value if kind == "flag" else f"CAST({value} AS TEXT)"


# ---- PostgreSQL


def _postgresql(connection: Connection) -> Iterator[str]:
    yield f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"
    old = f"SELECT table_name FROM information_schema.views WHERE table_schema = '{SCHEMA}'"
    for (name,) in connection.exec_driver_sql(old).all():
        yield f'DROP VIEW {SCHEMA}."{name}"'
    for name, sql_type, body in _FUNCTIONS:
        yield (
            f"CREATE OR REPLACE FUNCTION {SCHEMA}.{name}(given text) RETURNS {sql_type}"
            " LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$ BEGIN"
            f" {body} EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$"
        )
    yield (
        f"CREATE OR REPLACE FUNCTION {SCHEMA}.as_words(given jsonb) RETURNS text LANGUAGE sql"
        " IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT CASE jsonb_typeof(given) WHEN 'array' THEN"
        " (SELECT string_agg(one, ' ') FROM jsonb_array_elements_text(given) AS one)"
        " ELSE given #>> '{}' END $$"
    )
    yield (
        f"CREATE OR REPLACE FUNCTION {SCHEMA}.as_json(given text) RETURNS jsonb LANGUAGE plpgsql"
        " IMMUTABLE STRICT PARALLEL SAFE AS $$ BEGIN RETURN"
        # It has no NUL in JSON either.
        r" replace(given, '\u0000', '\ufffd')::jsonb;"
        " EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$"
    )
    for kind in site_kinds():
        yield from _site_view(kind)
    for name, (form, columns) in _questions(connection).items():
        yield from _record_view(name, form, columns)


def _site_view(kind: Any) -> Iterator[str]:
    columns = ", ".join(f'"{field.name}"' for field in kind.fields)
    yield (
        f'CREATE VIEW {SCHEMA}."{kind.name}" AS SELECT fid, id, geom, {columns}, version'
        f' FROM "{kind.name}" WHERE NOT deleted AND merged_into IS NULL'
    )
    yield f'COMMENT ON VIEW {SCHEMA}."{kind.name}" IS {quoted(kind.labels["zh"])}'
    for field in kind.fields:
        said = quoted(field.labels["zh"])
        yield f'COMMENT ON COLUMN {SCHEMA}."{kind.name}"."{field.name}" IS {said}'


def _record_view(name: str, form: str, columns: Mapping[str, Question]) -> Iterator[str]:
    cells = [f"state #>> '{{{fact},0}}' AS {fact}" for fact in _FACTS]
    cells += [f'{_post(q)} AS "{c}"' for c, q in columns.items()]
    place = ", ".join(
        f'(SELECT geom FROM "{kind}" WHERE "{kind}".id = r.place)' for kind in SITE_KINDS
    )
    yield (
        f'CREATE VIEW {SCHEMA}."{name}" AS SELECT id,'
        f" COALESCE({place})::geometry(Geometry, {SRS_ID}) AS geom, {', '.join(cells)}, version,"
        f" updated FROM (SELECT id, site AS place, version, updated, {SCHEMA}.as_json(state)"
        " AS state FROM subjects WHERE kind = 'record' AND NOT deleted OFFSET 0) AS r"
        f" WHERE state #>> '{{form,0}}' = {quoted(form)}"
    )
    yield f'COMMENT ON VIEW {SCHEMA}."{name}" IS {quoted(form)}'
    for column, question in columns.items():
        yield f'COMMENT ON COLUMN {SCHEMA}."{name}"."{column}" IS {quoted(question.title)}'


def _post(question: Question) -> str:
    steps = ", ".join(quoted(step) for step in ("answers", "0", *question.path))
    if question.type == "words":
        return f"{SCHEMA}.as_words(state #> ARRAY[{steps}])"
    value = f"state #>> ARRAY[{steps}]"
    return value if question.type == "text" else f"{SCHEMA}.as_{question.type}({value})"


def grants(role: str, owner: str) -> list[str]:
    """What a superuser or the owner runs so that ``role`` reads the layers and nothing else."""
    name, whose = (f'"{one.replace(chr(34), chr(34) * 2)}"' for one in (role, owner))
    return [
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name};",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {name};",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {whose} IN SCHEMA {SCHEMA}"
        f" GRANT SELECT ON TABLES TO {name};",
    ]
