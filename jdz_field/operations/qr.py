"""A QR code (ISO/IEC 18004) of a short text, as rows of dark and light modules."""

from __future__ import annotations


def modules(words: str) -> list[list[bool]]:
    """The code with its quiet zone of four modules; ``True`` is dark."""
    import numpy as np  # noqa: PLC0415 - one window needs it
    import zxingcpp  # noqa: PLC0415

    made = zxingcpp.create_barcode(words, zxingcpp.BarcodeFormat.QRCode)
    grey = np.array(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=True))
    return [[bool(value < 128) for value in row] for row in grey]
