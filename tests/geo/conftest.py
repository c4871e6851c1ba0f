"""Fixtures of tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jdz_field.geo.tracks import Track, read_track


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """``read(text or bytes)``: the track in a file with this content."""

    def go(content: str | bytes) -> Track:
        path = tmp_path / "轨迹.gpx"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_track(path)

    return go
