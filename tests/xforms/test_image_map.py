"""Drawings of strangers become harmless maps, or are refused with a sentence."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.image_map import MAX_ELEMENTS, colour_of, read_image_map

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def read(inside: str, choices=("a", "b"), head=HEAD):
    return read_image_map(f"{head}{inside}</svg>".encode(), "map.svg", choices)


def test_areas_are_the_elements_named_as_choices():
    made = read(
        '<g id="a" transform="scale(2)" style="fill:none"><path d="M0 0h9v9z" class="x"/></g>'
        '<rect id="b" width="9" height="9" fill="none"/><rect id="other" width="1" height="1"/>'
        "<text>words</text>"
    )
    assert list(made.colours) == ["a", "b"]
    flat = made.areas.decode()
    assert f'fill="#{made.colours["a"]:06x}"' in flat
    assert 'transform="scale(2)"' in flat
    assert "other" not in flat
    assert "words" not in flat
    assert "words" in made.svg.decode()


def test_a_choice_without_an_area_is_left_to_the_list():
    assert read('<rect id="a"/>', ("a", "c")).colours.keys() == {"a"}


def test_four_thousand_colours_differ():
    assert len({colour_of(n) for n in range(1, 4001)}) == 4000


def test_the_doctype_that_drawing_programs_write_is_no_harm():
    head = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">' + HEAD
    )
    assert read('<rect id="a"/>', head=head).colours


def test_what_an_editor_leaves_behind_is_dropped():
    made = read(
        '<sodipodi:namedview xmlns:sodipodi="urn:s" id="base"/><metadata>m</metadata>'
        '<animate attributeName="x"/><filter id="f"/><rect id="a" filter="url(#f)"/>'
    )
    for gone in (b"namedview", b"metadata", b"animate", b"<filter"):
        assert gone not in made.svg


def test_a_picture_inside_the_file_is_kept():
    made = read('<image xlink:href="data:image/png;base64,iVBORw0KGgo="/><rect id="a"/>')
    assert b"data:image/png" in made.svg
    assert b"<image" not in made.areas


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect id="a" onclick="x()"/>',
        "<foreignObject/>",
        '<image xlink:href="http://example.invalid/a.png"/>',
        '<image href="file:///etc/passwd"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<use xlink:href="other.svg#x"/>',
        '<a href="javascript:x()"><rect id="a"/></a>',
        '<rect fill="url(http://example.invalid/#x)"/>',
        "<style>@import 'x.css';</style>",
        "<style>rect{fill:url( 'x.svg#a')}</style>",
        '<rect style="background:URL(//example.invalid)"/>',
    ],
)
def test_what_runs_or_fetches_is_refused(inside):
    with pytest.raises(BadInput, match="map"):
        read(inside)


@pytest.mark.parametrize(
    "inside",
    [
        "<g/>" * (MAX_ELEMENTS + 1),
        '<rect id="r"/>' + '<use href="#r"/>' * 201,
        '<g id="x"><use href="#y"/></g><g id="y"><rect/></g><use href="#x"/>',
        "<!-- -->" + "<g>" * 130 + "</g>" * 130,
    ],
    ids=["many", "uses", "copies of copies", "deep"],
)
def test_what_grows_without_bounds_is_refused(inside):
    with pytest.raises(BadInput):
        read(inside)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<html/>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>',
        b"<svg>" + b" " * 5_000_001,
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_drawing_is_refused(data):
    with pytest.raises(BadInput):
        read_image_map(data, "map.svg", ("a",))
