"""Projects, sites and photos for the tests of sync."""

from __future__ import annotations

import os
from pathlib import Path

from jdz_field.core.hashing import sha256
from jdz_field.core.ids import new_id
from jdz_field.core.sites import Attachment
from jdz_field.store.project import Project


def project(folder: Path, author: str = "张三") -> Project:
    """A fresh project, open."""
    return Project.create(folder, name="演练", author=author)


def add_site(project: Project, name: str = "瑶里村", **fields: object) -> str:
    """A geohazard point; its id."""
    site = new_id()
    start = {"name": name, "kind_code": "01", "geometry": "POINT (117.2 29.3)"}
    project.edit("geohazard", site, {**start, **fields})
    return site


def add_photo(project: Project, site: str, data: bytes | None = None, name: str = "a.jpg") -> str:
    """A photo of a site, its file in the project; its SHA-256."""
    content = os.urandom(2_000) if data is None else data
    sha = sha256(content)
    path = project.path / "files" / sha[:2] / f"{sha}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    project.add_attachment(
        Attachment(
            id=new_id(), sha256=sha, filename=name, size=len(content), mime="image/jpeg", site=site
        )
    )
    return sha


def shown(project: Project, site: str) -> dict[str, object]:
    """A site's fields as they are shown."""
    found = project.site(site)
    assert found is not None
    return dict(found.fields)
