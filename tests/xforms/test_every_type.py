"""Every question type, appearance, column and function of the XLSForm reference loads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from jdz_field.core.i18n import set_language
from jdz_field.xforms.check import check_form, valid
from jdz_field.xforms.check_types import APPEARANCES
from jdz_field.xforms.convert import convert_xlsform
from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.runner import Runner
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Node
from jdz_field.xforms.xpath.compiler import known_functions
from tests.xforms.books import workbook
from tests.xforms.conftest import Validate
from tests.xforms.faulty import Cells, _table

EN, ZH = "English (en)", "中文 (zh)"
LIST = "select_one l"
#: Question types with the kind that their appearances go by, our type, and a default.
TYPES = (
    ("text", "string", "string", "x"),
    ("integer", "int", "int", "5"),
    ("decimal", "decimal", "decimal", "1.5"),
    ("range", "range", "int", "3"),
    (LIST, "select1", "select1", "a"),
    ("select_multiple l", "select", "select", "a b"),
    ("rank l", "rank", "rank", ""),
    ("date", "date", "date", "2026-04-05"),
    ("time", "time", "time", "10:30:00"),
    ("dateTime", "dateTime", "dateTime", "2026-04-05T10:30:00"),
    ("geopoint", "geopoint", "geopoint", "29.3 117.2 0.0 0.0"),
    ("geotrace", "geotrace", "geotrace", ""),
    ("geoshape", "geoshape", "geoshape", ""),
    ("barcode", "barcode", "barcode", ""),
    ("image", "image", "binary", ""),
    ("audio", "audio", "binary", ""),
    ("video", "video", "binary", ""),
    ("file", "file", "binary", ""),
    ("acknowledge", "trigger", "string", ""),
    ("note", "string", "string", ""),
)
#: Types that nobody sees.
HIDDEN = (
    *("start", "end", "today", "deviceid", "username", "email", "phonenumber", "hidden"),
    *("start-geopoint",),
)
PARAMETERS = {
    "text": "rows=3",
    "range": "start=1 end=9 step=2",
    LIST: "randomize=true seed=4",
    "geopoint": "capture-accuracy=5 warning-accuracy=50 allow-mock-accuracy=true",
    "geotrace": "incremental=true",
    "image": "max-pixels=1000",
    "audio": "quality=low",
}
#: What a desktop does otherwise is told, and is no mistake.
OTHERWISE = frozenset(("bearing",))
CHOICES: tuple[Cells, ...] = tuple(
    {"list_name": "l", "name": name, f"label::{EN}": name, f"label::{ZH}": name, "big": big}
    for name, big in (("a", "1"), ("b", "1"), ("c", "2"))
)
SETTINGS: tuple[Cells, ...] = (
    {
        "form_title": "样样都有",
        f"form_title::{EN}": "Everything",
        "form_id": "everything",
        "version": "1",
        "default_language": ZH,
        "instance_name": "concat('no ', ${q0})",
        "style": "pages",
    },
)


def _told(text: str) -> Cells:
    return {f"label::{EN}": text, f"label::{ZH}": text}


def _both(column: str, text: str) -> Cells:
    return {f"{column}::{EN}": text, f"{column}::{ZH}": text}


def _questions() -> Iterator[Cells]:
    """Every type with every one of its appearances, and with every column once."""
    number = 0
    for kind, home, _ours, default in TYPES:
        plain = "" if kind == "range" else PARAMETERS.get(kind, "")
        for appearance in ("", *sorted(APPEARANCES[home] - OTHERWISE)):
            if kind == "note" and appearance:
                continue
            parameters = PARAMETERS.get(kind, "") if not appearance else ""
            yield {
                "type": kind,
                "name": f"q{number}",
                **_told(f"**{kind}** {appearance}"),
                "appearance": appearance,
                "parameters": parameters or ("max-pixels=9" if kind == "image" else plain),
                **(_more(kind, default) if not appearance else {}),
            }
            number += 1


def _more(kind: str, default: str) -> Cells:
    cells = {
        **_both("hint", "hint"),
        **_both("guidance_hint", "more"),
        **_both("media::image", "a.png"),
        **_both("media::audio", "a.mp3"),
        **_both("media::video", "a.mp4"),
        **_both("media::big-image", "big.png"),
        "relevant": "true() or ${first} = 'x'",
        "default": default,
    }
    if kind not in ("note", "acknowledge"):
        cells |= {
            "required": "${first} = 'x'",
            **_both("required_message", "needed"),
            "constraint": "string-length(.) < 1000",
            **_both("constraint_message", "too long"),
            "read_only": "${first} = 'y'",
        }
    if kind in (LIST, "select_multiple l"):
        cells["choice_filter"] = "big = '1'"
    return cells


def _groups() -> list[Cells]:
    """Groups and repeats with their appearances, tables, counts, nested repeats."""
    rows: list[Cells] = []
    for number, appearance in enumerate(("", "field-list", "table-list", "w2", "pages")):
        rows += [
            {"type": "begin_group", "name": f"g{number}", "appearance": appearance, **_told("G")},
            {"type": LIST, "name": f"gs{number}", **_told("S")},
            {"type": "end_group"},
        ]
    rows += [
        {"type": "begin_repeat", "name": "r0", "repeat_count": "2", **_told("R")},
        {"type": "integer", "name": "height", **_told("H")},
        {"type": "begin_repeat", "name": "r1", "appearance": "field-list", **_told("R")},
        {"type": "text", "name": "inner", **_told("I"), "default": "position(..)"},
        {"type": "end_repeat"},
        {"type": "end_repeat"},
        {"type": "begin_repeat", "name": "r2", "repeat_count": "${count}", **_told("R")},
        {"type": "select_one ${height}", "name": "of_answers", **_told("O")},
        {"type": "end_repeat"},
    ]
    return rows


def _survey() -> list[Cells]:
    first: list[Cells] = [
        {"type": "text", "name": "first", **_told("First")},
        {"type": "integer", "name": "count", **_told("Count"), "default": "1"},
    ]
    hidden = [{"type": kind, "name": kind.replace("-", "_")} for kind in HIDDEN]
    last: list[Cells] = [
        {"type": "csv-external", "name": "table"},
        {"type": "xml-external", "name": "tree"},
        {"type": "select_one_from_file places.geojson", "name": "place", **_told("P")},
        {
            "type": "select_multiple_from_file table.csv",
            "name": "rows",
            **_told("T"),
            "parameters": "value=code label=title",
        },
        {"type": "select_one l or_other", "name": "other", **_told("Other")},
        {"type": "calculate", "name": "c1", "calculation": "${count} + 1"},
        {"type": "calculate", "name": "c2", "calculation": "now()", "trigger": "${first}"},
        {"type": "background-geopoint", "name": "where", "trigger": "${first}"},
        {"type": "calculate", "name": "c3", "calculation": "pulldata('table','title','code','1')"},
        {"type": "calculate", "name": "c4", "calculation": "count(instance('tree')/root/item)"},
        {"type": "text", "name": "before", **_told("${c1}"), "default": "${last-saved#first}"},
        {
            "type": "audit",
            "name": "audit",
            "parameters": "track-changes=true identify-user=false location-priority=balanced"
            " location-min-interval=60 location-max-age=120",
        },
    ]
    return [*first, *_questions(), *_groups(), *hidden, *last]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form, with all its files beside it."""
    folder = tmp_path_factory.mktemp("forms")
    media = folder / "everything-media"
    media.mkdir()
    for name in ("a.png", "big.png"):
        (media / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    for name in ("a.mp3", "a.mp4"):
        (media / name).write_bytes(b"x")
    (media / "table.csv").write_text("code,title\n1,One\n2,Two\n", encoding="utf-8")
    (media / "tree.xml").write_text("<root><item><name>x</name></item></root>", encoding="utf-8")
    (media / "places.geojson").write_text(
        '{"features": [{"id": "p", "properties": {"title": "P"}}]}', encoding="utf-8"
    )
    sheets = {"survey": _survey(), "choices": CHOICES, "settings": SETTINGS}
    tables = {name: _table(rows) for name, rows in sheets.items()}
    return workbook(folder / "everything.xlsx", tables)


def _nodes(session: FormSession) -> Iterator[Node]:
    waiting = session.outline()
    for node in waiting:
        yield node
        waiting.extend(session.node(ref) for ref in node.children)


def test_a_form_with_every_type_loads_and_shows_every_question(everything: Path) -> None:
    session = FormSession(parse_form(convert_xlsform(everything).xml))
    shown = {node.name: node for node in _nodes(session)}
    types = {kind: ours for kind, _home, ours, _default in TYPES}
    for row in _questions():
        node = shown[row["name"]]
        assert node.type == types[row["type"]], row
        assert set(row["appearance"].split()) <= set(node.appearance.split())
    assert {f"g{n}" for n in range(5)} | {"r0", "r2"} <= set(shown)
    dumped = json.loads(next(iter(Runner(session).run(["dump"]))))["leaves"]
    assert len(dumped) > len(TYPES)
    assert session.faults() == []
    assert session.to_xml().startswith("<")


def test_odk_validate_takes_it(everything: Path, validate: Validate) -> None:
    assert "Xform is valid" in validate(convert_xlsform(everything).xml)


def test_it_gives_no_complaint(everything: Path) -> None:
    set_language("en")
    issues, form = check_form(everything)
    assert issues == []
    assert form is not None
    assert form.title_in("en") == "Everything"


def test_every_default_is_there_and_every_language_can_be_chosen(everything: Path) -> None:
    session = FormSession(parse_form(convert_xlsform(everything).xml), language="en")
    held = {kind: default for kind, _home, _ours, default in TYPES if default}
    found = {
        row["type"]: session.node(f"/data/{row['name']}")
        for row in _questions()
        if row.get("default")
    }
    # Times are kept with the machine's zone.
    assert all(node.value.startswith(held[kind]) for kind, node in found.items())
    assert found.keys() == held.keys()
    text = found["text"]
    assert text.hint == "hint"
    assert text.guidance == "more"
    assert text.media == {
        "image": "jr://images/a.png",
        "big-image": "jr://images/big.png",
        "audio": "jr://audio/a.mp3",
        "video": "jr://video/a.mp4",
    }
    session.set_language("zh")
    assert session.node(text.ref).label == "**text**"


#: One sound call of every function.
FUNCTIONS = {
    "abs": "abs(-1)",
    "acos": "acos(1)",
    "area": "area(${shape})",
    "asin": "asin(1)",
    "atan": "atan(1)",
    "atan2": "atan2(1, 2)",
    "base64-decode": "base64-decode('QQ==')",
    "boolean": "boolean(1)",
    "boolean-from-string": "boolean-from-string('true')",
    "ceiling": "ceiling(1.5)",
    "checklist": "checklist(1, 2, ${n} = 1, ${n} = 2)",
    "coalesce": "coalesce(${n}, 1)",
    "concat": "concat(${n}, 'x')",
    "contains": "contains(${t}, 'x')",
    "cos": "cos(1)",
    "count": "count(${r})",
    "count-non-empty": "count-non-empty(${h})",
    "count-selected": "count-selected(${m})",
    "current": "current()/../n",
    "date": "date(${t})",
    "date-time": "date-time(${t})",
    "decimal-date-time": "decimal-date-time(today())",
    "decimal-time": "decimal-time(now())",
    "depend": "depend(${n})",
    "digest": "digest(${t}, 'SHA-256', 'hex')",
    "distance": "distance(${shape})",
    "enclosed-area": "enclosed-area(${shape})",
    "ends-with": "ends-with(${t}, 'x')",
    "exp": "exp(1)",
    "exp10": "exp10(1)",
    "extract-signed": "extract-signed(${t}, 'a2V5')",
    "false": "if(false(), 1, 2)",
    "floor": "floor(1.5)",
    "format-date": "format-date(today(), '%Y-%n-%e')",
    "format-date-time": "format-date-time(now(), '%H:%M')",
    "geofence": "geofence(${p}, ${shape})",
    "if": "if(${n} > 1, 'a', 'b')",
    "indexed-repeat": "indexed-repeat(${h}, ${r}, 1)",
    "instance": "instance('l')/root/item[name = ${s}]/big",
    "int": "int(1.5)",
    "intersects": "intersects(${shape})",
    "is-selected": "is-selected(${m}, 'a')",
    "join": "join(', ', ${h})",
    "jr:choice-name": "jr:choice-name(${s}, '${s}')",
    "jr:itext": "jr:itext('l-0')",
    "last": "count(${r}[position() = last()])",
    "local-name": "local-name(${n})",
    "log": "log(1)",
    "log10": "log10(1)",
    "max": "max(${h})",
    "min": "min(${h})",
    "name": "name(${n})",
    "normalize-space": "normalize-space(${t})",
    "not": "not(${n} = 1)",
    "now": "now()",
    "number": "number(${t})",
    "once": "once(random())",
    "pi": "pi()",
    "position": "position(${n})",
    "pow": "pow(2, 3)",
    "property": "property('deviceid')",
    "pulldata": "pulldata('table', 'title', 'code', ${s})",
    "random": "random()",
    "randomize": "count(randomize(instance('l')/root/item, 3))",
    "regex": "regex(${t}, '[0-9]{11}')",
    "round": "round(1.25, 1)",
    "selected": "selected(${m}, 'a')",
    "selected-at": "selected-at(${m}, 0)",
    "sin": "sin(1)",
    "sqrt": "sqrt(4)",
    "starts-with": "starts-with(${t}, 'x')",
    "string": "string(${n})",
    "string-length": "string-length(${t})",
    "substr": "substr(${t}, 1, 2)",
    "substring-after": "substring-after(${t}, '-')",
    "substring-before": "substring-before(${t}, '-')",
    "sum": "sum(${h})",
    "tan": "tan(1)",
    "today": "today()",
    "translate": "translate(${t}, 'a', 'b')",
    "true": "if(true(), 1, 2)",
    "uuid": "uuid()",
    "version": "version()",
    "weighted-checklist": "weighted-checklist(1, 2, ${n} = 1, 2)",
}


def test_every_function_is_known_to_the_check(tmp_path: Path) -> None:
    assert set(FUNCTIONS) == known_functions()
    survey = [
        {"type": "integer", "name": "n", **_told("N")},
        {"type": "text", "name": "t", **_told("T")},
        {"type": LIST, "name": "s", **_told("S")},
        {"type": "select_multiple l", "name": "m", **_told("M")},
        {"type": "geopoint", "name": "p", **_told("P")},
        {"type": "geoshape", "name": "shape", **_told("A")},
        {"type": "begin_repeat", "name": "r", **_told("R")},
        {"type": "decimal", "name": "h", **_told("H")},
        {"type": "end_repeat"},
    ]
    survey += [
        {"type": "calculate", "name": f"c{at}", "calculation": expression}
        for at, expression in enumerate(FUNCTIONS.values())
    ]
    sheets = {"survey": survey, "choices": CHOICES, "settings": _plain_settings()}
    file = workbook(tmp_path / "f.xlsx", {name: _table(rows) for name, rows in sheets.items()})
    (tmp_path / "f-media").mkdir()
    (tmp_path / "f-media" / "table.csv").write_text("code,title\na,A\n", encoding="utf-8")
    issues, form = check_form(file)
    assert issues == []
    assert form is not None
    assert FormSession(form).faults() == []


def _plain_settings() -> tuple[Cells, ...]:
    return ({"form_title": "F", "form_id": "f", "version": "1"},)


def test_what_a_desktop_does_otherwise_is_no_error(tmp_path: Path) -> None:
    survey = [
        {"type": "decimal", "name": "a", "label": "A", "appearance": "bearing"},
        {"type": "text", "name": "b", "label": "B", "appearance": "ex:org.example"},
        {"type": "text", "name": "c", "label": "C", "appearance": "printer:org.example"},
        {"type": "background-audio", "name": "d"},
        {"type": "subscriberid", "name": "e"},
    ]
    sheets = {"survey": survey, "settings": _plain_settings()}
    file = workbook(tmp_path / "f.xlsx", {name: _table(rows) for name, rows in sheets.items()})
    issues, form = check_form(file)
    assert valid(issues)
    assert [issue.question for issue in issues] == ["a", "b", "c", "d", "e"]
    assert form is not None
