"""Pictures of every question type and appearance, to be looked at.

``python -m tests.ui.form.gallery OUT [zh|en] [THEME] [PAGE…]`` writes each page of the form below
at 1280×800 and 800×1280. ``SHEETS`` holds the pages: others add theirs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygon
from PySide6.QtWidgets import QApplication
from pyxform.xls2xform import convert

from jdz_field.core.i18n import set_language
from jdz_field.operations.forms import add_form
from jdz_field.operations.projects import create_project
from jdz_field.store.project import Project
from jdz_field.ui import theme
from jdz_field.ui.context import AppContext
from jdz_field.ui.form.page import FormPage
from jdz_field.ui.jobs import Jobs

SIZES = {"wide": (1280, 800), "high": (800, 1280)}
Row = dict[str, str]


def row(type_: str, name: str, label: str, hint: str = "", **more: str) -> Row:
    """One line of the survey sheet; ``appearance``, ``parameters``, ``default`` … by name."""
    return {"type": type_, "name": name, "label": label, "hint": hint, **more}


def choice(list_name: str, name: str, label: str, image: str = "", **more: str) -> Row:
    """One line of the choices sheet."""
    made = {"list_name": list_name, "name": name, "label": label, **more}
    return made | ({"media::image": image} if image else {})


#: Questions that open.
OPEN = [
    row("select_one pictured", "o1", "图片下拉", appearance="minimal"),
    row("select_multiple long", "o2", "乡镇", appearance="search"),
    row("decimal", "o3", "裂缝宽度"),
    row("date", "o4", "日期"),
    row("time", "o5", "时间"),
]

#: Pages by name: the questions, and (by name) answers that they show.
SHEETS: dict[str, tuple[list[Row], dict[str, str]]] = {
    "open": (OPEN, {"o1": "b", "o2": "t7 t2", "o4": "2026-04-05", "o5": "08:30:00.000+08:00"}),
    "selects": (
        [
            row("select_one hazard", "s1", "灾害类型", "默认布局"),
            row("select_multiple signs", "s2", "变形迹象（可多选）"),
            row("select_one hazard", "s3", "下拉", appearance="minimal"),
            row("select_one long", "s4", "乡镇（可搜索）", appearance="search"),
            row("select_multiple long", "s5", "涉及乡镇", appearance="autocomplete"),
            row("select_one yesno", "s6", "是否撤离", appearance="quick"),
            row("select_one hazard or_other", "s7", "其他可填"),
            row("select_one marked", "s8", "带格式的选项"),
        ],
        {
            "s1": "slide",
            "s2": "crack tree",
            "s3": "fall",
            "s4": "t7",
            "s5": "t3 t9 gone",
            "s8": "b",
        },
    ),
    "columns": (
        [
            row("select_one hazard", "c1", "两列", appearance="columns-2"),
            row("select_one hazard", "c2", "自动分列", appearance="columns"),
            row("select_multiple signs", "c3", "紧凑排列", appearance="columns-pack"),
            row("select_one hazard", "c4", "无按钮", appearance="columns-pack no-buttons"),
            row("select_multiple hazard", "c5", "横排", appearance="horizontal"),
            row("select_one hazard", "c6", "横排紧凑", appearance="horizontal-compact"),
            row("select_one five", "c7", "满意度", appearance="likert"),
            row("select_one hazard", "c8", "已不在列表中的值", "只能清除或另选"),
        ],
        {"c1": "flow", "c3": "tree", "c4": "fall", "c5": "slide flow", "c7": "4", "c8": "cave"},
    ),
    "pictures": (
        [
            row("select_one pictured", "i1", "带图片的选项"),
            row("select_one pictured", "i2", "只有图片", appearance="compact-3"),
            row("select_multiple pictured", "i3", "图片多选", appearance="columns-3 no-buttons"),
            row("select_one pictured", "i4", "图片量表", appearance="likert"),
            row("select_one pictured", "i5", "快速选图", appearance="quickcompact"),
            row("select_one pictured", "i6", "图片下拉", appearance="minimal"),
        ],
        {"i1": "b", "i2": "a", "i3": "a c", "i4": "c"},
    ),
    "lists": (
        [
            row("select_one five", "l0", "打分", appearance="label"),
            row("select_one five", "l1", "道路", appearance="list-nolabel"),
            row("select_one five", "l2", "排水", appearance="list-nolabel"),
            row("select_multiple five", "l3", "监测", appearance="list-nolabel"),
            row("select_one five", "l4", "单独一行", appearance="list"),
            row("rank hazard", "r1", "按危险程度排序"),
            row("rank hazard", "r2", "排好的顺序"),
        ],
        {"l1": "2", "l2": "5", "l3": "1 3", "l4": "3", "r2": "flow slide fall"},
    ),
    "ranges": (
        [
            row("range", "g1", "坡度（°）", "还没有答", parameters="start=0 end=90 step=5"),
            row("range", "g2", "含水量", parameters="start=0 end=1 step=0.1"),
            row(
                "range",
                "g3",
                "稳定程度",
                parameters="start=0 end=10 step=1 tick_interval=2 placeholder=4 tick_labelset=ends",
            ),
            row("range", "g4", "无刻度", appearance="no-ticks", parameters="start=1 end=7 step=1"),
            row("range", "g5", "挑一个", appearance="picker", parameters="start=1 end=9 step=2"),
            row("range", "g6", "评星", appearance="rating", parameters="start=1 end=5 step=1"),
            row("range", "g7", "竖尺", appearance="vertical", parameters="start=-5 end=5 step=1"),
        ],
        {"g2": "0.3", "g4": "6", "g5": "3", "g6": "4", "g7": "-2"},
    ),
    "numbers": (
        [
            row("integer", "n1", "人数"),
            row("decimal", "n2", "裂缝宽度", "单位：mm"),
            row("integer", "n3", "清点树木", appearance="counter"),
            row("decimal", "n4", "滑动方向", appearance="bearing"),
            row("decimal", "n5", "损失（元）", appearance="thousands-sep"),
            row("text", "n6", "电话", appearance="numbers"),
            row("integer", "n7", "呼吸次数", appearance="ex:org.example.breath(unit='s')"),
            row("integer", "n8", "不是数字的答案"),
        ],
        {
            "n1": "31",
            "n2": "2.5",
            "n3": "12",
            "n4": "47",
            "n5": "1234567.5",
            "n6": "0798-8220011",
            "n8": "约三十",
        },
    ),
    "words": (
        [
            row("text", "w1", "姓名", "写全名"),
            row("text", "w2", "经过", appearance="multiline"),
            row("text", "w3", "说明", parameters="rows=6"),
            row("text", "w4", "密码", appearance="masked"),
            row("text", "w5", "网址", appearance="url"),
            row("text", "w6", "由应用给出", appearance="ex:org.example.app hidden-answer"),
            row("text", "w7", "标签", appearance="printer:org.example.label"),
            row("note", "w8", "请**先**看上方，再到 *高处*。"),
            row("acknowledge", "w9", "安全须知已读"),
            row(
                "text",
                "w10",
                "编号",
                constraint="regex(., '^[A-Z]{2}[0-9]{3}$')",
                constraint_message="编号是两个大写字母加三位数字",
            ),
        ],
        {
            "w1": "余小敏",
            "w2": "凌晨三点开始下雨，\n五点发现后山有落石。",
            "w4": "秘密",
            "w5": "https://example.org/表",
            "w9": "OK",
            "w10": "AB12",
        },
    ),
    "dates": (
        [
            row("date", "d1", "巡查日期"),
            row("date", "d2", "出生日期", appearance="no-calendar"),
            row("date", "d3", "完工年月", appearance="month-year"),
            row("date", "d4", "建成年份", appearance="year"),
            row("time", "d5", "发生时间"),
            row("dateTime", "d6", "上报时刻"),
            row("date", "d7", "埃塞俄比亚历", appearance="ethiopian"),
            row("dateTime", "d8", "时刻，无日历", appearance="no-calendar"),
            row("date", "d9", "说不清的日期"),
        ],
        {
            "d1": "2026-04-05",
            "d2": "1968-12-03",
            "d3": "2026-06-01",
            "d4": "1999-01-01",
            "d5": "08:30:00.000+08:00",
            "d6": "2026-11-22T14:05:00.000+08:00",
            "d9": "五月初",
        },
    ),
}

#: What is opened on the page ``open`` before its picture is taken.
OPENED: dict[str, Callable[[Any], None]] = {
    "o1": lambda editor: editor.button.setChecked(True),
    "o2": lambda editor: (editor.button.setChecked(True), editor.search.setText("h"))[0],
    "o3": lambda editor: editor._toggle.setChecked(True),
    "o4": lambda editor: editor.calendar.setChecked(True),
    "o5": lambda editor: editor.clock.setChecked(True),
}

TOWNS = "瑶里 鹅湖 江村 勒功 西湖 罗家桥 湘湖 寿安 三龙 蛟潭 峙滩 经公桥 黄坛 王港 兴田 臧湾"
CHOICES: list[Row] = [
    *(
        choice("hazard", code, label)
        for code, label in (("slide", "滑坡"), ("fall", "崩塌"), ("flow", "泥石流"))
    ),
    choice("signs", "crack", "地面或墙体裂缝"),
    choice("signs", "heave", "坡脚隆起"),
    choice("signs", "tree", "树木歪斜"),
    choice("signs", "water", "泉水变浑或断流，井水位突然升降，池塘漏干"),
    choice("yesno", "y", "是"),
    choice("yesno", "n", "否"),
    choice("marked", "a", "**立即**撤离"),
    choice("marked", "b", "*加强*监测 & 每天一报"),
    *(
        choice("five", str(n), label)
        for n, label in enumerate(("很差", "较差", "一般", "较好", "很好"), 1)
    ),
    *(choice("long", f"t{n}", f"{name}镇") for n, name in enumerate(TOWNS.split(), 1)),
    choice("pictured", "a", "完好", "a.png"),
    choice("pictured", "b", "开裂", "b.png"),
    choice("pictured", "c", "倒塌", "c.png"),
    choice("ends", "0", "极不稳定"),
    choice("ends", "10", "稳定"),
]


def form_of(rows: list[Row], choices: list[Row] = CHOICES, name: str = "gallery") -> str:
    """The XForm of some survey lines."""
    used = {one["type"].split()[1] for one in rows if " " in one["type"]}
    used |= {part.partition("=")[2] for one in rows for part in one.get("parameters", "").split()}
    workbook: dict[str, Any] = {
        "survey": rows,
        "choices": [one for one in choices if one["list_name"] in used],
        "settings": [{"form_title": name, "form_id": name, "version": "1"}],
    }
    return str(convert(workbook).xform)


def draw_pictures(folder: Path) -> None:
    """Three pictures for choices, as a form's files."""
    folder.mkdir(exist_ok=True)
    for name, colour in (("a", "#5E9C8C"), ("b", "#B26A00"), ("c", "#B3261E")):
        image = QImage(240, 160, QImage.Format.Format_ARGB32)
        image.fill(QColor("#EEF1F4"))
        painter = QPainter(image)
        painter.setPen(QColor(colour))
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygon(_house(name)))
        painter.end()
        image.save(str(folder / f"{name}.png"))


def _house(name: str) -> list[QPoint]:
    lean = {"a": 0, "b": 24, "c": 70}[name]
    return [
        QPoint(70, 140),
        QPoint(70 + lean, 70 + lean // 2),
        QPoint(120 + lean, 30 + lean),
        QPoint(170 + lean, 70 + lean // 2),
        QPoint(170, 140),
    ]


def settle(turns: int = 12) -> None:
    """Let layouts and lanes come to rest."""
    for _turn in range(turns):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def render(folder: Path, out: Path, label: str, wanted: list[str]) -> None:
    """Every wanted page in both sizes."""
    with Project.open(folder) as project:
        for name in wanted:
            file = folder.parent / f"{name}.xml"
            file.write_text(form_of(SHEETS[name][0], name=name), encoding="utf-8")
            draw_pictures(folder.parent / f"{name}-media")
            add_form(project, file)
    app = AppContext(
        folder, Jobs(lambda: Project.open(folder)), Project.open(folder, read_only=True)
    )
    for name in wanted:
        for size, (width, height) in SIZES.items():
            page = FormPage(app, name)
            page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            page.setProperty("role", "window")
            for question, answer in SHEETS[name][1].items():
                page.driver.answer(f"/data/{question}", answer)
            for question in page.body.questions.values():
                question.editor.settled.emit()
            page.resize(width, height)
            page.show()
            settle()
            for ref, question in page.body.questions.items():
                OPENED.get(ref.rpartition("/")[2], str)(question.editor)
            settle()
            whole = page.area.widget().sizeHint().height() + page.height() - page.area.height()
            page.resize(width, max(height, min(whole, 4000)))
            settle()
            target = out / f"{label}-{size}-{name}.png"
            page.grab().save(str(target))
            print(target)
            page.leave()
            page.close()
            page.deleteLater()
            settle()
    app.close()


def main(arguments: list[str]) -> int:
    """The command line."""
    out = Path(arguments[0])
    language = arguments[1] if len(arguments) > 1 else "zh"
    look = arguments[2] if len(arguments) > 2 else "light"
    out.mkdir(parents=True, exist_ok=True)
    set_language(language)
    application = QApplication([])
    theme.apply(application, look)
    with TemporaryDirectory(ignore_cleanup_errors=True) as temp:
        folder = Path(temp) / "project"
        with create_project(folder, name="图例", author="余小敏", sample=True):
            pass
        render(folder, out, f"{language}-{look}", arguments[3:] or list(SHEETS))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
