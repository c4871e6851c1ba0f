"""The forms that ship: prefilled, graded, and what they change of a site."""

from __future__ import annotations

import pytest

from jdz_field.core.catalogue import code_list, site_kinds
from jdz_field.core.resources import folder
from jdz_field.xforms.convert import convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import noon, value

NAMES = ("geohazard_inspection", "mine_inspection", "plot_check")
FORMS = {name: parse_form(convert_xlsform(folder("forms") / f"{name}.xlsx").xml) for name in NAMES}
SITE = {
    "name": "s1",
    "label": "瑶里滑坡",
    "code": "360222010001",
    "kind_code": "01",
    "town": "瑶里镇",
    "monitor_name": "张三",
    "monitor_phone": "13800138000",
    "threatened_people": "35",
    "threatened_households": "9",
    "stability": "较差",
    "__version": "4",
}


def geohazard() -> FormSession:
    filling = FormSession(
        FORMS["geohazard_inspection"],
        instances={"geohazard_points": [SITE]},
        metadata={"username": "李四"},
        now=noon,
    )
    filling.answer("/data/site_id", "s1")
    return filling


def test_the_site_fills_in_what_is_known() -> None:
    filling = geohazard()
    assert value(filling, "/data/visit/kind") == "01"
    assert value(filling, "/data/visit/inspector") == "李四"
    assert value(filling, "/data/visit/inspection_date") == "2026-04-05"
    assert value(filling, "/data/threat/people") == "35"
    assert value(filling, "/data/care/monitor_phone") == "13800138000"
    assert filling.node("/data/site_note").label == "**瑶里滑坡** 360222010001 瑶里镇"
    assert filling.instance_name == "瑶里滑坡 2026-04-05"
    filling.answer("/data/care/monitor_name", "王五")
    assert value(filling, "/data/care/monitor_name") == "王五"


def test_warning_signs_go_by_the_kind_of_hazard() -> None:
    filling = geohazard()
    groups = ("slide_warnings", "fall_warnings", "flow_warnings", "sink_warnings")

    def shown() -> list[str]:
        return [name for name in groups if filling.node(f"/data/{name}").relevant]

    assert shown() == ["slide_warnings"]
    for kind, group in (("00", "slide"), ("02", "fall"), ("03", "flow"), ("04", "sink")):
        filling.answer("/data/visit/kind", kind)
        assert shown() == [f"{group}_warnings"]
    filling.answer("/data/visit/kind", "05")
    assert shown() == []


def test_every_sign_asks_for_its_place_when_it_is_there() -> None:
    filling = geohazard()
    signs = [
        ref
        for ref in filling.node("/data/signs").children
        if not ref.endswith(("_part", "_feature"))
    ]
    assert len(signs) == 8
    for ref in signs:
        assert not filling.node(f"{ref}_part").relevant
        filling.answer(ref, "yes")
        assert filling.node(f"{ref}_part").relevant
        assert filling.node(f"{ref}_part").required
        assert filling.node(f"{ref}_feature").relevant
    assert filling.node("/data/photos/photo_deformation").required
    assert filling.node("/data/photos/photo_deformation").relevant


@pytest.mark.parametrize(
    ("people", "assets", "grade"),
    [
        ("0", "", "D"),
        ("99", "", "D"),
        ("100", "", "C"),
        ("499", "499", "C"),
        ("500", "0", "B"),
        ("999", "", "B"),
        ("1000", "", "A"),
        ("5", "500", "C"),
        ("5", "5000", "B"),
        ("5", "9999.9", "B"),
        ("5", "10000", "A"),
        ("", "", ""),
        ("", "500", "C"),
    ],
)
def test_the_danger_grade_goes_by_the_higher_of_people_and_assets(
    people: str, assets: str, grade: str
) -> None:
    filling = geohazard()
    filling.answer("/data/threat/people", people)
    filling.answer("/data/threat/assets", assets)
    assert value(filling, "/data/threat/danger_grade") == grade
    assert filling.node("/data/threat/danger_grade").readonly


def test_cracks_are_measured_one_by_one() -> None:
    filling = geohazard()
    assert not filling.node("/data/crack").relevant
    filling.answer("/data/signs/shear_crack", "yes")
    filling.answer("/data/crack[1]/width", "12.5")
    filling.answer("/data/crack[1]/last_width", "10.2")
    assert value(filling, "/data/crack[1]/change") == "2.3"
    assert filling.node("/data/crack[1]/change_note").label == "变化：2.3 毫米"
    filling.answer("/data/crack[1]/width", "-1")
    assert filling.node("/data/crack[1]/width").error == "宽度应在 0 至 20000 毫米之间"
    filling.set_language("en")
    assert filling.node("/data/crack[1]/width").error == "The width must be between 0 and 20000 mm"


def test_an_emergency_uses_its_own_scale_of_stability() -> None:
    filling = geohazard()
    assert [c.value for c in filling.choices("/data/threat/stability")] == ["好", "较差", "差"]
    filling.answer("/data/threat/stability", "差")
    filling.answer("/data/visit/inspection_type", "emergency")
    assert [c.value for c in filling.choices("/data/threat/stability")] == [
        "稳定",
        "基本稳定",
        "欠稳定",
        "不稳定",
    ]
    assert filling.node("/data/threat/stability").error
    assert filling.node("/data/threat/stability").hint == "台账：较差"


def test_a_visit_changes_its_site() -> None:
    filling = geohazard()
    filling.answer("/data/threat/people", "40")
    filling.answer("/data/threat/stability", "差")
    update = filling.entity_updates()[0]
    assert (update.dataset, update.id, update.label) == ("geohazard_points", "s1", "瑶里滑坡")
    assert (update.update, update.create, update.base_version) == (True, False, "4")
    assert dict(update.fields) == {
        "last_inspected": "2026-04-05",
        "threatened_people": "40",
        "threatened_households": "9",
        "stability": "差",
        "monitor_name": "张三",
        "monitor_phone": "13800138000",
    }
    assert 'baseVersion="4"' in filling.to_xml()
    assert 'dataset="geohazard_points"' in filling.to_xml()


def test_a_filled_visit_is_refused_only_for_what_is_missing() -> None:
    filling = geohazard()
    missing = {problem.ref for problem in filling.problems()}
    assert "/data/photos/photo_overview" in missing
    assert "/data/signs/tension_crack" in missing
    for problem in filling.problems():
        assert problem.kind == "required"
        node = filling.node(problem.ref)
        if node.control == "select1":
            chosen = [c.value for c in filling.choices(problem.ref)]
            filling.answer(problem.ref, "no" if "no" in chosen else chosen[0])
        else:
            filling.answer(problem.ref, "a.jpg" if node.type == "binary" else "x")
    left = {problem.ref for problem in filling.problems()}
    assert left <= {"/data/result/main_problems"}


@pytest.mark.parametrize("name", NAMES)
def test_codes_and_fields_are_the_catalogues(name: str) -> None:
    made = FORMS[name]
    block = made.entities[0]
    kind = next(kind for kind in site_kinds() if kind.entity_list == block.dataset)
    known = {field.name: field for field in kind.fields}
    assert set(block.fields) <= set(known)
    for saved, definition in block.fields.items():
        codes = known[saved].codes
        control = made.by_definition.get(definition)
        if codes and control is not None and control.itemset is not None:
            offered = set(_list_values(made, control.itemset.source))
            assert offered <= {code.value for code in code_list(codes).codes}


def _list_values(made: FormDefinition, source: str) -> list[str]:
    name = source.split("'")[1]
    document = made.lists[name].document
    assert document is not None
    return [item.text_of("name") for item in document.named("root")[0].named("item")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_question_has_a_label_in_both_languages(name: str, language: str) -> None:
    filling = FormSession(FORMS[name], language=language)
    for control, node in filling.questions():
        assert filling.node(node.ref).label, control.ref


def test_a_mine_passes_with_all_five_items() -> None:
    filling = FormSession(FORMS["mine_inspection"])
    filling.answer("/data/restoration/works_state", "done")
    items = filling.node("/data/restoration/acceptance").children
    assert len(items) == 5
    for ref in items:
        assert value(filling, "/data/restoration/verdict") == ""
        filling.answer(ref, "yes")
    assert value(filling, "/data/restoration/verdict") == "passed"
    filling.answer(items[0], "no")
    assert value(filling, "/data/restoration/verdict") == "failed"
    assert filling.node("/data/rectification").required


@pytest.mark.parametrize(
    ("planted", "alive", "verdict"),
    [
        ("100", "85", "1"),
        ("1000", "849", "2"),
        ("100", "41", "2"),
        ("1000", "409", "3"),
    ],
)
def test_survival_is_judged_on_the_exact_rate(planted: str, alive: str, verdict: str) -> None:
    filling = FormSession(FORMS["plot_check"])
    filling.answer("/data/sample[1]/sample_size", "200")
    filling.answer("/data/sample[1]/planted", planted)
    filling.answer("/data/sample[1]/alive", alive)
    assert value(filling, "/data/survival_verdict") == verdict


def test_survival_counts_the_designed_trees_when_they_are_more() -> None:
    filling = FormSession(FORMS["plot_check"])
    filling.answer("/data/stand/density", "200")
    filling.answer("/data/sample[1]/sample_size", "200")
    filling.answer("/data/sample[1]/planted", "50")
    filling.answer("/data/sample[1]/alive", "50")
    assert value(filling, "/data/sample[1]/base") == "60"
    assert value(filling, "/data/survival_verdict") == "2"
