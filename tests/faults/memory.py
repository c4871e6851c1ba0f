"""How much memory this process really has, decoders' own included; without other packages."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path


def resident() -> int:
    """Bytes in memory now, what is only kept in reserve given back first; 0 where nobody says."""
    gc.collect()
    if sys.platform != "linux":
        return 0
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
