"""Question types, appearances, names and settings: what is unknown, misplaced or unlike a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jdz_field.core.i18n import _
from jdz_field.xforms.check_facts import Asked, Facts
from jdz_field.xforms.check_place import Places, listed, meant, nearest
from jdz_field.xforms.complaints import Issue
from jdz_field.xforms.safe_xml import attribute
from jdz_field.xforms.workbook import Book

_CALENDARS = frozenset(
    ("ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist")
)
_SELECT = frozenset(
    (
        *("minimal", "autocomplete", "search", "quick", "quickcompact", "compact", "columns"),
        *("columns-pack", "columns-flex", "horizontal", "horizontal-compact", "likert", "label"),
        *("list-nolabel", "list", "image-map", "map", "no-buttons", "no-columns", "picker"),
    )
)
_PLACES = frozenset(("maps", "placement-map", "map", "hide-input", "no-map"))
_TEXT = frozenset(
    ("multiline", "numbers", "url", "thousands-sep", "masked", "hidden-answer", "bearing")
)
#: Appearances by kind of question; ``|w…``, columns-N and ex:… are known everywhere.
APPEARANCES: Mapping[str, frozenset[str]] = {
    "string": _TEXT,
    "int": frozenset(("thousands-sep", "counter", "masked", "bearing", "hidden-answer")),
    "decimal": frozenset(("thousands-sep", "bearing", "masked", "hidden-answer")),
    "date": frozenset(("no-calendar", "month-year", "year", *_CALENDARS)),
    "dateTime": frozenset(("no-calendar", *_CALENDARS)),
    "time": frozenset(),
    "geopoint": _PLACES,
    "geotrace": _PLACES,
    "geoshape": _PLACES,
    "barcode": frozenset(("front", "hidden-answer")),
    "select1": _SELECT,
    "select": _SELECT,
    "rank": frozenset(("minimal", "compact", "columns")),
    "range": frozenset(("vertical", "no-ticks", "picker", "rating", "distress")),
    "image": frozenset(("annotate", "draw", "signature", "new", "new-front", "selfie")),
    "audio": frozenset(("new", "voice-only")),
    "video": frozenset(("new", "new-front", "selfie")),
    "file": frozenset(),
    "trigger": frozenset(),
    "group": frozenset(("field-list", "compact", "summary", "no-collapse", "minimal", "pages")),
    "repeat": frozenset(("field-list", "compact", "minimal", "no-collapse", "table")),
}
_EVERYWHERE = re.compile(r"w\d{1,2}|columns-\d{1,2}|compact-\d{1,2}|printer:.*|ex:.*|no-label|hide")
_SEARCH = re.compile(r"search\(.*\)")
_SQL = frozenset(
    (
        *("select", "from", "where", "group", "order", "table", "index", "insert", "update"),
        *("delete", "create", "drop", "alter", "join", "union", "values", "user", "key"),
        *("primary", "foreign", "default", "check", "null", "not", "in", "is", "as", "by", "on"),
        *("having", "limit", "fid", "geom", "ogc_fid", "objectid"),
    )
)
_OPERATORS = frozenset(("div", "mod"))


def type_issues(facts: Facts, places: Places) -> Iterator[Issue]:
    """Appearances, names and what a desktop does otherwise."""
    for asked in facts.asked:
        yield from _appearance(asked, places)
        yield from _desktop(asked, places)
    yield from _hidden(facts, places)
    for asked in facts.asked:
        if asked.own:
            yield from _name(asked, places)
    yield from _cases(facts, places)


def kind_of(asked: Asked) -> str:
    """The kind of a question as the table of appearances names it."""
    if asked.tag in ("select1", "select", "rank", "range", "trigger", "group", "repeat"):
        return asked.tag
    if asked.tag == "upload":
        medium = attribute(asked.element, "mediatype").partition("/")[0]
        return medium if medium in ("image", "audio", "video") else "file"
    return asked.definition.bind.type


def _appearance(asked: Asked, places: Places) -> Iterator[Issue]:
    kind = kind_of(asked)
    allowed = APPEARANCES.get(kind, _TEXT)
    for word in _SEARCH.sub("", asked.appearance).split():
        plain = word.lower()
        if plain in allowed or _EVERYWHERE.fullmatch(plain):
            continue
        homes = sorted(name for name, words in APPEARANCES.items() if plain in words)
        if homes:
            message = _("The appearance {word} does nothing here; it is for {kinds}.")
            text = message.format(word=word, kinds=listed(homes))
        else:
            everything = {one for words in APPEARANCES.values() for one in words}
            near = nearest(word, allowed, 0.6)
            text = _("There is no appearance {word}.").format(word=word)
            text += (
                " " + _("Did you mean {name}?").format(name=near)
                if near
                else meant(word, everything)
            )
        yield places.issue(asked.ref, "appearance", text, "warning")


def _desktop(asked: Asked, places: Places) -> Iterator[Issue]:
    """What a desktop does otherwise than a phone."""
    words = asked.appearance.split()
    if any(word.startswith("ex:") for word in words) or asked.element.get("intent"):
        message = _("No other app is started on a computer; the answer is typed or attached.")
        column = "appearance" if words else "parameters"
        yield places.issue(asked.ref, column, message, "warning")
    if "bearing" in words:
        message = _("A computer has no compass; the bearing is typed.")
        yield places.issue(asked.ref, "appearance", message, "warning")
    if any(word.startswith("printer:") for word in words):
        message = _("Nothing is printed on a label printer.")
        yield places.issue(asked.ref, "appearance", message, "warning")


def _hidden(facts: Facts, places: Places) -> Iterator[Issue]:
    for node in facts.nodes.values():
        wanted = node.bind.preload_params.removeprefix("uri:")
        if node.bind.preload == "property" and wanted in ("subscriberid", "simserial"):
            message = _("A computer has no SIM card; {name} stays empty.").format(name=node.name)
            yield places.issue(node.path, "type", message, "warning")
    model = facts.instance.getparent()
    above = None if model is None else model.getparent()
    if above is None:
        return
    for element in above.iter():
        if isinstance(element.tag, str) and element.tag.endswith("}recordaudio"):
            message = _("No sound is recorded in the background on a computer; attach one.")
            yield places.issue(attribute(element, "ref"), "type", message, "warning")


def _name(asked: Asked, places: Places) -> Iterator[Issue]:
    name = asked.definition.name
    lowered = name.lower()
    if lowered in _OPERATORS or lowered in ("and", "or"):
        message = _("{name} is an operator of expressions; choose another name.")
    elif lowered.startswith("xml"):
        message = _("Names that begin with xml are reserved; choose another than {name}.")
    elif lowered in _SQL:
        message = _("{name} is a word of databases, which tables made of the answers trip over.")
    elif name.startswith("__"):
        message = _("Names that begin with two underscores are reserved; change {name}.")
    else:
        return
    yield places.issue(asked.ref, "name", message.format(name=name), "warning")


def _cases(facts: Facts, places: Places) -> Iterator[Issue]:
    seen: dict[tuple[str, str], str] = {}
    for node in facts.nodes.values():
        above = node.parent.path if node.parent else ""
        other = seen.setdefault((above, node.name.lower()), node.name)
        if other != node.name and node.name.lower() != "meta" and node.name[0] != "@":
            message = _("The name {value} differs from {other} only in upper and lower case.")
            text = message.format(value=node.name, other=other)
            yield places.issue(node.path, "name", text, "warning")


# ---- the workbook as a whole

_SHEETS = ("survey", "choices", "settings", "entities", "external_choices")
_SURVEY = (
    *("type", "name", "label", "hint", "guidance_hint", "required", "required_message"),
    *("relevant", "constraint", "constraint_message", "calculation", "default", "read_only"),
    *("appearance", "parameters", "choice_filter", "repeat_count", "trigger", "image", "audio"),
    *("video", "big-image", "save_to", "autoplay", "body", "bind", "instance", "control", "media"),
    *("intent", "no_app_error_string", "rows", "query", "disabled", "note", "comment", "list_name"),
    *("attribute", "sms_field", "compact_tag", "accuracyThreshold", "flat", "odk"),
)
_SETTINGS = (
    *("form_title", "form_id", "version", "default_language", "instance_name", "style"),
    *("public_key", "submission_url", "allow_choice_duplicates", "auto_send", "auto_delete"),
    *("omit_instanceID", "namespaces", "name", "client_editable", "clean_text_values"),
    *("instance_xmlns", "add_none_option", "attribute", "sms_keyword", "sms_separator", "prefix"),
)
_KNOWN = {"survey": _SURVEY, "settings": _SETTINGS}


def sheet_issues(book: Book) -> Iterator[Issue]:
    """Misspelt sheets and columns."""
    for name in book.names:
        plain = name.strip().lower()
        near = nearest(plain, [one for one in _SHEETS if one not in book.sheets], 0.75)
        if near and plain not in _SHEETS and not name.startswith("_"):
            message = _("The sheet {name} is not read.").format(name=name) + meant(name, [near])
            yield Issue(name, 0, "", message, "warning")
    for sheet_name, known in _KNOWN.items():
        sheet = book.sheet(sheet_name)
        for column, written in sheet.columns.items():
            base = column.partition("::")[0]
            if base in known or base.startswith("_"):
                continue
            near = nearest(base, known, 0.78)
            if near:
                message = _("The column {name} is not read.").format(name=written)
                yield Issue(sheet_name, 1, written, message + meant(base, [near]), "warning")


def setting_issues(facts: Facts, places: Places) -> Iterator[Issue]:
    """What the form should say of itself."""
    book = places.book
    said = book.sheet("settings").columns if book is not None else {}
    if not facts.form_id or (book is not None and "form_id" not in said):
        message = _("The form has no form_id; its file name is taken, which may change.")
        yield places.setting("form_id", message, "warning")
    if not facts.version:
        message = _("The form has no version; a changed form could not be told from this one.")
        yield places.setting("version", message, "warning")
