"""Texts in several languages, and the pictures, sounds and films that labels show."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from lxml import etree

from jdz_field.core.i18n import _
from jdz_field.xforms.check_facts import Facts
from jdz_field.xforms.check_place import Places, nearest
from jdz_field.xforms.complaints import Issue, Severity
from jdz_field.xforms.form import TITLE
from jdz_field.xforms.media import list_name
from jdz_field.xforms.safe_xml import attribute, children

_COLUMNS = {
    "label": "label",
    "hint": "hint",
    "jr:constraintMsg": "constraint_message",
    "jr:requiredMsg": "required_message",
    "jr:noAppErrorString": "no_app_error_string",
}
_CHOICE = re.compile(r"(?P<list>.+)-(?P<number>\d+)")
#: pyxform's sign for a text that was left empty.
_NOTHING = ("", "-")
MEDIA = ("image", "big-image", "audio", "video")
#: Endings that a picture, sound or film may have.
_ENDINGS = {
    "image": (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg"),
    "audio": (".mp3", ".m4a", ".wav", ".ogg", ".oga", ".aac", ".flac", ".amr", ".3gp", ".opus"),
    "video": (".mp4", ".3gp", ".webm", ".mkv", ".mov", ".avi", ".ogv", ".m4v"),
}
#: How files of these endings begin.
_BEGINNINGS = {
    ".png": (b"\x89PNG",),
    ".jpg": (b"\xff\xd8",),
    ".jpeg": (b"\xff\xd8",),
    ".gif": (b"GIF8",),
    ".bmp": (b"BM",),
    ".webp": (b"RIFF",),
    ".wav": (b"RIFF",),
    ".ogg": (b"OggS",),
    ".flac": (b"fLaC",),
}


def text_issues(facts: Facts, places: Places) -> Iterator[Issue]:
    """Texts that some languages lack."""
    identifiers = dict.fromkeys(name for texts in facts.texts.values() for name in texts)
    for identifier in identifiers:
        forms = {language: _forms(texts.get(identifier)) for language, texts in facts.texts.items()}
        every = dict.fromkeys(form for found in forms.values() for form in found)
        for form in every:
            lacking = [language for language, found in forms.items() if form not in found]
            if lacking:
                yield from _lacking(facts, places, identifier, form, lacking)


def _forms(entry: etree._Element | None) -> dict[str, str]:
    """What a text says, by form (``""``: the words; image, audio …); what is empty is left out."""
    found: dict[str, str] = {}
    for value in () if entry is None else children(entry, "value"):
        form = attribute(value, "form")
        text = "".join(str(part) for part in value.itertext()).strip()
        if text not in _NOTHING or len(value):
            found["" if form in ("long", "short") else form] = text
    return found


def _lacking(
    facts: Facts, places: Places, identifier: str, form: str, languages: list[str]
) -> Iterator[Issue]:
    for language in languages:
        if form in MEDIA:
            message = _("There is no {kind} in the language {language}.")
        else:
            message = _("The text in the language {language} is missing.")
        shown = _("(none)") if language == "default" else language
        text = message.format(language=shown, kind=form)
        yield _at(facts, places, identifier, form, language, text, "warning")


def _at(
    facts: Facts,
    places: Places,
    identifier: str,
    form: str,
    language: str,
    message: str,
    severity: Severity,
) -> Issue:
    if identifier == TITLE:
        return places.setting(f"form_title::{language}", message, severity)
    path, _colon, kind = identifier.partition(":")
    column = form if form in MEDIA else _COLUMNS.get(kind, "label")
    if form == "guidance":
        column = "guidance_hint"
    if language and language != "default":
        column = f"{column}::{language}"
    found = _CHOICE.fullmatch(identifier)
    if path in facts.nodes:
        return places.issue(path, column, message, severity)
    if found is not None and found["list"] in facts.lists:
        return places.choice(found["list"], int(found["number"]), column, message, severity)
    return places.issue(path, column, message, severity)


def media_issues(
    facts: Facts, places: Places, folder: Path | None, *, wanted: bool, given: Collection[str]
) -> Iterator[Issue]:
    """Files that are missing or of the wrong kind.

    ``wanted``: the folder was named, so that what it lacks is an error and no mere warning.
    ``given``: lists that the project itself gives, by file name.
    """
    kept = _Folder(folder)
    severity: Severity = "error" if wanted else "warning"
    for language, texts in facts.texts.items():
        for identifier, entry in texts.items():
            for form, uri in _forms(entry).items():
                message = kept.fault(uri, form) if form in MEDIA else ""
                if message:
                    yield _at(facts, places, identifier, form, language, message, severity)
    known = {*given, *_declared(facts)}
    for name, source in facts.lists.items():
        file = "" if source.document else list_name(source.src)
        if file and file not in known and not kept.has(file):
            message = kept.missing(file)
            ref = _user_of(facts, name)
            if ref:
                yield places.issue(ref, "type", message, severity)
            else:
                yield Issue("", 0, "", message, severity)


def _declared(facts: Facts) -> Iterator[str]:
    """The entity lists that the form itself writes: they grow with its records."""
    for element in facts.instance.iter("{*}entity"):
        yield f"{element.get('dataset', '')}.csv"


def _user_of(facts: Facts, list_name: str) -> str:
    """The question that looks something up in a list first."""
    sign = f"'{list_name}'"
    return next((use.definition.path for use in facts.uses if sign in use.source), "")


class _Folder:
    """The files beside a form."""

    def __init__(self, folder: Path | None) -> None:
        self._files: dict[str, Path] = {}
        if folder is not None and folder.is_dir():
            self._files = {file.name: file for file in folder.iterdir() if file.is_file()}

    def has(self, name: str) -> bool:
        """Whether there is such a file, in upper or lower case."""
        return self._file(name) is not None

    def _file(self, name: str) -> Path | None:
        if name in self._files:
            return self._files[name]
        return {known.casefold(): file for known, file in self._files.items()}.get(name.casefold())

    def missing(self, name: str) -> str:
        """The sentence for a file that is not there."""
        message = _("The file {file} is missing; put it into the form's media folder.")
        near = nearest(name, self._files, 0.8)
        text = message.format(file=name)
        return text + (" " + _("Did you mean {name}?").format(name=near) if near else "")

    def fault(self, uri: str, form: str) -> str:
        """What is wrong with the file of a label, ``""`` when it is in order."""
        name = uri.rpartition("/")[2].strip()
        kind = "image" if form == "big-image" else form
        suffix = Path(name).suffix.lower()
        if not name or "${" in uri:
            return ""
        if suffix not in _ENDINGS[kind]:
            return _wrong_kind(name, kind)
        file = self._file(name)
        if file is None:
            return self.missing(name)
        starts = _BEGINNINGS.get(suffix)
        with file.open("rb") as stream:
            begin = stream.read(16)
        if starts is not None and not begin.startswith(starts):
            message = _("The file {file} is not what its ending says; save it again.")
            return message.format(file=name)
        return ""


def _wrong_kind(name: str, kind: str) -> str:
    words = {
        "image": _("{file} is no picture; use .png, .jpg or .svg."),
        "audio": _("{file} is no sound; use .mp3, .m4a or .wav."),
        "video": _("{file} is no film; use .mp4."),
    }
    return words[kind].format(file=name)
