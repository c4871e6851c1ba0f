"""Maps to choose from: an SVG whose shapes' ids are choices (XLSForm ``image-map``).

The drawing of a stranger is made harmless before anything draws it: only shapes, texts and
paints are kept; what runs, fetches or grows without bounds is refused. From it a second drawing
is made, in which every area has one flat colour of its own: a pixel tells which area it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.safe_xml import local, read_xml

#: Bounds of an honest map, with room to spare.
MAX_BYTES, MAX_ELEMENTS, MAX_USES, MAX_AREAS = 5_000_000, 20_000, 200, 4_000

_SHAPES = frozenset(("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"))
_TEXTS = frozenset(("text", "tspan"))
_PAINTS = frozenset(("linearGradient", "radialGradient", "stop", "defs", "title", "desc"))
_KEPT = _SHAPES | _TEXTS | _PAINTS | {"svg", "g", "a", "use", "image", "style", "symbol", "switch"}
_REFUSED = frozenset(("script", "foreignObject", "iframe", "object", "embed", "handler", "audio"))
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\s*\(|javascript:", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+svg(?:\s+PUBLIC\s+\"[^\"<>]*\")?(?:\s*\"[^\"<>]*\")?\s*>")
#: What decides how a shape looks; taken away where an area gets its own flat colour.
_LOOKS = frozenset(
    (
        *("fill", "fill-opacity", "opacity", "stroke", "stroke-opacity", "style", "class"),
        *("stroke-dasharray", "visibility", "display", "filter", "mask", "clip-path"),
    )
)


@dataclass(frozen=True, slots=True)
class ImageMap:
    """A map that may be drawn.

    Attributes:
        svg: the drawing, harmless.
        areas: the flat drawing; everything that is no area is clear.
        colours: the flat colour (``0xRRGGBB``) of every area, by the choice it stands for.
    """

    svg: bytes
    areas: bytes
    colours: dict[str, int]


def read_image_map(data: bytes, name: str, choices: Collection[str]) -> ImageMap:
    """A map from an SVG file's bytes; areas are the elements whose id is one of ``choices``.

    ``BadInput`` in one sentence when the file is no SVG, is too large, runs something or names
    anything outside of itself.
    """
    if len(data) > MAX_BYTES:
        raise _too_much(name)
    root = read_xml(_DOCTYPE.sub(b"", data, count=1), name)
    if local(root) != "svg":
        raise BadInput(_("{file} is no SVG drawing.").format(file=name))
    _clean(root, name)
    found = _areas(root, choices)
    flat = _flat(root, found)
    return ImageMap(etree.tostring(root), etree.tostring(flat), found)


def colour_of(number: int) -> int:
    """The colour of the area ``number``: neighbours differ much, and mixtures are no colours."""
    return (number * 0x9E3779 + 0x3C6EF3) & 0xFFFFFF | 1


def _too_much(name: str) -> BadInput:
    return BadInput(_("{file} is too large or too intricate for a map.").format(file=name))


def _clean(root: etree._Element, name: str) -> None:
    """Refuse what is hostile; drop what is neither shape, text nor paint."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    uses = [element for element in elements if local(element) == "use"]
    if len(elements) > MAX_ELEMENTS or len(uses) > MAX_USES:
        raise _too_much(name)
    for element in elements:
        kind = local(element)
        if kind in _REFUSED:
            raise _hostile(name, kind)
        _check_attributes(element, name)
        if kind == "style" and _OUTSIDE.search("".join(str(t) for t in element.itertext())):
            raise _hostile(name, "style")
    for element in elements:
        if local(element) not in _KEPT:
            _drop(element)
    _refuse_nested_uses(root, uses, name)


def _check_attributes(element: etree._Element, name: str) -> None:
    for key, value in element.attrib.items():
        plain, text = str(key).rpartition("}")[2].lower(), str(value)
        if plain.startswith("on") or _OUTSIDE.search(text):
            raise _hostile(name, plain)
        if plain in ("href", "src") and not _inside(element, text):
            raise _hostile(name, plain)


def _inside(element: etree._Element, target: str) -> bool:
    if local(element) == "image":
        return _PICTURE.fullmatch(target) is not None
    return target.startswith("#")


def _refuse_nested_uses(root: etree._Element, uses: list[etree._Element], name: str) -> None:
    """A copy of a copy of copies is how a small file fills a memory."""
    by_id = {str(element.get("id")): element for element in root.iter() if element.get("id")}
    for use in uses:
        target = next((str(v) for k, v in use.attrib.items() if str(k).endswith("href")), "")
        shown = by_id.get(target.removeprefix("#"))
        if shown is not None and any(local(inner) == "use" for inner in shown.iter()):
            raise _too_much(name)


def _hostile(name: str, what: str) -> BadInput:
    return BadInput(
        _("{file} holds «{what}», which a map must not; save it as a plain SVG.").format(
            file=name, what=what
        )
    )


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _areas(root: etree._Element, choices: Collection[str]) -> dict[str, int]:
    """Choices that the drawing has an area for; ids may carry spaces at their ends."""
    wanted = set(choices)
    found: dict[str, int] = {}
    for element in root.iter():
        value = str(element.get("id") or "").strip()
        if value in wanted and value not in found and len(found) < MAX_AREAS:
            found[value] = colour_of(len(found) + 1)
    return found


def _flat(root: etree._Element, found: dict[str, int]) -> etree._Element:
    """A copy of the drawing in which only areas are seen, each in its flat colour."""
    flat = copy.deepcopy(root)
    left = set(found)
    kept: set[etree._Element] = set()
    for element in list(flat.iter()):
        value = str(element.get("id") or "").strip()
        if value in left and element not in kept:
            left.discard(value)
            _paint(element, found[value])
            kept.update(element.iter())
    _remove(flat, lambda element: element not in kept and _is_seen(element))
    return flat


def _is_seen(element: etree._Element) -> bool:
    return local(element) in _SHAPES | _TEXTS | {"style", "image", "use"}


def _remove(flat: etree._Element, wanted: Callable[[etree._Element], bool]) -> None:
    for element in list(flat.iter()):
        if wanted(element):
            _drop(element)
    for element in flat.iter():
        if not element.get("fill"):
            for key in _LOOKS & {str(k) for k in element.attrib}:
                del element.attrib[key]


def _paint(element: etree._Element, colour: int) -> None:
    for part in element.iter():
        for key in _LOOKS & {str(k) for k in part.attrib}:
            del part.attrib[key]
        part.set("fill", f"#{colour:06x}")
        part.set("stroke", f"#{colour:06x}")
        part.set("fill-rule", part.get("fill-rule") or "nonzero")
