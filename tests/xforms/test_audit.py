"""The log of a form: ODK's columns, events and times."""

from __future__ import annotations

import csv
import io

import pytest

from jdz_field.xforms.audit import (
    FORM_FINALIZE,
    FORM_START,
    AuditLog,
    AuditRules,
    audit_rules,
    header,
    joined,
)
from jdz_field.xforms.definition import parse_form

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"><h:head>
<h:title>t</h:title><model><instance><data id="t"><a/><meta>AUDIT<instanceID/></meta></data>
</instance>BIND</model></h:head><h:body><input ref="/data/a"><label>a</label></input></h:body>
</h:html>"""


def rules(attributes="", type_="binary", node="<audit/>"):
    bind = f'<bind nodeset="/data/meta/audit" type="{type_}" {attributes}/>' if node else ""
    return audit_rules(parse_form(FORM.replace("AUDIT", node).replace("BIND", bind)))


class Clock:
    def __init__(self):
        self.ms = 0

    def __call__(self):
        self.ms += 10
        return self.ms


@pytest.fixture
def clock():
    return Clock()


def rows(log):
    text = header(log.rules) + log.take()
    return list(csv.DictReader(io.StringIO(text)))


PLACED = (
    'odk:location-priority="balanced" odk:location-min-interval="60" odk:location-max-age="120"'
)


@pytest.mark.parametrize(
    ("attributes", "columns"),
    [
        ("", "event,node,start,end"),
        (PLACED, "event,node,start,end,latitude,longitude,accuracy"),
        ('odk:track-changes="true"', "event,node,start,end,old-value,new-value"),
        ('odk:identify-user="true"', "event,node,start,end,user"),
        ('odk:track-changes-reasons="on-form-edit"', "event,node,start,end,change-reason"),
        (
            PLACED + ' odk:track-changes="true" odk:identify-user="true"'
            ' odk:track-changes-reasons="on-form-edit"',
            "event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user,change-reason",
        ),
        (PLACED.replace('"120"', '"59"'), "event,node,start,end"),
        (PLACED.replace('"60"', '"often"'), "event,node,start,end"),
        ('odk:location-max-age="120"', "event,node,start,end"),
        ('odk:track-changes="false"', "event,node,start,end"),
    ],
)
def test_columns_follow_the_parameters(attributes, columns):
    assert header(rules(attributes)).strip() == columns


def test_a_form_without_an_audit_logs_nothing():
    assert rules(node="") is None
    assert rules(type_="string") is None


def test_a_question_is_logged_with_its_time_and_its_change(clock):
    log = AuditLog(AuditRules("/m", changes=True), 1_000_000, clock)
    log.event(FORM_START)
    log.enter("/data/name", "")
    log.leave("John, Smith")
    log.enter("/data/age", "20")
    log.leave("20")
    first, second, third = rows(log)
    assert (first["event"], first["start"], first["end"]) == ("form start", "1000010", "")
    assert second["node"] == "/data/name"
    assert int(second["end"]) > int(second["start"]) > int(first["start"])
    assert (second["old-value"], second["new-value"]) == ("", "John, Smith")
    assert (third["old-value"], third["new-value"]) == ("", "")


def test_coming_to_the_next_question_leaves_the_one_before(clock):
    log = AuditLog(AuditRules("/m"), 0, clock)
    for node in ("/data/a", "/data/a", "/data/b"):
        log.enter(node, "")
    assert log.at == "/data/b"
    assert [row["node"] for row in rows(log)] == ["/data/a"]
    log.leave("")
    log.leave("")
    assert [row["node"] for row in rows(log)] == ["/data/b"]


def test_the_best_position_of_the_last_seconds_goes_along(clock):
    log = AuditLog(AuditRules("/m", interval_s=1, age_s=2), 0, clock)
    log.event("a")
    log.located(29.3, 117.2, 12.0)
    log.located(29.4, 117.3, 3.0)
    log.located(29.5, 117.4, 8.0)
    log.event("b")
    clock.ms += 5000
    log.event("c")
    log.located(29.6, 117.5, 1.0)
    log.forget_positions()
    log.event("d")
    found = rows(log)
    assert [row["latitude"] for row in found] == ["", "29.4000000", "", ""]
    assert found[1]["accuracy"] == "3.000"


def test_who_and_why_are_logged(clock):
    log = AuditLog(AuditRules("/m", user=True, reasons=True), 0, clock, "余小敏")
    log.event("change reason", reason="读错了,再测")
    (row,) = rows(log)
    assert (row["user"], row["change-reason"]) == ("余小敏", "读错了,再测")


def test_sittings_are_joined_and_a_line_cut_off_by_a_kill_goes(clock):
    wanted = AuditRules("/m", changes=True)
    first = header(wanted) + 'question,/data/a,1,2,"x\ny",z\nform exit,,3,,,\n'
    second = header(wanted) + "form resume,,4,,,\nquestion,/data/b,5"
    assert joined(wanted, first + second) == (
        header(wanted) + 'question,/data/a,1,2,"x\ny",z\nform exit,,3,,,\nform resume,,4,,,\n'
    )


def test_rows_of_another_layout_are_put_under_these_columns():
    kept = "event,node,start,end,user\nform start,,1,,张三\n"
    made = joined(AuditRules("/m", changes=True), kept)
    assert made == "event,node,start,end,old-value,new-value\nform start,,1,,,\n"


@pytest.mark.parametrize("kept", ["", "garbage", "\0\0\n", "a,b\n1,2\n", '"\n', "event,node\n,\n"])
def test_what_is_no_log_gives_an_empty_one(kept):
    assert joined(AuditRules("/m"), kept) == "event,node,start,end\n"


def test_the_last_event_is_the_finalizing(clock):
    log = AuditLog(AuditRules("/m"), 0, clock)
    log.event(FORM_FINALIZE)
    assert rows(log)[-1]["event"] == "form finalize"
    assert log.take() == ""
