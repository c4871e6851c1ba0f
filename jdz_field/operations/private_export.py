"""Sites to a file, with what becomes of names and telephones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jdz_field.core.sites import Site
from jdz_field.operations.ledger import export_sites
from jdz_field.operations.personal import KEEP, Carried, Privacy, carried
from jdz_field.store.project import Project


@dataclass(frozen=True, slots=True)
class PrivateExport:
    """How many sites were ``written`` to which ``file``, and what personal they had."""

    written: int
    file: Path
    carried: Carried
    privacy: Privacy

    @property
    def sentence(self) -> str:
        """What the person must know of the file, empty when it names nobody."""
        if self.privacy.closed:
            return ""
        return self.carried.sentence(leave_out=self.privacy.leave_out)

    def to_json(self) -> dict[str, Any]:
        """As ``sites export --json`` prints it."""
        kept = self.carried.fields and not self.privacy.leave_out
        return {
            "written": self.written,
            "file": str(self.file),
            "personal": "keep" if kept else "none" if not self.carried.fields else "leave-out",
            "personal_sites": self.carried.sites,
            "encrypted": self.privacy.closed,
        }


def export_privately(
    project: Project,
    out: Path,
    crs: str | None = None,
    kinds: Sequence[str] = (),
    *,
    privacy: Privacy = KEEP,
    **more: Any,
) -> PrivateExport:
    """``export_sites`` (which takes ``more``), with names and telephones as ``privacy`` says.

    Raises as ``export_sites`` and ``Privacy.write``.
    """
    found: list[Carried] = []

    def prepare(sites: Iterable[Site]) -> list[Site]:
        every = list(sites)
        found.append(carried(every))
        return privacy.sites(every)

    def work(file: Path) -> int:
        return export_sites(project, file, crs, kinds, prepare=prepare, **more)

    written, made = privacy.write(out, work)
    labels = dict.fromkeys(label for one in found for label in one.fields)
    return PrivateExport(
        written, made, Carried(sum(one.sites for one in found), tuple(labels)), privacy
    )
