"""Codes in a picture: QR, Data Matrix, EAN, Code 128 and what else zxing-cpp reads."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jdz_field.core.errors import BadInput, Unavailable
from jdz_field.core.i18n import _

#: More codes in one picture are a hostile picture, or a wall of labels: choose a nearer one.
MOST = 64
#: A longer text is no answer (a QR code holds at most 7,089 characters, ISO/IEC 18004).
_LONGEST = 8000
#: Formats whose bytes are text in a character set that the code may not name.
_HAN = ("\u4e00", "\u9fff")
_BYTES = frozenset({"QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417"})


@dataclass(frozen=True, slots=True)
class Code:
    """One code: what it says, its format's name, and its middle in pixels of the picture."""

    text: str
    format: str
    x: int
    y: int


def read_codes(grey: npt.NDArray[np.uint8]) -> list[Code]:
    """Every code in a grey picture (rows × columns, 0 black … 255 white), from top to bottom.

    The same code twice is told once. ``Unavailable`` when the decoder is not installed.
    """
    try:
        import zxingcpp  # noqa: PLC0415 - one part of a form needs it
    except ImportError as error:
        raise Unavailable(
            _("This program was installed without its code reader; type the code.")
        ) from error
    found: dict[tuple[str, str], Code] = {}
    for one in zxingcpp.read_barcodes(np.ascontiguousarray(grey)):
        text = text_of(one)
        if text and len(found) < MOST:
            place = one.position.top_left, one.position.bottom_right
            middle = ((place[0].x + place[1].x) // 2, (place[0].y + place[1].y) // 2)
            name = one.format.name
            found.setdefault((text, name), Code(text, name, *middle))
    return sorted(found.values(), key=lambda code: (code.y, code.x))


def text_of(one: Any) -> str:
    """What a code says. Bytes are UTF-8, else GB 18030 when that gives Chinese, as China writes it.

    Control characters at its end, which printers of labels add, are cut off.
    """
    text = str(one.text)
    if one.format.name in _BYTES and any(ord(c) > 127 for c in text):
        text = _decoded(bytes(one.bytes)) or text
    return text.strip("\0\r\n\t ")[:_LONGEST]


def _decoded(raw: bytes) -> str:
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    with suppress(UnicodeDecodeError):
        text = raw.decode("gb18030")
        if any(_common(character) for character in text):
            return text
    return ""


def _common(character: str) -> bool:
    """Whether it is a Han character of GB 2312: Latin bytes read as GB 18030 give rare ones."""
    if not _HAN[0] <= character <= _HAN[1]:
        return False
    with suppress(UnicodeEncodeError):
        return bool(character.encode("gb2312"))
    return False


def one_code(codes: list[Code]) -> Code | None:
    """The only code, or ``None`` when a person must choose; ``BadInput`` when there is none."""
    if not codes:
        raise BadInput(
            _("No code was found in the picture; go nearer, hold still and give it light.")
        )
    return codes[0] if len(codes) == 1 else None
