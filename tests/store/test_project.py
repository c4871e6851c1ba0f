"""The facade: counts, versions, closing."""

from __future__ import annotations

from jdz_field.core.catalogue import SITE_KINDS
from jdz_field.store.migrations import SCHEMA
from jdz_field.store.project import Project
from tests.store.tools import Clock, add_site, draft, photo, record


def test_counts_say_what_is_there(project) -> None:
    assert project.counts() == {
        "sites": dict.fromkeys(SITE_KINDS, 0),
        "records": {},
        "attachments": 0,
        "drafts": 0,
        "unsent": 0,
        "schema": SCHEMA,
    }
    site = add_site(project)
    project.edit("geohazard", add_site(project, 2), {"deleted": True})
    project.save_draft(draft())
    project.finalize(record(site=site), draft=None, attachments=[photo()])
    found = project.counts()
    assert found["sites"]["geohazard"] == 1
    assert (found["records"], found["attachments"], found["drafts"]) == ({"unsent": 1}, 1, 1)
    assert found["unsent"] == 5


def test_another_connection_s_writes_are_noticed(project) -> None:
    before = project.data_version()
    add_site(project)
    assert project.data_version() == before
    with Project.open(project.path, now=Clock()) as other:
        add_site(other, 2)
    assert project.data_version() != before


def test_a_project_is_closed_by_its_block(project) -> None:
    with project as same:
        assert same is project
    project.close()
