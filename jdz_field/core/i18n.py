"""One translation mechanism for windows, command line, errors and reports (gettext).

Messages in the code are English; ``resources/translations/<language>/*.po`` hold the
translations, one file a room, joined into one catalogue when the package is built.
Import the function, call it when the text is shown: ``_("Saved at {time}").format(time=t)``.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from jdz_field.core.resources import resource

LANGUAGES = ("zh", "en")
DOMAIN = "jdz_field"

_state: dict[str, _gettext.NullTranslations] = {}
_language = ["zh"]
_for_now: ContextVar[str | None] = ContextVar("language", default=None)


def _load(language: str) -> _gettext.NullTranslations:
    if language not in _state:
        _state[language] = _gettext.translation(
            DOMAIN, resource("translations"), languages=[language], fallback=True
        )
    return _state[language]


def set_language(language: str) -> None:
    """Choose ``zh`` or ``en``; anything else is taken as ``zh``."""
    _language[0] = language if language in LANGUAGES else "zh"


def language() -> str:
    """The language in force: ``zh`` (default) or ``en``."""
    return _for_now.get() or _language[0]


@contextmanager
def spoken(wanted: str) -> Iterator[None]:
    """Another language for a while, in this thread alone."""
    token = _for_now.set(wanted if wanted in LANGUAGES else "zh")
    try:
        yield
    finally:
        _for_now.reset(token)


def default_language() -> str:
    """``JDZ_FIELD_LANG`` when set to a known language, else Chinese."""
    wanted = os.environ.get("JDZ_FIELD_LANG", "zh")
    return wanted if wanted in LANGUAGES else "zh"


def _(message: str) -> str:
    """The message in the language in force."""
    return _load(language()).gettext(message) if message else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The message for ``n`` things in the language in force."""
    return _load(language()).ngettext(one, many, n)


def pick(texts: dict[str, str]) -> str:
    """The text in the language in force out of ``{"zh": …, "en": …}``, else any."""
    return texts.get(language()) or next(iter(texts.values()), "")
