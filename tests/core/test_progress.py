"""The plan's account: what counts once, what counts not, and that the order never matters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jdz_field.core.feed import FeedEntry
from jdz_field.core.progress import Cell, IndicatorLine, Progress, progress
from jdz_field.core.progress_fold import fold
from jdz_field.core.progress_json import progress_json
from jdz_field.geo.outlines import outline_m2
from tests.core.plan_feed import SQUARE, Feed

END = "2035-12-31T15:59:59.999Z"


def told(feed: Feed | list[FeedEntry], until: str = END) -> Progress:
    entries = feed.entries if isinstance(feed, Feed) else feed
    return progress(fold(entries, until), until, outline_m2)


def whole(found: Progress, programme: str, quantity: str) -> Cell:
    line = next(p for p in found.programmes if p.programme.id == programme)
    return next(q.whole for q in line.quantities if q.quantity.name == quantity)


def indicator(found: Progress, no: int) -> IndicatorLine:
    return next(line for line in found.indicators if line.indicator.no == no)


def reasons(found: Progress) -> dict[str, str]:
    return {one.record: one.reason for one in found.aside}


@pytest.fixture
def feed() -> Feed:
    """Two records of one watershed, the newer larger; both approved."""
    made = Feed()
    made.works("w")
    made.works_record("r1", "w", 10, on="2022-05-01")
    made.review("r1")
    made.day = "2024-03-01"
    made.works_record("r2", "w", 1500, on="2023-06-01", unit="ha", outline=SQUARE)
    made.review("r2")
    return made


def test_two_records_of_one_site_count_once_and_the_newest_wins(feed: Feed) -> None:
    cell = whole(told(feed), "A2", "watershed")
    assert (cell.done, cell.records) == (15, ("r2",))
    assert cell.drawn == pytest.approx(1.0752, abs=1e-3)
    assert cell.drawn_stated == 15
    assert told(feed).entries["r2"].flags == ("drawn",)


@pytest.mark.parametrize("state", ["returned", "rejected"])
def test_a_refused_newest_record_falls_back_to_the_earlier_one(feed: Feed, state: str) -> None:
    feed.review("r2", state)
    found = told(feed)
    cell = whole(found, "A2", "watershed")
    assert (cell.done, cell.records, found.waiting) == (10, ("r1",), ())


def test_what_waits_for_review_does_not_count_and_is_named(feed: Feed) -> None:
    feed.works_record("r3", "w", 99, on="2024-01-01")
    found = told(feed)
    assert whole(found, "A2", "watershed").done == 15
    assert [(one.record, one.site, one.reason) for one in found.waiting] == [("r3", "w", "waiting")]


def test_a_moment_gives_the_same_answer_later(feed: Feed) -> None:
    then = "2024-02-01T00:00:00.000Z"
    before = progress_json(told(feed, then))
    assert before["programmes"][1]["quantities"][0]["done"] == 10
    feed.day = "2025-01-01"
    feed.review("r1", "rejected")
    feed.say("w", "works", town="瑶里镇", deleted=True)
    assert progress_json(told(feed, then)) == before


def test_years_are_of_the_visit_and_say_what_was_added(feed: Feed) -> None:
    (years,) = (
        q["years"]
        for p in progress_json(told(feed, "2024-12-31T00:00:00.000Z"))["programmes"]
        for q in p["quantities"]
        if q["name"] == "watershed" and p["id"] == "A2"
    )
    assert [(y["year"], y["done"], y["added"]) for y in years] == [
        (2021, None, 0), (2022, 10, 10), (2023, 15, 5), (2024, 15, 0),
    ]  # fmt: skip
    assert years[1]["records"] == ["r1"]


def test_a_site_in_another_town_takes_its_figures_along(feed: Feed) -> None:
    feed.say("w", "works", town="蛟潭镇")
    lines = told(feed).programmes[1].quantities[0]
    assert [(c.key, c.done) for c in lines.towns] == [(("360222", "蛟潭镇"), 15)]


def test_a_deleted_site_counts_no_more_and_is_said(feed: Feed) -> None:
    feed.say("w", "works", deleted=True)
    found = told(feed)
    assert whole(found, "A2", "watershed").done == 0
    assert reasons(found) == {"r1": "deleted", "r2": "deleted"}
    feed.say("w", "works", deleted=False)
    assert whole(told(feed), "A2", "watershed").done == 15


def test_merged_duplicates_are_one_site(feed: Feed) -> None:
    feed.works("v")
    feed.works_record("r3", "v", 12, on="2022-12-01")
    feed.review("r3")
    assert whole(told(feed), "A2", "watershed").done == 27
    feed.say("v", "works", merged_into="w")
    assert whole(told(feed), "A2", "watershed").done == 15


def test_sites_merged_into_each_other_count_nothing_and_end(feed: Feed) -> None:
    feed.say("w", "works", merged_into="v")
    feed.works("v", merged_into="w")
    assert reasons(told(feed)) == {"r1": "no_site", "r2": "no_site"}


def test_a_correction_counts_at_its_own_day_once_it_is_approved(feed: Feed) -> None:
    feed.works_record("r1b", "w", 11, on="2022-05-01", replaces="r1")
    feed.review("r2", "rejected")
    assert whole(told(feed), "A2", "watershed").records == ("r1",)
    feed.review("r1b")
    cell = whole(told(feed), "A2", "watershed")
    assert (cell.done, cell.records) == (11, ("r1b",))


def test_a_correction_of_the_day_takes_the_later_one_out(feed: Feed) -> None:
    feed.works_record("r2b", "w", 15, on="2022-01-01", replaces="r2")
    feed.review("r2b")
    assert whole(told(feed), "A2", "watershed").records == ("r1",)


def test_a_unit_is_not_added_to_its_projects(feed: Feed) -> None:
    feed.works("p", level="project", parent="w")
    feed.works_record("r3", "p", 4, on="2023-01-01")
    feed.review("r3")
    found = told(feed)
    assert whole(found, "A2", "watershed").done == 4
    assert reasons(found) == {"r1": "has_projects", "r2": "has_projects"}


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("measure", {"unit": "m3"}),
        ("amount", {"amount": "viel"}),
        ("amount", {"amount": -1}),
        ("amount", {"amount": None}),
        ("day", {"on": "2023-02-30"}),
        ("quantity", {"quantity": "passage"}),
    ],
)
def test_what_cannot_count_is_said_and_the_earlier_one_stands(
    feed: Feed, reason: str, change: dict[str, Any]
) -> None:
    values = {"amount": 20, "on": "2024-01-01"} | change
    feed.works_record("r3", "w", values.pop("amount"), **values)
    feed.review("r3")
    found = told(feed)
    assert reasons(found) == {"r3": reason}
    assert whole(found, "A2", "watershed").records == ("r2",)


def test_records_of_no_site_of_another_kind_or_of_no_programme_are_said(feed: Feed) -> None:
    feed.works("x", programme="")
    feed.mine("m", population="licensed")
    for name, site in (("r3", "gone"), ("r4", "x"), ("r5", "m")):
        feed.works_record(name, site, 1, on="2024-01-01")
        feed.review(name)
    feed.acceptance("r6", "m", 100, on="2024-01-01")
    feed.review("r6")
    found = {"r3": "no_site", "r4": "programme", "r5": "kind", "r6": "population"}
    assert reasons(told(feed)) == found


def test_mines_make_15_and_16_by_the_newest_verdict() -> None:
    feed = Feed()
    for n, verdict in enumerate(("1", "2", "3")):
        feed.mine(f"m{n}", county_code="360281", town="接渡镇", subject_code="K1" if n < 2 else "")
        feed.acceptance(f"r{n}", f"m{n}", 10_000 * (n + 1), on="2023-01-01", verdict=verdict)
        feed.review(f"r{n}")
    area, count = indicator(told(feed), 15), indicator(told(feed), 16)
    assert (area.how, area.value, area.records) == ("records", 0.03, ("r0", "r1"))
    assert (count.value, count.others, count.drawn) == (2, 1, None)
    assert whole(told(feed), "B3", "restored").done == 0.06
    feed.acceptance("r9", "m0", 9_000, on="2024-01-01", verdict="3")
    feed.review("r9")
    assert indicator(told(feed), 16).records == ("r1",)


def test_progress_of_a_mine_does_not_undo_its_acceptance() -> None:
    feed = Feed()
    feed.mine("m")
    feed.acceptance("r1", "m", 20_000, on="2023-01-01")
    answers = {"visit": {"survey_date": "2024-01-01"}, "works": {"treated_area_m2": 25_000}}
    feed.record("r2", "mine_progress", "m", answers)
    feed.review("r1")
    feed.review("r2")
    cell = whole(told(feed), "A7", "restored")
    assert (cell.done, cell.accepted, cell.records) == (0.025, 0.02, ("r2", "r1"))


def test_farmland_adds_what_is_accepted_to_the_base() -> None:
    feed = Feed()
    for name, stage, verdict in (("a", "6", "good"), ("b", "6", "mend"), ("c", "3", "good")):
        feed.works(name, programme="A8", town="寿安镇")
        feed.works_record(
            f"r{name}", name, 3000, on="2023-01-01", unit="mu", quantity="high_standard",
            form="farmland_check", stage=stage, verdict=verdict,
        )  # fmt: skip
        feed.review(f"r{name}")
    line = indicator(told(feed), 14)
    assert (line.value, line.records) == (431.2, ("ra",))
    assert whole(told(feed), "A8", "high_standard").done == 6


def test_nothing_approved_is_nothing_measured_never_0() -> None:
    found = told(Feed())
    assert {line.how for line in found.indicators} == {"none"}
    assert {line.value for line in found.indicators} == {None}
    assert found.whole


def test_figures_are_entered_with_their_source_and_the_newest_year_stands() -> None:
    feed = Feed()
    first = {"indicator": 2, "value": 67.9, "source": "林业局", "document": "林调〔2023〕1号"}
    feed.say("f1", "figure", **first, year=2023, state="valid")
    feed.say("f2", "figure", **(first | {"value": 68.1}), year=2024, state="valid")
    feed.say("f3", "figure", **(first | {"value": 70}), year=2025, state="withdrawn")
    feed.say("f4", "figure", indicator="x")
    line = indicator(told(feed), 2)
    assert (line.how, line.value) == ("entered", 68.1)
    assert [f.year for f in line.figures] == [2024, 2023]
    assert line.figures[0].document == "林调〔2023〕1号"


def test_sample_plots_give_a_mean_with_its_error_beside_the_statistic() -> None:
    feed = Feed()
    feed.say("p", "plot", county_code="360222", role="stand")
    for name, plot, value in (("r1", "1", "6"), ("r2", "2", 7), ("r3", "2", "8.0")):
        answers = {"visit": {"measured_on": f"2023-01-0{name[1]}", "plot_no": plot}}
        feed.record(name, "tree_tally", "p", answers | {"per_mu": value})
        feed.review(name)
    line = indicator(told(feed), 9)
    assert line.mean is not None
    assert (line.mean.mean, line.mean.error, line.mean.plots) == (7, 1, 2)
    assert (line.how, line.value, line.mean.records) == ("none", None, ("r1", "r3"))


def test_forest_counts_a_plot_once_and_in_the_programmes_county_only() -> None:
    feed = Feed()
    feed.say("p", "plot", county_code="360222", role="stand")
    feed.say("q", "plot", county_code="360281", role="")
    feed.say("s", "plot", county_code="360222", role="sample")
    works = {"visit": {"checked_on": "2023-01-01"}, "done_ha": 50, "quality": "good"}
    planted = {"visit": {"inspection_date": "2024-01-01"}, "site_area_ha": "60"}
    for name, form, site, answers in (
        ("r1", "forest_works_check", "p", works),
        ("r2", "plot_check", "p", planted | {"survival_verdict": "2"}),
        ("r3", "forest_works_check", "q", works),
        ("r4", "forest_works_check", "s", works),
    ):
        feed.record(name, form, site, answers)
        feed.review(name)
    cell = whole(told(feed), "A4", "forest")
    assert (cell.done, cell.accepted) == (0.6, 0)
    assert reasons(told(feed)) == {"r3": "programme", "r4": "role"}


def test_what_is_odd_counts_and_is_said() -> None:
    feed = Feed()
    feed.works("w", programme="A8", county_code="360202", town="鲇鱼山镇", quantity=1, unit="公顷")
    feed.works_record(
        "r", "w", 30, on="2031-01-01", quantity="farmland", form="land_consolidation"
    )  # fmt: skip
    feed.review("r")
    found = told(feed)
    assert found.entries["r"].flags == ("place", "years", "design")
    line = next(p for p in found.programmes if p.programme.id == "A8")
    assert [(n.code, n.args["other"]) for n in line.notes] == [("over_target", 24.61)]


def test_the_plans_second_name_of_a_town_is_that_town() -> None:
    feed = Feed()
    feed.mine("m", county_code="360202", town="鲇鱼山镇")
    feed.acceptance("r", "m", 100, on="2023-01-01", outline="1 2")
    feed.review("r")
    assert told(feed).entries["r"].flags == ()


def test_a_snapshot_says_that_earlier_moments_are_not_whole(feed: Feed) -> None:
    thinned = [e for e in feed.entries if (e.subject, e.version) != ("r1", 1)]
    assert told(thinned).whole
    assert told(thinned, "2023-12-01T00:00:00.000Z").whole is False


# ---- the order of arrival

_AMOUNTS = st.integers(0, 40)
_STATES = st.sampled_from(["approved", "approved", "returned", "rejected", "received"])
_STEP = st.tuples(st.integers(0, 3), st.integers(0, 4), _AMOUNTS, _STATES, st.integers(2021, 2025))


def _grown(steps: list[tuple[int, int, int, str, int]]) -> Feed:
    feed = Feed()
    for n in range(4):
        feed.works(f"w{n}", town="鹅湖镇" if n % 2 else "瑶里镇")
    for n, (site, act, amount, state, year) in enumerate(steps):
        if act == 0:
            feed.say(f"w{site}", "works", town="西湖乡")
        elif act == 1:
            feed.say(f"w{site}", "works", deleted=bool(amount % 2))
        elif act == 2 and site:
            feed.say(f"w{site}", "works", merged_into=f"w{site - 1}")
        else:
            feed.works_record(f"r{n}", f"w{site}", amount, on=f"{year}-06-01")
            feed.review(f"r{n}", state)
    return feed


@settings(max_examples=60, deadline=None)
@given(st.lists(_STEP, max_size=14), st.randoms(use_true_random=False))
def test_the_order_in_which_the_feed_comes_does_not_matter(steps: Any, random: Any) -> None:
    feed = _grown(steps)
    mixed = list(feed.entries)
    random.shuffle(mixed)
    # Positions are a device's own affair: another feed may count them otherwise.
    mixed = [replace(e, position=len(mixed) - n) for n, e in enumerate(mixed)]
    assert progress_json(told(mixed)) == progress_json(told(feed))


@settings(max_examples=60, deadline=None)
@given(st.lists(_STEP, max_size=14))
def test_every_site_counts_at_most_once_and_towns_and_years_add_up(steps: Any) -> None:
    found = told(_grown(steps))
    line = found.programmes[1].quantities[0]
    sites = [found.entries[r].site for r in line.whole.records]
    assert len(sites) == len(set(sites))
    assert sum(c.done for c in line.towns) == pytest.approx(line.whole.done)
    assert line.years[-1].done == line.whole.done
    assert line.whole.done == pytest.approx(
        sum(found.entries[r].amount for r in line.whole.records)
    )
