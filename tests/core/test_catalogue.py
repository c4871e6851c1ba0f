"""The catalogue holds together: every field has a type, a list it names, both languages."""

from __future__ import annotations

import re

import pytest

from jdz_field.core.catalogue import SITE_KINDS, code_list, site_kind, site_kinds, table
from jdz_field.core.i18n import set_language
from jdz_field.core.resources import resource

TYPES = {"text", "integer", "decimal", "date", "boolean", "code", "codes"}
LISTS = sorted(file.stem for file in resource("catalogue", "codes").glob("*.toml"))
#: Names that the layers, the log and the merge use themselves.
TAKEN = {"fid", "geom", "geometry", "id", "lon", "lat", "version", "deleted", "updated", "extra"}


@pytest.mark.parametrize("name", SITE_KINDS)
def test_every_field_of_a_kind_is_usable(name) -> None:
    kind = site_kind(name)
    names = [field.name for field in kind.fields]
    assert len(names) == len(set(names))
    assert not TAKEN & set(names)
    for field in kind.fields:
        assert field.type in TYPES
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.labels["zh"]
        assert field.labels["en"]
        assert (field.type in ("code", "codes")) == (field.code_list() is not None)
        if field.minimum is not None and field.maximum is not None:
            assert field.minimum < field.maximum
        if field.pattern:
            re.compile(field.pattern)


@pytest.mark.parametrize("name", SITE_KINDS)
def test_every_kind_says_where_it_is_from(name) -> None:
    kind = site_kind(name)
    assert kind.source
    assert kind.certainty in ("source", "general")
    assert kind.geometry in ("POINT", "GEOMETRY")
    assert kind.labels["zh"] != kind.labels["en"]
    assert kind.by_name["code"] is kind.fields[0]


def test_kinds_have_their_own_entity_lists() -> None:
    assert len({kind.entity_list for kind in site_kinds()}) == len(SITE_KINDS)


@pytest.mark.parametrize("name", LISTS)
def test_every_code_list_is_closed_and_named(name) -> None:
    codes = code_list(name)
    values = [code.value for code in codes.codes]
    assert len(values) == len(set(values)) > 0
    assert codes.source
    assert codes.certainty in ("source", "general")
    for code in codes.codes:
        assert " " not in code.value
        assert code.labels["zh"]
        assert code.labels["en"]
        assert codes.find(f" {code.labels['zh']} ") is not None


@pytest.mark.parametrize("name", LISTS)
def test_no_label_or_synonym_means_two_codes(name) -> None:
    said: dict[str, str] = {}
    for code in code_list(name).codes:
        for word in {code.value, *code.labels.values(), *code.synonyms}:
            assert said.setdefault(word, code.value) == code.value


def test_codes_are_found_by_value_label_and_synonym() -> None:
    measures = code_list("measure")
    assert measures.find("挡土墙") is measures.find("挡墙") is measures.find("4")
    assert "4" in measures
    assert "99" not in measures
    assert measures.find("城墙") is None
    assert measures.find("") is None


def test_labels_follow_the_language() -> None:
    measures = code_list("measure")
    assert measures.label("4") == "挡墙"
    set_language("en")
    assert measures.label("4") == "Retaining wall"
    assert measures.label("77") == "77"
    assert measures.label(None) == ""
    assert site_kind("mine").label == "Mines"
    assert site_kind("mine").by_name["name"].label == "Name"


def test_some_fields_wait_for_the_office() -> None:
    kind = site_kind("geohazard")
    assert kind.controlled("code")
    assert kind.controlled("geometry") == kind.controlled("deleted") == kind.geometry_controlled
    assert not kind.controlled("remarks")
    assert not kind.controlled("no_such_field")


@pytest.mark.parametrize("name", ["", "village", "../codes/measure"])
def test_there_is_no_other_kind(name) -> None:
    with pytest.raises(KeyError):
        site_kind(name)


def test_there_is_no_other_list_or_table() -> None:
    with pytest.raises(FileNotFoundError):
        code_list("nothing")
    with pytest.raises(FileNotFoundError):
        table("nothing")


def test_other_tables_are_given_as_they_stand() -> None:
    assert table("grades")


@pytest.mark.parametrize("name", SITE_KINDS)
def test_every_field_stands_below_a_heading(name) -> None:
    kind = site_kind(name)
    shown = [field for _group, fields in kind.grouped() for field in fields]
    assert len(shown) == len(kind.fields)
    assert {group.name for group, _fields in kind.grouped()} == {f.group for f in kind.fields}


@pytest.mark.parametrize("name", SITE_KINDS)
def test_names_and_telephones_are_personal(name) -> None:
    for field in site_kind(name).fields:
        if field.pattern and field.name.endswith("_phone"):
            assert field.personal
            assert not field.controlled
        if field.name.endswith(("_head", "monitor_name", "order_issuer", "card_holder")):
            assert field.personal


@pytest.mark.parametrize("name", SITE_KINDS)
def test_position_number_and_status_wait_for_the_office(name) -> None:
    kind = site_kind(name)
    assert kind.geometry_controlled
    assert kind.controlled("code")
    assert kind.controlled("status")
    for free in ("monitor_name", "monitor_phone", "remarks"):
        assert not kind.controlled(free)


def test_inputs_of_the_hazards_grades_wait_for_the_office() -> None:
    kind = site_kind("geohazard")
    for name in ("threatened_people", "threatened_assets", "deaths", "direct_loss", "volume"):
        assert kind.controlled(name)


@pytest.mark.parametrize("name", SITE_KINDS)
def test_one_heading_means_one_field(name) -> None:
    said: dict[str, str] = {}
    for field in site_kind(name).fields:
        for word in {*field.labels.values(), *field.synonyms}:
            assert said.setdefault(word, field.name) == field.name


def test_every_chinese_unit_has_an_english_word() -> None:
    units = {f.unit for name in SITE_KINDS for f in site_kind(name).fields if f.unit}
    assert {"人", "户", "万元", "m³"} <= units
    set_language("en")
    for name in SITE_KINDS:
        for field in site_kind(name).fields:
            assert not re.search("[\u4e00-\u9fff]", field.unit_label)
    set_language("zh")
    assert site_kind("geohazard").by_name["threatened_people"].unit_label == "人"


def test_a_field_has_its_own_source_or_the_kinds() -> None:
    kind = site_kind("geohazard")
    assert kind.source_of(kind.by_name["stability"]) == (kind.source, kind.certainty)
    source, certainty = kind.source_of(kind.by_name["order_issuer"])
    assert "明白卡" in source
    assert certainty == "source"
    assert kind.source_of(kind.by_name["town_head"])[1] == "general"


def test_the_four_modes_of_restoration_take_both_words_for_one() -> None:
    modes = code_list("restoration_mode")
    assert modes.find("生态重塑") is modes.find("生态重建")
    assert len(modes.codes) == 4


def test_children_name_fields_that_there_are() -> None:
    for name in ("plot", "works"):
        kind = site_kind(name)
        below = kind.children
        assert below is not None
        assert {"parent", "parent_code", *below.given, *below.ask} <= set(kind.by_name)
        assert below.label
        assert below.add_label
    for kind in site_kinds():
        assert set(kind.ask) <= set(kind.by_name)
