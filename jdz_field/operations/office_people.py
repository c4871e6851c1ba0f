"""What the office does about people and devices over the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jdz_field.operations.audit_file import save_entries
from jdz_field.sync.client import CentralClient
from jdz_field.sync.link import Refused, nonsense

Told = Mapping[str, Any]
_NEWEST = 100


def shut_out(error: Exception) -> bool:
    """Whether the centre knows who asks, and says that this is not theirs."""
    return isinstance(error, Refused) and error.status == 403


class PeopleDesk:
    """The people's part of an office desk. Belongs to the thread that made it."""

    def __init__(self, client: CentralClient) -> None:
        self._client = client

    def everything(self) -> Told:
        """``duties``, ``users``, ``devices``, ``codes``, ``lockouts``, ``limits``, ``log``.

        Empty is what the person may not see. ``log``: the newest entries, the newest last.
        """
        duties = self._client.get("duties")
        if not isinstance(duties, Mapping):
            raise nonsense()
        paths = {
            "users": "users",
            "devices": "devices",
            "codes": "devices/codes",
            "lockouts": "lockouts",
        }
        told = {name: self._allowed(path) for name, path in paths.items()}
        own = duties.get("own", ())
        log = self.log(limit=_NEWEST, newest=True) if "audit" in own else ()
        limits = self._client.get("lockouts/limits") if "security" in own else {}
        if not isinstance(limits, Mapping):
            raise nonsense()
        return told | {"duties": duties, "limits": limits, "log": log}

    def devices(self) -> Sequence[Told]:
        """Every device, active or not."""
        found = self._client.get("devices")
        if not isinstance(found, list):
            raise nonsense()
        return found

    def _allowed(self, path: str) -> Sequence[Told]:
        try:
            found = self._client.get(path)
        except Refused as error:
            if shut_out(error):
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

    def set_limits(self, limits: Mapping[str, int]) -> None:
        """Change how many wrong tries are free, the waits, and how long a desk stays signed in."""
        self._client.post("lockouts/limits", {"limits": dict(limits)})

    def log(self, after: int = 0, limit: int = 1_000, *, newest: bool = False) -> Sequence[Told]:
        """Entries of the audit log after a number, or the newest, in order."""
        word = "true" if newest else "false"
        found = self._client.get(f"audit?after={after}&limit={limit}&newest={word}")
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            raise nonsense()
        return found

    def save_log(self, out: Path) -> int:
        """Write the whole audit log to a .jsonl or .csv; how many entries."""
        return save_entries(self._every_entry(), out)

    def _every_entry(self) -> Iterator[Told]:
        last = 0
        while found := self.log(last):
            yield from found
            last = int(found[-1]["id"])

    def check_log(self) -> Told:
        """Whether the audit log is whole: ``entries``, ``broken``."""
        told = self._client.get("audit/check")
        if not isinstance(told, Mapping):
            raise nonsense()
        return told
