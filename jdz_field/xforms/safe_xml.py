"""Reading XML that a stranger may have written."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _

#: A form of 50,000 choices in two languages takes a quarter of this.
MAX_BYTES = 60_000_000
MAX_ELEMENTS = 3_000_000
MAX_DEPTH = 120
#: Questions, groups and repeats of a form.
MAX_NODES = 100_000

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,150}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS = frozenset(
    (
        *("utf-8", "utf-8-sig", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "latin-1"),
        *("windows-1252", "gb18030", "gbk", "gb2312"),
    )
)


def read_xml(data: bytes | str, what: str) -> etree._Element:
    """The root element; BadInput when it is no XML, has a DTD, is too large or too deep.

    No entity is resolved, no file or address opened.
    """
    text = data if isinstance(data, str) else xml_text(data, what)
    raw = _DECLARATION.sub("", text.removeprefix("\ufeff")).encode("utf-8", "surrogatepass")
    _refuse_size(raw, what)
    if b"<!DOCTYPE" in raw[:100_000] or b"<!ENTITY" in raw:
        raise BadInput(_("{what} declares a DTD or entities; remove them.").format(what=what))
    root = _parse(raw, what)
    _measure(root, what)
    return root


def xml_text(data: bytes, what: str) -> str:
    """XML bytes as text, by their mark or declaration; BadInput when they are none.

    Only encodings in which ``<`` is itself are taken, so that nothing hides in another.
    """
    _refuse_size(data, what)
    declared = _ENCODING.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        name = "utf-8-sig"
    if name not in _ENCODINGS:
        raise _not_well_formed(what, 1)
    try:
        return data.decode("gb18030" if name.startswith("gb") else name)
    except UnicodeDecodeError as error:
        raise _not_well_formed(what, data.count(b"\n", 0, error.start) + 1) from None


def _refuse_size(data: bytes, what: str) -> None:
    if len(data) > MAX_BYTES:
        raise BadInput(
            _("{what} is larger than {n} MB; leave out what is not needed.").format(
                what=what, n=MAX_BYTES // 1_000_000
            )
        )


def _not_well_formed(what: str, line: int) -> BadInput:
    return BadInput(
        _("{what} is no well-formed XML (line {line}); check that it is a form.").format(
            what=what, line=line
        )
    )


def _parse(raw: bytes, what: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_well_formed(what, getattr(error, "lineno", None) or 1) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise BadInput(_("{what} declares a DTD or entities; remove them.").format(what=what))
    return root


def _measure(root: etree._Element, what: str) -> None:
    # Counted inside libxml2: a form of 50,000 choices has a quarter of a million elements.
    too_many = root.xpath(f"count(//*) > {MAX_ELEMENTS}")
    too_deep = root.xpath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
    if too_many or too_deep:
        raise BadInput(_("{what} is nested too deeply or has too many elements.").format(what=what))


def refuse_many(element: etree._Element, what: str) -> None:
    """BadInput when a record would have more nodes than anybody could fill in."""
    if element.xpath(f"count(.//*) > {MAX_NODES}"):
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
