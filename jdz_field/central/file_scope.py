"""Who may read an attachment: whoever may see something that it belongs to."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, or_, select

from jdz_field.central.accounts import Caller
from jdz_field.central.office import Office
from jdz_field.central.scope import limited, within
from jdz_field.central.tables import batch_files, changes, form_media, subjects
from jdz_field.core.changes import ATTACHMENT


def may_read(office: Office, caller: Caller, sha: str) -> bool:
    """Whether the caller may read the file of this SHA-256.

    The files of forms are everybody's; what a device sent itself it may have back.
    """
    if not limited(caller):
        return True
    with office.database.read() as connection:
        form = select(form_media.c.sha256).where(form_media.c.sha256 == sha).limit(1)
        return connection.execute(form).first() is not None or _in_scope(connection, caller, sha)


def _in_scope(connection: Connection, caller: Caller, sha: str) -> bool:
    sent = (
        select(changes.c.target)
        .join(batch_files, batch_files.c.batch == changes.c.batch)
        .where(batch_files.c.sha256 == sha, changes.c.kind == ATTACHMENT)
    )
    # A batch brings many files: its attachments are few, this one's row says its hash.
    here = subjects.c.state.contains(f'"{sha}"', autoescape=True)
    seen = or_(within(caller, subjects.c.kind, subjects.c.county), _own(caller))
    query = select(subjects.c.id).where(subjects.c.kind == ATTACHMENT, here, seen)
    found = connection.execute(query.where(subjects.c.id.in_(sent)).limit(1)).first()
    # What came by OpenRosa came in no batch.
    return found is not None or connection.execute(query.limit(1)).first() is not None


def _own(caller: Caller) -> ColumnElement[bool]:
    return subjects.c.id.in_(select(changes.c.target).where(changes.c.via == caller.device))
