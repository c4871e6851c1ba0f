"""What the machine found odd in a record, and what the person on the spot said of it.

Nothing here refuses a record. Findings are kept with it, by check and question, with the figures
that were looked at: whoever reads the record later is told the same sentence in their own
language. ``resources/catalogue/checks.toml`` holds every limit with its source.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

from jdz_field.core.catalogue import code_list, table
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _, language

#: The code list of reasons; the one that asks for words; the one that urgent reports give.
REASONS, OTHER, URGENT = "check_reason", "other", "urgent"
#: Longest text of one finding as it is kept, and how many of a record are.
MAX_TEXT, MOST = 2_000, 500

Figure = str | float | int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    ``check``: code of the catalogue. ``ref``: the question it leads to. ``label``: what that is
    called. ``figures``: what was seen, and against what. ``reason``: code of ``check_reason``,
    empty while nothing was said; ``note``: the person's words.
    """

    check: str
    ref: str
    label: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    reason: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """What it is kept under."""
        return f"{self.check}:{self.ref}"

    @property
    def answered(self) -> bool:
        """Whether a reason was given; «other» needs words."""
        return bool(self.reason) and (self.reason != OTHER or bool(self.note.strip()))

    def to_json(self) -> dict[str, Any]:
        """As the record keeps it, without its key."""
        kept: dict[str, Any] = {"label": self.label, "figures": dict(self.figures)}
        return kept | {"reason": self.reason, "note": self.note}


class Check(NamedTuple):
    """A check of the catalogue; ``reasons``: codes that are offered for it."""

    code: str
    labels: Mapping[str, str]
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        return self.labels["zh" if language() == "zh" else "en"]


@cache
def checks() -> dict[str, Check]:
    """The catalogue's checks by code, in their order.

    ``BadInput``: one stands there twice, or offers a reason that is in no list.
    """
    known = {code.value for code in code_list(REASONS).codes}
    found: dict[str, Check] = {}
    for entry in table("checks")["checks"]:
        code, reasons = str(entry["code"]), tuple(entry["reasons"])
        if code in found or not set(reasons) <= known or OTHER not in reasons:
            raise BadInput(
                _(
                    "catalogue/checks.toml: the check {check} stands there twice, or its reasons "
                    "are not in codes/check_reason.toml; correct it."
                ).format(check=code)
            )
        found[code] = Check(code, {"zh": entry["zh"], "en": entry["en"]}, reasons)
    return found


def check_label(code: str) -> str:
    """A check's name; the code of one that only a newer program knows."""
    found = checks().get(code)
    return found.label if found else code


def reasons_of(code: str) -> tuple[str, ...]:
    """Codes of the reasons that fit a check."""
    found = checks().get(code)
    return found.reasons if found else tuple(one.value for one in code_list(REASONS).codes)


def as_reason(found: Finding, words: str) -> Finding:
    """The finding with a reason: a code or label of the list, else the person's own words.

    ``BadInput``: no words at all.
    """
    said = words.strip()
    if not said:
        raise BadInput(
            _("The reason for «{check}» is empty; say why.").format(check=check_label(found.check))
        )
    for code in code_list(REASONS).codes:
        if code.value != OTHER and said in (code.value, *code.labels.values(), *code.synonyms):
            return replace(found, reason=code.value, note="")
    return replace(found, reason=OTHER, note=said[:MAX_TEXT])


# ---- kept with a record
def to_kept(findings: Iterable[Finding]) -> dict[str, Any]:
    """The field ``checks`` of a record or draft."""
    return {one.key: one.to_json() for one in findings}


def read_kept(found: object) -> list[Finding]:
    """The findings in the field ``checks``; what cannot be read is left out."""
    if not isinstance(found, Mapping):
        return []
    read = (_read(str(key), one) for key, one in found.items())
    return [one for one in read if one is not None]


def _read(key: str, one: object) -> Finding | None:
    check, colon, ref = key.partition(":")
    if not (colon and check and isinstance(one, Mapping)):
        return None
    figures, texts = one.get("figures", {}), [one.get(n, "") for n in ("label", "reason", "note")]
    if not isinstance(figures, Mapping) or not all(isinstance(t, str) for t in texts):
        return None
    if not all(isinstance(n, str) and _is_figure(v) for n, v in figures.items()):
        return None
    return Finding(check, ref, texts[0], dict(figures), texts[1], texts[2])


def _is_figure(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, str) or (isinstance(value, int | float) and math.isfinite(value))


def check_kept(found: object) -> bool:
    """Whether a record's ``checks`` can be read and are no larger than a person needs."""
    if not isinstance(found, Mapping) or len(found) > MOST:
        return False
    return all(
        _read(str(key), one) is not None and len(json.dumps(one)) <= 4 * MAX_TEXT
        for key, one in found.items()
    )


def with_reasons(found: Sequence[Finding], said: Iterable[Finding]) -> list[Finding]:
    """The findings with what was said of them; what was said of other figures counts no more."""
    known = {one.key: one for one in said}
    made = []
    for one in found:
        before = known.get(one.key)
        same = before is not None and dict(before.figures) == dict(one.figures)
        made.append(replace(one, reason=before.reason, note=before.note) if same else one)  # type: ignore[union-attr]
    return made


# ---- in words
def finding_words(one: Finding) -> str:
    """What was found, in one sentence of the language in force."""
    made = _WORDS.get(one.check)
    try:
        return made(one.figures) if made else check_label(one.check)
    except (KeyError, ValueError, TypeError):
        # Figures of another program.
        return check_label(one.check)


def reason_words(one: Finding) -> str:
    """Why it is so, as the person said; that nobody said anything."""
    if not one.reason:
        return _("no reason given")
    if one.reason == OTHER:
        return one.note or code_list(REASONS).label(OTHER)
    said = code_list(REASONS).label(one.reason)
    return _("{reason}, {note}").format(reason=said, note=one.note) if one.note else said


def kept_words(found: object) -> str:
    """Every finding of a record and its reason, as one text."""
    told = _("{found} Reason: {why}")
    return "; ".join(
        told.format(found=finding_words(one), why=reason_words(one)) for one in read_kept(found)
    )


def _number(value: Figure) -> str:
    return f"{float(value):.6g}" if not isinstance(value, str) else value


def _metres(value: Figure) -> str:
    metres = float(value)
    return _("{n} km").format(n=f"{metres / 1000:.1f}") if metres >= 1000 else f"{metres:.0f} m"


def _far(f: Mapping[str, Figure]) -> str:
    return _("This position is {metres} from the site; usual is within {limit}.").format(
        metres=_metres(f["metres"]), limit=_metres(f["limit"])
    )


def _view(f: Mapping[str, Figure]) -> str:
    every = {one["code"]: one["zh" if language() == "zh" else "en"] for one in _views()}
    name = every.get(str(f["view"]), f["view"])
    return _("The photo «{view}» of this visit is missing.").format(view=name)


def _views() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table("views")["views"]
    return found


def _photo_again(f: Mapping[str, Figure]) -> str:
    if not f.get("record"):
        return _("The photo {file} stands at two questions of this record.").format(file=f["file"])
    words = _("The photo {file} is in another record already: {form} of {day}.")
    return words.format(file=f["file"], form=f["form"], day=f["day"])


def _photo_far(f: Mapping[str, Figure]) -> str:
    words = _("The photo {file} was taken {metres} from the site; usual is within {limit}.")
    return words.format(file=f["file"], metres=_metres(f["metres"]), limit=_metres(f["limit"]))


def _photo_old(f: Mapping[str, Figure]) -> str:
    words = _("The photo {file} was taken {taken}, not on this visit.")
    return words.format(file=f["file"], taken=f["taken"])


def _replayed(_f: Mapping[str, Figure]) -> str:
    return _("This position comes from a recorded log, not from a receiver that was here.")


def _coarse(f: Mapping[str, Figure]) -> str:
    words = _("This position is known to ±{accuracy} m only; asked for are {limit} m.")
    return words.format(accuracy=_number(f["accuracy"]), limit=_number(f["limit"]))


def _unit(f: Mapping[str, Figure]) -> str:
    unit = str(f.get("unit", ""))
    return f" {unit}" if unit else ""


def _range(f: Mapping[str, Figure]) -> str:
    words = _("{value}{unit} is seldom; usual is {low} to {high}{unit}.")
    low, high = _number(f["low"]), _number(f["high"])
    return words.format(value=_number(f["value"]), low=low, high=high, unit=_unit(f))


def _jump(f: Mapping[str, Figure]) -> str:
    words = _("{value}{unit} is far from last time's {last}{unit}.")
    return words.format(value=_number(f["value"]), last=_number(f["last"]), unit=_unit(f))


def _area(f: Mapping[str, Figure]) -> str:
    if f.get("of") == "site":
        words = _("{value}{unit} here and {other}{unit} in the register: {percent} % apart.")
    else:
        words = _("{value}{unit} stated and {other}{unit} drawn: {percent} % apart.")
    figures = {name: _number(f[name]) for name in ("value", "other", "percent")}
    return words.format(**figures, unit=_unit(f))


def _before_last(f: Mapping[str, Figure]) -> str:
    words = _("The visit of {day} lies before the last one, of {last}.")
    return words.format(day=f["day"], last=f["last"])


def _clock(f: Mapping[str, Figure]) -> str:
    words = _("The clock of this device says {now}, but {earlier} was already; set it right.")
    return words.format(now=f["now"], earlier=f["earlier"])


_WORDS = {
    "far": _far,
    "view": _view,
    "photo_again": _photo_again,
    "photo_far": _photo_far,
    "photo_old": _photo_old,
    "replayed": _replayed,
    "coarse": _coarse,
    "range": _range,
    "jump": _jump,
    "area": _area,
    "before_last": _before_last,
    "clock": _clock,
}
