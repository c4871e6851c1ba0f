"""Choices from files, from repeats and in a random order, as JavaRosa offers them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from jdz_field.xforms.functions.nodes import seed_of
from jdz_field.xforms.session import FormSession
from tests.xforms.conftest import Oracle
from tests.xforms.test_oracle import agree
from tests.xforms.tools import form, xform

TOWNS = "name,label,county,code\nyl,瑶里,fl,1\njt,蛟潭,fl,02\nly,鲤鱼洲,cj,3\n"
TREES = (
    "<root><item><name>oak</name><label>Oak</label><height>20</height></item>"
    "<item><name>fir</name><label>Fir</label><height>35</height></item></root>"
)
POINTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "p1",
            "geometry": {"type": "Point", "coordinates": [117.2, 29.3]},
            "properties": {"title": "One", "kind": "a"},
        },
        {
            "type": "Feature",
            "id": "p2",
            "geometry": {"type": "Point", "coordinates": [117.3, 29.4]},
            "properties": {"title": "Two", "kind": "b"},
        },
    ],
}
FILES = """
| survey |
| | type | name | label | choice_filter | calculation | parameters |
| | text | county | County | | | |
| | select_one_from_file towns.csv | town | Town | county = ${county} | | |
| | select_multiple_from_file towns.csv | codes | Codes | | | value=code label=name |
| | calculate | code | | | instance('towns')/root/item[name = ${town}]/code | |
| | calculate | first | | | count(instance('towns')/root/item[county = ${county}]) | |
| | select_one_from_file trees.xml | tree | Tree | height > 30 | | |
| | select_one_from_file points.geojson | point | Point | kind != 'a' | | value=id label=title |
| | calculate | where | | | instance('points')/root/item[id = ${point}]/geometry | |
| | csv-external | towns2 | | | | |
| | calculate | looked | | | count(instance('towns2')/root/item) | |
"""
FILE_SCRIPT = [
    "dump",
    "choices\t/data/town",
    "answer\t/data/county\tfl",
    "choices\t/data/town",
    "answer\t/data/town\tyl",
    "dump",
    "choices\t/data/codes",
    "answer\t/data/codes\t1 02",
    "choices\t/data/tree",
    "answer\t/data/tree\tfir",
    "choices\t/data/point",
    "answer\t/data/point\tp2",
    "dump",
    "answer\t/data/county\tcj",
    "validate",
    "dump",
]
REPEATED = """
| survey |
| | type | name | label | choice_filter |
| | begin_repeat | person | Person | |
| | text | who | Who | |
| | integer | age | Age | |
| | end_repeat | | | |
| | select_one ${who} | head | Head | ${age} > 17 |
"""
REPEATED_SCRIPT = [
    "choices\t/data/head",
    "answer\t/data/person[1]/who\tLi",
    "answer\t/data/person[1]/age\t40",
    "repeat\t/data/person",
    "answer\t/data/person[2]/who\tWu",
    "choices\t/data/head",
    "answer\t/data/person[2]/age\t18",
    "choices\t/data/head",
    "answer\t/data/head\tWu",
    "answer\t/data/person[2]/age\t3",
    "choices\t/data/head",
    "remove\t/data/person[1]",
    "choices\t/data/head",
    "dump",
]


def shuffled(parameters: str) -> str:
    """A form with thirty choices in a random order."""
    choices = "\n".join(f"| | l | c{at} | C{at} |" for at in range(30))
    return f"""
    | survey |
    | | type | name | label | parameters |
    | | text | seed | Seed | |
    | | integer | whole | Whole | |
    | | select_one l | q | Q | {parameters} |
    | | rank l | r | R | {parameters} |
    | choices |
    | | list_name | name | label |
    {choices}
    """


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A folder with lists."""
    for name in ("towns.csv", "towns2.csv"):
        (tmp_path / name).write_text(TOWNS, encoding="utf-8")
    (tmp_path / "trees.xml").write_text(TREES, encoding="utf-8")
    (tmp_path / "points.geojson").write_text(json.dumps(POINTS), encoding="utf-8")
    return tmp_path


def test_lists_in_files_are_offered_as_javarosa_does(oracle: Oracle, media: Path) -> None:
    agree(oracle, xform(FILES), FILE_SCRIPT, media)


def test_answers_of_a_repeat_are_offered_as_javarosa_does(oracle: Oracle) -> None:
    agree(oracle, xform(REPEATED), REPEATED_SCRIPT)


@pytest.mark.parametrize(
    ("parameters", "seed"),
    [
        ("randomize=true seed=42", ""),
        ("randomize=true seed=-7", ""),
        ("randomize=true seed=123456789012", ""),
        ("randomize=true seed=0.5", ""),
        ("randomize=true seed=${seed}", "20548"),
        ("randomize=true seed=${seed}", "2147483647"),
        ("randomize=true seed=${seed}", "-12.75"),
        ("randomize=true seed=${whole}", ""),
    ],
)
def test_a_seed_gives_the_order_that_javarosa_gives(
    parameters: str, seed: str, oracle: Oracle
) -> None:
    commands = [f"answer\t/data/seed\t{seed}", "choices\t/data/q", "choices\t/data/r"]
    agree(oracle, xform(shuffled(parameters)), commands)


def test_a_seed_that_is_a_text_stands_for_its_sha256() -> None:
    # The reference's jar lacks the class for it.
    digest = hashlib.sha256("瑶里镇".encode()).digest()
    assert seed_of("瑶里镇") == int.from_bytes(digest[:8], "big", signed=True)
    assert seed_of("") == 0
    orders = []
    for text in ("瑶里镇", "瑶里镇", "蛟潭镇"):
        filling = FormSession(form(shuffled("randomize=true seed=${seed}")))
        filling.answer("/data/seed", text)
        orders.append([choice.value for choice in filling.choices("/data/q")])
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(f"c{at}" for at in range(30))
