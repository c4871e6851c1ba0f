"""A centre with an account of the plan: works, mines and plots, reviewed records, money."""

from __future__ import annotations

from typing import Any

from jdz_field.central import progress as acts
from jdz_field.central.office import Office
from jdz_field.core.changes import Change
from jdz_field.core.figures import Figure
from jdz_field.core.ids import new_id
from tests.central.tablet import Tablet
from tests.core.plan_feed import SQUARE, Feed

POLYGON = "POLYGON ((117.3 29.5, 117.31 29.5, 117.31 29.51, 117.3 29.51, 117.3 29.5))"
_TOWNS = {
    "A1": ("360202", "鲇鱼山镇"), "A2": ("360222", "鹅湖镇"), "A3": ("360222", "三龙镇"),
    "A5": ("360222", "瑶里镇"), "A6": ("360222", "西湖乡"), "A8": ("360222", "寿安镇"),
    "B1": ("360281", "接渡镇"), "B2": ("360281", "洪岩镇"), "B4": ("360281", "乐港镇"),
}  # fmt: skip
_WORK = {
    "A1": ("water_works", "area", "km2"), "A2": ("soil_works", "watershed", "km2"),
    "A3": ("wetland_works", "sewer", "m"), "A5": ("biodiversity_survey", "area", "ha"),
    "A6": ("corridor_check", "passage", "place"), "A8": ("farmland_check", "high_standard", "mu"),
    "B1": ("water_works", "length", "km"), "B2": ("gully_survey", "gully", "ha"),
    "B4": ("land_consolidation", "farmland", "mu"),
}  # fmt: skip
_NAMES = {
    "A1": "西河城区段岸坡治理", "A2": "东河上游小流域", "A3": "玉田湖截污管网", "A5": "瑶里样线",
    "A6": "西湖乡 2 号通道", "A8": "寿安镇高标准农田", "B1": "乐安河乐平段整治", "B2": "洪岩崩岗群",
    "B4": "乐港镇农用地整理",
}  # fmt: skip


def story() -> Feed:
    """What happens, as a feed: the changes of the clerk and of a team, and the reviews."""
    feed = Feed()
    for n, (programme, (county, town)) in enumerate(_TOWNS.items(), 1):
        money = {
            "budget": 1200.0 * n, "planned_central": 600.0 * n, "planned_province": 300.0 * n,
            "planned_county": 300.0 * n, "allocated_central": 500.0 * n,
            "spent_central": 410.0 * n, "money_document": f"赣财资环指〔2023〕{n}号",
        }  # fmt: skip
        if n == 2:
            money |= {"budget": 2500.0, "spent_social": 80.0, "money_document": ""}
        feed.works(
            f"w{programme}", programme=programme, county_code=county, town=town, level="project",
            code=f"{programme}-0{n}", name=_NAMES[programme], sample=True, **money,
        )  # fmt: skip
        form, quantity, unit = _WORK[programme]
        for year in (2022, 2023, 2024):
            feed.works_record(
                f"r{programme}{year}", f"w{programme}", float(n * (year - 2021)),
                on=f"{year}-0{1 + n % 9}-15", quantity=quantity, unit=unit, form=form,
                stage="6" if year == 2024 else "3", outline=SQUARE if n % 2 else "",
                spent=150.0 * (year - 2021) * n,
            )  # fmt: skip
            if year < 2024 or n % 4:
                feed.review(f"r{programme}{year}")
    _mines(feed)
    _plots(feed)
    return feed


def _mines(feed: Feed) -> None:
    places = (
        ("360222", "瑶里镇"),
        ("360222", "蛟潭镇"),
        ("360281", "涌山镇"),
        ("360281", "浯口镇"),
    )
    for n, (county, town) in enumerate(places):
        feed.mine(
            f"m{n}", county_code=county, town=town, code=f"KS-{n}", name=f"{town}采石场",
            sample=True, subject_code=f"K{n // 2}", geometry=POLYGON,
        )  # fmt: skip
        feed.acceptance(
            f"ra{n}", f"m{n}", 20_000.0 + n * 1000, on=f"202{2 + n % 3}-10-11",
            verdict="13"[n == 3], outline=SQUARE if n == 1 else "",
        )  # fmt: skip
        feed.review(f"ra{n}")
    feed.mine("m9", population="licensed", code="KS-9", name="持证采石场", sample=True)
    feed.acceptance("ra9", "m9", 9_000.0, on="2023-01-01")
    feed.review("ra9")


def _plots(feed: Feed) -> None:
    for n, value in enumerate((5.8, 6.4, 7.1)):
        feed.say(
            f"p{n}", "plot", county_code="360222", town="江村乡", role="stand", sample=True,
            code=f"XB-{n}", name=f"江村乡小班 {n}", area_ha=30.0 + n,
        )  # fmt: skip
        tally = {"visit": {"measured_on": "2024-04-05", "plot_no": "1"}, "per_mu": str(value)}
        feed.record(f"rt{n}", "tree_tally", f"p{n}", tally)
        feed.review(f"rt{n}")
        works = {"visit": {"checked_on": "2024-05-06"}, "done_ha": 30.0, "quality": "good"}
        feed.record(f"rf{n}", "forest_works_check", f"p{n}", works)
        feed.review(f"rf{n}")


def fill(office: Office, clerk: Tablet) -> dict[str, str]:
    """Let it happen at a centre; ids there by the names of the story."""
    ids: dict[str, str] = {}
    for entry in story().entries:
        if set(entry.fields) == {"review"}:
            office.review(ids[entry.subject], str(entry.fields["review"]))
            continue
        fresh = entry.subject not in ids
        subject = ids.setdefault(entry.subject, new_id())
        fields = {
            name: (None, ids.get(value, value) if name in ("site", "replaces") else value)
            for name, value in _fields(entry.kind, entry.fields).items()
        }
        assert fresh
        office.receive(clerk.batch(_change(clerk, subject, entry.kind, fields, entry.hlc)))
    for no, year, value in ((2, 2023, 67.9), (2, 2024, 68.02), (8, 2024, 57.7), (14, 2024, 451.3)):
        enter(office, no, year, value)
    return ids


def enter(office: Office, no: int, year: int, value: float) -> Figure:
    wanted = Figure(
        "", no, year, value, "市林业局", f"景林调〔{year}〕{no}号", f"{year}-12-20", "虚构示例"
    )
    return acts.enter_figure(office, wanted, who="王秀英")


def _fields(kind: str, fields: Any) -> dict[str, Any]:
    told = {name: value for name, value in fields.items() if name != "review"}
    if kind == "record":
        told |= {"started": told["finished"], "site_kind": _kind(told["site"])}
    return told


def _kind(site: str) -> str:
    return {"w": "works", "m": "mine", "p": "plot"}[site[0]]


def _change(tablet: Tablet, subject: str, kind: str, fields: Any, hlc: str) -> Change:
    return Change(
        id=new_id(), device=tablet.enrolment.device, author=tablet.enrolment.user,
        hlc=f"{hlc[:24]}-000000-x", kind=kind, subject=subject, fields=fields,
    )  # fmt: skip
