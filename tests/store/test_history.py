"""What happened to a site, in words."""

from __future__ import annotations

from jdz_field.core.changes import Change, ChangeReceipt, FieldOutcome, Outcome
from jdz_field.core.i18n import set_language
from jdz_field.core.ids import new_id
from jdz_field.store.history import summary
from tests.store.tools import add_site, entry, geohazard, seal_all, told


def change(**fields) -> Change:
    return Change("c", "d", "a", "h", "geohazard", "s", fields)


def test_fields_are_named_in_the_person_s_language() -> None:
    one = change(threatened_people=(12, 40), measures=("1", "1 9"), remarks=(None, "新裂缝"))
    assert summary(one) == "威胁人口：12 → 40; 防治措施：削坡 → 削坡、群测群防; 备注：新裂缝"
    set_language("en")
    assert summary(one).startswith("Threatened people: 12 → 40; Measures: Cut back → Cut back、")


def test_values_that_went_are_shown_as_gone() -> None:
    assert summary(change(remarks=("x", None))) == "备注：x → —"
    assert summary(change(deleted=(False, True))) == "已删除：否 → 是"
    assert summary(change(geometry=(None, "POINT (117.2 29.3)"))) == "位置：POINT (117.2 29.3)"
    assert summary(change(unknown=(1, 2))) == "unknown：1 → 2"


def test_long_values_are_cut() -> None:
    assert len(summary(change(remarks=(None, "长" * 500)))) < 100


def test_fields_of_records_have_no_catalogue() -> None:
    one = Change("c", "d", "a", "h", "record", "r", {"review": ("received", "approved")})
    assert summary(one) == "审核：received → approved"


def test_states_follow_the_change(project) -> None:
    site = add_site(project)

    def states() -> list[str]:
        return [one.state for one in project.site_history(site)]

    assert states() == ["unsent"]
    batch, (made,) = seal_all(project)
    assert states() == ["sent"]
    applied = dict.fromkeys(made.fields, FieldOutcome(Outcome.APPLIED, 1))
    project.apply_receipts(batch, [ChangeReceipt(made.id, site, applied)])
    assert states() == ["received"]
    project.begin_feed("e")
    project.apply_feed([entry(1, made, 1)], 1)
    assert states() == ["received"]
    again = project.edit("geohazard", site, {"town": "x"})
    batch, _changes = seal_all(project)
    refused = {"town": FieldOutcome(Outcome.QUARANTINED, None, "bad")}
    project.apply_receipts(batch, [ChangeReceipt(again.id, site, refused)])
    assert states() == ["quarantined", "received"]
    refused = {"town": FieldOutcome(Outcome.REJECTED, None, "no")}
    project.apply_receipts(None, [ChangeReceipt(again.id, site, refused)])
    assert states() == ["rejected", "received"]


def test_changes_of_others_and_decisions_are_told_with_old_and_new_value(project) -> None:
    project.begin_feed("e")
    site = new_id()
    project.apply_feed(
        [
            told(1, site, 1, geohazard(1)),
            told(2, site, 2, {"town": "a"}, at="2026-11-23T06:00:00.000Z"),
            told(
                *(3, site, 3, {"town": "b"}),
                change=None,
                decision="d1",
                author="处",
                at="2026-11-24T06:00:00.000Z",
            ),
        ],
        3,
    )
    decided, edited, made = project.site_history(site)
    assert (decided.decision, decided.change.author) == ("d1", "处")
    assert decided.change.fields == {"town": ("a", "b")}
    assert decided.change.origin == "decision:d1"
    assert edited.change.fields == {"town": ("瑶里镇", "a")}
    assert edited.summary == "乡镇：瑶里镇 → a"
    assert made.change.base_version == 0


def test_nothing_happened_to_what_is_not_there(project) -> None:
    assert project.site_history("nothing") == []
