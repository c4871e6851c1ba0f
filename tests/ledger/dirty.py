"""Dirty ledgers grown by chance from known rows: other words, orders, spellings, faults, formats.

``grow(seed, kind, folder)`` writes a file and gives it with its truth: for each data row its row
number and the values that an import has to find. Everything is invented.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from jdz_field.geo.coordinates import as_dms
from jdz_field.geo.crs import from_lon_lat, reference

COUNTIES = {
    "360202": ("昌江区", "昌江", (117.12, 29.20), ("鲇鱼山镇", "丽阳镇", "荷塘乡")),
    "360222": ("浮梁县", "浮梁", (117.35, 29.45), ("瑶里镇", "鹅湖镇", "经公桥镇", "蛟潭镇")),
    "360281": ("乐平市", "乐平", (117.20, 28.98), ("接渡镇", "涌山镇", "塔前镇", "十里岗镇")),
}
GEOHAZARDS = {"01": ("滑坡", "山体滑坡"), "02": ("崩塌", "危岩崩塌"), "03": ("泥石流",)}
MEASURES = {"1": "削坡", "2": "护坡", "4": "挡墙", "6": "绿化", "7": "截排水", "9": "群测群防"}
#: Column → headings as counties invent them.
HEADINGS: dict[str, tuple[str, ...]] = {
    "code": (
        "统一编号",
        "隐患点编号",
        "编号",
        "灾害点统一编码",
        "点编码",
        "统一编号(12位)",
        "Code",
    ),
    "name": ("名称", "隐患点名称", "灾害点名称", "点名", "隐患点\n名称", "Name"),
    "county_code": ("县", "县（市、区）", "所属县区", "县区名", "区县", "County", "所属区域"),
    "town": ("乡镇", "乡(镇、街道)", "所属乡镇", "镇", "乡镇名", "Town", "所在乡镇（街道）"),
    "village": ("村组", "行政村", "村(组)", "具体位置", "详细地址"),
    "kind_code": ("灾害类型", "灾种", "隐患类型", "类 型", "灾害种类", "地灾类型", "Type"),
    "threatened_people": (
        *("威胁人口(人)", "受威胁人数", "威胁人数", "人数", "威胁人口", "受威胁人口（人）"),
        "受威胁总人数",
    ),
    "threatened_households": ("威胁户数(户)", "受威胁户数", "户数", "威胁户数", "受威胁户（户）"),
    "volume": ("体积(m³)", "规模（立方米）", "方量", "体积", "灾害体体积"),
    "measures": ("防治措施", "治理措施", "已采取措施", "措施"),
    "found_on": ("发现时间", "发现日期", "建档时间", "发生时间"),
    "monitor_name": ("监测责任人", "责任人", "监测人", "群测群防员"),
    "monitor_phone": ("联系电话", "手机号", "责任人电话", "电话", "联系方式"),
    "remarks": ("备注", "备 注", "说明"),
    "lon": ("经度", "东经", "经度(°)", "E", "Longitude", "中心点经度", "经度（度分秒）"),
    "lat": ("纬度", "北纬", "纬度(°)", "N", "Latitude", "中心点纬度", "纬度（度分秒）"),
    "north": ("X", "X坐标", "北坐标", "纵坐标X", "X(北)"),
    "east": ("Y", "Y坐标", "东坐标", "横坐标Y", "Y(东)"),
    "position": ("坐标", "经纬度", "地理坐标", "中心坐标"),
    "area_m2": ("图斑面积(㎡)", "面积(平方米)", "图斑面积", "面积（m²）"),
    "mineral": ("矿种", "主要矿种", "开采矿种"),
    "mining_method": ("开采方式", "开采方法"),
    "area_ha": ("面积(公顷)", "小班面积", "面积(亩)", "实测面积"),
    "species": ("树种", "造林树种", "主要树种"),
    "density": ("初植密度(株/亩)", "造林密度", "密度"),
    "compartment": ("林班", "林班号"),
    "subcompartment": ("小班", "小班号"),
    "quantity": ("设计工程量", "工程量", "建设规模"),
    "unit": ("单位", "计量单位"),
    "stage": ("阶段", "项目阶段", "进展阶段"),
}
COMMON = ("code", "name", "county_code", "town", "remarks")
FIELDS = {
    "geohazard": (
        *("kind_code", "threatened_people", "threatened_households", "volume", "measures"),
        *("found_on", "monitor_name", "monitor_phone", "village"),
    ),
    "risk": ("kind_code", "threatened_people", "threatened_households", "monitor_name"),
    "mine": ("area_m2", "mineral", "mining_method", "monitor_name", "monitor_phone"),
    "plot": ("area_ha", "species", "density", "compartment", "subcompartment"),
    "works": ("quantity", "unit", "stage", "monitor_name"),
}
#: Columns that are nobody's: they must not be taken for anything.
NOISE = ("序号", "填报单位意见", "是否上图", "照片编号")


@dataclass
class Dirty:
    """A ledger and what is true of it: ``rows``: row number → field → value."""

    path: Path
    kind: str
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: str = ""


def grow(seed: int, kind: str, folder: Path, count: int = 14) -> Dirty:
    """Write the ledger of a seed; the same seed gives the same ledger."""
    chance = random.Random(f"{kind}-{seed}")
    truths = [_truth(chance, kind, n) for n in range(1, count + 1)]
    optional = [name for name in FIELDS[kind] if chance.random() < 0.8]
    place = chance.choice(("degrees", "degrees", "dms", "metres", "pair", "prefix"))
    names = [*COMMON, *optional]
    if kind == "geohazard" and "kind_code" not in names:
        names.append("kind_code")
    if kind == "risk" and "kind_code" not in names:
        names.append("kind_code")
    chance.shuffle(names)
    spot = chance.randrange(len(names) + 1)
    names[spot:spot] = _places(chance, place)
    names.insert(0, NOISE[0])
    if chance.random() < 0.4:
        names.insert(chance.randrange(1, len(names)), chance.choice(NOISE[1:]))
    head = [n if n in NOISE else chance.choice(HEADINGS[n]) for n in names]
    lines, numbers = _lines(chance, names, head, truths, place)
    suffix = chance.choice((".xlsx", ".xlsx", ".csv"))
    path = folder / f"{kind}{seed}{suffix}"
    told = f"{kind} {seed} {place} {head}"
    made = Dirty(path, kind, {}, told)
    for number, truth in zip(numbers, truths, strict=True):
        made.rows[number] = {n: truth[n] for n in names if n in truth} | {
            "lon": truth["lon"],
            "lat": truth["lat"],
        }
    _write(chance, path, lines)
    return made


def _places(chance: random.Random, place: str) -> list[str]:
    if place == "pair":
        return ["position"]
    two = ["lon", "lat"] if place in ("degrees", "dms") else ["north", "east"]
    return two if chance.random() < 0.7 else two[::-1]


def _truth(chance: random.Random, kind: str, n: int) -> dict[str, Any]:
    county = chance.choice(list(COUNTIES))
    _name, _short, (lon, lat), towns = COUNTIES[county]
    hazard = chance.choice(list(GEOHAZARDS))
    people = chance.choice((3, 8, 12, 26, 40, 75, 120, 510))
    number = {
        "geohazard": f"{county}{hazard}{n:04d}",
        "risk": f"FX{county}{n:03d}",
        "mine": f"{county}{n:06d}TB",
        "plot": f"{county[3:]}-{n:03d}",
        "works": f"GC2024-{n:02d}",
    }[kind]
    town = chance.choice(towns)
    return {
        "code": number,
        "name": f"{town}示例{n}号",
        "county_code": county,
        "town": town,
        "village": f"上村{n}组",
        "kind_code": hazard,
        "threatened_people": people,
        "threatened_households": max(1, people // 4),
        "volume": chance.choice((450, 1200, 35000, 120000)),
        "measures": " ".join(sorted(chance.sample(list(MEASURES), chance.randrange(1, 4)))),
        "found_on": f"{chance.randrange(2001, 2024)}-{chance.randrange(1, 13):02d}-"
        f"{chance.randrange(1, 29):02d}",
        "monitor_name": f"测试员{n}",
        "monitor_phone": f"139{n:08d}",
        "area_m2": chance.choice((1200, 5600, 23000.5)),
        "mineral": chance.choice(("瓷土", "煤", "石灰岩")),
        "mining_method": chance.choice(("A", "B")),
        "area_ha": chance.choice((1.5, 3, 12.4)),
        "species": chance.choice(("杉木", "枫香", "湿地松")),
        "density": chance.choice((110, 167)),
        "compartment": str(n),
        "subcompartment": f"{n:03d}",
        "quantity": chance.choice((12.5, 300, 4800)),
        "unit": chance.choice(("km²", "m³", "株")),
        "stage": None,
        "lon": round(lon + chance.uniform(-0.02, 0.02), 6),
        "lat": round(lat + chance.uniform(-0.02, 0.02), 6),
    }


# ---- cells


def _lines(
    chance: random.Random,
    names: list[str],
    head: list[str],
    truths: list[dict[str, Any]],
    place: str,
) -> tuple[list[list[Any]], list[int]]:
    """Rows of the sheet from the first, and the row number of each truth."""
    lines = _some(chance, _ABOVE)
    heads = _heads(chance, names, head)
    lines += heads
    writers = {name: _writer(chance, name, head[i], place) for i, name in enumerate(names)}
    numbers = []
    for n, truth in enumerate(truths, start=1):
        if n == 6 and chance.random() < 0.3:
            lines.append([None, "小计", *[None] * (len(names) - 3), 99])
        if n == 9 and chance.random() < 0.3:
            lines += [list(row) for row in heads]
        lines.append([n if name == NOISE[0] else writers[name](truth) for name in names])
        numbers.append(len(lines))
    lines += _some(chance, _BELOW)
    return lines, numbers


def _heads(chance: random.Random, names: list[str], head: list[str]) -> list[list[Any]]:
    """One row, or two with a word over the two columns of the position."""
    pairs = [i for i, name in enumerate(names[:-1]) if {name, names[i + 1]} in _PAIRS]
    if not pairs or chance.random() < 0.6:
        return [head]
    east = pairs[0]
    above: list[Any] = list(head)
    above[east : east + 2] = [chance.choice(("地理坐标", "坐标", "位置坐标")), None]
    below: list[Any] = [None] * len(head)
    below[east : east + 2] = head[east : east + 2]
    return [above, below]


_PAIRS = ({"lon", "lat"}, {"east", "north"})
_ABOVE: tuple[tuple[float, list[Any]], ...] = (
    (0.7, ["景德镇市台账（虚构示例数据）"]),
    (0.4, ["填报单位：某局", None, None, "填报日期：2024年5月"]),
    (0.3, []),
)
_BELOW: tuple[tuple[float, list[Any]], ...] = (
    (0.5, ["合计", None, None, 14]),
    (0.5, ["注：本表为虚构示例。"]),
    (0.4, ["填表人：测试员", None, "审核人：测试员", None, "2024年5月1日"]),
)


def _some(chance: random.Random, rows: tuple[tuple[float, list[Any]], ...]) -> list[list[Any]]:
    return [list(row) for likely, row in rows if chance.random() < likely]


def _writer(
    chance: random.Random, name: str, heading: str, place: str
) -> Callable[[dict[str, Any]], Any]:
    """How a column spells its values: mostly one way, now and then another."""
    if name in ("lon", "lat", "north", "east", "position"):
        return lambda truth: _place(truth, name, place)
    if name in NOISE:
        return lambda _truth: chance.choice(("是", "同意", None))
    spellings = _SPELLINGS.get(name, (lambda _c, value: value,))
    usual = chance.choice(spellings)

    def write(truth: dict[str, Any]) -> Any:
        value = truth.get(name)
        if value is None:
            return None
        if name == "area_ha" and "亩" in heading:
            return round(value * 15, 6)
        spell = usual if chance.random() < 0.8 else chance.choice(spellings)
        return spell(chance, value)

    return write


def _place(truth: dict[str, Any], name: str, place: str) -> Any:
    lon, lat = truth["lon"], truth["lat"]
    if place == "degrees":
        return lon if name == "lon" else lat
    if place == "dms":
        return as_dms(lon if name == "lon" else lat, digits=3)
    if place == "pair":
        return f"{lon},{lat}"
    import numpy as np

    system = reference("4548" if place == "metres" else "4527")
    east, north = from_lon_lat(system, np.array([lon]), np.array([lat]))
    return round(float(east[0] if name == "east" else north[0]), 3)


def _chinese_date(_chance: random.Random, value: str) -> str:
    year, month, day = value.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


_WIDE = {ord(str(figure)): 0xFF10 + figure for figure in range(10)}
_SPELLINGS: dict[str, tuple[Callable[[random.Random, Any], Any], ...]] = {
    "code": (
        lambda _c, v: v,
        lambda _c, v: f" {v} ",
        lambda _c, v: int(v) if v.isdigit() else v,
        lambda _c, v: v.translate(_WIDE),
    ),
    "county_code": (
        lambda _c, v: COUNTIES[v][0],
        lambda _c, v: COUNTIES[v][1],
        lambda _c, v: v,
        lambda _c, v: f"景德镇市{COUNTIES[v][0]}",
    ),
    "kind_code": (
        lambda c, v: c.choice(GEOHAZARDS[v]),
        lambda _c, v: GEOHAZARDS[v][0],
        lambda _c, v: f" {GEOHAZARDS[v][0]} ",
        lambda _c, v: f"{v}{GEOHAZARDS[v][0]}",
    ),
    "threatened_people": (
        lambda _c, v: v,
        lambda _c, v: f"{v}人",
        lambda _c, v: f"约{v}人",
        lambda _c, v: str(v).translate(_WIDE),
        lambda _c, v: f"{v} 人",
        lambda _c, v: f"{v // 4 or 1}户{v}人",
    ),
    "threatened_households": (
        lambda _c, v: v,
        lambda _c, v: f"{v}户",
        lambda _c, v: str(v),
        lambda _c, v: f"{v}户{v * 4}人",
    ),
    "volume": (
        lambda _c, v: v,
        lambda _c, v: f"{v}m³",
        lambda _c, v: f"{v / 10000:g}万方",
        lambda _c, v: f"{v:,}",
        lambda _c, v: f"{v}立方米",
    ),
    "measures": (
        lambda _c, v: "、".join(MEASURES[one] for one in v.split()),
        lambda _c, v: "+".join(MEASURES[one] for one in v.split()),
        lambda _c, v: "".join(MEASURES[one] for one in v.split()),
        lambda _c, v: v.replace(" ", "、"),
        lambda _c, v: "".join(chr(ord("①") + int(one) - 1) for one in v.split()),
        lambda _c, v: "；".join(f"{i}.{MEASURES[one]}" for i, one in enumerate(v.split(), 1)),
    ),
    "found_on": (
        lambda _c, v: v,
        lambda _c, v: v.replace("-", "."),
        lambda _c, v: v.replace("-", "/"),
        _chinese_date,
        lambda _c, v: v.replace("-", ""),
    ),
    "monitor_phone": (lambda _c, v: v, lambda _c, v: int(v), lambda _c, v: f"{v[:3]}-{v[3:]}"),
    "mining_method": (
        lambda _c, v: {"A": "露天", "B": "井工"}[v],
        lambda _c, v: {"A": "露天开采", "B": "井工开采"}[v],
        lambda _c, v: v,
    ),
    "area_m2": (lambda _c, v: v, lambda _c, v: f"{v}平方米", lambda _c, v: f"{v}㎡"),
    "area_ha": (lambda _c, v: v, lambda _c, v: f"{v}公顷", lambda _c, v: f"{v * 15:g}亩"),
    "density": (lambda _c, v: v, lambda _c, v: f"{v}株/亩", lambda _c, v: f"{v}株"),
}


# ---- files


def _write(chance: random.Random, path: Path, lines: list[list[Any]]) -> None:
    if path.suffix == ".csv":
        encoding = chance.choice(("gb18030", "utf-8", "utf-8-sig", "utf-16"))
        mark = chance.choice((",", "\t", ";"))
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=mark).writerows(
                ["" if cell is None else cell for cell in line] for line in lines
            )
        return
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, line in enumerate(lines, start=1):
        for place, cell in enumerate(line, start=1):
            if cell is not None:
                sheet.cell(number, place, cell)
    _merge(sheet, lines)
    if len(lines[0]) == 1:
        sheet.merge_cells(f"A1:{get_column_letter(max(map(len, lines)))}1")
    if chance.random() < 0.3:
        other = book.create_sheet("填表说明")
        other.append(["本表由各县填报"])
    book.save(path)
    book.close()


def _merge(sheet: Any, lines: list[list[Any]]) -> None:
    """Of a header of two rows: the word over two columns, the words beside it over two rows."""
    for number, line in enumerate(lines[:5], start=1):
        if len(line) <= 4 or line[0] != NOISE[0] or None not in line[1:]:
            continue
        for place, cell in enumerate(line, start=1):
            wide = cell is not None and place < len(line) and line[place] is None
            if cell is not None:
                sheet.merge_cells(
                    start_row=number,
                    end_row=number + (not wide),
                    start_column=place,
                    end_column=place + wide,
                )
