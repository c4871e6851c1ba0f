"""What the office does about the plan over the network: look, enter figures and money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jdz_field.core.figures import Figure
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import nonsense

Told = Mapping[str, Any]


class PlanDesk:
    """The plan's part of an office desk. Belongs to the thread that made it."""

    def __init__(self, client: CentralClient) -> None:
        self._client = client

    def progress(self, as_of: str = "") -> Told:
        """How far the plan has come, as ``core.progress_json``; ``as_of``: YYYY-MM-DD."""
        data = self._client.get(f"progress?as_of={quote(as_of)}")
        if not isinstance(data, Mapping) or "indicators" not in data:
            raise nonsense()
        return data

    def enter(self, one: Figure, why: str = "") -> None:
        """Enter an indicator's value, or correct the one of its id."""
        names = ("id", "indicator", "year", "value", "source", "document", "stated_on", "note")
        self._client.post(
            "progress/figures", {name: getattr(one, name) for name in names} | {"why": why}
        )

    def withdraw(self, figure: str, why: str) -> None:
        """Take a value back, with the reason."""
        self._client.post(f"progress/figures/{quote(figure, safe='')}/withdraw", {"why": why})

    def set_money(self, project: str, values: Told, why: str, seen: int) -> None:
        """Write a project's money; ``Refused`` (409) when somebody wrote since ``seen``."""
        body = {"values": dict(values), "why": why, "seen_version": seen}
        self._client.post(f"progress/projects/{quote(project, safe='')}/money", body)
