"""What an XLSForm says and pyxform leaves out, written into the XForm that it makes.

- Titles in several languages (``form_title::English (en)`` on the settings sheet) become the
  translated text ``form:title``, which no question shows.
- ``select_one_external`` becomes a choice from a list in the form: pyxform writes such lists into
  a second file, which an ODK client would look up by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from jdz_field.xforms.form import TITLE
from jdz_field.xforms.safe_xml import attribute, child, children, local, read_xml
from jdz_field.xforms.workbook import Book, Row

#: Other columns cannot be looked up.
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_FORMS = "http://www.w3.org/2002/xforms"


def completed(xml: str, book: Book) -> str:
    """The XForm with what the workbook says beyond it; the same text when that is nothing."""
    titles = titles_of(book)
    external = book.sheet("external_choices").rows
    if not titles and not external:
        return xml
    document = read_xml(xml, "XForm")
    head = child(document, "head")
    model = None if head is None else child(head, "model")
    if model is None:
        return xml
    if titles:
        _write_titles(model, titles, _default_language(book))
    if external:
        _write_lists(document, model, external)
    return '<?xml version="1.0"?>' + etree.tostring(document, encoding="unicode")


def titles_of(book: Book) -> dict[str, str]:
    """The form's titles by language; none when there is but the one of all languages."""
    rows = book.sheet("settings").rows
    found = rows[0].texts("form_title") if rows else {}
    return {language: text for language, text in found.items() if language}


def _default_language(book: Book) -> tuple[str, str]:
    """The language that a plain ``form_title`` is written in, and that title."""
    row = book.sheet("settings").rows[0]
    return row["default_language"], row["form_title"]


def _write_titles(
    model: etree._Element, titles: Mapping[str, str], default: tuple[str, str]
) -> None:
    itext = child(model, "itext")
    if itext is None:
        itext = _made("itext")
        model.insert(0, itext)
    languages = [attribute(one, "lang") for one in children(itext, "translation")]
    language, plain = default
    for name in languages or titles:
        translation = next(
            (one for one in children(itext, "translation") if attribute(one, "lang") == name), None
        )
        if translation is None:
            translation = etree.SubElement(itext, f"{{{_FORMS}}}translation", lang=name)
        said = (plain if name == language else "") or titles.get(name) or plain
        if said:
            _write_text(translation, TITLE, said)


def _made(tag: str) -> etree._Element:
    return etree.Element(f"{{{_FORMS}}}{tag}")


def _write_text(translation: etree._Element, identifier: str, words: str) -> None:
    entry = etree.SubElement(translation, f"{{{_FORMS}}}text", id=identifier)
    etree.SubElement(entry, f"{{{_FORMS}}}value").text = words


def _write_lists(document: etree._Element, model: etree._Element, rows: Sequence[Row]) -> None:
    itext = child(model, "itext")
    languages = [] if itext is None else children(itext, "translation")
    texts = any(set(row.texts("label")) - {""} for row in rows)
    lists: dict[str, etree._Element] = {}
    for row in rows:
        name = row["list_name"]
        if name and name not in lists:
            lists[name] = etree.SubElement(_made("instance"), f"{{{_FORMS}}}root")
        if name:
            translated = languages if texts else []
            _write_item(lists[name], f"external-{name}", row, translated)
    taken = {attribute(one, "id") for one in children(model, "instance")}
    place = max(at for at, one in enumerate(model) if local(one) == "instance") + 1
    names = {name: f"external-{name}" if name in taken else name for name in lists}
    for name, root in lists.items():
        instance = root.getparent()
        assert instance is not None
        instance.set("id", names[name])
        model.insert(place, instance)
    for element in list(document.iter(f"{{{_FORMS}}}input")):
        if element.get("query"):
            _as_choice(element, names, translated=bool(texts and languages))


def _write_item(
    root: etree._Element, prefix: str, row: Row, languages: list[etree._Element]
) -> None:
    item = etree.SubElement(root, f"{{{_FORMS}}}item")
    labels = row.texts("label")
    for column, text in row.cells.items():
        if column not in ("list_name", "label") and _NAME.fullmatch(column):
            etree.SubElement(item, f"{{{_FORMS}}}{column}").text = text
    if not languages:
        label = labels.get("") or next(iter(labels.values()), row["name"])
        etree.SubElement(item, f"{{{_FORMS}}}label").text = label
        return
    identifier = f"{prefix}-{len(root) - 1}"
    etree.SubElement(item, f"{{{_FORMS}}}itextId").text = identifier
    for translation in languages:
        said = labels.get(attribute(translation, "lang")) or labels.get("") or row["name"]
        _write_text(translation, identifier, said)


def _as_choice(element: etree._Element, names: Mapping[str, str], *, translated: bool) -> None:
    """``<input query=…>`` → ``<select1>`` with that query as its list."""
    element.tag = f"{{{_FORMS}}}select1"
    source = str(element.attrib.pop("query"))
    for name, known_as in names.items():
        source = source.replace(f"instance('{name}')", f"instance('{known_as}')")
    itemset = etree.SubElement(element, f"{{{_FORMS}}}itemset", nodeset=source)
    etree.SubElement(itemset, f"{{{_FORMS}}}value", ref="name")
    label = "jr:itext(itextId)" if translated else "label"
    etree.SubElement(itemset, f"{{{_FORMS}}}label", ref=label)
