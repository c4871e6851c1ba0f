"""The schema, step by step (sqlite-utils migrations), and the upgrade of older projects.

A step never changes after a release; layers change by ADD COLUMN or explicit SQL, never by
``transform()``, which drops R-tree triggers and column types. The layers' columns follow the
catalogue and are brought up to date by ``fit_layers`` at every open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from jdz_field.core.catalogue import Field, code_list, table
from jdz_field.core.hashing import canonical_json, sha256
from jdz_field.core.i18n import _, spoken
from jdz_field.store import gpkg
from jdz_field.store.fitting import fit_columns
from jdz_field.store.layers import dumps, layers

if TYPE_CHECKING:
    import sqlite_utils

#: Name of our set in ``_sqlite_migrations``.
SET = "jdz_field"

_LOG = """
CREATE TABLE jdz_writer (id INTEGER PRIMARY KEY);
CREATE TABLE jdz_settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE jdz_change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, id TEXT NOT NULL UNIQUE, device TEXT NOT NULL,
  author TEXT NOT NULL, hlc TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  fields TEXT NOT NULL, base_version INTEGER NOT NULL, parent TEXT, origin TEXT NOT NULL);
CREATE INDEX jdz_change_subject ON jdz_change (subject);
CREATE INDEX jdz_change_origin ON jdz_change (origin) WHERE origin != 'edit';
CREATE TABLE jdz_own (
  seq INTEGER PRIMARY KEY, subject TEXT NOT NULL, batch TEXT, receipt TEXT,
  held TEXT, open INTEGER NOT NULL DEFAULT 1);
CREATE INDEX jdz_own_open ON jdz_own (subject) WHERE open = 1;
CREATE INDEX jdz_own_unsealed ON jdz_own (seq) WHERE batch IS NULL;
CREATE INDEX jdz_own_batch ON jdz_own (batch) WHERE batch IS NOT NULL;
CREATE TABLE jdz_feed (
  subject TEXT NOT NULL, version INTEGER NOT NULL, epoch TEXT NOT NULL, position INTEGER NOT NULL,
  kind TEXT NOT NULL, fields TEXT NOT NULL, change TEXT, decision TEXT, device TEXT NOT NULL,
  author TEXT NOT NULL, hlc TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (subject, version));
CREATE TABLE jdz_batch (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL,
  seq INTEGER NOT NULL, previous TEXT, sha256 TEXT NOT NULL, manifest TEXT NOT NULL,
  changes BLOB NOT NULL, signature BLOB, count INTEGER NOT NULL, created TEXT NOT NULL,
  received TEXT, centre TEXT, UNIQUE (epoch, seq));
CREATE TABLE jdz_draft (
  id TEXT PRIMARY KEY, form TEXT NOT NULL, form_version TEXT NOT NULL, answers TEXT NOT NULL,
  author TEXT NOT NULL, started TEXT NOT NULL, updated TEXT NOT NULL, site TEXT, site_kind TEXT,
  replaces TEXT, place TEXT NOT NULL);
CREATE TABLE jdz_forms (
  number INTEGER PRIMARY KEY AUTOINCREMENT, form_id TEXT NOT NULL, version TEXT NOT NULL,
  title TEXT NOT NULL, xml TEXT NOT NULL, xlsx BLOB, added TEXT NOT NULL,
  UNIQUE (form_id, version));
CREATE TABLE jdz_upload (sha256 TEXT PRIMARY KEY, added TEXT NOT NULL, sent TEXT);
CREATE TABLE jdz_external (
  number INTEGER PRIMARY KEY AUTOINCREMENT, layer TEXT NOT NULL, operation TEXT NOT NULL,
  fid INTEGER NOT NULL, at TEXT NOT NULL, old TEXT, new TEXT, taken TEXT);
CREATE INDEX jdz_external_new ON jdz_external (number) WHERE taken IS NULL
"""
_APPEND_ONLY = (
    "CREATE TRIGGER jdz_change_{event} BEFORE {event} ON jdz_change"
    " BEGIN SELECT RAISE(ABORT, 'the change log is append-only'); END"
)
_SITE_INDEXES = "CREATE INDEX jdz_{table}_code ON {table} (code)"
_OTHER_INDEXES = (
    "CREATE INDEX jdz_geohazard_field_code ON geohazard (field_code) WHERE field_code IS NOT NULL",
    "CREATE INDEX jdz_records_site ON records (site)",
    "CREATE INDEX jdz_records_finished ON records (finished)",
    "CREATE INDEX jdz_photos_record ON photos (record)",
    "CREATE INDEX jdz_photos_site ON photos (site)",
    "CREATE INDEX jdz_photos_sha256 ON photos (sha256)",
    "CREATE INDEX jdz_tracks_record ON tracks (record)",
    "CREATE INDEX jdz_tracks_site ON tracks (site)",
)
#: Rises when the index holds other words than before; it is then filled anew.
INDEX_FORM = 2
#: The search index.
SEARCH = """
CREATE VIRTUAL TABLE jdz_search USING fts5(
  code, words, initials, tokenize = "unicode61 remove_diacritics 2 tokenchars '-_'")
"""


def run_all(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    """Run statements one by one inside the transaction that is open."""
    for statement in statements:
        connection.execute(statement)


@spoken("zh")
def _base(db: sqlite_utils.Database) -> None:
    """The tables of the standard, the layers and the log."""
    connection = db.conn
    run_all(connection, gpkg.core_tables())
    run_all(connection, _LOG.split(";"))
    for event in ("UPDATE", "DELETE"):
        connection.execute(_APPEND_ONLY.format(event=event))
    connection.execute(gpkg.register_attributes("jdz_change", _("Change log")))
    for layer in layers():
        run_all(connection, gpkg.create_layer(layer))
        if layer.labelled:
            connection.execute(_SITE_INDEXES.format(table=layer.name))
    run_all(connection, _OTHER_INDEXES)


def _search(db: sqlite_utils.Database) -> None:
    """The search index."""
    db.conn.execute(SEARCH)


def _form_media(db: sqlite_utils.Database) -> None:
    """The files that belong to a form: pictures of its labels, lists it looks things up in."""
    db.conn.execute(
        "CREATE TABLE jdz_form_media (form_id TEXT NOT NULL, version TEXT NOT NULL,"
        " filename TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (form_id, version, filename))"
    )


def _carried(db: sqlite_utils.Database) -> None:
    """What a draft was before it was carried over to another version of its form."""
    db.conn.execute("ALTER TABLE jdz_draft ADD COLUMN carried TEXT")


def _form_titles(db: sqlite_utils.Database) -> None:
    """Titles of forms in several languages: JSON, by the language as the form names it."""
    db.conn.execute("ALTER TABLE jdz_forms ADD COLUMN titles TEXT")


def _words(db: sqlite_utils.Database) -> None:
    """What is searched of a site in short texts; a number that rises with every change of what
    a list of sites shows; who changed what by hand.
    """
    db.conn.execute(
        "CREATE TABLE jdz_words (number INTEGER PRIMARY KEY, numbers TEXT NOT NULL,"
        " words TEXT NOT NULL, letters TEXT NOT NULL)"
    )
    db.conn.execute("CREATE TABLE jdz_stamp (number INTEGER NOT NULL)")
    db.conn.execute("INSERT INTO jdz_stamp VALUES (0)")
    db.conn.execute(
        "CREATE INDEX jdz_change_by_hand ON jdz_change (author, subject) WHERE origin = 'edit'"
    )
    for layer in layers():
        if layer.labelled:
            db.conn.execute(f"CREATE INDEX jdz_{layer.name}_updated ON {layer.name} (updated)")


def _positions(db: sqlite_utils.Database) -> None:
    """How the positions that a draft holds came to be."""
    db.conn.execute("ALTER TABLE jdz_draft ADD COLUMN positions TEXT")


def _left(db: sqlite_utils.Database) -> None:
    """What its person sees no more, and what a snapshot has named so far."""
    for name in ("jdz_left", "jdz_seen"):
        db.conn.execute(f"CREATE TABLE {name} (subject TEXT PRIMARY KEY NOT NULL)")


def _checks(db: sqlite_utils.Database) -> None:
    """What was said of what the machine found odd in a draft."""
    db.conn.execute("ALTER TABLE jdz_draft ADD COLUMN checks TEXT")


#: Every step in order; the schema number is how many a file has.
STEPS = (
    ("0001_base", _base),
    ("0002_search", _search),
    ("0003_form_media", _form_media),
    ("0004_carried", _carried),
    ("0005_form_titles", _form_titles),
    ("0006_words", _words),
    ("0007_positions", _positions),
    ("0008_left", _left),
    ("0009_checks", _checks),
)
SCHEMA = len(STEPS)


def schema_of(connection: sqlite3.Connection) -> int:
    """How many of our steps a file has; 0 when it is no project."""
    has = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone()
    if not has:
        return 0
    found = connection.execute(
        "SELECT count(*) FROM _sqlite_migrations WHERE migration_set = ?", (SET,)
    ).fetchone()
    return int(found[0])


def upgrade(connection: sqlite3.Connection, *, until: int = SCHEMA) -> None:
    """Take every missing step up to number ``until``, all in one transaction of the caller."""
    import sqlite_utils  # noqa: PLC0415 - costs 0.3 s, and most opens need no step

    migrations = sqlite_utils.Migrations(SET)
    for name, step in STEPS[:until]:
        migrations(name=name)(step)
    migrations.apply(
        sqlite_utils.Database(connection, execute_plugins=False, recursive_triggers=False)
    )


def _signature() -> str:
    """A fingerprint of everything in the layers that follows the catalogue, in no language."""
    described = [
        (
            layer.name,
            layer.geometry,
            [(c.stored, c.type, _about(c.catalogue)) for c in layer.columns],
            [
                [(code.value, dict(code.labels)) for code in code_list(c.catalogue.codes).codes]
                for c in layer.columns
                if c.catalogue and c.catalogue.codes
            ],
        )
        for layer in layers()
    ]
    return sha256(canonical_json([INDEX_FORM, described, table("grades")]).encode())


def _about(field: Field | None) -> list[object]:
    if field is None:
        return []
    return [dict(field.labels), field.unit, field.minimum, field.maximum, field.rule]


def layers_fit(connection: sqlite3.Connection) -> bool:
    """Whether the layers are what the catalogue of this program says."""
    found = connection.execute("SELECT value FROM jdz_settings WHERE key = 'layers'").fetchone()
    return bool(found) and found[0] == dumps(_signature())


@spoken("zh")
def fit_layers(connection: sqlite3.Connection) -> None:
    """Add the columns a newer catalogue has, and write titles, code lists and triggers anew.

    Columns that the catalogue lost stay: their values may be wanted again.
    """
    fit_columns(connection)
    for layer in layers():
        run_all(connection, gpkg.describe_layer(layer))
        run_all(connection, gpkg.watch_layer(layer))
    run_all(connection, gpkg.constraints(layers()))
    connection.execute(
        "INSERT OR REPLACE INTO jdz_settings VALUES ('layers', ?)", (dumps(_signature()),)
    )
