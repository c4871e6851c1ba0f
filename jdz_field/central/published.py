"""Forms that the centre gives to the devices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from jdz_field.central import record_views
from jdz_field.central.audit import note
from jdz_field.central.tables import attachments, form_media, forms
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _


@dataclass(frozen=True, slots=True)
class Form:
    """An XForm with its id, version and title."""

    form_id: str
    version: str
    title: str
    xml: str


def read_form(path: Path) -> Form:
    """An XLSForm (``.xlsx``) or XForm (``.xml``). ``BadInput``: not readable, not valid."""
    # pyxform is slow to load, and only this act needs it.
    from jdz_field.xforms.convert import convert_xlsform  # noqa: PLC0415
    from jdz_field.xforms.definition import parse_form  # noqa: PLC0415

    if path.suffix.lower() == ".xlsx":
        made = convert_xlsform(path)
        return Form(made.form_id, made.version, made.title, made.xml)
    try:
        xml = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("{file} cannot be read as a form; give an .xlsx or .xml file.").format(file=path)
        ) from error
    form = parse_form(xml)
    return Form(form.form_id, form.version, form.title, xml)


def publish(connection: Connection, now: Now, who: str, form: Form) -> dict[str, Any]:
    """Enter a form. ``BadInput``: this version is out already with other content."""
    where = (forms.c.form_id == form.form_id, forms.c.version == form.version)
    before = connection.execute(select(forms.c.xml).where(*where)).first()
    if before is not None and before.xml != form.xml:
        raise BadInput(
            _(
                "Version {version} of {form} is published with other content; "
                "give the form a new version."
            ).format(version=form.version, form=form.form_id)
        )
    if before is None:
        connection.execute(
            forms.insert().values(
                form_id=form.form_id,
                version=form.version,
                title=form.title,
                xml=form.xml,
                published=to_text(now()),
            )
        )
        note(connection, now, who, "form publish", form=form.form_id, version=form.version)
        record_views.make(connection)
    return {
        "form_id": form.form_id,
        "version": form.version,
        "title": form.title,
        "new": before is None,
    }


def list_forms(connection: Connection) -> list[dict[str, Any]]:
    """The published forms, the newest version of each first; ``media``: the files they need."""
    query = select(forms.c.form_id, forms.c.version, forms.c.title, forms.c.published)
    query = query.order_by(forms.c.form_id, forms.c.published.desc())
    media = _media(connection)
    return [
        dict(row) | {"media": media.get((row["form_id"], row["version"]), [])}
        for row in connection.execute(query).mappings()
    ]


def _media(connection: Connection) -> dict[tuple[str, str], list[dict[str, Any]]]:
    query = (
        select(form_media, attachments.c.size)
        .join(attachments, attachments.c.sha256 == form_media.c.sha256)
        .order_by(form_media.c.filename)
    )
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in connection.execute(query):
        one = {"filename": row.filename, "sha256": row.sha256, "size": row.size}
        found.setdefault((row.form_id, row.version), []).append(one)
    return found


def form_xml(connection: Connection, form_id: str, version: str) -> str | None:
    """The XForm of one version."""
    query = select(forms.c.xml).where(forms.c.form_id == form_id, forms.c.version == version)
    return connection.execute(query).scalar()
