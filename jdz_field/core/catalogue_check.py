"""The catalogue's faults: each with its file, its line and its reason, none as a traceback.

Checked are the files as they stand under a county's own folder: that each can be read, names its
source and certainty, has the types its readers expect, both titles, and names only codes, fields,
units, groups and rules that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from jdz_field.core.catalogue_files import Document, Fault, documents, own_files, shipped_files
from jdz_field.core.catalogue_lines import Path as Keys
from jdz_field.core.i18n import _

CERTAINTIES = ("source", "general")
#: Folders whose files a county may add to.
_OPEN = ("codes", "lists", "exports")


@dataclass
class Files:
    """Every file that could be read, and the faults so far."""

    documents: dict[str, Document] = field(default_factory=dict)
    #: Those that cannot be read among them: what names one names something that there is.
    named: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)

    def table(self, name: str) -> Mapping[str, Any]:
        """What a file says; nothing when it is missing or broken."""
        found = self.documents.get(name)
        return found.data if found is not None else {}

    def stems(self, folder: str) -> set[str]:
        """Names without ending of the files in a folder."""
        names = (PurePosixPath(name) for name in self.documents)
        return {name.stem for name in names if str(name.parent) == folder}


class Part:
    """A table inside a document, asked for its values; what is wrong with them is noted."""

    def __init__(self, files: Files, document: Document, keys: Keys = ()) -> None:
        self.files, self.document, self.keys = files, document, keys
        value: Any = document.data
        for key in keys:
            value = value[key]
        self.value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.fault((), _("a table is expected here"))

    def fault(self, keys: Keys, reason: str) -> None:
        """Note a fault of the value at ``keys`` inside this part."""
        self.files.faults.append(self.document.fault((*self.keys, *keys), reason))

    def text(self, key: str, *, needed: bool = True) -> str:
        """A text; ``""`` when it is missing or none."""
        value = self.value.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self._wrong(key, value, _("a text"))
            return ""
        return value

    def whole(self, key: str, *, least: int = 0, needed: bool = True) -> int | None:
        """A whole number of at least ``least``."""
        value = self.value.get(key)
        if value is None and not needed:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self._wrong(key, value, _("a whole number from {least}").format(least=least))
            return None
        return value

    def number(self, key: str, *, needed: bool = False) -> float | None:
        """A number that is one."""
        value = self.value.get(key)
        if value is None and not needed:
            return None
        if not is_number(value):
            self._wrong(key, value, _("a number"))
            return None
        return float(value)  # type: ignore[arg-type]

    def flag(self, key: str) -> bool:
        """True or false; false when it is not there."""
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, value, _("true or false"))
        return value is True

    def texts(self, key: str, *, needed: bool = False) -> list[str]:
        """A list of texts."""
        value = self.value.get(key)
        if value is None and not needed:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._wrong(key, value, _("a list of texts"))
            return []
        return value

    def parts(self, key: str, *, needed: bool = True) -> list[Part]:
        """A list of tables."""
        value = self.value.get(key)
        if value is None and not needed:
            return []
        if not isinstance(value, list) or (needed and not value):
            self._wrong(key, value, _("a list of tables"))
            return []
        found = [Part(self.files, self.document, (*self.keys, key, i)) for i in range(len(value))]
        return [one for one in found if one.value]

    def part(self, key: str) -> Part | None:
        """A table inside; ``None`` when it is not there."""
        return Part(self.files, self.document, (*self.keys, key)) if key in self.value else None

    def titles(self) -> None:
        """Titles in both languages."""
        for key in ("zh", "en"):
            self.text(key)

    def sourced(self) -> None:
        """Where it is from, and how sure that is."""
        self.text("source")
        self.certain(needed=True)

    def certain(self, *, needed: bool = False) -> None:
        """How sure it is."""
        value = self.value.get("certainty")
        if (value is not None or needed) and value not in CERTAINTIES:
            self._wrong("certainty", value, _("«source» or «general»"))

    def among(self, key: str, known: object, *, what: str, needed: bool = True) -> str:
        """A text that must be one of ``known``; ``what`` says of which."""
        value = self.text(key, needed=needed)
        if value and value not in known:  # type: ignore[operator]
            self.unknown((key,), value, what)
        return value

    def unknown(self, keys: Keys, value: object, what: str) -> None:
        """Note that ``value`` names nothing that there is."""
        self.fault(keys, _("there is no {what} «{value}»").format(what=what, value=value))

    def twice(self, key: str, value: object) -> None:
        """Note that a value stands there before already."""
        self.fault((key,), _("«{value}» stands there twice").format(value=value))

    def _wrong(self, key: str, value: object, wanted: str) -> None:
        if value is None:
            reason = _("«{key}» is missing; it must be {wanted}").format(key=key, wanted=wanted)
        elif value == "":
            reason = _("«{key}» is empty; it must be {wanted}").format(key=key, wanted=wanted)
        else:
            reason = _("«{key}» must be {wanted}").format(key=key, wanted=wanted)
        self.fault((key,), reason)


def is_number(value: object) -> bool:
    """Whether a value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300


#: Checks one document; notes faults through its part.
Check = Callable[[Part], None]


def faults(over: Path | None) -> list[Fault]:
    """Everything that is wrong with the catalogue under a county's folder, by file and line."""
    from jdz_field.core.catalogue_check_kinds import check_code_list, check_kind  # noqa: PLC0415
    from jdz_field.core.catalogue_check_tables import CHECKS, check_list, check_profile  # noqa: PLC0415

    files = Files(named=frozenset((*own_files(over), *shipped_files())))
    for one in documents(over):
        if isinstance(one, Fault):
            files.faults.append(one)
        else:
            files.documents[one.name] = one
    by_folder: dict[str, Check] = {
        "codes": check_code_list,
        "lists": check_list,
        "exports": check_profile,
        "sites": check_kind,
    }
    shipped = set(shipped_files())
    for name, document in files.documents.items():
        folder, part = str(PurePosixPath(name).parent), Part(files, document)
        if name not in shipped and folder not in _OPEN:
            part.fault((), _("the program has no table of this name; check the file's name"))
            continue
        check = CHECKS.get(name) or by_folder.get(folder) or _somewhere_sourced
        check(part)
    return sorted(files.faults, key=lambda one: (one.file, one.line))


def _somewhere_sourced(part: Part) -> None:
    """Tables with readers of their own: a source, at the top or with each entry."""
    for keys, entry in _entries(part.value, ()):
        if "certainty" in entry:
            inner = Part(part.files, part.document, keys)
            inner.certain()
            inner.text("source", needed=keys == () or "source" in entry)
    if not any("source" in entry for _keys, entry in _entries(part.value, ())):
        part.text("source")


def _entries(value: object, keys: Keys) -> Iterator[tuple[Keys, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield keys, value
        for key, inner in value.items():
            yield from _entries(inner, (*keys, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _entries(inner, (*keys, number))
