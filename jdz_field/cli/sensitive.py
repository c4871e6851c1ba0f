"""``--sensitive``: what becomes of photos that must not leave as they are; ``--coordinates``."""

from __future__ import annotations

import click

#: As ``operations.photo_sensitive.CHOICES``, without what that module needs.
sensitive_option = click.option(
    "--sensitive",
    type=click.Choice(["blur", "leave-out"]),
    default="blur",
    help="Blur sensitive photos, or leave them out (default: blur).",
)

#: As ``geo.display.FORMS``.
coordinates_option = click.option(
    "--coordinates",
    type=click.Choice(["decimal", "dm", "dms", "plane39", "wgs84"]),
    default=None,
    help="How .csv and .xlsx spell coordinates (default: decimal degrees).",
)
