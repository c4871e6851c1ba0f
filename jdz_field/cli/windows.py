"""``app`` and ``office``: the windows. Qt is imported only when one of them opens."""

from __future__ import annotations

import click

from jdz_field.cli.common import Context, finish_with, pass_context


@click.command()
@pass_context
def app(context: Context) -> None:
    """Open the field window (also: no command at all)."""
    from jdz_field.app import main as open_window  # noqa: PLC0415 - Qt only for windows

    finish_with(open_window(context.project))


@click.command()
@click.option("--server", help="Address of the central server.")
@pass_context
def office(context: Context, server: str | None) -> None:
    """Open the office window: batches, conflicts, review."""
    del context
    from jdz_field.ui.office.main import main as open_window  # noqa: PLC0415 - Qt only for windows

    finish_with(open_window(server=server))
