"""Fields of the layers that no catalogue describes: name and type, in their order."""

from __future__ import annotations

#: A site's beside the catalogue's: how its positions were found (``core.positions``), as words.
SITE_FIELDS = (("position_how", "codes"),)
#: A record's.
RECORD_FIELDS = (
    ("form", "text"),
    ("form_version", "text"),
    ("site", "text"),
    ("site_kind", "text"),
    ("answers", "json"),
    ("author", "text"),
    ("started", "datetime"),
    ("finished", "datetime"),
    ("replaces", "text"),
    ("review", "text"),
    ("review_comment", "text"),
    ("positions", "json"),
    ("checks", "json"),
)
#: What every file has, photo or track.
ATTACHMENT_FIELDS = (
    ("sha256", "text"),
    ("filename", "text"),
    ("size", "integer"),
    ("mime", "text"),
    ("record", "text"),
    ("path", "text"),
    ("site", "text"),
    ("taken", "text"),
    ("lon", "decimal"),
    ("lat", "decimal"),
    ("altitude", "decimal"),
    ("direction", "decimal"),
    ("accuracy", "decimal"),
    ("method", "text"),
    ("caption", "text"),
)

#: What a photo has beside: which of the required views it is; ``sensitive`` why it must not leave
#: as it is, where in it (``photos.blur``); ``original`` the SHA-256 of the picture that this one
#: is a changed copy of, and ``variant`` what kind of copy.
PHOTO_FIELDS = (
    ("direction_ref", "text"),
    ("view", "text"),
    ("sensitive", "text"),
    ("sensitive_areas", "text"),
    ("sensitive_note", "text"),
    ("original", "text"),
    ("variant", "text"),
)
#: What a track has beside: ``taken`` is its start, ``length`` metres, ``person`` who walked it.
TRACK_FIELDS = (("ended", "datetime"), ("length", "decimal"), ("person", "text"))
