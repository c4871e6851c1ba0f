"""OpenRosa submissions become records, through the same merge as batches.

A submission is one transaction: its record, what it does to sites, the attachments that came
with it, and the XML as it came. The ids of all this follow from its instanceID, so that sending
it again, whole or in parts, changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from sqlalchemy import Connection, select

from jdz_field.central.accounts import Caller, touch_device
from jdz_field.central.audit import note
from jdz_field.central.gate import NotHere
from jdz_field.central.openrosa_files import Kept, attachment_changes, names_here
from jdz_field.central.openrosa_lists import parsed
from jdz_field.central.openrosa_sites import Sites
from jdz_field.central.receiving import OtherContent
from jdz_field.central.tables import forms, subjects, submissions
from jdz_field.central.worlds import Loader, subject_of
from jdz_field.central.writing import Delivery, write_merged
from jdz_field.core.changes import RECORD, Change, Value
from jdz_field.core.clock import Now, to_text
from jdz_field.core.errors import BadInput
from jdz_field.core.hashing import canonical_json, sha256
from jdz_field.core.i18n import _
from jdz_field.core.ids import import_id
from jdz_field.core.positions import HOW, Provenance, key_of, with_point
from jdz_field.core.sites import point_of
from jdz_field.sync.merge import merge
from jdz_field.xforms.check_block import read_checks
from jdz_field.xforms.entities import updates_of
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.letters import Letter, first_point, letter_of, made_at, record_id_of
from jdz_field.xforms.position_block import by_place, read_block
from jdz_field.xforms.safe_xml import read_xml
from jdz_field.xforms.site_edits import SITE_QUESTION, SiteEdit, SiteEdits, site_edits
from jdz_field.xforms.submission import Received, read_submission


@dataclass(frozen=True, slots=True)
class Post:
    """A submission that was read and fits a published form."""

    xml: str
    sha: str
    letter: Letter
    form: FormDefinition
    received: Received

    @property
    def record(self) -> str:
        """The id of its record."""
        return record_id_of(self.letter.instance_id)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a submission: its record, whether it is new, what is still missing.

    ``notes``: what sites could not take though the record keeps it, in sentences.
    """

    record: str
    new: bool
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()


def read_post(connection: Connection, data: bytes) -> Post:
    """A submission's XML and its form.

    ``BadInput``: no XML, a DTD, encrypted, without instanceID, of another form than it says;
    ``NotHere``: the form or its version is not published.
    """
    element = read_xml(data, _("The submission"))
    letter = letter_of(element)
    if letter.encrypted:
        raise BadInput(_("Encrypted submissions are not taken; publish the form without a key."))
    if not letter.instance_id or len(letter.instance_id) > 255:
        raise BadInput(_("The submission has no instanceID; it cannot be told from others."))
    query = select(forms.c.xml).where(
        forms.c.form_id == letter.form, forms.c.version == letter.form_version
    )
    xml = connection.execute(query).scalar()
    if xml is None:
        raise NotHere(
            _("Form {form} {version} is not published here.").format(
                form=letter.form, version=letter.form_version
            )
        )
    form = parsed(xml)
    text = etree.tostring(element, encoding="unicode")
    canonical = etree.tostring(element, method="c14n")
    return Post(text, sha256(canonical), letter, form, read_submission(form, element))


def take(
    connection: Connection, now: Now, caller: Caller, post: Post, files: Sequence[Kept]
) -> Taken:
    """Enter a submission and the files that came with it, inside a writing transaction.

    ``OtherContent``: another submission came under its instanceID.
    """
    new = not _known(connection, post)
    work = Sites(connection, now, caller, post.letter.instance_id)
    changes: list[Change] = []
    notes: tuple[str, ...] = ()
    site = _site_of(connection, post)
    if new:
        changes, notes, site = _enter(work, post)
    changes += attachment_changes(work, post, site, files)
    if changes:
        _merge(connection, now, caller, changes)
    if new:
        _keep(connection, now, caller, post)
        work.keep_steps()
    touch_device(connection, now, caller.device)
    return Taken(post.record, new, _missing(connection, post), notes)


def _known(connection: Connection, post: Post) -> bool:
    """Whether the submission came before; the same answers by another way count too."""
    instance = post.letter.instance_id
    query = select(submissions.c.sha).where(submissions.c.instance_id == instance)
    before = connection.execute(query).scalar()
    if before is not None:
        if before != post.sha:
            raise _other(instance)
        return True
    row = connection.execute(select(subjects).where(subjects.c.id == post.record)).first()
    if row is None:
        return False
    there = subject_of(row)
    if there.kind != RECORD or canonical_json(there.value("answers")) != canonical_json(
        post.received.answers
    ):
        raise _other(instance)
    return True


def _other(instance: str) -> OtherContent:
    return OtherContent(
        _(
            "A record with the id {id} is here with other answers; a changed submission"
            " needs an id of its own and names the old one as deprecatedID."
        ).format(id=instance)
    )


def _enter(work: Sites, post: Post) -> tuple[list[Change], tuple[str, ...], tuple[str, str] | None]:
    answers = post.received.answers
    site = work.find(str(answers.get(SITE_QUESTION) or ""))
    place = first_point(answers)
    here = place
    if here is None and site is not None and site.lon is not None and site.lat is not None:
        here = f"POINT ({site.lon} {site.lat})"
    updates = updates_of(post.form, answers)
    old = _replaced(work.connection, post.letter.deprecated_id)
    edits = site_edits(work.find, updates, place=here, replaces=bool(old))
    concerned = (site.id, site.kind) if site else edits.only_site
    positions, unread = _positions(post)
    edits.edits[:] = [_with_how(work, edit, by_place(positions)) for edit in edits.edits]
    record = _record(work, post, place=here, old=old, site=concerned, positions=positions)
    notes = [
        *unread,
        *(_not_in_form(ref) for ref in post.received.unknown),
        *edits.notes,
        *(problem.message for problem in edits.problems),
    ]
    return [record, *_site_changes(work, post, edits)], tuple(notes), concerned


def _not_in_form(ref: str) -> str:
    return _("The form has no {ref}; what it held was left out.").format(ref=ref)


def _site_changes(work: Sites, post: Post, edits: SiteEdits) -> list[Change]:
    origin = f"form:{post.record}"
    made = [
        work.change(edit, at, origin, fresh=at in edits.fresh)
        for at, edit in enumerate(edits.edits)
    ]
    return [one for one in made if one is not None]


def _record(
    work: Sites,
    post: Post,
    *,
    place: str | None,
    old: str | None,
    site: tuple[str, str] | None,
    positions: Mapping[str, Any],
) -> Change:
    answers, at = post.received.answers, to_text(work.now())
    started, finished = made_at(post.letter, post.form, answers)
    values: Mapping[str, Value] = {
        "form": post.form.form_id,
        "form_version": post.form.version,
        "answers": answers,
        "author": work.caller.user,
        "started": started or at,
        "finished": finished or at,
        "site": site[0] if site else None,
        "site_kind": site[1] if site else None,
        "replaces": old,
        "geometry": place,
        "positions": dict(positions) or None,
        "checks": read_checks(post.letter.element) or None,
    }
    return Change(
        id=import_id("change", None, {"instanceID": post.letter.instance_id}),
        device=work.caller.device,
        author=work.caller.user,
        hlc=work.tick(),
        kind=RECORD,
        subject=post.record,
        fields={name: (None, value) for name, value in values.items() if value is not None},
        origin=f"form:{post.record}",
    )


def _positions(post: Post) -> tuple[dict[str, Any], list[str]]:
    """How its positions were found, as it says; no submission is refused for it."""
    try:
        return read_block(post.letter.element, post.received.answers), []
    except BadInput as error:
        return {}, [str(error)]


def _with_how(work: Sites, edit: SiteEdit, known: Mapping[str, Provenance]) -> SiteEdit:
    """What is known of the point that an entity block gives to its site goes along."""
    wkt = edit.fields.get("geometry")
    point = point_of(wkt) if isinstance(wkt, str) else None
    how = known.get(key_of(*point)) if point is not None else None
    site = work.find(edit.subject) if how is not None else None
    words = with_point(site.fields.get(HOW) if site else None, wkt, how)
    return edit if words is None else edit._replace(fields={**edit.fields, HOW: words})


def _replaced(connection: Connection, deprecated: str) -> str | None:
    if not deprecated:
        return None
    query = select(submissions.c.record).where(submissions.c.instance_id == deprecated)
    return str(connection.execute(query).scalar() or record_id_of(deprecated))


def _site_of(connection: Connection, post: Post) -> tuple[str, str] | None:
    row = connection.execute(select(subjects).where(subjects.c.id == post.record)).first()
    there = subject_of(row) if row is not None else None
    if there is None or not there.value("site"):
        return None
    return str(there.value("site")), str(there.value("site_kind"))


def _merge(connection: Connection, now: Now, caller: Caller, changes: Sequence[Change]) -> None:
    try:
        merged = merge(Loader(connection).push(changes), changes, role=caller.role)
        write_merged(
            connection, merged, Delivery(to_text(now()), via=caller.device, owner=caller.user)
        )
    except RecursionError as error:
        raise BadInput(_("The submission holds answers nested too deeply.")) from error


def _keep(connection: Connection, now: Now, caller: Caller, post: Post) -> None:
    connection.execute(
        submissions.insert().values(
            instance_id=post.letter.instance_id,
            record=post.record,
            form_id=post.form.form_id,
            version=post.form.version,
            user_name=caller.user,
            sha=post.sha,
            xml=post.xml,
            received=to_text(now()),
        )
    )
    what = {"record": post.record, "form": post.form.form_id, "version": post.form.version}
    note(connection, now, caller.user, "submission", **what)


def _missing(connection: Connection, post: Post) -> tuple[str, ...]:
    """Names of the files that the answers speak of and that have not come."""
    here = names_here(connection, post.record)
    return tuple(sorted(set(post.received.files.values()) - here))
