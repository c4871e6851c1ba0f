"""``--personal``, ``--encrypt``, ``--recipient``: what becomes of names and telephones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from jdz_field.cli.common import Command
from jdz_field.cli.projects import ask_passphrase, passphrase_option
from jdz_field.operations.personal import CHOICES, Privacy, privacy_of

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--personal",
        type=click.Choice(CHOICES),
        default="keep",
        help="Keep names and telephones, or leave them out (default: keep).",
    ),
    click.option(
        "--encrypt", is_flag=True, help="Encrypt it (age), with a passphrase that is asked."
    ),
    click.option("--recipient", multiple=True, help="Encrypt it for this age1… key instead."),
    passphrase_option,
)


def personal_options(command: Command) -> Command:
    """Adds the options; the command takes them as ``**personal`` for ``privacy_asked``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def privacy_asked(
    personal: str, encrypt: bool, recipient: tuple[str, ...], passphrase_file: Path | None
) -> Privacy:
    """What the options say; asks for the passphrase. ``BadUsage`` as ``privacy_of``."""
    wanted = (encrypt or passphrase_file is not None) and not recipient
    passphrase = ask_passphrase(passphrase_file, confirm=True) if wanted else ""
    return privacy_of(personal, passphrase=passphrase, recipients=recipient)
