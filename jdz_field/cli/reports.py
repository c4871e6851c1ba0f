"""``report``: cards, progress and ledgers as documents."""

from __future__ import annotations

import click

from jdz_field.cli.progress import progress
from jdz_field.cli.reports_card import card, households
from jdz_field.cli.reports_record import record
from jdz_field.cli.reports_tables import ledger, movement


@click.group()
def report() -> None:
    """Cards, progress and ledgers as documents."""


for _command in (card, households, progress, record, ledger, movement):
    report.add_command(_command)
