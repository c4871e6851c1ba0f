"""Exports with names and telephones: kept, left out, or closed with a passphrase or key.

What is personal is said by the catalogue (``Field.personal``). Kept is the rule of the command
line, because import(export(x)) = x; the window asks.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from jdz_field.core.catalogue import SITE_KINDS, Field, site_kind
from jdz_field.core.errors import BadUsage, Unavailable
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.operations.backups import SUFFIX, encrypt, require_way

T = TypeVar("T")

#: What may become of personal fields.
CHOICES = ("keep", "leave-out")


@dataclass(frozen=True, slots=True)
class Privacy:
    """What becomes of names and telephones in an export.

    ``leave_out``: they stay empty. ``passphrase`` or ``recipients`` (``age1…``): the file is
    written encrypted, with ``.age`` after its name.
    """

    leave_out: bool = False
    passphrase: str = ""
    recipients: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether the file is encrypted."""
        return bool(self.passphrase or self.recipients)

    def sites(self, sites: Iterable[Site]) -> list[Site]:
        """The sites as they may leave."""
        if not self.leave_out:
            return list(sites)
        return [without_personal(site) for site in sites]

    def write(self, out: Path, work: Callable[[Path], T]) -> tuple[T, Path]:
        """``work(file)`` writes the export; gives its result and the file that leaves.

        An encrypted one is written plain to a folder of the person's own first, never beside
        ``out``: a stick that it is meant for must not carry a trace of it. Several files (a
        shapefile) go into one ZIP.

        Raises:
            BadUsage: a passphrase that is too short, a key that is none, or both.
            BadInput: larger than 1 GB, with a passphrase.
            Unavailable: the disk refuses.
        """
        if not self.closed:
            return work(out), out
        require_way(self.passphrase, self.recipients)
        with TemporaryDirectory(prefix="jdz-", ignore_cleanup_errors=True) as name:
            plain = Path(name) / out.name.removesuffix(SUFFIX)
            done = work(plain)
            packed = _one(plain)
            target = out.with_name(packed.name + SUFFIX)
            encrypt(packed, target, passphrase=self.passphrase, recipients=self.recipients)
        return done, target


KEEP = Privacy()


def privacy_of(
    personal: str = "keep", *, passphrase: str = "", recipients: Sequence[str] = ()
) -> Privacy:
    """What the command line or a window says. ``BadUsage`` for another word."""
    if personal not in CHOICES:
        raise BadUsage(
            _("«{word}» is neither of {words}.").format(word=personal, words=" ".join(CHOICES))
        )
    return Privacy(personal == "leave-out", passphrase, tuple(recipients))


def personal_fields(kind: str) -> tuple[Field, ...]:
    """The fields of a kind that name persons or say how to reach them."""
    return tuple(field for field in site_kind(kind).fields if field.personal)


def without_personal(site: Site) -> Site:
    """The same site with its personal fields empty, what was stated of them too."""
    names = {field.name for field in personal_fields(site.kind)}

    def kept(values: Mapping[str, object]) -> dict[str, object]:
        return {name: value for name, value in values.items() if name not in names}

    fields = kept(site.fields) | dict.fromkeys(names & set(site.fields))
    return replace(site, fields=fields, stated=kept(site.stated))


@dataclass(frozen=True, slots=True)
class Carried:
    """What personal an export carries: of how many ``sites``, and which fields (labels)."""

    sites: int
    fields: tuple[str, ...]

    def sentence(self, *, leave_out: bool = False) -> str:
        """One sentence for the person; empty when there is nothing."""
        if not self.fields:
            return ""
        joined = _(", ").join(self.fields[:4]) + (" …" if len(self.fields) > 4 else "")
        words = (
            _("Left out: {fields}; the file does not replace the ledger.")
            if leave_out
            else _("The file names persons or their telephones at {n} sites: {fields}.")
        )
        return words.format(n=f"{self.sites:,}", fields=joined)


def carried(sites: Iterable[Site]) -> Carried:
    """What personal these sites carry."""
    wanted = {kind: personal_fields(kind) for kind in SITE_KINDS}
    labels: dict[str, None] = {}
    count = 0
    for site in sites:
        found = [f.label for f in wanted.get(site.kind, ()) if site.fields.get(f.name)]
        count += bool(found)
        labels.update(dict.fromkeys(found))
    return Carried(count, tuple(labels))


def _one(plain: Path) -> Path:
    """The file, or a ZIP of everything that lies beside it."""
    made = sorted(path for path in plain.parent.rglob("*") if path.is_file())
    if made == [plain]:
        return plain
    packed = plain.with_name(plain.stem + ".zip")
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
            for file in made:
                bundle.write(file, file.relative_to(plain.parent).as_posix())
    except OSError as error:
        raise Unavailable(
            _("{file} could not be written ({what}); check the folder and the disk.").format(
                file=packed, what=error.strerror or error
            )
        ) from error
    return packed
