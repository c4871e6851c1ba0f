"""What a paired Bluetooth device calls itself: Windows names its ports all alike."""

from __future__ import annotations

import importlib
import sys
from typing import Any

_DEVICES = r"SYSTEM\CurrentControlSet\Services\BTHPORT\Parameters\Devices"


def device_name(address: str) -> str:
    """The name of the paired device ``001122AABBCC``; empty where nothing knows it."""
    if sys.platform != "win32" or not address:
        return ""
    return name_in(importlib.import_module("winreg"), address)


def name_in(registry: Any, address: str) -> str:
    """As ``device_name``, from a module with the calls of ``winreg``."""
    try:
        with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, rf"{_DEVICES}\{address.lower()}") as key:
            value, _kind = registry.QueryValueEx(key, "Name")
    except OSError:
        return ""
    # Kept as bytes of UTF-8 that end in a zero.
    raw = value if isinstance(value, bytes) else str(value).encode()
    return raw.split(b"\0")[0].decode("utf-8", "replace").strip()
