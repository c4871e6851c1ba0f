"""Sites out of a project: which, in which format and system, under whose columns, and what the
format could not hold.

GCJ-02 and BD-09 are never written: whoever gets the file would take them for true positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment, Site
from jdz_field.geo.crs import Datum, Reference, datum_named_in, legacy_zone, reference
from jdz_field.geo.datum import DatumSet
from jdz_field.ledger import export
from jdz_field.ledger.export_kml import Picture, Pictures
from jdz_field.ledger.export_losses import losses
from jdz_field.ledger.export_profiles import Profile, profile
from jdz_field.operations.coordinate_forms import check_form, degrees_form, suffix_of, system_of
from jdz_field.operations.datums import datum_named
from jdz_field.operations.personal import KEEP, Carried, Privacy, carried
from jdz_field.operations.photo_exports import Leaving
from jdz_field.operations.photo_sensitive import BLUR
from jdz_field.operations.sites import known_kind
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery

#: Sites that are read at once, and pictures of a site in a KMZ.
_AT_ONCE, _PICTURES = 2000, 4
#: Longest side of a blurred picture in a KMZ; others are thumbnails.
_EDGE = 320
ENCODINGS = ("UTF-8", "GBK")

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be written.

    Attributes:
        query: which sites; its ``kinds`` are the kinds, none for all.
        crs: ``EPSG:n``; CGCS2000 degrees without it.
        profile: name of an export profile, which is for one kind.
        datum: parameter set that takes positions back to its older datum.
        encoding: of a shapefile's texts.
        limit: at most so many sites.
        sensitive: what becomes of sensitive photos in a KMZ: ``blur`` or ``leave-out``.
        coordinates: how tables spell them, a form of ``geo.display``; decimal degrees without it.
    """

    query: SiteQuery = field(default_factory=lambda: SiteQuery(order="code"))
    crs: str = ""
    profile: str = ""
    datum: str = ""
    encoding: str = "UTF-8"
    limit: int = 1 << 40
    sensitive: str = BLUR
    coordinates: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """How many sites were ``written``, to which ``files``; ``told``: what they do not hold.

    ``file`` is the one that was asked for, with ``.age`` behind it when it is encrypted;
    ``cancelled``: nothing was written.
    """

    written: int
    file: Path
    files: tuple[Path, ...] = ()
    told: tuple[str, ...] = ()
    carried: Carried = field(default_factory=lambda: Carried(0, ()))
    privacy: Privacy = KEEP
    cancelled: bool = False

    @property
    def sentence(self) -> str:
        """What the person must know of names and telephones in the file; empty when nothing."""
        return (
            "" if self.privacy.closed else self.carried.sentence(leave_out=self.privacy.leave_out)
        )

    def to_json(self) -> dict[str, Any]:
        """As ``sites export --json`` prints it."""
        kept = self.carried.fields and not self.privacy.leave_out
        return {
            "written": self.written,
            "file": str(self.file),
            "files": [str(file) for file in self.files],
            "not_held": list(self.told),
            "personal": "keep" if kept else "none" if not self.carried.fields else "leave-out",
            "personal_sites": self.carried.sites,
            "encrypted": self.privacy.closed,
        }


class _Stopped(Exception):
    """The person asked to stop."""


def export_request(
    project: Project,
    out: Path,
    request: ExportRequest,
    *,
    privacy: Privacy = KEEP,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Exported:
    """Write the sites that are asked for to ``out``, by its suffix.

    Raises:
        BadUsage: another suffix or encoding, an unknown profile or set, several kinds in a format
            that holds one, metres in a format of degrees.
        BadInput: a system that is not converted to.
        Unavailable: the disk.
    """
    chosen = profile(request.profile) if request.profile else None
    check_form(request.coordinates, suffix_of(out), request.crs)
    request = replace(request, crs=system_of(request.coordinates, request.crs))
    system, by = _system(project, request)
    _check(request, chosen, out.name.removesuffix(".age"))
    try:
        sites = list(_sites(project, request, chosen, progress, cancelled))
    except _Stopped:
        return Exported(0, out, cancelled=True)
    found = carried(sites)
    batches = _batches(privacy.sites(sites), request, chosen, (system, by))
    suffix = Path(out.name.removesuffix(".age")).suffix.lower()
    pictures = _pictures(project, sites, request.sensitive) if suffix == ".kmz" else {}
    extras = export.Extras(request.encoding, pictures)
    made, file = privacy.write(out, lambda plain: export.write(plain, batches, extras))
    told = tuple(losses(suffix, batches, request.encoding))
    files = (file,) if privacy.closed else tuple(made)
    if progress:
        progress(len(sites), len(sites))
    return Exported(len(sites), file, files, told, found, privacy)


def export_sites(
    project: Project,
    out: Path,
    crs: str | None = None,
    kinds: Sequence[str] = (),
    *,
    prepare: Callable[[list[Site]], list[Site]] = list,
) -> int:
    """Write every site (of these kinds) to a file by its suffix; how many were written.

    ``prepare`` gives the sites as they may leave. Raises as ``export_request``.
    """
    names = tuple(known_kind(kind).name for kind in kinds)
    request = ExportRequest(SiteQuery(kinds=names, order="code"), crs or "")
    sites = prepare(list(_sites(project, request, None, None, None)))
    export.write(out, _batches(sites, request, None, _system(project, request)))
    return len(sites)


def _check(request: ExportRequest, chosen: Profile | None, name: str) -> None:
    if request.encoding not in ENCODINGS:
        raise BadUsage(
            _("«{word}» is neither of {words}.").format(
                word=request.encoding, words=" ".join(ENCODINGS)
            )
        )
    if chosen is None:
        return
    suffix = Path(name).suffix.lower()
    if suffix not in chosen.suffixes:
        raise BadUsage(
            _("The profile «{profile}» is for {suffixes}, not for {suffix}.").format(
                profile=chosen.name, suffixes=" ".join(chosen.suffixes), suffix=suffix
            )
        )
    if set(request.query.kinds) - {chosen.kind}:
        raise BadUsage(
            _("The profile «{profile}» is for {kind} alone.").format(
                profile=chosen.name, kind=known_kind(chosen.kind).label
            )
        )


def _system(project: Project, request: ExportRequest) -> tuple[Reference, DatumSet | None]:
    if datum_named_in(request.crs) in (Datum.GCJ02, Datum.BD09):
        raise BadInput(
            _(
                "Shifted degrees of phone maps are not written, because others would take them for "
                "true positions; export in CGCS2000 (EPSG:4490, 4548, 4527)."
            )
        )
    by = datum_named(project, request.datum) if request.datum else None
    if request.crs:
        return reference(request.crs), by
    if by is not None:
        return reference(str(legacy_zone(by.datum, by.zone))), by
    return export.degrees(), None


def _sites(
    project: Project,
    request: ExportRequest,
    chosen: Profile | None,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> Iterable[Site]:
    query = replace(request.query, kinds=(chosen.kind,)) if chosen else request.query
    found = project.find(query)
    size = min(request.limit, len(found))
    for start in range(0, size, _AT_ONCE):
        if cancelled and cancelled():
            raise _Stopped
        if progress:
            progress(start, size + 1)
        yield from project.sites_of(found, min(_AT_ONCE, size - start), start)


def _batches(
    sites: Sequence[Site],
    request: ExportRequest,
    chosen: Profile | None,
    where: tuple[Reference, DatumSet | None],
) -> list[export.Batch]:
    system, by = where
    kinds = request.query.kinds or ((chosen.kind,) if chosen else SITE_KINDS)
    batches = []
    for kind in SITE_KINDS:
        own = [site for site in sites if site.kind == kind]
        if own:
            batches.append(export.batch_of(kind, own, system, by=by, profile=chosen))
    made = batches or [export.batch_of(kinds[0], [], system, by=by, profile=chosen)]
    return [replace(one, spelling=degrees_form(request.coordinates)) for one in made]


def _pictures(project: Project, sites: Iterable[Site], sensitive: str) -> Pictures:
    """The first pictures of each site, made small; what is no picture is left out.

    Pictures of protected species stay behind: beside a site they would tell where they are.
    """
    wanted = {site.id for site in sites}
    leaving = Leaving(project, sensitive)
    found: dict[str, list[Picture]] = {}
    for one in project.attachments():
        if one.site not in wanted or not one.mime.startswith("image/"):
            continue
        if leaving.left_out(one) or leaving.known.species(one):
            continue
        own = found.setdefault(one.site, [])
        file = file_of(project.path, one.sha256) if len(own) < _PICTURES else None
        if file is not None:
            try:
                own.append(Picture(f"{one.sha256[:16]}.jpg", _small(leaving, one, file)))
            except BadInput:
                continue
    return found


def _small(leaving: Leaving, photo: Attachment, file: Path) -> bytes:
    return leaving.jpeg(photo, file, _EDGE) if leaving.hides(photo) else thumbnail(file).jpeg
