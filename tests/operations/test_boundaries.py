"""Site, form and report give one answer at every boundary, and it is the rule's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jdz_field.core.catalogue import site_kind
from jdz_field.core.grades import derive, rule
from jdz_field.core.sites import point_wkt
from jdz_field.operations.forms import open_session
from jdz_field.operations.ledger_report import LedgerRequest, ledger
from jdz_field.operations.projects import create_project
from jdz_field.operations.records import Filling
from jdz_field.operations.report_state import Wanted
from jdz_field.operations.sites import to_flat_json
from jdz_field.store.project import Project

#: People and money (万元).
HARM = [
    (None, None),
    (0, None),
    (0, 0.0),
    (99, 499.99),
    (100, None),
    (99, 500.0),
    (499, 4999.99),
    (500, 0.0),
    (None, 5000.0),
    (999, 9999.99),
    (1000, None),
    (0, 10000.0),
    (100000, 9e12),
]
RATES = [None, 0.0, 40.99, 40.999999, 41.0, 84.999, 84.9999999, 85.0, 100.0]


def made(project: Project, kind: str, number: int, fields: dict[str, Any]) -> str:
    about = {"code": f"36022201{number:04d}", "name": f"虚构示例{number}", "county_code": "360222"}
    project.edit(kind, f"{kind}-{number}", about | {"geometry": point_wkt(117.5, 29.5)} | fields)
    return f"{kind}-{number}"


def column(project: Project, kind: str, name: str) -> list[Any]:
    """What the ledger report says of a field, by number."""
    table = ledger(project, LedgerRequest(Wanted(kind=kind))).table
    heads = [head.words for head in table.heads]
    label = site_kind(kind).by_name[name].label
    code = next(i for i, text in enumerate(heads) if "编号" in text)
    at = next(i for i, text in enumerate(heads) if label in text)
    return [row[at] for row in sorted(table.rows, key=lambda row: str(row[code]))]


def test_danger_is_graded_alike_on_page_form_and_report(tmp_path: Path) -> None:
    with create_project(tmp_path / "p", name="一", author="张三") as project:
        field = site_kind("geohazard").by_name["danger_grade"]
        said = []
        for number, (people, assets) in enumerate(HARM):
            given = {"threatened_people": people, "threatened_assets": assets}
            fields = {k: v for k, v in given.items() if v is not None}
            id_ = made(project, "geohazard", number, {"kind_code": "01", **fields})
            site = project.site(id_)
            assert site is not None
            found = derive(rule("danger_grade"), given)
            grade = found.value if found else None
            said.append(field.words(grade))
            assert site.fields.get("danger_grade") == grade
            assert to_flat_json(site).get("danger_grade") == grade
            session = open_session(project, "geohazard_inspection", site=site)
            assert session.node("/data/threat/danger_grade").value == (grade or "")
        assert [text or "" for text in column(project, "geohazard", "danger_grade")] == said


def test_survival_is_judged_alike_on_page_and_report(tmp_path: Path) -> None:
    with create_project(tmp_path / "p", name="一", author="张三") as project:
        field = site_kind("plot").by_name["survival_verdict"]
        said = []
        for number, rate in enumerate(RATES):
            fields = {} if rate is None else {"survival_rate": rate}
            site = project.site(made(project, "plot", number, fields))
            assert site is not None
            found = derive(rule("survival_verdict"), {"survival_rate": rate})
            said.append(field.words(found.value if found else None))
            assert site.fields.get("survival_verdict") == (found.value if found else None)
        assert said == ["", "重造", "重造", "重造", "补植", "补植", "补植", "合格", "合格"]
        assert [text or "" for text in column(project, "plot", "survival_verdict")] == said


def test_a_check_brings_its_rate_unrounded_to_the_site(tmp_path: Path) -> None:
    with create_project(tmp_path / "p", name="一", author="张三") as project:
        id_ = made(project, "plot", 1, {"species": "杉木", "species_codes": "9"})
        filling = Filling.start(project, "plot_check", id_)
        answers = {
            "/data/visit/weather": "sunny",
            "/data/sample[1]/sample_size": "200",
            "/data/sample[1]/planted": "2000",
            "/data/sample[1]/alive": "1699",
            "/data/photos/photo_overview": "a.jpg",
            "/data/advice": "补植",
        }
        for ref, text in answers.items():
            filling.session.answer(ref, text)
        assert filling.session.node("/data/stand/species_code").value == "9"
        result = filling.finalize(project)
        assert result.record is not None, result.problems
        site = project.site(id_)
        assert site is not None
        assert site.fields["survival_rate"] == 84.95
        assert site.fields["survival_verdict"] == "2" == result.record.answers["survival_verdict"]
        assert site.fields["checked_on"] == result.record.answers["visit"]["inspection_date"]


def test_a_rate_is_cut_off_and_never_rounded_up() -> None:
    field = site_kind("plot").by_name["survival_rate"]
    shown = [field.words(rate) for rate in (84.9999999, 85.0, 0.29, 40.999, 0.0)]
    assert shown == ["84.99 %", "85 %", "0.29 %", "40.99 %", "0 %"]
