"""A small map for a card: one place, what lies around it, the way out. SVG, no tiles needed.

It is a sketch: an equirectangular picture around one place, true to scale within 0.1 % over the
few kilometres that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, floor, log10, radians
from xml.sax.saxutils import escape

#: Metres of a degree of latitude.
DEGREE = 111_200.0
#: Width and height of the picture in millimetres.
WIDTH, HEIGHT = 178.0, 98.0
#: Least metres from the middle to the left and right edge.
LEAST = 800.0
_MARGIN = 1.25
#: So many neighbours are brought into sight, unless they lie further off than this, metres.
_BESIDE, _FAR = 3, 3_000.0
#: Type sizes in millimetres of the main mark's words and of the others'.
_MAIN, _OTHER = 3.4, 2.6
#: Longer words are cut.
_LONGEST = 18
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place with its words; ``main`` is the one that the card is about."""

    lon: float
    lat: float
    words: str
    main: bool = False


class _View:
    """Degrees (EPSG:4490) to millimetres of the picture."""

    def __init__(self, middle: Place, reach: float, height: float) -> None:
        self.middle = middle
        self.scale = WIDTH / 2 / reach
        self.height = height

    def at(self, lon: float, lat: float) -> Place:
        east = (lon - self.middle[0]) * cos(radians(self.middle[1])) * DEGREE
        north = (lat - self.middle[1]) * DEGREE
        return WIDTH / 2 + east * self.scale, self.height / 2 - north * self.scale


def sketch(
    marks: Sequence[Mark],
    routes: Sequence[Sequence[Place]] = (),
    outlines: Iterable[Sequence[Place]] = (),
    *,
    font: str,
    words: str,
    height: float = HEIGHT,
) -> str:
    """The map as SVG: ``marks`` (the main one in the middle), ``routes`` and ``outlines`` as
    lon, lat in degrees; ``words``: what stands in its corner; ``height`` in millimetres.
    """
    main = next(mark for mark in marks if mark.main)
    view = _View((main.lon, main.lat), _reach(main, marks, routes, height), height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'width="{WIDTH:g}mm" height="{height:g}mm" font-family="{escape(font)}">',
        f'<clipPath id="c"><rect width="{WIDTH:g}" height="{height:g}"/></clipPath>',
        f'<g clip-path="url(#c)"><rect width="{WIDTH:g}" height="{height:g}" fill="#f6f5f0"/>',
        *(_line(view, ring, "#b9b4a6", 0.35, "2 1") for ring in outlines),
        *(_line(view, route, "#0a7d34", 0.9, "") for route in routes if len(route) > 1),
        *(_end(view, route) for route in routes if len(route) > 1),
        *_marks(view, marks),
        _scale_bar(view),
        _north(),
        f'<text x="3" y="5.5" font-size="3" fill="#555555">{escape(words)}</text>',
        "</g>",
        f'<rect x=".2" y=".2" width="{WIDTH - 0.4:g}" height="{height - 0.4:g}" fill="none" '
        'stroke="#4a4a4a" stroke-width=".4"/></svg>',
    ]
    return "".join(parts)


def _reach(
    main: Mark, marks: Sequence[Mark], routes: Sequence[Sequence[Place]], height: float
) -> float:
    """Metres from the middle to the left edge: every route in sight, and a neighbour or two."""

    def away(place: Place) -> float:
        east = abs(place[0] - main.lon) * cos(radians(main.lat)) * DEGREE
        north = abs(place[1] - main.lat) * DEGREE * WIDTH / height
        return _MARGIN * max(east, north)

    along = [away(place) for route in routes for place in route]
    beside = sorted(away((mark.lon, mark.lat)) for mark in marks if not mark.main)
    near = [one for one in beside[:_BESIDE] if one <= _FAR]
    return max(LEAST, *along, *near) if along or near else LEAST


def _line(view: _View, places: Sequence[Place], ink: str, width: float, dashes: str) -> str:
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in (view.at(*place) for place in places))
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="{width}"'
        f' stroke-linejoin="round"{dashed}/>'
    )


def _end(view: _View, route: Sequence[Place]) -> str:
    x, y = view.at(*route[-1])
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.6" fill="#0a7d34" stroke="white"/>'


Box = tuple[float, float, float, float]


def _marks(view: _View, marks: Sequence[Mark]) -> Iterator[str]:
    """Every mark in sight; words that would cover others are left out, the main ones never."""
    # What stands in the corners: words, the scale, north.
    taken: list[Box] = [
        (0, 0, 75, 7),
        (0, view.height - 9, 70, view.height),
        (WIDTH - 13, 0, WIDTH, 16),
    ]
    shapes: list[str] = []
    # The main one is placed first, and drawn last: nothing may cover it.
    for mark in sorted(marks, key=lambda one: not one.main):
        x, y = view.at(mark.lon, mark.lat)
        if not (0 <= x <= WIDTH and 0 <= y <= view.height):
            continue
        box = _words_box(mark, x, y)
        fits = mark.main or not any(_meet(box, other) for other in taken)
        if fits:
            taken.append(box)
        shapes.append(_drawn(mark, x, y, words=fits, left=box[0] < x - 2))
    yield from reversed(shapes)


def _words_box(mark: Mark, x: float, y: float) -> Box:
    size = _MAIN if mark.main else _OTHER
    words = _shortened(mark.words)
    wide = 3.2 + sum(size if ord(sign) > 0x2E80 else 0.55 * size for sign in words)
    if x + wide > WIDTH - 1:
        return x - wide, y - size * 0.8, x + 2, y + size * 0.5
    return x - 2, y - size * 0.8, x + wide, y + size * 0.5


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def _meet(one: Box, other: Box) -> bool:
    beside = one[2] < other[0] or other[2] < one[0]
    return not (beside or one[3] < other[1] or other[3] < one[1])


def _drawn(mark: Mark, x: float, y: float, *, words: bool, left: bool) -> str:
    shape = (
        f'<path d="M{x:.2f} {y - 2.6:.2f}l2.6 4.4h-5.2z" fill="#c1121f" stroke="white"'
        ' stroke-width=".4"/>'
        if mark.main
        else f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.1" fill="#7d7a70"/>'
    )
    if not words:
        return shape
    size, weight = (_MAIN, "bold") if mark.main else (_OTHER, "normal")
    at, side = (x - 3.2, "end") if left else (x + 3.2, "start")
    return shape + (
        f'<text x="{at:.2f}" y="{y + 1:.2f}" font-size="{size}" font-weight="{weight}"'
        f' text-anchor="{side}"'
        ' fill="#1a1a1a" stroke="#f6f5f0" stroke-width="1" paint-order="stroke">'
        f"{escape(_shortened(mark.words))}</text>"
    )


def nice_length(most: float) -> float:
    """The longest of 1, 2, 5 × 10ⁿ metres that is not longer than this."""
    power = 10.0 ** floor(log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def _scale_bar(view: _View) -> str:
    metres = nice_length(45 / view.scale)
    length, x, y = metres * view.scale, 4.0, view.height - 4
    label = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return (
        f'<path d="M{x} {y - 1.5}v1.5h{length:.2f}v-1.5" fill="none" stroke="#1a1a1a"'
        f' stroke-width=".5"/>'
        f'<text x="{x + length + 1.5:.2f}" y="{y}" font-size="2.8">{label}</text>'
    )


def _north() -> str:
    x = WIDTH - 7
    return (
        f'<path d="M{x} 4l2.2 7-2.2-1.6-2.2 1.6z" fill="#1a1a1a"/>'
        f'<text x="{x}" y="14.5" font-size="3" text-anchor="middle">N</text>'
    )
