from __future__ import annotations

import json
from pathlib import Path

import pytest

from jdz_field.core.errors import BadInput
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.list_files import read_list
from jdz_field.xforms.media import list_file, load_lists, missing_files
from jdz_field.xforms.session import FormSession
from tests.xforms.tools import form, value

FORM = """
| survey |
| | type | name | label | choice_filter |
| | select_one_from_file trees.csv | tree | Tree | kind = 'pine' |
| | select_one_from_file wells.geojson | well | Well | |
| | select_one_from_file more.xml | more | More | |
"""


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "trees.csv").write_text(
        "\ufeffname,label,kind\n1,松一,pine\n2,杉二,fir\n3,松三,pine,extra\n", encoding="utf-8"
    )
    features = [
        {
            "type": "Feature",
            "id": "w1",
            "geometry": {"type": "Point", "coordinates": [117.2, 29.3]},
            "properties": {"title": "Well", "depth": 12, "none": None},
        },
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}},
        {"type": "Feature", "geometry": None, "properties": {"id": "w3", "title": "No place"}},
        "odd",
    ]
    (tmp_path / "wells.geojson").write_text(json.dumps({"features": features}), encoding="utf-8")
    (tmp_path / "more.xml").write_text(
        "<root><item><name>m</name><label>M</label></item></root>", encoding="utf-8"
    )
    return tmp_path


def test_lists_beside_the_form_are_offered(media: Path) -> None:
    made = form(FORM)
    filling = FormSession(made, instances=load_lists(made, media))
    assert [(c.value, c.label) for c in filling.choices("/data/tree")] == [
        ("1", "松一"),
        ("3", "松三"),
    ]
    assert filling.choices("/data/well")[0][:2] == ("w1", "Well")
    assert [c.value for c in filling.choices("/data/more")] == ["m"]
    assert missing_files(made, media) == []


def test_geojson_places_are_odk_positions(media: Path) -> None:
    root = read_list(media / "wells.geojson").named("root")[0]
    items = root.named("item")
    assert items[0].text_of("geometry") == "29.3 117.2 0 0"
    assert items[1].text_of("geometry") == "2 1 0 0; 4 3 0 0"
    assert items[2].text_of("geometry") == ""


def test_missing_lists_are_empty_and_named(tmp_path: Path) -> None:
    made = form(FORM)
    filling = FormSession(made, instances=load_lists(made, tmp_path))
    assert filling.choices("/data/tree") == []
    assert missing_files(made, tmp_path) == ["trees.csv", "wells.geojson", "more.xml"]
    assert load_lists(made, None) == {}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.geojson", b"{"),
        ("a.geojson", b"[1]"),
        ("a.geojson", b'{"features": 3}'),
        ("a.geojson", b"[" * 100_000),
        ("a.csv", b"name\n\xff\xfe"),
        ("a.csv", b'name\n"' + b"x" * 200_000),
        ("a.xml", b"<a"),
    ],
)
def test_lists_that_cannot_be_read_are_refused(name: str, data: bytes, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(BadInput) as refused:
        read_list(file)
    assert "\n" not in str(refused.value)


def test_a_list_stays_in_its_folder(tmp_path: Path) -> None:
    assert list_file("jr://file-csv/../../etc/passwd", tmp_path) == tmp_path / "passwd"
    assert list_file("jr://file-csv/..", tmp_path) is None
    assert list_file("jr://file-csv/a\\b", tmp_path) is None
    assert list_file("http://example.org/a.csv", tmp_path) is None
    assert list_file("jr://instance/last-saved", tmp_path) is None


def test_lists_can_be_handed_in_as_rows() -> None:
    filling = FormSession(
        parse_form(form_xml()), instances={"trees": [{"name": "x", "label": "X", "kind": "pine"}]}
    )
    assert [choice.label for choice in filling.choices("/data/tree")] == ["X"]
    filling.answer("/data/tree", "x")
    assert value(filling, "/data/tree") == "x"
    assert filling.problems() == []


def form_xml() -> str:
    from tests.xforms.tools import xform

    return xform(FORM)
