"""``setvalue`` and ``setgeopoint`` at every event."""

from __future__ import annotations

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.repeats import MAX_INSTANCES
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import noon, raw_xform, session, value

_NODES = "<a/><b/><c/><r><x/><y/><p/></r><here/>"
_BINDS = '<bind nodeset="/data/here" type="geopoint"/><bind nodeset="/data/r/p" type="geopoint"/>'


def filled(model: str, body: str = "", nodes: str = _NODES) -> FormSession:
    """A session over a form of actions."""
    instance = f'<instance><data id="f">{nodes}</data></instance>'
    asked = '<input ref="/data/b"/><input ref="/data/c"/>'
    return FormSession(parse_form(raw_xform(instance + _BINDS + model, asked + body)), now=noon)


def action(target: str, event: str, what: str = "'set'") -> str:
    """A setvalue."""
    return f'<setvalue ref="{target}" event="{event}" value="{what}"/>'


def place(target: str, event: str) -> str:
    """A setgeopoint."""
    return (
        f'<setgeopoint xmlns="http://www.opendatakit.org/xforms" ref="{target}" event="{event}"/>'
    )


def wanted(filling: FormSession) -> list[str]:
    """Where a position is wanted now."""
    return list(filling.wanted_positions)


REPEAT = (
    '<group ref="/data/r"><repeat nodeset="/data/r">{}<input ref="/data/r/x"/></repeat></group>'
)


@pytest.mark.parametrize("event", ["odk-instance-first-load", "xforms-ready"])
def test_first_load_sets_once(event: str) -> None:
    filling = filled(action("/data/a", event))
    assert value(filling, "/data/a") == "set"
    again = FormSession(filling.form, now=noon, answers={"a": ""})
    assert value(again, "/data/a") == ""


def test_load_sets_at_every_opening() -> None:
    filling = filled(action("/data/a", "odk-instance-load"))
    assert value(filling, "/data/a") == "set"
    assert value(FormSession(filling.form, now=noon, answers={"a": ""}), "/data/a") == "set"


def test_what_is_set_at_first_load_is_there_when_the_load_event_comes() -> None:
    later = action("/data/a", "odk-instance-load", "concat(/data/c, '!')")
    filling = filled(later + action("/data/c", "odk-instance-first-load"))
    assert value(filling, "/data/a") == "set!"


def test_a_changed_answer_sets_others_and_they_set_others_in_turn() -> None:
    body = (
        f'<input ref="/data/a">{action("/data/b", "xforms-value-changed", "/data/a")}</input>'
        f'<input ref="/data/b">{action("/data/c", "xforms-value-changed", "concat(., /data/b)")}'
        "</input>"
    )
    filling = filled("", body)
    changed = filling.answer("/data/a", "1")
    assert (value(filling, "/data/b"), value(filling, "/data/c")) == ("1", "1")
    assert {"/data/a", "/data/b", "/data/c"} <= set(changed)
    filling.answer("/data/a", "1")
    assert value(filling, "/data/c") == "1"


def test_a_new_instance_is_set_before_it_is_calculated() -> None:
    nested = action("/data/r/x", "odk-new-repeat odk-instance-first-load", "position(..)")
    late = action("/data/r/y", "odk-new-repeat", "concat('[', ../x, ']')")
    bind = '<bind nodeset="/data/r/x" calculate="7"/>'
    filling = filled(bind, REPEAT.format(nested + late))
    assert value(filling, "/data/r[1]/y") == ""
    filling.add_repeat("/data/r")
    assert value(filling, "/data/r[2]/y") == "[2]"
    assert value(filling, "/data/r[2]/x") == "7"


def test_actions_of_counted_instances_neither_nest_nor_lift_the_limit() -> None:
    nested = action("/data/r/x", "odk-new-repeat", "position(..)")
    body = REPEAT.replace("nodeset=", 'jr:count="/data/a" nodeset=').format(nested)
    filling = filled("", body + '<input ref="/data/a"/>')
    filling.answer("/data/a", "900")
    assert value(filling, "/data/r[900]/x") == "900"
    filling.answer("/data/a", "1000000000")
    assert len(filling.root.named("r")) == MAX_INSTANCES
    assert any(str(MAX_INSTANCES) in fault for fault in filling.faults())


def test_actions_that_set_each_other_off_come_to_an_end() -> None:
    body = (
        f'<input ref="/data/a">{action("/data/b", "xforms-value-changed", "/data/b + 1")}</input>'
        f'<input ref="/data/b">{action("/data/a", "xforms-value-changed", "/data/a + 1")}</input>'
    )
    filling = filled("", body)
    filling.answer("/data/b", "1")
    filling.answer("/data/a", "1")
    assert filling.problems() == []


@pytest.mark.parametrize("event", ["odk-instance-first-load", "odk-instance-load", "xforms-ready"])
def test_a_position_is_wanted_when_the_form_is_opened(event: str) -> None:
    filling = filled(place("/data/here", event))
    assert wanted(filling) == ["/data/here"]
    changed = filling.give_position("/data/here", 29.3, 117.2, 88.5, 1.2)
    assert "/data/here" in changed
    assert value(filling, "/data/here") == "29.3 117.2 88.5 1.2"
    assert wanted(filling) == []


def test_a_position_is_wanted_at_every_change_and_new_instance() -> None:
    changing = f'<input ref="/data/a">{place("/data/here", "xforms-value-changed")}</input>'
    filling = filled("", changing + REPEAT.format(place("/data/r/p", "odk-new-repeat")))
    assert wanted(filling) == []
    filling.answer("/data/a", "1")
    filling.add_repeat("/data/r")
    assert wanted(filling) == ["/data/here", "/data/r[2]/p"]
    filling.remove_repeat("/data/r[1]")
    assert wanted(filling) == ["/data/here", "/data/r[1]/p"]
    filling.give_position("/data/r[1]/p", 29, 117)
    assert value(filling, "/data/r[1]/p") == "29.0 117.0 0.0 0.0"
    filling.refuse_position("/data/here")
    assert wanted(filling) == []
    filling.answer("/data/a", "2")
    assert wanted(filling) == ["/data/here"]


def test_the_position_of_a_removed_instance_is_wanted_no_more() -> None:
    filling = filled("", REPEAT.format(place("/data/r/p", "odk-new-repeat")))
    filling.add_repeat("/data/r")
    filling.remove_repeat("/data/r[2]")
    assert wanted(filling) == []


def test_a_position_that_nobody_wants_changes_nothing() -> None:
    filling = filled("")
    assert filling.give_position("/data/here", 29, 117) == ()
    assert value(filling, "/data/here") == ""
    with pytest.raises(BadInput):
        filling.give_position("/data/nowhere", 29, 117)


def test_what_pyxform_makes_of_start_and_background_geopoint() -> None:
    filling = session(
        """
        | survey |
        | | type | name | label | trigger |
        | | start-geopoint | begun | | |
        | | text | kind | Kind | |
        | | background-geopoint | seen | | ${kind} |
        """
    )
    assert wanted(filling) == ["/data/begun"]
    filling.answer("/data/kind", "x")
    assert wanted(filling) == ["/data/begun", "/data/seen"]


def test_an_action_that_cannot_be_evaluated_is_told() -> None:
    filling = filled(action("/data/a", "odk-instance-first-load", "date('x')"))
    assert len(filling.faults()) == 1
    with pytest.raises(BadInput, match="/data/gone"):
        filled(action("/data/gone", "odk-instance-first-load"))
