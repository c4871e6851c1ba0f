"""Columns of the items that a question offers."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession

XML = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model>
<instance><data id="t"><kind/><site/><plain/><tree><spot/><kindof/></tree><near/></data></instance>
<instance id="sites"><root>
 <item><name>a</name><label>甲</label><geometry>29.3 117.2 0 0</geometry><kind>1</kind></item>
 <item><name>b</name><label>乙</label><geometry/><kind>2</kind></item></root></instance>
<bind nodeset="/data/site" type="string"/><bind nodeset="/data/near" type="geotrace"/>
<bind nodeset="/data/tree/spot" type="geopoint"/>
</model></h:head><h:body>
<input ref="/data/kind"><label>k</label></input>
<select1 ref="/data/site" appearance="map"><label>s</label>
 <itemset nodeset="instance('sites')/root/item[/data/kind = '' or kind = /data/kind]">
 <value ref="name"/><label ref="label"/></itemset></select1>
<select1 ref="/data/plain"><label>p</label><item><label>x</label><value>x</value></item></select1>
<group ref="/data/tree"><repeat nodeset="/data/tree"><input ref="/data/tree/spot"/>
 <input ref="/data/tree/kindof"/></repeat></group>
<input ref="/data/near"><label>n</label><itemset nodeset="/data/tree">
 <value ref="kindof"/><label ref="kindof"/></itemset></input>
</h:body></h:html>"""


@pytest.fixture
def session() -> FormSession:
    return FormSession(parse_form(XML))


def test_every_column_in_the_order_of_the_choices(session) -> None:
    rows = session.choice_details("/data/site")
    assert [row["name"] for row in rows] == [c.value for c in session.choices("/data/site")]
    assert rows[0] == {"name": "a", "label": "甲", "geometry": "29.3 117.2 0 0", "kind": "1"}


def test_a_filter_narrows_them(session) -> None:
    session.answer("/data/kind", "2")
    assert [row["label"] for row in session.choice_details("/data/site")] == ["乙"]


def test_choices_written_in_the_form_have_none(session) -> None:
    assert session.choice_details("/data/plain") == []
    assert session.choice_details("/data/kind") == []


def test_entries_of_a_repeat_as_reference_geometry(session) -> None:
    session.answer("/data/tree[1]/spot", "29.3 117.2 0 0")
    session.answer("/data/tree[1]/kindof", "柏")
    [row] = session.choice_details("/data/near")
    assert (row["geometry"], row["kindof"]) == ("29.3 117.2 0.0 0.0", "柏")


def test_no_question_is_refused(session) -> None:
    with pytest.raises(BadInput):
        session.choice_details("/data/nothing")
