"""Every form's example fills it, gives what was computed by hand, and JavaRosa agrees."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jdz_field.core.resources import folder
from jdz_field.operations.shipped import shipped_forms
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.session import FormSession
from tests.xforms.conftest import Oracle
from tests.xforms.example_records import SITE_ID, Example, example, give, lists_for, names, wrong
from tests.xforms.test_oracle import agree

SHIPPED = sorted(file.stem for file in folder("forms").glob("*.xlsx"))
#: Notes in bold speak of what is wrong; in these examples it is meant.
MEANT = {
    "geohazard_inspection": [],
    "geohazard_monitoring": ["alarm_note"],
    "geohazard_evacuation": ["missing_note"],
    "mine_inspection": ["verdict_passed"],
    "mine_random_check": ["bad_note"],
    "disaster_report": ["first"],
    "biodiversity_survey": ["guarded"],
}


class Scribe:
    """Answers, and keeps the commands that say so."""

    def __init__(self, session: FormSession) -> None:
        self.session, self.said = session, list[str]()

    def answer(self, ref: str, value: str) -> None:
        self.session.answer(ref, value)
        self.said.append(f"answer\t{ref}\t{value}")

    def add_repeat(self, ref: str) -> None:
        self.session.add_repeat(ref)
        # JavaRosa wants to know in which instance of every group.
        above, _slash, name = ref.removeprefix("/data/").rpartition("/")
        steps = [step if step.endswith("]") else f"{step}[1]" for step in above.split("/") if step]
        self.said.append("repeat\t" + "/".join(["/data", *steps, name]))


def filled(one: Example, xml: str) -> tuple[FormSession, list[str]]:
    form = parse_form(xml)
    wanted = {name: rows for name, rows in lists_for(one).items() if name in form.lists}
    session = FormSession(form, instances=wanted, now=lambda: one.at)
    scribe = Scribe(session)
    if one.site and "/data/site_id" in form.nodes:
        scribe.answer("/data/site_id", SITE_ID)
    give(session, scribe, one.answers)
    return session, scribe.said


def warnings(session: FormSession) -> list[str]:
    """Notes in bold that are shown: the forms write what is wrong so."""
    shown = [tree for _control, tree in session.questions() if tree.relevant and tree.readonly]
    bold = [tree.name for tree in shown if session.node(tree.ref).label.startswith("**")]
    return [name for name in bold if name != "site_note"]


def test_every_form_has_an_example_and_says_it_is_invented() -> None:
    assert names() == SHIPPED
    assert {example(form).mark for form in SHIPPED} == {"虚构示例"}


@pytest.mark.parametrize("form", SHIPPED)
def test_it_gives_what_was_computed_by_hand_and_javarosa_agrees(
    form: str, oracle: Oracle, tmp_path: Path
) -> None:
    one = example(form)
    xml = next(made.xml for made in shipped_forms() if made.form_id == form)
    session, said = filled(one, xml)
    assert session.problems() == []
    assert wrong(session, one.expected) == []
    assert warnings(session) == MEANT.get(form, [])
    write(tmp_path, lists_for(one))
    agree(oracle, xml, ["dump", *said, "dump", "validate"], tmp_path)


def write(found: Path, lists: dict[str, list[dict[str, str]]]) -> None:
    """The lists as CSV files, a head at least."""
    for name, rows in lists.items():
        heads = list(dict.fromkeys(["name", "label", *(key for row in rows for key in row)]))
        with (found / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, heads, restval="")
            writer.writeheader()
            writer.writerows(rows)
