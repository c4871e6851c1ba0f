"""Room on a tablet: photos that the centre has may go, when a person asks; their small pictures
stay, and the files come back from the centre.

A file goes only when the centre has confirmed its hash; with a connection it is asked once more,
right before. Files of drafts, of forms, and those the centre may have lost stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.hashing import sha256_file
from jdz_field.core.i18n import _
from jdz_field.core.sites import Attachment
from jdz_field.operations.sync import connect
from jdz_field.photos.thumbnail import thumbnail
from jdz_field.store.check import file_of
from jdz_field.store.project import Project
from jdz_field.store.tracks import TrackEntry
from jdz_field.sync.again import files_again
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Refused

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]
#: Folder of a project with small pictures of photos that went; longest side of those.
FOLDER, EDGE = "thumbnails", 640


@dataclass(frozen=True, slots=True)
class Space:
    """What photos take: of ``here`` files ``bytes``; ``free`` may go, which take ``free_bytes``.

    ``unsent``: the centre has not confirmed them; ``away``: not on this machine.
    """

    here: int = 0
    bytes: int = 0
    free: tuple[Attachment, ...] = ()
    free_bytes: int = 0
    unsent: int = 0
    away: tuple[Attachment, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As ``photos space`` prints it."""
        return {
            "here": self.here,
            "bytes": self.bytes,
            "can_go": len(self.free),
            "can_go_bytes": self.free_bytes,
            "unsent": self.unsent,
            "away": len(self.away),
        }


@dataclass
class Freed:
    """What went (``files``, ``bytes``) or came back; ``refused`` with their reasons."""

    files: int = 0
    bytes: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As ``photos space --free`` prints it."""
        return {"files": self.files, "bytes": self.bytes, "refused": self.refused}

    def refuse(self, photo: Attachment | TrackEntry, words: str) -> None:
        """Note why a file stayed."""
        self.refused.append({"file": photo.filename, "message": words})


def thumbnail_of(project: Path, sha256: str) -> Path | None:
    """The small picture that was kept of a photo that went; ``None`` when there is none."""
    file = _thumbnail_place(project, sha256)
    return file if file.is_file() else None


def _thumbnail_place(project: Path, sha256: str) -> Path:
    return project / FOLDER / sha256[:2] / f"{sha256}.jpg"


def space(project: Project) -> Space:
    """What photos and films take in the project, and what of it may go."""
    confirmed, kept = project.confirmed_hashes(), _kept(project)
    sizes: dict[str, tuple[Attachment, int]] = {}
    away: dict[str, Attachment] = {}
    for one in _photos(project):
        file = file_of(project.path, one.sha256)
        if file is None:
            away.setdefault(one.sha256, one)
        else:
            sizes.setdefault(one.sha256, (one, file.stat().st_size))
    free = [sizes[sha] for sha in sizes if sha in confirmed and sha not in kept]
    return Space(
        here=len(sizes),
        bytes=sum(size for _one, size in sizes.values()),
        free=tuple(one for one, _size in sorted(free, key=lambda pair: -pair[1])),
        free_bytes=sum(size for _one, size in free),
        unsent=sum(sha not in confirmed for sha in sizes),
        away=tuple(away.values()),
    )


def _photos(project: Project) -> list[Attachment]:
    every = project.attachments(previews=True)
    return [a for a in every if a.mime.startswith(("image/", "video/"))]


def _kept(project: Project) -> set[str]:
    """Files that stay whatever the centre has: of drafts and forms, and those it may have lost."""
    drafts = {one.id for one in project.drafts()}
    found = {a.sha256 for a in project.attachments(previews=True) if a.record in drafts}
    return found | files_again(project).keys() | project.form_media_hashes()


def free(
    project: Project,
    photos: Iterable[Attachment],
    client: CentralClient | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Freed:
    """Take the files of photos out of the project; their small pictures stay.

    ``client``: the centre is asked once more whether it holds each file. Photos that may not go
    are refused, each with its reason. ``Unavailable``: the connection or the disk failed; what
    went until then is at the centre.
    """
    wanted, done = list(photos), Freed()
    allowed = {one.sha256 for one in space(project).free}
    for number, photo in enumerate(wanted):
        if cancelled and cancelled():
            break
        if photo.sha256 not in allowed:
            done.refuse(photo, _("The centre has not confirmed it, or it is still needed here."))
        elif client is not None and not client.holds(photo.sha256):
            done.refuse(photo, _("The centre does not have it any more; sync first."))
        else:
            _free_one(project, photo, done)
        if progress:
            progress(number + 1, len(wanted))
    return done


def free_confirmed(project: Project, photos: Sequence[Attachment]) -> Freed:
    """``free``, asking the centre once more where this device reaches it by network.

    ``Unavailable``: there is no connection; nothing went.
    """
    if not project.server:
        return free(project, photos)
    with connect(project) as client:
        return free(project, photos, client)


def _free_one(project: Project, photo: Attachment, done: Freed) -> None:
    file = file_of(project.path, photo.sha256)
    if file is None:
        return
    try:
        size = file.stat().st_size
        if sha256_file(file) != photo.sha256:
            done.refuse(photo, _("The file is not what was recorded; run check on the project."))
            return
        _keep_thumbnail(project.path, photo, file)
        file.unlink()
    except OSError as error:
        words = _("{file} cannot be removed ({what}); close the program that shows it.")
        done.refuse(photo, words.format(file=photo.filename, what=error.strerror or error))
        return
    done.files += 1
    done.bytes += size


def _keep_thumbnail(project: Path, photo: Attachment, file: Path) -> None:
    """A small picture stays; films and what cannot be shown have none."""
    with suppress(BadInput):
        small = thumbnail(file, EDGE).jpeg
        target = _thumbnail_place(project, photo.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(small)
        part.replace(target)


def fetch(
    project: Project,
    photos: Sequence[Attachment | TrackEntry],
    client: CentralClient,
    *,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Freed:
    """Bring files of photos or tracks from the centre, each whole and hash verified, or not at all.

    Those that are here are passed over. ``Unavailable``: the connection or the disk.
    """
    done = Freed()
    for number, photo in enumerate(photos):
        if cancelled and cancelled():
            break
        if file_of(project.path, photo.sha256) is None:
            _fetch_one(project, photo, client, done)
        if progress:
            progress(number + 1, len(photos))
    return done


def _fetch_one(
    project: Project, photo: Attachment | TrackEntry, client: CentralClient, done: Freed
) -> None:
    suffix = Path(photo.filename).suffix.lower() or ".bin"
    target = project.path / "files" / photo.sha256[:2] / f"{photo.sha256}{suffix}"
    beside = project.path / FOLDER / "coming" / target.name
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        client.download(photo.sha256, beside)
        beside.replace(target)
    except (Refused, BadInput) as error:
        done.refuse(photo, str(error))
    except OSError as error:
        raise Unavailable(
            _("{file} could not be written ({reason}); check the disk and its free space.").format(
                file=target, reason=error.strerror or error
            )
        ) from error
    else:
        done.files += 1
        done.bytes += target.stat().st_size
