"""Proving a project sound: the file, the log against what is shown, batches, files.

The state of every subject is built anew from the feed and the log, as ``shown`` says, and
compared with its row. Everything is read in one snapshot and row by row: memory stays flat.
"""
# ruff: noqa: S608 - layer names are constants

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.hashing import sha256, sha256_file
from jdz_field.core.i18n import _
from jdz_field.store import log, proofs, rows, search
from jdz_field.store.db import Database
from jdz_field.store.layers import Layer, layer, layers, layers_of
from jdz_field.store.rows import Subject
from jdz_field.store.shown import Central, OwnChange, shown

#: More sentences than this tell nothing new.
MOST = 200

_FEED, _LOG, _OWN, _ROW = range(4)
_Piece = tuple[str, int, Any]


def problems(db: Database, path: Path) -> Iterator[str]:
    """A sentence for everything that is wrong; none when the project is sound."""
    yield from _file(db)
    hindered = list(proofs.hindrances(db))
    yield from hindered
    if not hindered:
        yield from _contents(db, path)


def _contents(db: Database, path: Path) -> Iterator[str]:
    yield from proofs.problems(db)
    yield from _subjects(db)
    for one in layers():
        yield from _tree(db, one)
    yield from _index(db)
    yield from _batches(db)
    yield from _drafts(db)
    yield from _files(db, path)
    yield from _form_media(db, path)


def _file(db: Database) -> Iterator[str]:
    for (told,) in db.rows("PRAGMA integrity_check"):
        if told != "ok":
            yield _("The database file is damaged: {what}. Restore a backup.").format(what=told)
    for table, _rowid, parent, _key in db.rows("PRAGMA foreign_key_check"):
        yield _("A row of {table} points to nothing in {parent}.").format(
            table=table, parent=parent
        )
    missing = db.value(
        "SELECT count(*) FROM jdz_change c LEFT JOIN jdz_own o ON o.seq = c.seq"
        " WHERE o.seq IS NULL OR o.subject != c.subject"
    )
    if missing:
        yield _("{n} changes of the log have no entry of what became of them.").format(n=missing)


def _feed(db: Database) -> Iterator[_Piece]:
    sql = "SELECT subject, kind, version, fields FROM jdz_feed ORDER BY subject, version"
    for subject, *rest in db.stream(sql):
        yield subject, _FEED, rest


def _logged(db: Database) -> Iterator[_Piece]:
    sql = "SELECT subject, kind FROM jdz_change GROUP BY subject, kind ORDER BY subject"
    for subject, kind in db.stream(sql):
        yield subject, _LOG, kind


def _own(db: Database) -> Iterator[_Piece]:
    for row in db.stream(f"{log.OWN} WHERE o.open = 1 ORDER BY c.subject, o.seq"):
        yield row[6], _OWN, log.own_of(row)


def _rows(db: Database, one: Layer) -> Iterator[_Piece]:
    for subject in rows.every(db, one):
        yield subject.id or "", _ROW, subject


def _pieces(db: Database) -> Iterator[_Piece]:
    """Everything known of subjects, ordered by subject."""
    sources = (_feed(db), _logged(db), _own(db), *(_rows(db, one) for one in layers()))
    return merge(*sources, key=lambda piece: piece[0])


def _subjects(db: Database) -> Iterator[str]:
    for subject, pieces in groupby(_pieces(db), key=lambda piece: piece[0]):
        yield from _subject(subject, pieces)


def _subject(subject: str, pieces: Iterable[_Piece]) -> Iterator[str]:
    central, own, found = Central(), list[OwnChange](), list[Subject]()
    kinds: set[str] = set()
    for _subject_id, tag, piece in pieces:
        if tag == _FEED:
            kinds.add(piece[0])
            central.take(piece[1], json.loads(piece[2]))
        elif tag == _LOG:
            kinds.add(piece)
        elif tag == _OWN:
            own.append(piece)
        else:
            found.append(piece)
    if any(not _is_known(kind) for kind in kinds):
        return
    if not kinds:
        yield _("{layer} has a row {id} that the log does not know.").format(
            layer=found[0].home.name, id=subject or "?"
        )
    elif len(kinds) > 1 or len(found) != 1 or found[0].kind not in kinds:
        yield _("{id} has {n} rows where the log has one {kinds}.").format(
            id=subject, n=len(found), kinds=", ".join(sorted(kinds))
        )
    else:
        yield from _compare(found[0], shown(central, own), central.version)


def _is_known(kind: str) -> bool:
    try:
        layers_of(kind)
    except KeyError:
        return False
    return True


def _compare(subject: Subject, state: dict[str, Any], version: int) -> Iterator[str]:
    label = f"{subject.home.name} {subject.state.get('code') or subject.id}"
    if subject.version != version:
        yield _("{site}: the row is version {row}, the feed has {feed}.").format(
            site=label, row=subject.version, feed=version
        )
    if not proofs.label(subject):
        yield _("{site}: longitude and latitude are not those of its geometry.").format(site=label)
    for name in sorted(subject.state.keys() | state.keys()):
        there, logged = subject.state.get(name), state.get(name)
        if there != logged:
            yield _("{site}: {field} is «{there}», the log says «{logged}».").format(
                site=label, field=name, there=str(there)[:40], logged=str(logged)[:40]
            )


def _tree(db: Database, one: Layer) -> Iterator[str]:
    tree = f"rtree_{one.name}_geom"
    wrong = db.value(
        f"SELECT count(*) FROM {one.name} l LEFT JOIN {tree} r ON r.id = l.fid"
        " WHERE l.geom IS NOT NULL AND NOT ST_IsEmpty(l.geom) AND (r.id IS NULL"
        " OR abs(r.minx - ST_MinX(l.geom)) > 1e-4 OR abs(r.maxx - ST_MaxX(l.geom)) > 1e-4"
        " OR abs(r.miny - ST_MinY(l.geom)) > 1e-4 OR abs(r.maxy - ST_MaxY(l.geom)) > 1e-4)"
    )
    wrong += db.value(
        f"SELECT count(*) FROM {tree} r LEFT JOIN {one.name} l ON r.id = l.fid WHERE l.geom IS NULL"
    )
    if wrong:
        yield _("The spatial index of {layer} is wrong for {n} rows.").format(
            layer=one.name, n=wrong
        )


def _index(db: Database) -> Iterator[str]:
    found = db.stream(
        "SELECT number, w.numbers, w.words, letters, ifnull(s.words, '') FROM jdz_words w"
        " LEFT JOIN jdz_search s ON s.rowid = number"
    )
    indexed = {row[0]: hash(row[1:]) for row in found}
    stray = db.value(
        "SELECT count(*) FROM jdz_search WHERE rowid NOT IN (SELECT number FROM jdz_words)"
    )
    wrong = 0
    for kind in SITE_KINDS:
        for subject in rows.every(db, layer(kind)):
            assert subject.fid is not None
            number = search.row_number(subject.home, subject.fid)
            words = search.document(subject.home, subject.state)
            wrong += indexed.pop(number, None) != hash(tuple(words))
    wrong += len(indexed) + stray
    if wrong:
        yield _("The search index is wrong for {n} sites.").format(n=wrong)


def _batches(db: Database) -> Iterator[str]:
    previous: dict[str, tuple[int, str]] = {}
    sql = (
        "SELECT id, epoch, seq, previous, sha256, manifest, changes FROM jdz_batch ORDER BY number"
    )
    for id_, epoch, seq, before, sha, manifest, changes in db.stream(sql):
        if (seq - 1, before) != previous.get(epoch, (0, None)):
            yield _("Batch {id} does not follow the one before it.").format(id=id_)
        previous[epoch] = (seq, sha)
        if _manifest_hash(manifest) not in (None, sha256(changes)):
            yield _("The bytes of batch {id} are not those that were sealed.").format(id=id_)


def _manifest_hash(manifest: str) -> str | None:
    try:
        found = json.loads(manifest)
    except ValueError:
        return ""
    return found.get("changes_sha256") if isinstance(found, dict) else ""


def _drafts(db: Database) -> Iterator[str]:
    for id_, answers in db.stream("SELECT id, answers FROM jdz_draft"):
        try:
            readable = isinstance(json.loads(answers), dict)
        except ValueError:
            readable = False
        if not readable:
            yield _("The answers of draft {id} cannot be read.").format(id=id_)


def _files(db: Database, path: Path) -> Iterator[str]:
    sql = (
        "SELECT a.sha256, min(a.filename), u.added IS NOT NULL AND u.sent IS NULL"
        " FROM (SELECT sha256, filename FROM photos UNION ALL SELECT sha256, filename FROM tracks)"
        " a LEFT JOIN jdz_upload u ON u.sha256 = a.sha256 WHERE a.sha256 IS NOT NULL"
        " GROUP BY a.sha256"
    )
    for sha, name, needed in db.stream(sql):
        file = file_of(path, sha)
        if file is None:
            if needed:
                yield _("The file {name} ({sha}) is missing and was not sent yet.").format(
                    name=name, sha=sha[:12]
                )
        elif sha256_file(file) != sha:
            yield _("The file {name} ({sha}) was changed after it was added.").format(
                name=name, sha=sha[:12]
            )


def _form_media(db: Database, path: Path) -> Iterator[str]:
    sql = "SELECT form_id, version, filename, sha256 FROM jdz_form_media"
    for form_id, version, name, sha in db.stream(sql):
        file = file_of(path, sha)
        told = {"name": name, "form": form_id, "version": version}
        if file is None:
            yield _(
                "The file {name} of form {form} (version {version}) is missing;"
                " add the form again with its media folder."
            ).format(**told)
        elif sha256_file(file) != sha:
            yield _(
                "The file {name} of form {form} (version {version}) was changed after it was"
                " added; delete it and add the form again with its media folder."
            ).format(**told)


def file_of(path: Path, sha: str) -> Path | None:
    """Where a file lies in ``files/``, whatever its suffix."""
    found = sorted((path / "files" / sha[:2]).glob(f"{sha}*"))
    return found[0] if found else None
