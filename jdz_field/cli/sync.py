"""``enrol``, ``sync``, ``batch``: a device and its centre, over the network or by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import (
    Context,
    emit,
    finish,
    json_option,
    pass_context,
    progress_to_terminal,
)
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.operations.stick import pack
from jdz_field.operations.sync import (
    apply_receipt_file,
    enrol_from_file,
    run_sync,
    show_batch,
)
from jdz_field.operations.sync import enrol as enrol_device
from jdz_field.operations.sync_area import Area, area_of, set_area
from jdz_field.store.project import Project
from jdz_field.sync.engine import Step, SyncReport

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("target", metavar="URL|FILE")
@click.argument("code", required=False)
@click.option("--certificate", type=_FILE, help="PEM file of a server that no authority signed.")
@json_option
@pass_context
def enrol(
    context: Context, target: str, code: str | None, certificate: Path | None, as_json: bool
) -> None:
    """Register this device at a centre: with its URL and a one-time CODE, or with a FILE."""
    with context.open() as project:
        if code is not None:
            place = enrol_device(project, target, code, certificate=_pem(certificate))
        elif "://" in target:
            raise BadUsage(_("A URL needs the one-time CODE too: enrol URL CODE."))
        else:
            place = enrol_from_file(project, Path(target))
    data = {"device": place.device, "user": place.user, "role": place.role, "token": place.token}
    emit(data, as_json=as_json, text=lambda: _enrolled_text(data))


def _enrolled_text(data: dict[str, str]) -> str:
    return "\n".join(
        [
            _("This device is now {device} of {user}.").format(**data),
            _("Its token, shown this once: {token}").format(**data),
        ]
    )


def _pem(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise BadUsage(_("{file} is no PEM certificate.").format(file=path)) from error


@click.command()
@click.option("--server", metavar="URL", help="The centre's address, when it moved.")
@click.option("--pull-only", is_flag=True, help="Send nothing.")
@click.option(
    "--originals", is_flag=True, help="Send originals of photos too that the project lets wait."
)
@click.option(
    "--counties",
    metavar="CODES",
    help="Fetch only these counties (codes) from now on; all: every county again.",
)
@click.option(
    "--kinds",
    metavar="KINDS",
    help="Fetch only these kinds of sites from now on; all: every kind again.",
)
@json_option
@pass_context
def sync(
    context: Context,
    server: str | None,
    pull_only: bool,
    originals: bool,
    counties: str | None,
    kinds: str | None,
    as_json: bool,
) -> None:
    """Send what is unsent to the centre and fetch what is new there."""
    with context.open() as project:
        _choose_area(project, counties, kinds)
        report = run_sync(
            project, server, pull_only=pull_only, originals=originals, progress=_shown()
        )
    emit(report.to_json(), as_json=as_json, text=lambda: _report_text(report))
    finish(bool(report.refused))


def _choose_area(project: Project, counties: str | None, kinds: str | None) -> None:
    if counties is None and kinds is None:
        return
    now = area_of(project)
    chosen = Area(
        now.counties if counties is None else _words(counties),
        now.kinds if kinds is None else _words(kinds),
    )
    set_area(project, chosen)


def _words(text: str) -> tuple[str, ...]:
    return () if text.strip() == "all" else tuple(text.replace(",", " ").split())


def _shown() -> Callable[[Step], None] | None:
    draw = progress_to_terminal()
    if draw is None:
        return None

    def show(step: Step) -> None:
        if step.bytes_total:
            draw(step.bytes_done, step.bytes_total)
        elif step.total:
            draw(step.done, step.total)

    return show


def _report_text(report: SyncReport) -> str:
    counts = report.counts
    lines = [
        _("Sent: {pushed} changes, {attachments} attachments; received: {pulled} changes.").format(
            pushed=report.pushed, attachments=report.attachments, pulled=report.pulled
        ),
        _("Applied {applied}, merged {merged}, already there {already}.").format(**counts),
    ]
    if any(counts[word] for word in ("conflicts", "proposed", "waiting", "quarantined")):
        lines.append(
            _(
                "For the office: {conflicts} fields in conflict, {proposed} proposed, "
                "{waiting} waiting, {quarantined} quarantined."
            ).format(**counts)
        )
    return "\n".join([*lines, *map(_refusal_text, report.refused)])


def _refusal_text(refusal: dict[str, str]) -> str:
    if "file" in refusal:
        return _("Not sent: {file}: {message}").format(**refusal)
    return _("Refused: {subject} {field}: {message}").format(**refusal)


@click.group()
def batch() -> None:
    """Batches by hand, for a card or stick."""


@batch.command("export")
@click.argument("out", type=_FILE)
@json_option
@pass_context
def batch_export(context: Context, out: Path, as_json: bool) -> None:
    """Pack every batch that has no receipt into OUT.jdzb, encrypted for the centre."""
    with context.open() as project:
        report = pack(project, out)
    emit(
        report.to_json(),
        as_json=as_json,
        text=lambda: "\n".join(
            [
                _("{batches} batches with {changes} changes, {attachments} attachments: {files}")
                .format(
                    batches=report.batches,
                    changes=report.changes,
                    attachments=report.attachments,
                    files=", ".join(report.files),
                ),
                *map(_refusal_text, report.refused),
            ]
        ),
    )  # fmt: skip
    finish(bool(report.refused))


@batch.command("show")
@click.argument("file", type=_FILE)
@json_option
@pass_context
def batch_show(context: Context, file: Path, as_json: bool) -> None:
    """Say what a batch file of this device holds."""
    with context.open(read_only=True) as project:
        data = show_batch(project, file)
    emit(data, as_json=as_json, text=lambda: _show_text(data))


def _show_text(data: dict[str, Any]) -> str:
    lines = [
        _("Volume {volume} of {volumes}, from device {device}; {attachments} attachments.").format(
            **data
        )
    ]
    lines += [
        _("Batch {sequence} of {author}, {created}: {changes} changes, {attachments} attachments.")
        .format(**one)
        for one in data["batches"]
    ]  # fmt: skip
    return "\n".join(lines)


@batch.command("receipt")
@click.argument("file", type=_FILE)
@json_option
@pass_context
def batch_receipt(context: Context, file: Path, as_json: bool) -> None:
    """Take in the receipt and update FILE that the centre sent back."""
    with context.open() as project:
        report = apply_receipt_file(project, file)
    emit(report.to_json(), as_json=as_json, text=lambda: _report_text(report))
    finish(bool(report.refused))
