"""Life of a project: making, looking, checking, backing up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jdz_field.core.clock import Now, utc_now
from jdz_field.operations.forms import add_shipped_forms
from jdz_field.store.project import Project


def create_project(
    path: Path, *, name: str, author: str, sample: bool = False, now: Now = utc_now
) -> Project:
    """A new project with every shipped form; ``BadInput`` when the folder holds one already."""
    project = Project.create(path, name=name, author=author, sample=sample, now=now)
    add_shipped_forms(project)
    return project


def describe(project: Project) -> dict[str, Any]:
    """What ``info`` prints: name, person, device, server and the counts of the store."""
    return {
        "project": str(project.path),
        "name": project.name,
        "author": project.author,
        "device": project.device,
        "server": project.server,
        "sample": project.sample,
        "forms": [f"{form.form_id} {form.version}" for form in project.forms()],
        **project.counts(),
    }
