"""The forms of a project: every version ever used stays, because records name theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _, language
from jdz_field.store.base import Base
from jdz_field.store.layers import dumps
from jdz_field.store.queries import FormRow


class Forms(Base):
    """The registry of forms."""

    def add_form(
        self,
        form_id: str,
        version: str,
        title: str,
        xml: str,
        source: bytes | None,
        titles: Mapping[str, str] | None = None,
    ) -> None:
        """Add a form version: XForm, the workbook it came from, its titles by language.

        The same again changes nothing. ``BadInput`` when this version is there with another
        content.
        """
        with self._write() as now:
            known = self._db.value(
                "SELECT xml FROM jdz_forms WHERE form_id = ? AND version = ?", (form_id, version)
            )
            if known == xml:
                return
            if known is not None:
                raise BadInput(
                    _(
                        "Form {form} is there in version {version} with another content;"
                        " give the changed form a new version."
                    ).format(form=form_id, version=version)
                )
            self._db.run(
                "INSERT INTO jdz_forms (form_id, version, title, xml, xlsx, added, titles)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    form_id,
                    version,
                    title,
                    xml,
                    source,
                    now,
                    dumps(dict(titles)) if titles else None,
                ),
            )

    def forms(self) -> list[FormRow]:
        """The newest version of every form, by title in the language in force."""
        found = self._db.rows(
            "SELECT form_id, version, title, added, xlsx IS NOT NULL, titles FROM jdz_forms"
            " WHERE number IN (SELECT max(number) FROM jdz_forms GROUP BY form_id)"
        )
        made = [
            FormRow(form_id, version, _title(titles) or title, added, bool(source))
            for form_id, version, title, added, source, titles in found
        ]
        return sorted(made, key=lambda row: (row.title, row.form_id))

    def form_versions(self, form_id: str | None = None) -> list[FormRow]:
        """Every version of a form, or of all forms, in the order they were added."""
        found = self._db.rows(
            "SELECT form_id, version, title, added, xlsx IS NOT NULL FROM jdz_forms"
            " WHERE ?1 IS NULL OR form_id = ?1 ORDER BY number",
            (form_id,),
        )
        return [
            FormRow(form, version, title, added, bool(source))
            for form, version, title, added, source in found
        ]

    def form_xml(self, form_id: str, version: str | None = None) -> str | None:
        """The XForm of a version, by default the one added last."""
        found = self._db.value(
            "SELECT xml FROM jdz_forms WHERE form_id = ?1 AND (?2 IS NULL OR version = ?2)"
            " ORDER BY number DESC",
            (form_id, version),
        )
        return None if found is None else str(found)

    def form_source(self, form_id: str) -> bytes | None:
        """The workbook of the version added last; ``None`` when it came without one."""
        found = self._db.value(
            "SELECT xlsx FROM jdz_forms WHERE form_id = ? ORDER BY number DESC", (form_id,)
        )
        return None if found is None else bytes(found)

    def set_form_media(self, form_id: str, version: str, media: Mapping[str, str]) -> None:
        """The files that belong to a form version: SHA-256 by file name; replaces what was there.

        The files themselves must lie in ``files/`` already.
        """
        with self._write():
            self._db.run(
                "DELETE FROM jdz_form_media WHERE form_id = ? AND version = ?", (form_id, version)
            )
            for filename, sha in sorted(media.items()):
                self._db.run(
                    "INSERT INTO jdz_form_media VALUES (?, ?, ?, ?)",
                    (form_id, version, filename, sha),
                )

    def form_media_hashes(self) -> set[str]:
        """Every file that a form needs."""
        return {row[0] for row in self._db.rows("SELECT sha256 FROM jdz_form_media")}

    def form_media(self, form_id: str, version: str) -> dict[str, str]:
        """SHA-256 of the files that belong to a form version, by file name."""
        found = self._db.rows(
            "SELECT filename, sha256 FROM jdz_form_media WHERE form_id = ? AND version = ?"
            " ORDER BY filename",
            (form_id, version),
        )
        return {filename: sha for filename, sha in found}  # noqa: C416 - rows are tuples of Any


def _title(titles: str | None) -> str:
    """The title in the language in force, ``""`` when the form has none in it."""
    known = json.loads(titles) if titles else {}
    sign = f"({language()})"
    return next((str(title) for name, title in known.items() if name.endswith(sign)), "")
