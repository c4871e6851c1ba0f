"""What ODK Collect asks before it fills anything: the list of forms, and each form's files.

Source: OpenRosa Form List API 1.0 and Form Manifest, Integrity API (docs.getodk.org/openrosa).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lxml import etree
from sqlalchemy import Connection, select

from jdz_field.central.accounts import Caller
from jdz_field.central.blobs import Blobs
from jdz_field.central.openrosa_lists import ListHashes, parsed
from jdz_field.central.tables import form_media, forms
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.core.ids import new_id
from jdz_field.core.lists import list_names
from jdz_field.xforms.entities import datasets_read
from jdz_field.xforms.letters import plain_name
from jdz_field.xforms.media import MAX_FILE

FORMS = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
#: More files than this are no form's media; the wrong folder was given.
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Published:
    """A form version as the list of forms tells it."""

    form_id: str
    version: str
    title: str
    xml: str
    published: str

    @property
    def md5(self) -> str:
        """MD5 of the XForm, as OpenRosa asks for it."""
        return hashlib.md5(self.xml.encode(), usedforsecurity=False).hexdigest()

    @property
    def path(self) -> str:
        """Its address below ``/openrosa``, without ending."""
        return f"forms/{quote(self.form_id, safe='')}/{quote(self.version, safe='')}"

    def lists(self) -> list[str]:
        """The entity lists that it looks things up in."""
        return list(dict.fromkeys(datasets_read(parsed(self.xml).lists).values()))


def published(
    connection: Connection, form_id: str | None = None, *, every: bool = False
) -> list[Published]:
    """The newest version of each form (``every``: all of them), or of one."""
    query = select(forms).order_by(
        forms.c.form_id, forms.c.published.desc(), forms.c.version.desc()
    )
    if form_id is not None:
        query = query.where(forms.c.form_id == form_id)
    found = [
        Published(r.form_id, r.version, r.title, r.xml, r.published)
        for r in connection.execute(query)
    ]
    if every:
        return found
    newest: dict[str, Published] = {}
    for one in found:
        newest.setdefault(one.form_id, one)
    return list(newest.values())


def form_of(connection: Connection, form_id: str, version: str) -> Published | None:
    """One version of a form."""
    every = published(connection, form_id, every=True)
    return next((one for one in every if one.version == version), None)


def media_of(connection: Connection, form: Published) -> dict[str, str]:
    """A form's own files: name to SHA-256."""
    query = select(form_media.c.filename, form_media.c.sha256).where(
        form_media.c.form_id == form.form_id, form_media.c.version == form.version
    )
    return {r.filename: r.sha256 for r in connection.execute(query.order_by(form_media.c.filename))}


def _plain(space: str) -> dict[str, str]:
    """The namespace of elements without a prefix; the stubs of lxml do not know of those."""
    return {None: space}  # type: ignore[dict-item]


def form_list(connection: Connection, found: Iterable[Published], base: str) -> bytes:
    """``<xforms>``; ``base``: the address of ``/openrosa``."""
    top = etree.Element(f"{{{FORMS}}}xforms", nsmap=_plain(FORMS))
    for form in found:
        cells = {
            "formID": form.form_id,
            "name": form.title or form.form_id,
            "version": form.version,
            "hash": f"md5:{form.md5}",
            "downloadUrl": f"{base}/{form.path}.xml",
        }
        if form.lists() or media_of(connection, form):
            cells["manifestUrl"] = f"{base}/{form.path}/manifest"
        one = etree.SubElement(top, f"{{{FORMS}}}xform")
        for name, text in cells.items():
            etree.SubElement(one, f"{{{FORMS}}}{name}").text = text
    return _written(top)


def manifest(
    connection: Connection,
    blobs: Blobs,
    hashes: ListHashes,
    caller: Caller,
    form: Published,
    base: str,
) -> bytes:
    """``<manifest>``: a form's own files, then the lists that it reads."""
    top = etree.Element(f"{{{MANIFEST}}}manifest", nsmap=_plain(MANIFEST))
    own = media_of(connection, form)
    for name, sha in own.items():
        url = f"{base}/{form.path}/media/{quote(name, safe='')}"
        _file(top, "", {"filename": name, "hash": f"md5:{blobs.md5(sha)}", "downloadUrl": url})
    for dataset in form.lists():
        if f"{dataset}.csv" in own:
            continue
        place = f"{base}/lists/{quote(dataset, safe='')}"
        cells = {
            "filename": f"{dataset}.csv",
            "hash": f"md5:{hashes.md5(connection, caller, dataset)}",
            "downloadUrl": f"{place}.csv",
        }
        if dataset in list_names():
            _file(top, "", cells)
        else:
            _file(top, "entityList", cells | {"integrityUrl": f"{place}/integrity"})
    return _written(top)


def _file(top: etree._Element, kind: str, cells: Mapping[str, str]) -> None:
    one = etree.SubElement(top, f"{{{MANIFEST}}}mediaFile")
    if kind:
        one.set("type", kind)
    for name, text in cells.items():
        etree.SubElement(one, f"{{{MANIFEST}}}{name}").text = text


def integrity(gone: Mapping[str, bool]) -> bytes:
    """``<data>``: which entities are deleted."""
    top = etree.Element("data")
    inside = etree.SubElement(top, "entities")
    for one, deleted in gone.items():
        entity = etree.SubElement(inside, "entity", id=one)
        etree.SubElement(entity, "deleted").text = "true" if deleted else "false"
    return _written(top)


def response(message: str, *, nature: str = "submit_success") -> bytes:
    """``<OpenRosaResponse>`` with one sentence."""
    top = etree.Element(f"{{{RESPONSE}}}OpenRosaResponse", nsmap=_plain(RESPONSE))
    said = etree.SubElement(top, f"{{{RESPONSE}}}message", nature=nature)
    said.text = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in message)
    return _written(top)


def _written(top: etree._Element) -> bytes:
    written: bytes = etree.tostring(top, encoding="UTF-8", xml_declaration=True)
    return written


# ---- publishing a form's files


def keep_media(blobs: Blobs, folder: Path, who: str) -> dict[str, str]:
    """Take a form's files (the folder ``<stem>-media``) in: name to SHA-256.

    ``BadInput``: too many, or one is too large.
    """
    if not folder.is_dir():
        return {}
    files = [
        file
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.startswith((".", "~"))
    ]
    if len(files) > _MOST:
        raise BadInput(
            _("The folder {path} holds more than {n} files; give the form's media folder.").format(
                path=folder, n=_MOST
            )
        )
    return {file.name: _keep(blobs, file, who) for file in files if plain_name(file.name)}


def _keep(blobs: Blobs, file: Path, who: str) -> str:
    if file.stat().st_size > MAX_FILE:
        raise BadInput(
            _("{file} is larger than {n} MB; make it smaller.").format(
                file=file, n=MAX_FILE // 1_000_000
            )
        )
    draft = blobs.uploads / f"{new_id()}.part"
    draft.write_bytes(file.read_bytes())
    sha = sha256_file(draft)
    blobs.keep(draft, sha, file.name, who)
    return sha


def enter_media(
    connection: Connection, form_id: str, version: str, media: Mapping[str, str]
) -> None:
    """Let a form version have these files."""
    where = (form_media.c.form_id == form_id, form_media.c.version == version)
    connection.execute(form_media.delete().where(*where))
    rows: Sequence[dict[str, str]] = [
        {"form_id": form_id, "version": version, "filename": name, "sha256": sha}
        for name, sha in media.items()
    ]
    if rows:
        connection.execute(form_media.insert(), rows)
