"""Where the answer of a geopoint question can be taken from: the site, the newest photo."""

from __future__ import annotations

from jdz_field.core.i18n import _
from jdz_field.operations.records import Filling
from jdz_field.ui.form.place import Source
from jdz_field.ui.form.shelf import Shelf


class Places:
    """The positions that are known without a receiver."""

    def __init__(self, filling: Filling, shelf: Shelf) -> None:
        self._filling, self._shelf = filling, shelf

    @property
    def site(self) -> tuple[float, float] | None:
        """Longitude and latitude of the site."""
        site = self._filling.site
        if site is None or site.lon is None or site.lat is None:
            return None
        return site.lon, site.lat

    def sources(self) -> list[Source]:
        """What is offered."""
        found = [Source(_("From a photo"), "image", self.of_photo, "photo")]
        if self.site is not None:
            found.insert(0, Source(_("As the site"), "pin", self.of_site, "site"))
        return found

    def of_site(self) -> tuple[float, float, float] | None:
        """Longitude, latitude and accuracy (not known: 0) of the site."""
        place = self.site
        return (*place, 0.0) if place is not None else None

    def of_photo(self) -> tuple[float, float, float] | None:
        """Of the newest photo of this record that has a position."""
        shelf = self._shelf
        for a in reversed(shelf.app.reader.attachments(record=shelf.record)):
            if a.lon is not None and a.lat is not None:
                return a.lon, a.lat, a.accuracy or 0.0
        return None
