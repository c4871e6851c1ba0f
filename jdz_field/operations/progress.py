"""How far the plan has come, by what this project pulled from the centre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jdz_field.core.changes import RECORD
from jdz_field.core.clock import to_text
from jdz_field.core.figures import FIGURE
from jdz_field.core.plan_counting import counting
from jdz_field.core.progress import progress
from jdz_field.core.progress_fold import fold
from jdz_field.core.progress_json import progress_json
from jdz_field.geo.outlines import outline_m2
from jdz_field.operations.sync_area import area_of
from jdz_field.store.project import Project

#: Kinds of sites that the plan speaks of.
KINDS = ("works", "mine", "plot")


def project_progress(project: Project, until: datetime) -> Mapping[str, Any]:
    """As ``core.progress_json`` has it, by what the centre had taken at ``until``.

    ``unsettled``: sites and records here whose changes the centre has not taken; they do not
    count yet, so that a device and the centre give the same answer.
    """
    text = to_text(until)
    world = fold(project.told_of((*KINDS, FIGURE), counting().every_form), text)
    area = area_of(project)
    found = progress_json(progress(world, text, outline_m2), area.counties, area.kinds)
    found["sample"] = found["sample"] or project.sample
    return found | {"unsettled": project.unsettled((*KINDS, RECORD))}
