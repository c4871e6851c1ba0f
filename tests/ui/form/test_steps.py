"""The steps a form is paged by."""

from __future__ import annotations

import pytest

from jdz_field.ui.form.steps import Step, Steps
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.ui.form.forms import HEAD

FORM = (
    HEAD
    + """
<h:head><h:title>t</h:title><model><instance><data id="paged" version="1">
 <a/><b/><g><c/><d/></g><h><e/><f/></h><only/>
 <tree jr:template=""><kind/><branch jr:template=""><long/></branch></tree>
 <z/><n/><fixed jr:template=""><x/></fixed><meta><instanceID/></meta>
</data></instance>
<bind nodeset="/data/b" relevant="/data/a = '1'"/>
<bind nodeset="/data/h" relevant="/data/a != '0'"/>
<bind nodeset="/data/only" relevant="/data/a = '2'"/>
<bind nodeset="/data/n" type="int"/>
</model></h:head><h:body>
<input ref="/data/a"><label>A</label></input>
<input ref="/data/b"><label>B</label></input>
<group ref="/data/g"><label>G</label><input ref="/data/g/c"><label>C</label></input>
 <group><label>inner</label><input ref="/data/g/d"><label>D</label></input></group></group>
<group ref="/data/h" appearance="field-list"><label>**H** <output value="/data/a"/></label>
 <input ref="/data/h/e"><label>E</label></input>
 <input ref="/data/h/f"><label>F</label></input></group>
<group><input ref="/data/only"><label>O</label></input></group>
<group ref="/data/tree"><label>Trees</label><repeat nodeset="/data/tree">
 <input ref="/data/tree/kind"><label>K</label></input>
 <group ref="/data/tree/branch"><label>Branches</label><repeat nodeset="/data/tree/branch">
  <input ref="/data/tree/branch/long"><label>L</label></input></repeat></group>
</repeat></group>
<input ref="/data/z"><label>Z</label></input>
<input ref="/data/n"><label>N</label></input>
<group ref="/data/fixed"><label>Fixed</label>
 <repeat nodeset="/data/fixed" jr:count="/data/n" jr:noAddRemove="true()">
 <input ref="/data/fixed/x"><label>X</label></input></repeat></group>
</h:body></h:html>"""
)


@pytest.fixture
def session():
    made = FormSession(parse_form(FORM))
    made.answer("/data/a", "0")
    made.answer("/data/n", "0")
    return made


def keys(steps):
    return [step.key for step in steps.shown()]


def test_a_part_of_the_top_level_is_a_step(session):
    steps = Steps(session, "groups")
    assert keys(steps) == ["/data/a", "/data/g", "/data/tree", "/data/z"]
    assert steps.shown()[0] == Step("/data/a", ("/data/a", "/data/b"), "A")
    assert steps.shown()[2].title == "Trees"


def test_a_question_a_field_list_and_a_repeat_is_a_step(session):
    steps = Steps(session, "questions")
    session.answer("/data/a", "1")
    wanted = ["a", "b", "g/c", "g/d", "h", "tree", "z", "n"]
    assert keys(steps) == [f"/data/{name}" for name in wanted]


def test_a_step_that_has_nothing_relevant_is_none(session):
    steps = Steps(session, "questions")
    assert "/data/h" not in keys(steps)
    assert "/data/only" not in keys(steps)
    session.answer("/data/a", "2")
    assert "/data/only" in keys(steps)
    session.answer("/data/n", "2")
    assert keys(steps)[-1] == "/data/fixed"


def test_every_ref_leads_to_its_step(session):
    branch = "/data/tree[1]/branch[2]/long"
    questions, groups = Steps(session, "questions"), Steps(session, "groups")
    assert questions.of(branch) == groups.of(branch) == "/data/tree"
    assert questions.of("/data/tree") == questions.of("/data/tree[3]") == "/data/tree"
    assert (questions.of("/data/b"), groups.of("/data/b")) == ("/data/b", "/data/a")
    assert (questions.of("/data/g/d"), groups.of("/data/g/d")) == ("/data/g/d", "/data/g")
    assert questions.of("/data/h/f") == "/data/h"
    assert questions.of("/data/nowhere") == ""
    assert questions.of("") == ""


def test_what_is_left_out_is_no_step(session):
    assert keys(Steps(session, "questions", ("/data/a",)))[0] == "/data/g/c"
    assert keys(Steps(session, "groups", ("/data/a", "/data/b")))[0] == "/data/g"


def test_a_title_follows_the_answers_it_names(session):
    steps = Steps(session, "groups")
    session.answer("/data/a", "1")
    titles = [step.title for step in steps.shown()]
    assert titles[2] == "H 1"
    steps.forget_titles(session.answer("/data/a", "3"))
    assert [step.title for step in steps.shown()][2] == "H 3"


def test_a_group_without_a_name_is_called_by_its_first_question(session):
    session.answer("/data/a", "2")
    assert [step.title for step in Steps(session, "groups").shown() if "#" in step.key] == ["O"]
