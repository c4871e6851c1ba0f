"""Photos that must not leave as they are: who is on them, what grows or lives there.

The mark belongs to the picture, not to one row: copies, originals and other uses of the same
file are as sensitive. Nothing here changes a file; ``leaving`` makes what may leave.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jdz_field.core.catalogue import table
from jdz_field.core.changes import ATTACHMENT, Value
from jdz_field.core.errors import BadInput, BadUsage
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.photo_views import known_view
from jdz_field.photos.blur import areas_of
from jdz_field.store.project import Project

PEOPLE, SPECIES, OTHER = "people", "protected_species", "other"
REASONS = (PEOPLE, SPECIES, OTHER)
#: What may become of sensitive photos in an export.
BLUR, LEAVE_OUT = "blur", "leave-out"
CHOICES = (BLUR, LEAVE_OUT)
#: Longest caption and note in letters.
MOST_LETTERS = 500
#: Metres of a degree of latitude, and of longitude at the equator.
_DEGREE_M = 111_320.0


def reason_words(reason: str | None) -> str:
    """A reason in the language in force; one of a newer program as it is."""
    words = {
        PEOPLE: _("people"),
        SPECIES: _("protected species"),
        OTHER: _("another reason"),
    }
    return words.get(reason or "", reason or "")


def known_choice(word: str) -> str:
    """``blur`` or ``leave-out``; ``BadUsage`` for another word."""
    if word not in CHOICES:
        raise BadUsage(
            _("«{word}» is neither of {words}.").format(word=word, words=" ".join(CHOICES))
        )
    return word


class Sensitive:
    """Which pictures of a project are sensitive, asked by any of their rows."""

    def __init__(self, attachments: Iterable[Attachment]) -> None:
        self._marks: dict[str, Attachment] = {}
        found = list(attachments)
        root = {a.sha256: a.original for a in found if a.original}
        self._root = root
        for one in found:
            if one.sensitive:
                known = self._marks.setdefault(self._of(one), one)
                # Of two marks the one that hides more counts.
                if known.sensitive_areas and (
                    not one.sensitive_areas or one.sensitive == SPECIES != known.sensitive
                ):
                    self._marks[self._of(one)] = one
        self._species = {self._of(a) for a in found if a.sensitive == SPECIES}

    def _of(self, photo: Attachment) -> str:
        return photo.original or self._root.get(photo.sha256) or photo.sha256

    def mark(self, photo: Attachment) -> Attachment | None:
        """The row whose mark counts for this picture; ``None`` when it is not sensitive."""
        return self._marks.get(self._of(photo))

    def species(self, photo: Attachment) -> bool:
        """Whether its place would give a protected species away."""
        return self._of(photo) in self._species

    def family(self, photo: Attachment, attachments: Iterable[Attachment]) -> list[Attachment]:
        """Every row of the same picture: copies, original, other uses; itself too."""
        return [one for one in attachments if self._of(one) == self._of(photo)]

    def place(self, photo: Attachment) -> tuple[float, float] | None:
        """Longitude and latitude as they may leave: species only by the square they are in."""
        if photo.lon is None or photo.lat is None:
            return None
        return coarse(photo.lon, photo.lat) if self.species(photo) else (photo.lon, photo.lat)


def coarse(lon: float, lat: float, metres: float = 0.0) -> tuple[float, float]:
    """The middle of the square that a place lies in: the same for every place in it.

    ``metres``: its side; 0: as the catalogue says. Degrees, five decimals.
    """
    side = metres or float(table("views")["sensitive"]["species_grid_m"])
    step = side / _DEGREE_M
    low = math.floor(lat / step) * step
    middle = min(max(low + step / 2, -89.9), 89.9)
    wide = step / math.cos(math.radians(middle))
    return round((math.floor(lon / wide) + 0.5) * wide, 5), round(middle, 5)


# ---- saying it
@dataclass(frozen=True, slots=True)
class PhotoWords:
    """What a person says of a photo; ``None`` leaves a field as it is, empty clears it.

    ``sensitive``: one of ``REASONS``; ``areas`` as ``photos.blur.areas_of`` reads them.
    """

    caption: str | None = None
    view: str | None = None
    sensitive: str | None = None
    areas: str | None = None
    note: str | None = None

    def fields(self) -> dict[str, Value]:
        """The fields that change; ``BadInput`` for what is no view, reason or part."""
        found: dict[str, Value] = {}
        if self.caption is not None:
            found["caption"] = _short(self.caption) or None
        if self.view is not None:
            found["view"] = known_view(self.view).code if self.view else None
        return found | self._marks()

    def _marks(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        if self.sensitive is not None:
            if self.sensitive and self.sensitive not in REASONS:
                raise BadInput(
                    _("«{word}» is no reason; reasons: {words}.").format(
                        word=self.sensitive, words=" ".join(REASONS)
                    )
                )
            found["sensitive"] = self.sensitive or None
            if not self.sensitive:
                found |= {"sensitive_areas": None, "sensitive_note": None}
        if self.areas is not None and self.sensitive != "":
            areas_of(self.areas)
            found["sensitive_areas"] = self.areas.strip() or None
        if self.note is not None and self.sensitive != "":
            found["sensitive_note"] = _short(self.note) or None
        return found


def _short(words: str) -> str:
    told = " ".join(words.split())
    if len(told) > MOST_LETTERS:
        raise BadInput(
            _("The text has {n} letters; write at most {most}.").format(
                n=len(told), most=MOST_LETTERS
            )
        )
    return told


def say_of(project: Project, photo_ids: Sequence[str], words: PhotoWords) -> int:
    """Change what is said of photos; how many rows changed.

    A mark goes to every row of the same picture, so that no copy slips out unblurred.
    ``BadInput``: one of them is not there, or the words do not fit.
    """
    fields = words.fields()
    marks = {name: value for name, value in fields.items() if name.startswith("sensitive")}
    attachments = project.attachments(previews=True)
    by_id = {one.id: one for one in attachments}
    known = Sensitive(attachments)
    changed = 0
    for one_id in photo_ids:
        photo = by_id.get(one_id)
        if photo is None:
            raise BadInput(_("There is no photo {id} in this project.").format(id=one_id))
        for one in known.family(photo, attachments) if marks else [photo]:
            wanted = fields if one.id == one_id else marks
            news = {n: v for n, v in wanted.items() if getattr(one, n) != v}
            changed += bool(news and project.edit(ATTACHMENT, one.id, news))
    return changed


def find_photo(project: Project, name: str) -> Attachment:
    """A photo by its id, the beginning of its SHA-256, or its file name.

    ``BadInput`` when none or several fit.
    """
    photos = [a for a in project.attachments() if a.mime.startswith("image/")]
    plain = Path(name).name.casefold()
    for fits in (
        [a for a in photos if a.id == name],
        [a for a in photos if len(name) >= 6 and a.sha256.startswith(name.lower())],
        [a for a in photos if a.filename.casefold() == plain],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise BadInput(
                _("«{name}» names {n} photos: {ids}; give one id.").format(
                    name=name, n=len(fits), ids=" ".join(a.id for a in fits[:10])
                )
            )
    raise BadInput(_("There is no photo {id} in this project.").format(id=name))
