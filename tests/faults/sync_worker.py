"""Edits and syncs for ever, to be killed: ``python -m tests.faults.sync_worker DIR SEED``.

Prints the id of every change, and the hash of every photo, once the store has taken it.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from jdz_field.core.errors import Unavailable
from jdz_field.store.project import Project
from tests.sync.centre import synced
from tests.sync.places import add_photo, add_site


def main(folder: str, seed: str) -> None:
    chance = random.Random(int(seed))
    with Project.open(Path(folder)) as project:
        sites = []
        while True:
            site = add_site(project, f"点 {chance.random()}")
            sites.append(site)
            said("site", site)
            if chance.random() < 0.5:
                said("photo", add_photo(project, site, os.urandom(chance.choice([900, 200_000]))))
            change = project.edit("geohazard", chance.choice(sites), {"remarks": str(seed)})
            if change:
                said("change", change.id)
            try:
                synced(project, str(project.server), 5.0, good=chance.random() < 0.5)
            except Unavailable:
                said("unavailable", "-")
            else:
                said("synced", "-")


def said(what: str, which: str) -> None:
    print(what, which, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
