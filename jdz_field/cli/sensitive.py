"""``--sensitive``: what becomes of photos that must not leave as they are."""

from __future__ import annotations

import click

#: As ``operations.photo_sensitive.CHOICES``, without what that module needs.
sensitive_option = click.option(
    "--sensitive",
    type=click.Choice(["blur", "leave-out"]),
    default="blur",
    help="Blur sensitive photos, or leave them out (default: blur).",
)
