"""Which editor a question gets, by its control, type and appearance: one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jdz_field.core.clock import Now, utc_now
from jdz_field.core.i18n import _
from jdz_field.ui.form.barcode import BarcodeEditor
from jdz_field.ui.form.bearing import BearingEditor
from jdz_field.ui.form.choice_media import ChoiceMedia, Find, nothing
from jdz_field.ui.form.choices import ToggleEditor
from jdz_field.ui.form.counter import CounterEditor
from jdz_field.ui.form.dates import WhenEditor
from jdz_field.ui.form.desk import PlaceDesk
from jdz_field.ui.form.editor import Editor
from jdz_field.ui.form.image_map import map_editor
from jdz_field.ui.form.link import LinkEditor
from jdz_field.ui.form.looks import look_of
from jdz_field.ui.form.map_choice import MapChoiceEditor
from jdz_field.ui.form.number import NumberEditor
from jdz_field.ui.form.place import PlaceEditor, Source
from jdz_field.ui.form.rank import RankEditor
from jdz_field.ui.form.scale import (
    MOST_PICKED,
    MOST_STARS,
    PickerEditor,
    RangeEditor,
    StarsEditor,
)
from jdz_field.ui.form.scale_bar import scale_of
from jdz_field.ui.form.search import SearchEditor
from jdz_field.ui.form.shelf import Shelf
from jdz_field.ui.form.simple import NoteEditor, TriggerEditor
from jdz_field.ui.form.spins import PartsEditor
from jdz_field.ui.form.text import LineEditor, MaskedEditor, MultilineEditor
from jdz_field.ui.form.trace_editor import TraceEditor
from jdz_field.ui.form.uploads import upload_editor
from jdz_field.xforms.view import Choice, Node

#: More choices than this are searched, not laid out.
MANY = 12


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes editors for one form.

    Attributes:
        shelf: where files of this record go and come from.
        sources: where positions can be taken from.
        site: longitude and latitude of the site, when there is one.
        desk: what editors of places are given: maps, receiver, the other answers.
        media: the file that a form names (``jr://images/a.png`` or ``a.png``), if it is there.
    """

    shelf: Shelf
    sources: Sequence[Source] = ()
    site: tuple[float, float] | None = None
    now: Now = utc_now
    media: Find = nothing
    desk: PlaceDesk | None = None

    def make(self, node: Node, choices: Sequence[Choice], *, note: bool) -> Editor:
        """The editor of a question; ``note``: it can never be answered."""
        if note and not has_word(node.appearance, "url"):
            return NoteEditor()
        asked = Asked(self, node, choices)
        for line in TABLE:
            made = line.make(asked) if line.fits(node) else None
            if made is not None:
                return made
        return LineEditor()


class Asked(NamedTuple):
    """What an editor is made for."""

    maker: Maker
    node: Node
    choices: Sequence[Choice]

    def several(self) -> bool:
        """Whether more than one choice may be taken."""
        return self.node.control != "select1"


class Line(NamedTuple):
    """One line of the table; an empty cell fits everything.

    ``controls``, ``types`` and ``words`` (of the appearance) are lists with spaces between; a
    word ending in ``*`` fits what begins so. ``make`` may give ``None``: later lines are asked.
    """

    controls: str
    types: str
    words: str
    make: Callable[[Asked], Editor | None]

    def fits(self, node: Node) -> bool:
        """Whether this line is about such a question."""
        return (
            (not self.controls or node.control in self.controls.split())
            and (not self.types or node.type in self.types.split())
            and (not self.words or has_word(node.appearance, self.words))
        )


def has_word(appearance: str, wanted: str) -> bool:
    """Whether an appearance has one of the ``wanted`` words; ``ex:*`` fits a beginning."""
    words = appearance.split()
    for one in wanted.split():
        if one.endswith("*"):
            if any(word.startswith(one[:-1]) for word in words):
                return True
        elif one in words:
            return True
    return False


def _media(asked: Asked) -> Editor:
    return upload_editor(asked.node, asked.maker.shelf, asked.maker.media)


def _code(asked: Asked) -> Editor:
    return BarcodeEditor(asked.maker.shelf, front=has_word(asked.node.appearance, "front"))


def _image_map(asked: Asked) -> Editor | None:
    """Without its drawing it is a list like any other."""
    drawing = asked.node.media.get("image", "")
    file = asked.maker.media(drawing) if drawing else None
    return map_editor(file, asked.choices, several=asked.several())


def _place(asked: Asked) -> Editor:
    maker = asked.maker
    return PlaceEditor(list(maker.sources), maker.site, desk=maker.desk, node=asked.node)


def _trace(asked: Asked) -> Editor | None:
    desk = asked.maker.desk
    return TraceEditor(desk, asked.node) if desk is not None else None


def _map_choice(asked: Asked) -> Editor | None:
    desk = asked.maker.desk
    if desk is None:
        return None
    quick = has_word(asked.node.appearance, "quick")
    return MapChoiceEditor(_searched(asked), desk, asked.node, quick=quick)


def _searched(asked: Asked) -> Editor:
    words = asked.node.appearance
    searched = len(asked.choices) > MANY or not has_word(words, "minimal quickcompact*")
    return SearchEditor(
        several=asked.several(),
        searched=searched or has_word(words, "autocomplete search"),
        quick=has_word(words, "quick quickcompact*"),
        media=ChoiceMedia(asked.maker.media),
    )


def _toggles(asked: Asked) -> Editor | None:
    look = look_of(asked.node.appearance)
    # Pictures to choose from are looked at, not searched by name.
    most = MANY if look.labels or look.stacked else 4 * MANY
    if len(asked.choices) > most:
        return None
    return ToggleEditor(several=asked.several(), look=look, media=ChoiceMedia(asked.maker.media))


def _range(asked: Asked) -> Editor:
    """A number line, a drop-down or stars, when the form names both ends and a step."""
    words = asked.node.appearance
    scale = scale_of(asked.node.parameters, ticks=not has_word(words, "no-ticks"))
    if scale is None:
        return _number(asked)
    if has_word(words, "picker") and scale.last <= MOST_PICKED:
        return PickerEditor(scale)
    if has_word(words, "rating") and scale.last < MOST_STARS:
        return StarsEditor(scale)
    return RangeEditor(scale, vertical=has_word(words, "vertical"))


def _number(asked: Asked) -> Editor:
    words = asked.node.appearance
    editor = NumberEditor(
        whole=asked.node.type == "int",
        string=asked.node.type not in ("int", "decimal"),
        thousands=has_word(words, "thousands-sep"),
    )
    return _elsewhere(editor, asked)


def _when(asked: Asked) -> Editor:
    type_, words = asked.node.type, asked.node.appearance
    editor = WhenEditor(
        with_date=type_ != "time",
        with_time=type_ != "date",
        now=asked.maker.now,
        months=not has_word(words, "no-calendar"),
    )
    if has_word(words, CALENDARS):
        editor.remark(
            _("The form asks for another calendar; here the date is Gregorian, as it is kept.")
        )
    return editor


def _parts(parts: int) -> Callable[[Asked], Editor]:
    return lambda asked: PartsEditor(parts, asked.maker.now)


def _lines(asked: Asked) -> Editor | None:
    rows = asked.node.parameters.get("rows", "")
    if not rows.isdecimal() and not has_word(asked.node.appearance, "multiline"):
        return None
    return MultilineEditor(int(rows)) if rows.isdecimal() else MultilineEditor()


def _words(asked: Asked) -> Editor:
    words = asked.node.appearance
    editor = MaskedEditor() if has_word(words, "masked hidden-answer") else LineEditor()
    return _elsewhere(editor, asked)


def _elsewhere(editor: LineEditor, asked: Asked) -> Editor:
    """What a telephone gets from another app is typed in here, and a line says so."""
    for word in asked.node.appearance.split():
        if word.startswith("ex:"):
            app = word.removeprefix("ex:").partition("(")[0]
            words = _("On a phone the app {app} gives this answer; here it is typed in.")
            editor.remark(words.format(app=app))
        elif word.startswith("printer"):
            editor.remark(_("On a phone this is sent to a label printer; here it is kept as text."))
    return editor


#: Appearances that ask for a calendar other than the Gregorian.
CALENDARS = "bikram-sambat buddhist coptic ethiopian islamic myanmar persian"


#: The first line that fits and makes an editor is taken: what is special stands above.
TABLE: tuple[Line, ...] = (
    # ---- files, pictures, sounds, codes
    Line("upload", "", "", _media),
    Line("input", "barcode", "", _code),
    Line("select1 select", "", "image-map", _image_map),
    # ---- places
    Line("input", "geopoint", "", _place),
    Line("input", "geotrace geoshape", "", _trace),
    # ---- choices
    Line("select1", "", "map", _map_choice),
    Line("rank", "", "", lambda _asked: RankEditor()),
    Line("select1 select", "", "minimal autocomplete search", _searched),
    Line("select1 select", "", "", _toggles),
    Line("select1 select", "", "", _searched),
    # ---- a tap, a number, a moment, words
    Line("trigger", "", "", lambda _asked: TriggerEditor()),
    Line("range", "", "", _range),
    Line("", "int", "counter", lambda _asked: CounterEditor()),
    Line("", "int decimal string", "bearing", lambda _asked: BearingEditor()),
    Line("", "int decimal", "", _number),
    Line("", "date", "year", _parts(1)),
    Line("", "date", "month-year", _parts(2)),
    Line("", "date", "no-calendar", _parts(3)),
    Line("", "date time dateTime", "", _when),
    Line("", "", "url", lambda _asked: LinkEditor()),
    Line("", "", "numbers", _number),
    Line("", "", "", _lines),
    Line("", "", "", _words),
)
