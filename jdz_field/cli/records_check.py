"""``records check``: what the machine finds odd in a draft, or found in a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from jdz_field.cli.common import Context, emit, finish, json_option, pass_context
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.machine_checks import (
    Finding,
    check_label,
    checks,
    finding_words,
    read_kept,
    reason_words,
)
from jdz_field.operations.records import Filling
from jdz_field.store.project import Project

WHY_HELP = "Why it is so: CHECK or CHECK:PATH, and a reason of the list or own words."
why_option = click.option("--why", multiple=True, metavar="CHECK[:PATH]=WORDS", help=WHY_HELP)


def finding_json(one: Finding) -> dict[str, Any]:
    """A finding as every command prints it."""
    return {
        "check": one.check,
        "name": check_label(one.check),
        "path": one.ref,
        "label": one.label,
        "message": finding_words(one),
        "figures": dict(one.figures),
        "reason": one.reason,
        "note": one.note,
        "answered": one.answered,
    }


def say(project: Project, filling: Filling, why: Iterable[str]) -> list[Finding]:
    """Give reasons as ``--why`` has them; what is found then.

    ``BadUsage``: no «=», an unknown check. ``BadInput``: nothing of the kind was found.
    """
    for one in why:
        key, equals, words = one.partition("=")
        check, _colon, path = key.partition(":")
        if not equals or check not in checks():
            raise BadUsage(
                _("--why takes CHECK=WORDS with a check of {known}, not «{text}».").format(
                    known=" ".join(checks()), text=one
                )
            )
        fitting = [f for f in filling.findings(project) if f.check == check and path in ("", f.ref)]
        if not fitting:
            raise BadInput(
                _("Nothing of «{check}» was found; see records check.").format(check=key)
            )
        for found in fitting:
            filling.say_why(found, words)
    return filling.findings(project)


def lines_of(found: Iterable[dict[str, Any]]) -> list[str]:
    """Findings for a person."""
    told = []
    for one in found:
        again = Finding(
            one["check"], one["path"], one["label"], one["figures"], one["reason"], one["note"]
        )
        told.append(f"  {one['name']}: {one['message']} ({reason_words(again)})")
    return told


@click.command("check")
@click.argument("id_")
@why_option
@json_option
@pass_context
def check(context: Context, id_: str, why: tuple[str, ...], as_json: bool) -> None:
    """Say what is odd in a draft, or was in a record; --why gives a draft's reasons."""
    with context.open(read_only=not why) as project:
        record = project.record(id_)
        if record is not None and why:
            raise BadUsage(_("A finished record never changes; correct it by a new version."))
        if record is not None:
            found, problems = read_kept(record.checks), []
        else:
            filling = Filling.resume(project, id_)
            found = say(project, filling, why)
            problems = filling.session.problems()
            if why:
                project.save_draft(filling.draft(project))
    data: dict[str, Any] = {
        "id": id_,
        "state": "final" if record is not None else "draft",
        "problems": [{"path": p.ref, "kind": p.kind, "message": p.message} for p in problems],
        "checks": [finding_json(one) for one in found],
    }
    emit(data, as_json=as_json, text=lambda: _text(data))
    finish(refused=any(not one["answered"] for one in data["checks"]))


def _text(data: dict[str, Any]) -> str:
    told = [str(one["message"]) for one in data["problems"]] + lines_of(data["checks"])
    return "\n".join(told) or _("Nothing odd was found.")
