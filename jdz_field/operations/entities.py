"""Entity lists of a project: our sites, and lists that live in the records of forms.

Every kind of site is a list (``geohazard_points``, ``mine_sites`` …) that forms look up and
change as the ODK Entities specification says. Any other list is what the project's records make
of it, in their order: no table of its own, so that it travels, merges and is corrected with them.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jdz_field.core.catalogue import SiteKind
from jdz_field.core.lists import list_names, list_rows
from jdz_field.core.sites import Record, Site
from jdz_field.operations.definitions import SITE_QUESTION, parsed
from jdz_field.store.project import Project
from jdz_field.store.queries import SiteQuery
from jdz_field.xforms.entities import Entity, branch_id, datasets_read, fold, updates_of, version_of
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.session import ListRows
from jdz_field.xforms.shapes import geometry_text
from jdz_field.xforms.site_edits import SITE_NAME, kind_of_list
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.view import EntityUpdate

_ALL = 1_000_000_000
#: A list as forms look it up; kept between forms, never changed.
Rows = Sequence[Mapping[str, str]]


def lists_of(
    project: Project,
    form: FormDefinition,
    site: Site | None = None,
    media: Mapping[str, StaticNode] | None = None,
    known: Mapping[str, ListRows] | None = None,
) -> dict[str, ListRows]:
    """The entity lists that a form looks up, by the name of the instance; the catalogue's too.

    A site is in its list even when it is deleted, when the form is filled for it; it is alone
    there when the form looks nothing else up. ``media``: the lists among the form's own files;
    what records did comes on top of their rows. ``known``: lists that are not made again.
    """
    found: dict[str, ListRows] = {}
    for name, dataset in datasets_read(form.lists).items():
        if known is not None and name in known:
            found[name] = known[name]
            continue
        kind = kind_of_list(dataset)
        if kind is None and name not in (media or {}) and dataset in list_names():
            rows = list_rows(dataset)
        elif kind is None:
            rows = foreign_rows(project, dataset, (media or {}).get(name))
        else:
            rows = _of_sites(project, form, name, kind, site)
        if rows is not None:
            found[name] = rows
    return found


#: The lists of the last few states of projects: most forms open on what the last one saw.
_KEPT: OrderedDict[tuple[object, ...], Rows | None] = OrderedDict()
_MOST = 8


def _kept(key: tuple[object, ...], make: Callable[[], Rows | None]) -> Rows | None:
    """What ``make`` gave for this key, made when it is not there."""
    # Windows and the store lane both come here: what another thread drops is still in hand.
    found = _KEPT.get(key)
    if found is None:
        found = make()
        _KEPT[key] = found
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return found


# ---- sites


def _of_sites(
    project: Project, form: FormDefinition, name: str, kind: SiteKind, site: Site | None
) -> Rows | None:
    own = [site] if site is not None and site.kind == kind.name else []
    if own and _only_own(project.form_xml(form.form_id, form.version) or "", name):
        return _rows(project, own, project.open_counts([own[0].id]))
    if own and own[0].deleted:
        return _rows(project, _sites(project, kind, site))
    stamp = (kind.name, *project.lists_stamp())
    return _kept(stamp, lambda: _rows(project, _sites(project, kind, None)))


def _rows(project: Project, sites: Iterable[Site], counts: Mapping[str, int] | None = None) -> Rows:
    """``counts``: the unsettled changes of these sites; by default those of every subject."""
    epoch, counts = project.device_epoch, project.open_counts() if counts is None else counts
    return [_site_row(one, counts.get(one.id, 0), epoch) for one in sites]


def _sites(project: Project, kind: SiteKind, site: Site | None) -> Iterator[Site]:
    there = False
    for one in project.search(SiteQuery(kinds=(kind.name,)), limit=_ALL):
        there = there or (site is not None and one.id == site.id)
        yield one
    if site is not None and not there and site.kind == kind.name:
        yield site


@lru_cache(maxsize=64)
def _only_own(xml: str, name: str) -> bool:
    """Whether a form looks up nothing in a list but the row of the site it is filled for."""
    quote = r"(?:['\"]|&quot;|&apos;)"
    use = rf"instance\(\s*{quote}{re.escape(name)}{quote}\s*\)"
    row = rf"{use}/root/item\s*\[\s*name\s*=\s*[\w./]*/{SITE_QUESTION}\s*\]"
    # The question for the site itself: with a site, nobody is asked.
    asked = (
        rf'<select1\b[^>]*ref="[^"]*/{SITE_QUESTION}"(?:(?!</select1>).)*?<itemset nodeset="{use}'
    )
    uses = len(re.findall(use, xml))
    own = len(re.findall(row, xml)) + len(re.findall(asked, xml, re.DOTALL))
    return "pulldata(" not in xml and 0 < uses == own


def _site_row(site: Site, unsettled: int, epoch: str) -> dict[str, str]:
    """One site as a row; its version counts the own changes that the centre has not taken."""
    row = {
        "name": site.id,
        "label": site.name or site.code,
        "__version": str(site.version + unsettled),
        "__trunkVersion": str(site.version) if site.version else "",
        "__branchId": branch_id(epoch, site.id, site.version),
        SITE_NAME: site.name,
    }
    for name, value in site.fields.items():
        if name != "name" and value is not None:
            row[name] = _text(value)
    row["geometry"] = geometry_text(site)
    return row


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# ---- lists that live in records


def foreign_rows(project: Project, dataset: str, media: StaticNode | None = None) -> Rows | None:
    """The rows of a list that is none of ours; ``None`` when no form writes to it.

    Records sent back or made by others count as soon as they are here; a correction stands in
    the place of what it corrects; what the office rejected does not count.
    """
    versions = len(project.form_versions())
    key = (dataset, media, versions, *project.lists_stamp())
    return _kept(key, lambda: _foreign(project, dataset, media))


def _foreign(project: Project, dataset: str, media: StaticNode | None) -> Rows | None:
    forms = _writers(project, dataset)
    if not forms:
        return None
    counts = project.open_counts()
    records = [r for form_id in {key[0] for key in forms} for r in _records(project, form_id)]
    entities = fold(_steps(dataset, forms, in_order(records), counts), _known(media))
    epoch = project.device_epoch
    return [e.row(branch_id(epoch, dataset, e.id, e.trunk)) for e in entities.values()]


def _writers(project: Project, dataset: str) -> dict[tuple[str, str], FormDefinition]:
    """The form versions that create or update entities of a list."""
    found = {}
    for row in project.form_versions():
        xml = project.form_xml(row.form_id, row.version) or ""
        if f'dataset="{dataset}"' in xml:
            found[row.form_id, row.version] = parsed(xml)
    return found


def _records(project: Project, form_id: str) -> list[Record]:
    return project.records(form=form_id, limit=_ALL)


def in_order(records: Iterable[Record]) -> list[Record]:
    """Records that count, the oldest first; a correction takes the place of what it corrects."""
    known = {one.id: one for one in records}
    replaced = {one.replaces for one in known.values() if one.review != "rejected"}
    left = [one for one in known.values() if one.id not in replaced and one.review != "rejected"]
    return sorted(left, key=lambda one: _place(one, known))


def _place(record: Record, known: Mapping[str, Record]) -> tuple[str, str]:
    first, seen = record, {record.id}
    while (earlier := known.get(first.replaces or "")) and earlier.id not in seen:
        first = earlier
        seen.add(first.id)
    return first.finished, record.id


def _steps(
    dataset: str,
    forms: Mapping[tuple[str, str], FormDefinition],
    records: Iterable[Record],
    counts: Mapping[str, int],
) -> Iterator[tuple[EntityUpdate, bool]]:
    for record in records:
        form = forms.get((record.form, record.form_version))
        for made in updates_of(form, record.answers) if form else ():
            if made.dataset == dataset:
                yield made, record.id not in counts


def _known(media: StaticNode | None) -> Iterator[Entity]:
    """The rows of a list file as entities that the centre has."""
    for root in media.every() if media is not None else ():
        for item in root.every():
            cells = {cell.name: str(cell.value) for cell in item.every()}
            version = max(1, version_of(cells.pop("__version", "")))
            identifier, label = cells.pop("name", ""), cells.pop("label", "")
            fields = {name: text for name, text in cells.items() if name[:2] != "__"}
            yield Entity(identifier, label, fields, version, version)
