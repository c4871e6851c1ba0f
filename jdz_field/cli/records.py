"""``records``: filled forms from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Context, emit, finish, finish_with, json_option, pass_context
from jdz_field.cli.records_check import check, finding_json, say, why_option
from jdz_field.cli.records_check import lines_of as check_lines
from jdz_field.cli.sensitive import coordinates_option, sensitive_option
from jdz_field.core.clock import from_text, local_text
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.machine_checks import kept_words
from jdz_field.operations.photos import add_photos
from jdz_field.operations.position_words import record_words
from jdz_field.operations.record_export import export_records, record_json
from jdz_field.operations.records import Filling
from jdz_field.operations.sites import resolve
from jdz_field.operations.submissions import (
    IMPORTED,
    KNOWN,
    REFUSED,
    Imported,
    import_submissions,
)
from jdz_field.operations.versions import carry_over, newer_version, take_back, what_changes
from jdz_field.store.project import Project
from jdz_field.xforms.carry import Carry
from jdz_field.xforms.runner import Runner


@click.group()
def records() -> None:
    """Filled forms: new, list, show, export, import, carry over."""


def _attach(project: Project, filling: Filling, attachments: tuple[str, ...]) -> None:
    for one in attachments:
        path, equals, file = one.partition("=")
        if not equals:
            raise BadUsage(_("--attach takes PATH=FILE, not «{text}».").format(text=one))
        site = filling.site.id if filling.site else None
        added = add_photos(
            project, [Path(file)], record=filling.id, site=site, path=path, any_file=True
        )
        result = added.files[0]
        if result.attachment is None:
            raise BadInput(result.problem or _("{file} could not be added.").format(file=file))
        filling.session.answer(path, result.attachment.filename)


records.add_command(check)


@records.command()
@click.argument("form")
@click.option("--site", "code", help="Number or id of the site.")
@click.option("--answers", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option(
    "--attach", multiple=True, metavar="PATH=FILE", help="A photo or file for a question."
)
@click.option("--draft", is_flag=True, help="Keep it as a draft, do not finalize.")
@why_option
@json_option
@pass_context
def new(
    context: Context,
    form: str,
    code: str | None,
    answers: Path,
    attach: tuple[str, ...],
    draft: bool,
    why: tuple[str, ...],
    as_json: bool,
) -> None:
    """Fill FORM from a file of commands (answer, repeat, remove; tab separated)."""
    try:
        lines = answers.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            _("The answers {file} cannot be read ({what}).").format(file=answers, what=error)
        ) from error
    with context.open() as project:
        site = resolve(project, code).id if code else None
        filling = Filling.start(project, form, site)
        said = [json.loads(line) for line in Runner(filling.session, strict=False).run(lines)]
        refused = [answer for answer in said if "error" in answer]
        _attach(project, filling, attach)
        found = say(project, filling, why)
        project.save_draft(filling.draft(project))
        data: dict[str, Any] = {"id": filling.id, "state": "draft", "problems": refused}
        if not draft and not refused:
            result = filling.finalize(project)
            data["problems"] = [
                {"path": p.ref, "kind": p.kind, "message": p.message} for p in result.problems
            ]
            data["state"] = "final" if result.record else "draft"
            data["notes"] = list(result.notes)
            found = list(result.findings)
        data["checks"] = [finding_json(one) for one in found]
    emit(data, as_json=as_json, text=lambda: _new_text(data))
    finish(refused=bool(data["problems"]))


def _new_text(data: dict[str, Any]) -> str:
    lines = [_("{state}: {id}").format(state=_state(data["state"]), id=data["id"])]
    lines += [str(p.get("message") or p.get("error")) for p in data["problems"]]
    lines += [*data.get("notes", []), *check_lines(data["checks"])]
    return "\n".join(lines)


def _state(state: str) -> str:
    words = {
        "draft": _("Draft"),
        "final": _("Finalized"),
        "unsent": _("Unsent"),
        "sent": _("Sent"),
        "received": _("Received"),
        "approved": _("Approved"),
        "returned": _("Returned"),
        "rejected": _("Rejected"),
    }
    return words.get(state, state)


def _drafts(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "id": draft.id,
            "state": "draft",
            "form": draft.form,
            "form_version": draft.form_version,
            "newer_version": newer_version(project, draft),
            "site": draft.site,
            "author": draft.author,
            "finished": None,
            "updated": draft.updated,
        }
        for draft in project.drafts()
    ]


@records.command("list")
@click.option("--site", "code", help="Only records of this site.")
@click.option("--drafts", is_flag=True, help="Drafts too.")
@json_option
@pass_context
def list_records(context: Context, code: str | None, drafts: bool, as_json: bool) -> None:
    """List records, newest first."""
    with context.open(read_only=True) as project:
        site = resolve(project, code).id if code else None
        data = _drafts(project) if drafts else []
        data += [record_json(project, r) for r in project.records(site=site, limit=1_000_000)]
    emit(data, as_json=as_json, text=lambda: "\n".join(map(_line, data)) or _("No records yet."))


def _line(row: dict[str, Any]) -> str:
    when = local_text(from_text(row.get("finished") or row["updated"]))
    site = row.get("site_name") or row.get("site") or ""
    return f"{when}  {_state(row['state'])}  {row['form']}  {site}  {row['author']}  {row['id']}"


@records.command()
@click.argument("record_id")
@json_option
@pass_context
def show(context: Context, record_id: str, as_json: bool) -> None:
    """Show one record with its answers."""
    with context.open(read_only=True) as project:
        record = project.record(record_id)
        if record is None:
            raise BadInput(_("There is no record {id} in this project.").format(id=record_id))
        data = record_json(project, record)
    emit(data, as_json=as_json, text=lambda: _show_text(data))


def _show_text(data: dict[str, Any]) -> str:
    lines = [_line(data), *(f"  {name}: {value}" for name, value in data["answers"].items())]
    if data["positions"]:
        lines.append(f"  {_('How positions were found')}: {record_words(data['positions'])}")
    if data["checks"]:
        lines.append(f"  {_('Machine checks')}: {kept_words(data['checks'])}")
    return "\n".join(lines)


@records.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@sensitive_option
@coordinates_option
@pass_context
def export(
    context: Context, out: Path, sensitive: str, coordinates: str | None, as_json: bool
) -> None:
    """Write all records to OUT (.json .csv .xlsx .gpkg .xml)."""
    with context.open(read_only=True) as project:
        done = export_records(project, out, sensitive, coordinates or "")
    said = _("Wrote {n} records to {file}.").format(n=done.written, file=out)
    emit(
        {"written": done.written, "file": str(out), "notes": list(done.notes)},
        as_json=as_json,
        text=lambda: "\n".join([said, *done.notes]),
    )
    finish(refused=bool(done.notes))


@records.command("import")
@click.argument("files", type=click.Path(path_type=Path, dir_okay=False), nargs=-1, required=True)
@click.option(
    "--attach",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder of their photos and files.",
)
@json_option
@pass_context
def import_records(
    context: Context, files: tuple[Path, ...], attach: Path | None, as_json: bool
) -> None:
    """Bring in OpenRosa submissions (ODK Collect, Kobo, Briefcase) as records."""
    with context.open() as project:
        done = import_submissions(project, files, attach)
    counts = {s: sum(one.status == s for one in done) for s in (IMPORTED, KNOWN, REFUSED)}
    emit(
        {**counts, "submissions": [one.to_json() for one in done]},
        as_json=as_json,
        text=lambda: _import_text(counts, done),
    )
    if counts[REFUSED] == len(done):
        finish_with(BadInput.exit_code)
    finish(refused=bool(counts[REFUSED] or any(one.notes for one in done)))


def _import_text(counts: dict[str, int], done: list[Imported]) -> str:
    lines = [_("{imported} imported, {known} there already, {refused} refused.").format(**counts)]
    for one in done:
        lines += [f"{one.file.name}: {text}" for text in (one.problem, *one.notes) if text]
    return "\n".join(lines)


@records.command()
@click.argument("draft_id")
@click.option("--to", "version", help="The version; by default the one added last.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--undo", is_flag=True, help="Bring back what the draft was before.")
@json_option
@pass_context
def carry(
    context: Context,
    draft_id: str,
    version: str | None,
    dry_run: bool,
    undo: bool,
    as_json: bool,
) -> None:
    """Carry a draft over to another version of its form."""
    with context.open(read_only=dry_run) as project:
        draft = project.draft(draft_id)
        if draft is None:
            raise BadInput(
                _("There is no draft {id}; see records list --drafts.").format(id=draft_id)
            )
        if undo:
            now = take_back(project, draft)
            told: dict[str, Any] = {"carried": False}
        else:
            told = _carry_json(what_changes(project, draft, version))
            to = version or newer_version(project, draft)
            now = draft if dry_run else carry_over(project, draft, to)
            told = {"carried": not dry_run, "to": to, **told}
    data = {"id": draft.id, "form": draft.form, "from": draft.form_version, **told}
    data.setdefault("to", now.form_version)
    emit(data, as_json=as_json, text=lambda: _carry_text(data))
    finish(refused=bool(data.get("lost") or data.get("changed")))


def _carry_json(carry: Carry) -> dict[str, Any]:
    lists = {name: getattr(carry, name) for name in _CARRIED}
    return {
        "kept": carry.kept,
        **{name: [asdict(one) for one in told] for name, told in lists.items()},
    }


_CARRIED = ("moved", "lost", "changed", "required", "new")


def _carry_text(data: dict[str, Any]) -> str:
    head = _("{form}: version {old} → {new}, {n} answers kept as they are.").format(
        form=data["form"], old=data["from"], new=data["to"], n=data.get("kept", 0)
    )
    words = {
        "moved": _("stands elsewhere now"),
        "lost": _("has no place any more"),
        "changed": _("is not taken as it is"),
        "required": _("is required now"),
        "new": _("is new"),
    }
    lines = [head]
    for name in _CARRIED:
        for one in data.get(name, []):
            value = f" = {one['value']}" if one["value"] else ""
            lines.append(f"  {one['label']}{value}: {words[name]}")
    return "\n".join(lines)
