"""The folder of this machine's choices and persons."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path


def configuration() -> Path:
    """The person's configuration folder (``JDZ_FIELD_CONFIG`` names another)."""
    named = os.environ.get("JDZ_FIELD_CONFIG")
    return Path(named) if named else user_config_path("jdz-field", appauthor=False)
