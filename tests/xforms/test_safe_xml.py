from __future__ import annotations

import pytest
from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.xforms.safe_xml import attribute, child, children, line_of, local, read_xml, text


def test_names_and_attributes_are_found_in_any_namespace() -> None:
    root = read_xml('<a xmlns:j="urn:j">\n<j:b j:count="3" plain="1"> x </j:b><c/></a>', "it")
    inner = child(root, "b")
    assert inner is not None
    assert local(inner) == "b"
    assert attribute(inner, "count") == "3"
    assert attribute(inner, "plain") == "1"
    assert attribute(inner, "none") == ""
    assert text(inner) == " x "
    assert line_of(inner) == 2
    assert [local(part) for part in children(root)] == ["b", "c"]
    assert child(root, "none") is None


def test_comments_and_instructions_are_left_out() -> None:
    root = read_xml("<a><!-- x --><?y z?><b/></a>", "it")
    assert len(children(root)) == 1
    assert local(etree.Comment("x")) == ""


def test_a_mark_of_byte_order_is_no_harm() -> None:
    assert local(read_xml(b"\xef\xbb\xbf<a/>", "it")) == "a"


@pytest.mark.parametrize("data", [b"", b"<a>", b"\x00\x01", "<a>&b;</a>", "<a/><b/>"])
def test_what_is_no_xml_is_refused(data: bytes | str) -> None:
    with pytest.raises(BadInput):
        read_xml(data, "it")


def test_entities_are_refused_wherever_they_are_declared() -> None:
    late = "<!-- " + "x" * 200_000 + ' -->\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(BadInput):
        read_xml(late, "it")
    with pytest.raises(BadInput):
        read_xml('<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16"), "it")
