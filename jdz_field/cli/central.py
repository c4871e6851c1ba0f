"""``central``: the office server and office work without a window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jdz_field.central.office import Office
from jdz_field.cli import central_progress as plan
from jdz_field.cli import central_settle as settle
from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.central_draw import draw
from jdz_field.cli.central_export import export
from jdz_field.cli.central_people import device, user
from jdz_field.cli.central_security import audit, duties, lockouts
from jdz_field.cli.central_tasks import task
from jdz_field.cli.common import emit, finish
from jdz_field.core.catalogue import site_kind
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _

_PATH = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def central() -> None:
    """The office server and office work without a window."""


@central.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8443, help="Port; 0: any free one.")
@click.option("--tls-cert", type=_PATH, help="Certificate (PEM) for https.")
@click.option("--tls-key", type=_PATH, help="The certificate's key (PEM).")
@click.option("--log-dir", type=_FOLDER, help="Folder of the logs (default: beside --files).")
@click.option(
    "--log-days",
    type=click.IntRange(184, 36_500),
    default=200,
    help="Days that logs are kept; six months at least.",
)
@central_options
def serve(
    place: Place,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    log_dir: Path | None,
    log_days: int,
    as_json: bool,
) -> None:
    """Serve the centre until interrupted; prints one line when it listens."""
    from jdz_field.central.run import Logs  # noqa: PLC0415 - only this leaf needs it
    from jdz_field.central.run import serve as run  # noqa: PLC0415

    def announce(url: str) -> None:
        said = _("The centre listens at {url}").format(url=url)
        click.echo(f'{{"url": "{url}"}}' if as_json else said)

    run(
        place.database,
        place.files,
        host=host,
        port=port,
        tls_cert=tls_cert,
        tls_key=tls_key,
        logs=Logs(log_dir, log_days),
        announce=announce,
    )


# ---- batches


@central.command()
@click.argument("file", type=_PATH)
@click.option("--receipt", type=_PATH, help="Write the answer for the device here.")
@central_options
def receive(place: Place, file: Path, receipt: Path | None, as_json: bool) -> None:
    """Take in a batch file that came on a card or stick."""
    with place.office() as office:
        done = office.receive_file(file, receipt)
    emit(done, as_json=as_json, text=lambda: _received_text(done))
    finish(refused=any(done[k] for k in ("rejected", "quarantined", "waiting", "held")))


def _received_text(done: dict[str, Any]) -> str:
    words = (
        ("pushed", _("changes")),
        ("applied", _("applied")),
        ("already", _("already so")),
        ("merged", _("merged")),
        ("proposed", _("proposed")),
        ("conflicts", _("conflicts")),
        ("waiting", _("waiting")),
        ("quarantined", _("quarantined")),
        ("attachments", _("attachments")),
    )
    lines = [f"{label}: {done[key]}" for key, label in words]
    if done["missing"]:
        lines.append(_("Attachments still missing: {n}").format(n=len(done["missing"])))
    if done["held"]:
        lines.append(_("Held, because the device is shut out: {n}").format(n=done["held"]))
    return "\n".join(lines)


@central.group()
def batches() -> None:
    """Batches that came in."""


@batches.command("list")
@central_options
def batches_list(place: Place, as_json: bool) -> None:
    """List the batches, newest first."""
    with place.office() as office:
        found = office.batches()
    lines = [
        f"{b['received']}  {b['author']}  {b['device_name']}  #{b['sequence']}  {b['changes']}"
        f"  {b['state']}"
        for b in found
    ]
    emit(found, as_json=as_json, text="\n".join(lines) or _("No batch yet."))


@batches.command("release")
@click.argument("batch")
@central_options
def batches_release(place: Place, batch: str, as_json: bool) -> None:
    """Merge a batch that was held."""
    with place.office() as office:
        done = office.release_batch(batch, who=place.who)
    data = {"batch": done.batch, "changes": len(done.receipts)}
    emit(data, as_json=as_json, text=_("Merged {n} changes.").format(n=len(done.receipts)))


# ---- forms


@central.group()
def forms() -> None:
    """Forms that the devices get."""


@forms.command("publish")
@click.argument("file", type=_PATH)
@central_options
def forms_publish(place: Place, file: Path, as_json: bool) -> None:
    """Publish an XLSForm (.xlsx) or XForm (.xml)."""
    with place.office() as office:
        made = office.publish_form(file, who=place.who)
    text = _("Published {title} ({form} {version}).").format(
        title=made["title"], form=made["form_id"], version=made["version"]
    )
    emit(made, as_json=as_json, text=text)


@forms.command("list")
@central_options
def forms_list(place: Place, as_json: bool) -> None:
    """List the published forms."""
    with place.office() as office:
        found = office.forms()
    lines = [f"{f['form_id']}  {f['version']}  {f['title']}" for f in found]
    emit(found, as_json=as_json, text="\n".join(lines) or _("No form yet."))


# ---- life of the centre


@central.command()
@central_options
def info(place: Place, as_json: bool) -> None:
    """Say what the centre holds."""
    with place.office() as office:
        data = office.info()
    emit(data, as_json=as_json, text=lambda: _info_text(data))


def _info_text(data: dict[str, Any]) -> str:
    lines = [f"{data['centre']}  {data['database']}"]
    lines += [f"{site_kind(kind).label}: {n}" for kind, n in data["sites"].items()]
    lines += [
        _("Records: {n}").format(n=sum(data["records"].values())),
        _("Attachments: {n}").format(n=data["attachments"]),
        _("Changes: {n}").format(n=data["changes"]),
        _("Open conflicts: {n}").format(n=data["conflicts"]),
        _("Proposals: {n}").format(n=data["proposals"]),
        _("Waiting: {n}").format(n=data["waiting"]),
        _("Quarantined: {n}").format(n=data["quarantined"]),
    ]
    return "\n".join(lines)


@central.command()
@click.argument("folder", type=_FOLDER)
@central_options
def backup(place: Place, folder: Path, as_json: bool) -> None:
    """Write database, keys and attachments into the new folder FOLDER."""
    with place.office() as office:
        made = office.backup(folder, who=place.who)
    emit(made, as_json=as_json, text=_("Backup made: {folder}").format(folder=folder))


@central.command()
@click.argument("folder", type=_FOLDER)
@central_options
def restore(place: Place, folder: Path, as_json: bool) -> None:
    """Put the backup in FOLDER in the centre's place; what was there is kept beside it."""
    done = Office.restore(folder, place.database, place.files)
    text = _("Restored from {folder}; devices will send again what the backup lacks.")
    emit(done, as_json=as_json, text=text.format(folder=folder))


@central.command()
@click.option("--to", "url", required=True, help="Address of an empty database.")
@click.option("--to-files", help="Where attachments and keys go too (default: they stay).")
@central_options
def move(place: Place, url: str, to_files: str | None, as_json: bool) -> None:
    """Move the centre into another database, checked row by row; the old one is closed."""
    with place.office() as office:
        done = office.move(url, to_files, who=place.who)
    text = _("Moved to {url}: {rows} rows, {files} files.")
    emit(done, as_json=as_json, text=text.format(**(done | {"url": done["moved"]})))


@central.command()
@click.argument("role")
@central_options
def reader(place: Place, role: str, as_json: bool) -> None:
    """Show the SQL that lets the PostgreSQL role ROLE read sites and records, and nothing else."""
    from jdz_field.central.record_views import grants  # noqa: PLC0415 - only this leaf needs it

    with place.office() as office:
        owner = office.database.engine.url.username
        if office.database.sqlite:
            raise BadUsage(_("An SQLite centre has no roles; QGIS opens its file itself."))
    said = grants(role, owner or place.who)
    emit(said, as_json=as_json, text="\n".join(said))


for _command in (
    settle.conflicts,
    settle.proposals,
    settle.waiting,
    settle.quarantine,
    settle.review,
    settle.sites,
    task,
    draw,
    export,
    user,
    device,
    audit,
    duties,
    lockouts,
    plan.progress,
    plan.figure,
    plan.money,
):
    central.add_command(_command)
