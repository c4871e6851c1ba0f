"""Forms that ship come to projects that were made before they did.

A form that a person or the centre changed is left as it is; what the program itself brought gets
its newer version. Every version stays, because records name theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from jdz_field.core.hashing import sha256
from jdz_field.core.i18n import ngettext
from jdz_field.core.resources import folder

if TYPE_CHECKING:
    from jdz_field.store.project import Project
    from jdz_field.xforms.convert import Converted

#: What a project keeps: ``{"of": the forms of which program, "forms": {form id: workbook}}``.
SETTING = "shipped"


def renew_forms(project: Project) -> list[str]:
    """Add the forms that ship and are new or newer than the program's own; their ids.

    ``Unavailable`` when the disk refuses.
    """
    kept, now = project.get_setting(SETTING, {}), _signature()
    if kept.get("of") == now:
        return []
    # Reading workbooks needs pyxform, and most openings need none.
    from jdz_field.operations.shipped import shipped_forms  # noqa: PLC0415

    brought = dict(kept.get("forms", {}))
    versions = _versions(project)
    added = [f for f in shipped_forms() if _is_wanted(project, f, versions, brought)]
    for form in added:
        project.add_form(form.form_id, form.version, form.title, form.xml, form.source, form.titles)
        brought[form.form_id] = sha256(form.source or b"")
    project.set_setting(SETTING, {"of": now, "forms": brought})
    return [form.form_id for form in added]


def renewed_words(count: int) -> str:
    """How many forms came, for the person who opens the project."""
    return ngettext(
        "{n} form came or was renewed with this version of the program; your own forms stay.",
        "{n} forms came or were renewed with this version of the program; your own forms stay.",
        count,
    ).format(n=count)


def _versions(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in project.form_versions():
        found.setdefault(row.form_id, []).append(row.version)
    return found


def _is_wanted(
    project: Project,
    form: Converted,
    versions: Mapping[str, list[str]],
    brought: Mapping[str, str],
) -> bool:
    known = versions.get(form.form_id)
    if known is None:
        return True
    if form.version in known or _is_older(form.version, known[-1]):
        return False
    workbook = project.form_source(form.form_id)
    if workbook is None:
        return False
    kept = sha256(workbook)
    return kept == brought.get(form.form_id) or kept in _earlier()


def _is_older(version: str, than: str) -> bool:
    """Whether a program that is older than the project brings it; ours count by date."""
    if version.isdecimal() and than.isdecimal():
        return int(version) < int(than)
    return False


def _signature() -> str:
    files = sorted(folder("forms").glob("*.xlsx"))
    return sha256("".join(sha256(file.read_bytes()) for file in files).encode())


@cache
def _earlier() -> frozenset[str]:
    """Workbooks that shipped before projects kept note of what was brought."""
    lines = (folder("forms") / "earlier.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
