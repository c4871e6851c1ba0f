"""What the office does about people and devices over the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Refused, nonsense

Told = Mapping[str, Any]


class PeopleDesk:
    """The people's part of an office desk. Belongs to the thread that made it."""

    def __init__(self, client: CentralClient) -> None:
        self._client = client

    def everything(self) -> Told:
        """``users``, ``devices``, ``duties``; ``codes`` and ``lockouts`` for whoever may."""
        told = {name: self._client.get(name) for name in ("users", "devices", "duties")}
        for name, path in (("codes", "devices/codes"), ("lockouts", "lockouts")):
            told[name] = self._allowed(path)
        if not isinstance(told["users"], list) or not isinstance(told["duties"], Mapping):
            raise nonsense()
        return told

    def _allowed(self, path: str) -> Sequence[Told]:
        try:
            found = self._client.get(path)
        except Refused as error:
            if error.status == 403:
                return ()
            raise
        return found if isinstance(found, list) else ()

    def add(self, facts: Told) -> None:
        """Enter a person."""
        self._client.post("users", dict(facts))

    def change(self, name: str, facts: Told) -> None:
        """Change what a person may do and see."""
        self._client.post(f"users/{quote(name, safe='')}", dict(facts))

    def code(self, name: str) -> str:
        """A fresh one-time code for a device of this person."""
        told = self._client.post("devices/code", {"user": name})
        return str(told.get("code", ""))

    def withdraw_code(self, code: str) -> None:
        """Make a code useless."""
        self._client.post(f"devices/codes/{quote(code, safe='')}/withdraw", {})

    def password(self, name: str) -> str:
        """A fresh password for ODK Collect or a GIS, in the place of the old one."""
        told = self._client.post(f"users/{quote(name, safe='')}/password", {})
        return str(told.get("password", ""))

    def let_in(self, device: str, *, active: bool, why: str = "") -> None:
        """Shut a device out, or let it in again."""
        act = "restore" if active else "revoke"
        self._client.post(f"devices/{quote(device, safe='')}/{act}", {"why": why})

    def separate(self, *, apart: bool) -> None:
        """Keep duties apart, or no longer."""
        self._client.post("duties", {"separate": apart})

    def unlock(self, key: str) -> None:
        """Let somebody try again at once."""
        self._client.post("lockouts/unlock", {"key": key})

    def check_log(self) -> Told:
        """Whether the audit log is whole: ``entries``, ``broken``."""
        told = self._client.get("audit/check")
        if not isinstance(told, Mapping):
            raise nonsense()
        return told
