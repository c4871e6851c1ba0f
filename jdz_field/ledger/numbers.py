"""Numbers as people write them: full-width, with units, about, in Chinese figures."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from jdz_field.core.catalogue import table

#: Full-width forms to plain ones; superscripts of units.
WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x00A0: " ",
    0x2212: "-",
    0x2013: "-",
    0x2014: "-",
    ord("²"): "2",
    ord("³"): "3",
    ord("㎡"): "m2",
    ord("㎥"): "m3",
    ord("﹢"): "+",
    ord("﹣"): "-",
}
_THOUSANDS = re.compile(r"(?<=\d)[,']\s?(?=\d{3}(?!\d))")
_STOP = r"\d\s,.;:。、~+\-"
_PART = re.compile(rf"(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([^{_STOP}]*m[23]|[^{_STOP}]*)")
_RANGE = re.compile(r"\d\D{0,2}[~\-至到]\D{0,2}\d")
_OR = re.compile(r"/(?=\s*\d)")
_BRACKETS = str.maketrans("", "", "()[]【】「」")
_DIGITS = {figure: value for value, figure in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}
_CHINESE = re.compile(rf"[{''.join(_DIGITS)}{''.join(_TENS)}]+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from a text; ``exact`` is false for 约, 多, 以上 and the like."""

    value: float
    exact: bool = True


def halved(text: str) -> str:
    """The text with full-width forms made plain, trimmed."""
    return text.translate(WIDTHS).strip()


@cache
def _about() -> re.Pattern[str]:
    words = sorted(table("ledger")["words"]["about"], key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in words))


@cache
def units(unit: str) -> dict[str, float]:
    """Other spellings of a unit and their factors; only itself when the table has none."""
    found: dict[str, Any] = table("ledger")["units"].get(unit, {})
    plain = unit.translate(WIDTHS).lower()
    return {plain: 1.0} | {str(name).lower(): float(f) for name, f in found.items()}


def factor(unit: str, heading_unit: str) -> float | None:
    """What turns a heading's unit into the field's; ``None`` when it is not known."""
    return units(unit).get(heading_unit.translate(WIDTHS).lower().replace(" ", ""))


def parse_number(text: str, unit: str = "", scale: float = 1.0) -> Number | None:
    """The number in a text, in the field's unit; ``None`` when there is none or several.

    ``scale`` is the heading's factor for numbers that name no unit of their own. Reads
    ``１２０``, ``120人``, ``约120人``, ``1,200``, ``3户12人`` (the part with the unit), ``十二``,
    ``1.2万m³``. Ranges (``10-20人``) are not numbers.
    """
    plain = halved(text).translate(_BRACKETS).strip(" ,.;:。")
    sign, plain = _signed(plain)
    if _RANGE.search(plain):
        return None
    # A space, not nothing: 10多20 must not become 1020.
    rest = _about().sub(" ", plain).strip()
    figures = _OR.sub(" ", _THOUSANDS.sub("", _chinese(rest)))
    parts = _PART.findall(figures)
    if not parts or _PART.sub("", figures).strip(" ,;、"):
        return None
    return _in_unit(parts, unit, sign * scale, sign, exact=rest == plain)


def _signed(text: str) -> tuple[float, str]:
    if text[:1] in "+-":
        return (-1.0 if text[:1] == "-" else 1.0), text[1:].lstrip()
    return 1.0, text


def _in_unit(
    parts: list[tuple[str, str]], unit: str, scale: float, sign: float, *, exact: bool
) -> Number | None:
    """The one part that is in the unit; other parts may only count other things (3户12人)."""
    own = units(unit)
    known = [(float(n), own[u.lower()]) for n, u in parts if u and u.lower() in own]
    if len(parts) == 1 and not parts[0][1]:
        return _number(float(parts[0][0]), scale, exact=exact)
    counted = table("ledger")["words"]["counted"]
    others = [u for _n, u in parts if u.lower() not in own]
    if len(known) > 1 and not others and _alike([n * f for n, f in known]):
        # 0.5公顷/7.5亩 says one thing twice.
        known = known[:1]
    if len(known) != 1 or not all(other in counted for other in others):
        return None
    return _number(known[0][0], known[0][1] * sign, exact=exact)


def _alike(values: list[float]) -> bool:
    """Whether figures in different units are the same but for rounding (2 %)."""
    return max(values) - min(values) <= 0.02 * max(values)


def _number(figure: float, times: float, *, exact: bool) -> Number | None:
    # Twelve digits: 0.0001 × 3 is not to become 0.00030000000000000003.
    value = figure if times == 1 else float(f"{figure * times:.12g}")
    return Number(value, exact) if math.isfinite(value) else None


def _chinese(text: str) -> str:
    """Chinese figures as digits: 十二人 → 12人; 万 after digits is a unit and stays."""
    found = _CHINESE.match(text)
    if not found or not any(figure in _DIGITS or figure in "十拾" for figure in found[0]):
        return text
    value = _chinese_value(found[0])
    return text if value is None else f"{value}{text[found.end() :]}"


def _chinese_value(figures: str) -> int | None:
    if all(figure in _DIGITS for figure in figures):
        return int("".join(str(_DIGITS[figure]) for figure in figures))
    total, section, digit, last = 0, 0, -1, 1
    for place, figure in enumerate(figures, start=1):
        if figure in _DIGITS:
            # 一万二 is 12000 to a speaker and 10002 to a reader: not decided here.
            if digit > 0 or (last >= 100 and digit < 0 and place == len(figures)):
                return None
            digit = _DIGITS[figure]
            continue
        last = _TENS[figure]
        if digit < 0 and (last > 10 or section) and last < 10_000:
            return None
        if last == 10_000:
            total, section = (section + max(digit, 0)) * last, 0
        else:
            section += (1 if digit < 0 else digit) * last
        digit = -1
    return total + section + max(digit, 0)
