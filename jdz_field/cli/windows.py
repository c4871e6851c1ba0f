"""``app`` and ``office``: the windows. Qt is imported only when one of them opens."""

from __future__ import annotations

import os
import sys

import click

from jdz_field.cli.common import Context, finish_with, pass_context
from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _


def need_screen() -> None:
    """``Unavailable`` where there is no screen: Qt would end the process without a sentence."""
    named = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named):
        raise Unavailable(
            _("There is no screen here; start it on a desktop, or use demo --headless.")
        )


@click.command()
@pass_context
def app(context: Context) -> None:
    """Open the field window (also: no command at all)."""
    need_screen()
    from jdz_field.app import main as open_window  # noqa: PLC0415 - Qt only for windows

    finish_with(open_window(context.project))


@click.command()
@click.option("--server", help="Address of the central server.")
@pass_context
def office(context: Context, server: str | None) -> None:
    """Open the office window: batches, conflicts, review."""
    del context
    need_screen()
    from jdz_field.ui.office.main import main as open_window  # noqa: PLC0415 - Qt only for windows

    finish_with(open_window(server=server))
