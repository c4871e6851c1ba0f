"""``report``: documents. They come with a later version; today each answers with one sentence."""

from __future__ import annotations

import click

from jdz_field.cli.common import json_option
from jdz_field.core.errors import NotYet
from jdz_field.core.i18n import _


@click.group()
def report() -> None:
    """Cards, progress and ledgers as documents."""


def _later() -> None:
    raise NotYet(_("This version cannot make documents yet; use «sites export» for tables."))


@report.command()
@click.argument("code")
@click.option("--kind", type=click.Choice(["work", "household"]), default="work")
@click.option("-o", "--out", required=True)
@json_option
def card(code: str, kind: str, out: str, as_json: bool) -> None:
    """Make the work card or household card of a geohazard point (not in this version)."""
    del code, kind, out, as_json
    _later()


@report.command()
@click.option("-o", "--out", required=True)
@json_option
def progress(out: str, as_json: bool) -> None:
    """Make the progress report of the restoration plan (not in this version)."""
    del out, as_json
    _later()


@report.command()
@click.option("-o", "--out", required=True)
@json_option
def ledger(out: str, as_json: bool) -> None:
    """Make the ledger as a document (not in this version)."""
    del out, as_json
    _later()
