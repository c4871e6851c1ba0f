"""What the demo's inspector answers: a landslide with a widening crack; invented."""

from __future__ import annotations

from jdz_field.operations.records import Filling

FORM = "geohazard_inspection"
PHOTO_WHOLE, PHOTO_SIGNS = "/data/photos/photo_overview", "/data/photos/photo_deformation"

_FIRST = {
    "visit/weather": "light_rain",
    "visit/inspection_type": "flood",
    "signs/tension_crack": "yes",
    "signs/tension_crack_part": "后缘",
    "signs/tension_crack_feature": "长约 6 m，走向与坡面平行",
}
_ABSENT = (
    *("signs/shear_crack", "signs/ground_heave", "signs/ground_subsidence", "signs/spalling"),
    *("signs/tilted_trees", "signs/building_damage", "signs/muddy_water"),
    *("slide_warnings/front_bulge", "slide_warnings/rear_arc_crack"),
    *("slide_warnings/front_cracks", "slide_warnings/spring_change"),
    *("slide_warnings/pond_drop", "slide_warnings/reading_jump"),
)
_REST = {
    "threat/stability": "较差",
    "threat/trend": "continuing",
    "care/phone_answered": "yes",
    "care/shelter_ready": "yes",
    "care/route_open": "yes",
    "care/cards_issued": "yes",
    "care/measures_seen": "7 9",
    "result/main_problems": "后缘裂缝比上次加宽（虚构示例）",
}
_CRACK = {"crack_id": "LF1", "width": "14", "last_width": "11.5"}


def answer_first_half(filling: Filling) -> None:
    """The visit and the first sign; then the telephone rings."""
    for path, value in _FIRST.items():
        filling.session.answer(f"/data/{path}", value)


def answer_second_half(filling: Filling) -> None:
    """Everything else but the photos."""
    session = filling.session
    for path in _ABSENT:
        session.answer(f"/data/{path}", "no")
    for name, value in _CRACK.items():
        session.answer(f"/data/crack[1]/{name}", value)
    for path, value in _REST.items():
        session.answer(f"/data/{path}", value)
