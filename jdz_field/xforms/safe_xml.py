"""Reading XML that a stranger may have written."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: A form of 50,000 choices in two languages takes a quarter of this.
MAX_BYTES = 60_000_000
MAX_ELEMENTS = 4_000_000
MAX_DEPTH = 120


def read_xml(data: bytes | str, what: str) -> etree._Element:
    """The root element; BadInput when it is no XML, has a DTD, is too large or too deep.

    No entity is resolved, no file or address opened.
    """
    raw = data.encode("utf-8") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        raise BadInput(
            _("{what} is larger than {n} MB; leave out what is not needed.").format(
                what=what, n=MAX_BYTES // 1_000_000
            )
        )
    if b"<!DOCTYPE" in raw[:100_000] or b"<!ENTITY" in raw:
        raise BadInput(_("{what} declares a DTD or entities; remove them.").format(what=what))
    root = _parse(raw, what)
    _measure(root, what)
    return root


def _parse(raw: bytes, what: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(_declared_as_utf8(raw), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise BadInput(
            _("{what} is no well-formed XML (line {line}); check that it is a form.").format(
                what=what, line=line
            )
        ) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise BadInput(_("{what} declares a DTD or entities; remove them.").format(what=what))
    return root


def _declared_as_utf8(raw: bytes) -> bytes:
    return raw[3:] if raw.startswith(b"\xef\xbb\xbf") else raw


def _measure(root: etree._Element, what: str) -> None:
    # Counted inside libxml2: a form of 50,000 choices has a quarter of a million elements.
    too_many = root.xpath(f"count(//*) > {MAX_ELEMENTS}")
    too_deep = root.xpath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
    if too_many or too_deep:
        raise BadInput(_("{what} is nested too deeply or has too many elements.").format(what=what))


@lru_cache(maxsize=4096)
def plain_name(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def local(element: etree._Element) -> str:
    """The name without its namespace (``""`` for what is no element)."""
    tag = element.tag
    return plain_name(tag) if isinstance(tag, str) else ""


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Child elements of these local names (all when none is given)."""
    found = [child for child in element if isinstance(child.tag, str)]
    return [child for child in found if local(child) in names] if names else found


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that local name."""
    return next(iter(children(element, name)), None)


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its local name, whatever its namespace; ``""`` when absent."""
    plain = element.get(name)
    if plain is not None:
        return plain
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def text(element: etree._Element) -> str:
    """Its own text."""
    return element.text or ""


def line_of(element: etree._Element) -> int:
    """The line it starts at, 0 when unknown."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0
