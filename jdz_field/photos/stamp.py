"""Words on a copy of a picture: where, when, what, by whom. Originals are never written on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from jdz_field.core.errors import Unavailable
from jdz_field.core.i18n import _

#: Fonts that have Chinese letters, by their files, the usual ones first.
_NAMES = (
    *("msyh.ttc", "msyh.ttf", "simhei.ttf", "Deng.ttf", "simsun.ttc"),
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf"),
    *("SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "wqy-microhei.ttc"),
    *("wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "uming.ttc"),
    *("PingFang.ttc", "STHeiti Light.ttc"),
)
#: A line's height as a share of the picture's shorter side, and its least in pixels.
_SHARE, _LEAST = 0.032, 11
_SHADE = (0, 0, 0, 150)
_INK = (255, 255, 255, 255)


def stamped(image: Image.Image, lines: Sequence[str]) -> Image.Image:
    """A copy with lines of text on a dark band at its foot; long ones are made smaller.

    ``Unavailable`` when no font with Chinese letters is installed.
    """
    words = [line for line in lines if line]
    made = image.convert("RGB")
    if not words:
        return made
    size = max(_LEAST, round(min(made.size) * _SHARE))
    font = _fitting(words, size, made.width - size)
    high = round(font.size * 1.4)
    band = Image.new("RGBA", (made.width, high * len(words) + round(font.size)), _SHADE)
    pen = ImageDraw.Draw(band)
    for number, line in enumerate(words):
        place = (font.size / 2, font.size * 0.4 + number * high)
        pen.text(place, line, font=font, fill=_INK)
    made.paste(band, (0, max(0, made.height - band.height)), band)
    return made


def _fitting(words: Sequence[str], size: int, room: int) -> ImageFont.FreeTypeFont:
    """The font in a size at which the longest line fits."""
    font = font_of(size)
    longest = max(font.getlength(line) for line in words)
    return font if longest <= room else font_of(max(6, int(size * room / longest)))


@lru_cache(maxsize=32)
def font_of(size: int) -> ImageFont.FreeTypeFont:
    """A font with Chinese letters; ``Unavailable`` when there is none."""
    file = font_file()
    if file is None:
        raise Unavailable(
            _("No font with Chinese letters is installed, so photos get no stamp; install one.")
        )
    return ImageFont.truetype(file, size)


@lru_cache(maxsize=1)
def font_file() -> Path | None:
    """Where such a font lies."""
    there: dict[str, Path] = {}
    for folder in _folders():
        if folder.is_dir():
            for file in folder.rglob("*.[to]t[cf]"):
                there.setdefault(file.name.lower(), file)
    return next((there[name.lower()] for name in _NAMES if name.lower() in there), None)


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path("C:/Windows/Fonts")
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
    elif sys.platform == "darwin":
        yield Path("/System/Library/Fonts")
        yield home / "Library/Fonts"
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
        yield home / ".local/share/fonts"
