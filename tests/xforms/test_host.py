from __future__ import annotations

from jdz_field.core.i18n import set_language
from jdz_field.xforms.host import Alone
from jdz_field.xforms.tree import Def, TreeNode


def test_alone_nothing_is_known_of_person_and_labels() -> None:
    host = Alone()
    node = TreeNode(Def("data", None), None)
    assert host.metadata("username") == ""
    assert host.itext("q:label") == "q:label"
    assert host.choice_name("a", node) == "a"
    assert 0 <= host.random() < 1


def test_alone_days_are_named_as_the_program_speaks() -> None:
    assert Alone().date_language() == "zh"
    set_language("en")
    assert Alone().date_language() == "en"
