from __future__ import annotations

from tests.xforms.tools import session, value

FORM = """
| survey |
| | type | name | label | calculation | relevant |
| | integer | a | A | | |
| | begin_group | g | G | | ${a} != 9 |
| | calculate | step | | if(${a} > 5, 1, 0) | |
| | end_group | | | | |
| | begin_repeat | r | R | | |
| | integer | x | X | | |
| | calculate | place | | position(..) | |
| | integer | seen | Seen | if(${x} > 100, 1, 0) + ${step} | |
| | integer | at | At | ${place} * 1 | |
| | end_repeat | | | | |
| | integer | several | Several | if(count(${r}) > 99, 1, 0) | |
"""


def test_an_answer_in_another_instance_does_not_touch_it() -> None:
    filling = session(FORM)
    filling.add_repeat("/data/r")
    filling.answer("/data/r[1]/seen", "50")
    filling.answer("/data/r[2]/x", "3")
    assert value(filling, "/data/r[1]/seen") == "50"
    filling.answer("/data/r[1]/x", "3")
    assert value(filling, "/data/r[1]/seen") == "0"


def test_an_answer_outside_touches_every_instance() -> None:
    filling = session(FORM)
    filling.add_repeat("/data/r")
    filling.answer("/data/r[1]/seen", "50")
    filling.answer("/data/r[2]/seen", "60")
    filling.answer("/data/a", "1")
    assert [value(filling, f"/data/r[{at}]/seen") for at in (1, 2)] == ["0", "0"]


def test_a_new_or_lost_instance_touches_what_counts_them() -> None:
    filling = session(FORM)
    filling.answer("/data/several", "7")
    filling.answer("/data/r[1]/at", "9")
    filling.answer("/data/r[1]/seen", "50")
    filling.add_repeat("/data/r")
    assert value(filling, "/data/several") == "0"
    assert value(filling, "/data/r[1]/at") == "1"
    assert value(filling, "/data/r[1]/seen") == "50"
    filling.answer("/data/several", "7")
    filling.remove_repeat("/data/r[2]")
    assert value(filling, "/data/several") == "0"


def test_relevance_counts_as_following() -> None:
    filling = session(FORM)
    filling.answer("/data/r[1]/seen", "50")
    filling.answer("/data/a", "9")
    assert value(filling, "/data/r[1]/seen") == ""
