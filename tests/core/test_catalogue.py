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
