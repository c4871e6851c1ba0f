"""Every form that ships can be filled and finished, and JavaRosa sees the same at every step."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from jdz_field.core.catalogue import site_kinds
from jdz_field.core.lists import list_names, list_rows
from jdz_field.core.resources import folder
from jdz_field.operations.shipped import shipped_forms
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.media import load_lists
from jdz_field.xforms.session import FormSession
from tests.xforms.conftest import Oracle
from tests.xforms.test_oracle import agree

SHIPPED = sorted(file.stem for file in folder("forms").glob("*.xlsx"))
#: Tried in turn until a question is content.
NUMBERS = ("1", "5", "20", "100", "2030")
TEXTS = ("虚构示例", "13900000000", "2026-11-01")
BY_TYPE = {
    "int": NUMBERS,
    "decimal": NUMBERS,
    "date": ("2026-11-01", "2026-11-20", "2030-01-01"),
    "time": ("08:30:00.000+08:00",),
    "dateTime": ("2026-11-01T08:30:00.000+08:00",),
    "geopoint": ("29.35 117.21 60 4",),
    "geotrace": ("29.35 117.21 0 0; 29.36 117.22 0 0",),
    "geoshape": ("29.35 117.21 0 0; 29.36 117.22 0 0; 29.35 117.22 0 0; 29.35 117.21 0 0",),
    "binary": ("photo.jpg",),
}


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every list that a project gives: one site of each kind, the catalogue's tables."""
    found = tmp_path_factory.mktemp("lists")
    for kind in site_kinds():
        row = {"name": "s1", "label": "虚构示例", "__version": "1"}
        row |= {"code": "360222010001", "town": "瑶里镇", "village": "示例村"}
        for field in kind.fields:
            codes = field.code_list()
            if field.name not in row:
                row[field.name] = codes.codes[0].value if codes else ""
        write(found / f"{kind.entity_list}.csv", [row])
    for name in list_names():
        write(found / f"{name}.csv", [dict(row) for row in list_rows(name) or ()])
    write(found / "monitor_marks.csv", [{"name": "m1", "label": "裂缝 1", "site": "s1"}])
    return found


def write(file: Path, rows: list[dict[str, str]]) -> None:
    """A list as a CSV; every column that any row has."""
    heads = list(dict.fromkeys(name for row in rows for name in row))
    marks = ["kind", "value", "measured_on", "alarm"]
    heads += [name for name in marks if file.stem == "monitor_marks"]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, heads, restval="")
        writer.writeheader()
        writer.writerows(rows)


class Person:
    """Answers what is asked until nothing is missing; ``said`` keeps the commands."""

    def __init__(self, session: FormSession) -> None:
        self.session, self.said = session, list[str]()

    def answer(self, ref: str, value: str) -> None:
        self.session.answer(ref, value)
        self.said.append(f"answer\t{ref}\t{value}")

    def fill(self) -> None:
        for _round in range(60):
            open_ = [p.ref for p in self.session.problems()]
            if not open_:
                return
            self.settle(open_[0])

    def settle(self, ref: str) -> None:
        node = self.session.node(ref)
        offered = [choice.value for choice in self.session.choices(ref)]
        tries = offered or BY_TYPE.get(node.type, TEXTS)
        if node.type == "date":
            tries = (*tries, datetime.now().astimezone().date().isoformat())
        for value in tries:
            self.answer(ref, value)
            if ref not in [p.ref for p in self.session.problems()]:
                return
        raise AssertionError(f"{ref} takes none of {tries}")


@pytest.mark.parametrize("name", SHIPPED)
def test_it_can_be_finished_and_javarosa_agrees(name: str, media: Path, oracle: Oracle) -> None:
    xml = next(made.xml for made in shipped_forms() if made.form_id == name)
    form = parse_form(xml)
    person = Person(FormSession(form, instances=load_lists(form, media)))
    if any(ref.endswith("/site_id") for ref in form.nodes):
        person.answer("/data/site_id", "s1")
    person.fill()
    assert person.session.problems() == []
    agree(oracle, xml, ["dump", *person.said, "dump", "validate"], media)
