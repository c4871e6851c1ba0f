"""``central export``: what the centre holds in the formats of ``sites export``, ``records export``.

The centre's state is put into a passing project as a device would hold it, so that both give the
same columns, say the same losses and guard personal data and protected species in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from jdz_field.central import snapshot
from jdz_field.central.audit import note
from jdz_field.central.feed import EVERYTHING
from jdz_field.central.office import Office
from jdz_field.cli.central_common import Place, central_options
from jdz_field.cli.common import emit, finish, progress_to_terminal
from jdz_field.cli.personal import personal_options, privacy_asked
from jdz_field.cli.sensitive import coordinates_option, sensitive_option
from jdz_field.core.errors import BadUsage
from jdz_field.core.i18n import _
from jdz_field.operations.sync_forms import Told, add_version
from jdz_field.store.project import Project

# Workbooks, GDAL and PROJ take long to load; only the commands that need them do.
# ruff: noqa: PLC0415

#: Subjects' versions that are taken in one transaction.
_AT_ONCE = 2_000
#: Formats that hold files; others need none of them copied.
_WITH_FILES = frozenset({".kmz", ".xml"})


@contextmanager
def as_project(office: Office, who: str, *, files: bool = False) -> Iterator[Project]:
    """The centre's state as a project in a passing folder; ``files``: with the attachments."""
    with (
        TemporaryDirectory(prefix="jdz-") as folder,
        Project.create(
            Path(folder, "project"),
            name=office.name,
            author=who,
            sample=bool(office.info().get("sample")),
            now=office.now,
        ) as project,
    ):
        project.begin_feed(office.epoch)
        _take_forms(office, project)
        with office.database.read() as connection:
            entries = snapshot.all_entries(connection, EVERYTHING)
            while portion := list(islice(entries, _AT_ONCE)):
                project.apply_snapshot(portion)
        if files:
            _take_files(office, project)
        yield project


def _take_forms(office: Office, project: Project) -> None:
    for row in reversed(office.forms()):
        told = Told(row["form_id"], row["version"], row["title"], {})
        add_version(project, told, office.form_xml(told.form_id, told.version) or "")


def _take_files(office: Office, project: Project) -> None:
    for one in project.attachments():
        if one.sha256 and office.blobs.holds(one.sha256):
            suffix = Path(one.filename).suffix.lower()
            target = project.path / "files" / one.sha256[:2] / f"{one.sha256}{suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                out.writelines(office.blobs.read(one.sha256))


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--what", default="sites", help="sites (default) or records.")
@click.option("--kind", "kinds", multiple=True, help="Kind of site; repeatable.")
@click.option("--county", default="", help="County code.")
@click.option("--crs", default="", metavar="EPSG:n", help="Reference system (default: EPSG:4490).")
@click.option("--profile", default="", help="Columns of an office: a file of catalogue/exports.")
@personal_options
@sensitive_option
@coordinates_option
@central_options
def export(place: Place, out: Path, as_json: bool, *, what: str, **given: Any) -> None:
    """Write sites or records of the centre to OUT, by its suffix (as sites and records export)."""
    if what not in {"sites", "records"}:
        raise BadUsage(_("Export sites or records."))
    files = out.name.removesuffix(".age").lower().endswith(tuple(_WITH_FILES))
    with place.office() as office, as_project(office, place.who, files=files) as project:
        write = _sites if what == "sites" else _records
        told, lines, refused = write(project, out, given)
        with office.database.write() as connection:
            about = {"file": out.name, "what": what, "written": told["written"]}
            note(connection, office.now, place.who, "export", **about)
    emit(told, as_json=as_json, text="\n".join(filter(None, lines)))
    finish(refused=refused)


def _sites(
    project: Project, out: Path, given: dict[str, Any]
) -> tuple[dict[str, Any], list[str], bool]:
    from jdz_field.operations.exporting import ExportRequest, export_request
    from jdz_field.operations.sites import known_kind
    from jdz_field.store.queries import SiteQuery

    names = ("personal", "encrypt", "recipient", "passphrase_file")
    privacy = privacy_asked(**{name: given[name] for name in names})
    kinds = tuple(known_kind(kind).name for kind in given["kinds"])
    query = SiteQuery(kinds=kinds, county=given["county"] or None, order="code")
    request = ExportRequest(
        query,
        given["crs"],
        given["profile"],
        sensitive=given["sensitive"],
        coordinates=given["coordinates"] or "",
    )
    done = export_request(project, out, request, privacy=privacy, progress=progress_to_terminal())
    said = _("Wrote {n} sites to {file}.").format(n=done.written, file=done.file)
    return done.to_json(), [said, *done.told, done.sentence], False


def _records(
    project: Project, out: Path, given: dict[str, Any]
) -> tuple[dict[str, Any], list[str], bool]:
    from jdz_field.operations.record_export import export_records

    done = export_records(project, out, given["sensitive"], given["coordinates"] or "")
    said = _("Wrote {n} records to {file}.").format(n=done.written, file=out)
    told = {"written": done.written, "file": str(out), "notes": list(done.notes)}
    return told, [said, *done.notes], bool(done.notes)
