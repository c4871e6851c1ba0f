"""A sentence of ours for everything that pyxform can say of a form.

pyxform's own texts are matched in :mod:`jdz_field.xforms.complaints`; here is what we say instead.
"""

from __future__ import annotations

from jdz_field.core.i18n import _

#: pyxform's messages without a code of their own, as patterns, the narrower ones first.
UNCODED = (
    ("NO_SURVEY", r"You must have a sheet named 'survey'"),
    ("TWICE_COLUMN", r"Duplicate column header: (?P<name>.*)"),
    ("BAD_DATE", r".* invalid date on the (?P<sheet>\S+) sheet, under the (?P<column>.*) column"),
    ("AUDIT_NAME", r"Audits must always be named 'audit"),
    ("AUDIT_REASONS", r"track-changes-reasons must be set to"),
    (
        "AUDIT_VALUE",
        r"(?P<parameter>track-changes|identify-user) must be set to true or false: '(?P<value>.*)'",
    ),
    ("AUDIT_PRIORITY", r"Parameter location-priority must be set to"),
    ("AUDIT_WHOLE", r"Parameter (?P<parameter>location-\S+) must have an integer value"),
    ("AUDIT_MINIMUM", r"Parameter (?P<parameter>location-\S+) must be greater +than or equal to z"),
    ("AUDIT_AGE", r"Parameter location-max-age must be greater than or equal to"),
    ("AUDIT_LOCATION", r"To include location information in the audit"),
    ("NO_CALCULATION", r"Missing calculation"),
    ("NO_NAME", r"Question or group with no name"),
    ("NO_TYPE", r"Question with no type"),
    ("LOOP_LIST", r"Repeat loop without list name"),
    ("NO_LIST", r"List name not in (choices|columns) sheet: (?P<list>\S+)"),
    ("NO_EXTERNAL", r"There should be an external_choices sheet"),
    ("NO_EXTERNAL_LIST", r"List name not in external choices sheet: (?P<list>\S+)"),
    ("NO_CHOICES", r"There should be a choices sheet"),
    ("FILE_ENDING", r"File name for '(?P<type>.*)' should end with"),
    ("SPACE", r"Choice names with spaces .* See \[(?P<choice>.*)\] in \[(?P<list>.*)\]"),
    ("OTHER_FILTER", r"Choice filter not supported with or_other"),
    ("OTHER_CHOICES", r"Please specify choices for this 'or other'"),
    ("TABLE_FILTER", r"Choice filter not supported for table-list"),
    (
        "TABLE_LISTS",
        r"Badly formatted table list, list names don't match: (?P<one>\S+) vs. (?P<l>.*)",
    ),
    ("TRUE_OR_FALSE", r"(?P<parameter>randomize) must be set to true or false"),
    ("SEED_VALUE", r"(?P<parameter>seed) value must be a number"),
    ("SEED_ALONE", r"Parameters must include randomize=true to use a (?P<parameter>seed)"),
    ("WHOLE_NUMBER", r"Parameter (?P<parameter>rows|max-pixels) must have an integer value"),
    ("APP_NAME", r"Parameter 'app' has an invalid Android package name"),
    ("QUALITY", r"Invalid value for (?P<parameter>quality)"),
    ("BACKGROUND_CALCULATION", r"For 'background-geopoint' questions, the 'calculation' column"),
    ("BACKGROUND_TRIGGER", r"For 'background-geopoint' questions, the 'trigger' column"),
    ("ENCRYPTED_ID", r"Cannot omit instanceID"),
    ("EMPTY_ID", r"Survey cannot have an empty id_string"),
    (
        "HIDDEN_TRIGGER",
        r"The question \$\{(?P<trigger>.*?)\} is not user-visible .* question \$\{(?P<name>.*?)\}",
    ),
    ("NO_LABEL", r"The survey element named '(?P<name>.*)' has no label or hint"),
    ("BIG_IMAGE", r"To use big-image, you must also .* survey element named (?P<name>\S+)\.$"),
    ("INCLUDE", r"This section has not been included"),
    ("MEDIA_TYPE", r"Media type: (?P<kind>\S+) not supported"),
    (
        "TWO_SOURCES",
        r"The same instance id .* Instance name: '(?P<list>.*?)'"
        r".*context: '.*name: (?P<name>[^\]]*)",
    ),
    ("TWICE_FILE", r"Instance names must be unique within a form. The name '(?P<name>.*?)'"),
    ("SEARCH_FILE", r"Question '(?P<name>.*?)' is a select from file type, using 'search\(\)'"),
    ("SEARCH_SHARED", r"Question '(?P<name>.*?)' uses 'search\(\)', .* list name '(?P<list>.*?)'"),
    ("NO_TYPE_KNOWN", r"Unknown question type '(?P<type>.*)'"),
    ("NO_ELEMENT", r".*There is no survey element named '(?P<name>.*?)'"),
    ("TWICE_ELEMENT", r".*There are multiple survey elements named '(?P<name>.*?)'"),
)
_PARAMETERS = "parameters"
#: The column that a complaint is about, where pyxform does not say.
COLUMNS = {
    "NO_LIST": "type",
    "NO_EXTERNAL_LIST": "type",
    "NO_TYPE_KNOWN": "type",
    "FILE_ENDING": "type",
    "LOOP_LIST": "type",
    "NO_TYPE": "type",
    "SURVEY_001": "type",
    "SURVEY_002": "type",
    "OTHER_CHOICES": "type",
    "TABLE_LISTS": "type",
    "NO_NAME": "name",
    "AUDIT_NAME": "name",
    "SPACE": "name",
    "TWICE_FILE": "name",
    "NAMES_005": "name",
    "NO_LABEL": "label",
    "NO_CALCULATION": "calculation",
    "BACKGROUND_CALCULATION": "calculation",
    "BACKGROUND_TRIGGER": "trigger",
    "HIDDEN_TRIGGER": "trigger",
    "OTHER_FILTER": "choice_filter",
    "TABLE_FILTER": "choice_filter",
    "BIG_IMAGE": "big-image",
    "INCLUDE": "type",
    "SEARCH_FILE": "appearance",
    "SEARCH_SHARED": "appearance",
    "EMPTY_ID": "form_id",
    "ENCRYPTED_ID": "omit_instanceID",
    "SURVEY_003": _PARAMETERS,
    "NAMES_014": "list_name",
    "NAMES_015": "list_name",
    "ENTITY_005": "label",
    "ENTITY_006": "update_if",
    "ENTITY_007": "entity_id",
    "ENTITY_009": "list_name",
    "ENTITY_012": "list_name",
    **dict.fromkeys(
        (
            "AUDIT_REASONS",
            "AUDIT_VALUE",
            "AUDIT_PRIORITY",
            "AUDIT_WHOLE",
            "AUDIT_MINIMUM",
            "AUDIT_AGE",
            "AUDIT_LOCATION",
            "TRUE_OR_FALSE",
            "SEED_VALUE",
            "SEED_ALONE",
            "WHOLE_NUMBER",
            "APP_NAME",
            "QUALITY",
        ),
        _PARAMETERS,
    ),
}


def words() -> dict[str, str]:
    """What is said, by code, with places for what pyxform named; in the language in force."""
    return {
        **_references(),
        **_sheets(),
        **_names(),
        **_rows(),
        **_lists(),
        **_parameters(),
        **_audit(),
        **_range(),
        **_entities(),
        **_save_to(),
    }


def _references() -> dict[str, str]:
    return {
        "PYREF_001": _("A reference must look like ${{name}}."),
        "PYREF_002": _("Put a comma between the references."),
        "PYREF_003": _("There is no question {q}; check the name inside ${{…}}."),
        "PYREF_004": _("{q} is the name of several questions; make names unique."),
        "NO_ELEMENT": _("There is no question {name}; check the name inside ${{…}}."),
        "TWICE_ELEMENT": _("{name} is the name of several questions; make names unique."),
        "HIDDEN_TRIGGER": _("{trigger} is never shown and cannot trigger anything."),
    }


def _sheets() -> dict[str, str]:
    columns = _("The columns {other} and {header} of the sheet {sheet_name} are one and the same.")
    return {
        "NO_SURVEY": _("The workbook has no sheet named survey."),
        "HEADER_001": _("The first row of the sheet {sheet_name} must hold the column names."),
        "HEADER_002": columns,
        "HEADER_003": _("The sheet {sheet_name} lacks the column {missing}."),
        "HEADER_004": _("The column name {column} must not be empty or hold spaces."),
        "HEADER_005": _("The entities sheet has no column {columns}; check the spelling."),
        "TWICE_COLUMN": _("The column {name} is there twice; remove or rename one."),
        "BAD_DATE": _("A cell holds a date that cannot be read; write it as text."),
        "MEDIA_TYPE": _("There is no medium {kind}; write image, big-image, audio or video."),
        "NO_CHOICES": _("A choices sheet with list_name, name and label is missing."),
        "NO_EXTERNAL": _("An external_choices sheet with list_name and name is missing."),
        "EMPTY_ID": _("The form_id is empty."),
        "ENCRYPTED_ID": _("An encrypted form cannot do without its instanceID."),
    }


def _names() -> dict[str, str]:
    bad = _("A name must begin with a letter and hold only letters, digits, - _ and .")
    return {
        "NAMES_001": _("The name {value} is used twice here; make names unique."),
        "NAMES_002": _("The name {value} differs from another only in upper and lower case."),
        "NAMES_003": _("A repeat cannot have the name of the form's root, {value}."),
        "NAMES_004": _("The repeat {value} has the name of another; make names unique."),
        "NAMES_005": _("The name meta is taken by the form itself; choose another."),
        "NAMES_006": _("A choice has no name."),
        "NAMES_007": _("A choice has the name of another in its list; make names unique."),
        "NAMES_008": bad,
        "NAMES_009": bad,
        "NAMES_010": _("This name must not begin with two underscores."),
        "NAMES_011": _("This name must not hold a full stop."),
        "NAMES_012": _("An entity's property cannot be called name or label."),
        "NAMES_014": _("The entity list is declared twice."),
        "NAMES_015": _("An entity list has no name."),
        "NO_NAME": _("A question has no name."),
        "TWICE_FILE": _("Two questions bring in a file as {name}; make names unique."),
        "TWO_SOURCES": _("Two different things would be the list {list}; rename one."),
    }


def _rows() -> dict[str, str]:
    return {
        "NO_TYPE": _("A question has no type."),
        "NO_TYPE_KNOWN": _("{type} is no type of question."),
        "NO_LABEL": _("{name} has no label."),
        "NO_CALCULATION": _("The calculation is missing."),
        "SURVEY_001": _("end_{type} has no begin_{type} before it."),
        "SURVEY_002": _("begin_{type} {name} is never ended; add end_{type}."),
        "LOOP_LIST": _("begin_loop needs the name of a list of choices."),
        "INCLUDE": _("include does not work; put all questions into one workbook."),
        "BIG_IMAGE": _("A big-image needs an image beside it."),
        "LABEL_001": _("A choice has no label."),
        "BACKGROUND_CALCULATION": _("A background-geopoint cannot have a calculation."),
        "BACKGROUND_TRIGGER": _("A background-geopoint needs a question in the column trigger."),
        "AUDIT_NAME": _("An audit is always called audit; leave its name empty."),
    }


def _lists() -> dict[str, str]:
    return {
        "NO_LIST": _("The choices sheet has no list {list}."),
        "NO_EXTERNAL_LIST": _("The external_choices sheet has no list {list}."),
        "FILE_ENDING": _("The file of choices must end with .csv, .xml or .geojson."),
        "SPACE": _("The choice {choice} of {list} must not have a space in its name."),
        "OTHER_FILTER": _("or_other does not work together with a choice_filter."),
        "OTHER_CHOICES": _("or_other needs a list on the choices sheet."),
        "TABLE_FILTER": _("A table-list does not work together with a choice_filter."),
        "TABLE_LISTS": _("All questions of a table-list need one list; here are {one} and {l}."),
        "SEARCH_FILE": _("search() does not work with choices from a file."),
        "SEARCH_SHARED": _("The list {list} is used with and without search(); use two lists."),
    }


def _parameters() -> dict[str, str]:
    number = _("The parameter {parameter} must be a whole number.")
    return {
        "SURVEY_003": _("The parameter incremental can only be true."),
        "SURVEY_004": _("Write parameters as name=value, parted by spaces."),
        "SURVEY_005": _("There is no parameter {rejected} here; possible are: {accepted}."),
        "SURVEY_006": _("reference-geometry must name a list, a file or a repeat."),
        "SURVEY_007": _("The parameter capture-accuracy must be a number."),
        "SURVEY_008": _("The parameter warning-accuracy must be a number."),
        "SURVEY_009": _("The parameter allow-mock-accuracy must be true or false."),
        "TRUE_OR_FALSE": _("The parameter {parameter} must be true or false."),
        "SEED_VALUE": _("The parameter seed must be a number or a reference to a question."),
        "SEED_ALONE": _("A seed needs randomize=true."),
        "WHOLE_NUMBER": number,
        "APP_NAME": _("The parameter app must be the name of an Android app, as org.example.app."),
        "QUALITY": _("The quality must be voice-only, low, normal or external."),
    }


def _audit() -> dict[str, str]:
    places = _("An audit with places needs location-priority, location-min-interval and {last}.")
    return {
        "AUDIT_VALUE": _("The parameter {parameter} must be true or false."),
        "AUDIT_REASONS": _("track-changes-reasons can only be on-form-edit."),
        "AUDIT_PRIORITY": _(
            "location-priority must be no-power, low-power, balanced or high-accuracy."
        ),
        "AUDIT_WHOLE": _("The parameter {parameter} must be a whole number."),
        "AUDIT_MINIMUM": _("The parameter {parameter} must not be negative."),
        "AUDIT_AGE": _("location-max-age must not be less than location-min-interval."),
        "AUDIT_LOCATION": places.format(last="location-max-age"),
    }


def _range() -> dict[str, str]:
    few = _("A range without ticks can have labels at its start and end only.")
    return {
        "RANGE_001": _("The parameter {name} must be a number."),
        "RANGE_002": _("The parameter {name} must not be 0."),
        "RANGE_003": _("The parameter {name} is larger than the whole range."),
        "RANGE_004": _("The parameter {name} must be a multiple of step."),
        "RANGE_005": _("The parameter {name} must lie between start and end."),
        "RANGE_006": _("tick_labelset must name a list of the choices sheet."),
        "RANGE_007": few,
        "RANGE_008": _("Ticks and placeholder do not work with this appearance."),
        "RANGE_009": _("The choices of tick_labelset must all be numbers."),
        "RANGE_010": _("The choices of tick_labelset must lie between start and end."),
        "RANGE_011": _("The choices of tick_labelset must lie on multiples of {name}."),
        "RANGE_012": few,
    }


def _entities() -> dict[str, str]:
    scope = _("The entity list {dataset} takes answers from places that do not go together.")
    return {
        "ENTITY_005": _("The entity list {dataset} needs a label."),
        "ENTITY_006": _(
            "The entity list {dataset} needs update_if beside create_if and entity_id."
        ),
        "ENTITY_007": _("The entity list {dataset} needs an entity_id to be updated."),
        "ENTITY_009": _("Two entity lists want the same group or repeat; see row {other_row}."),
        "ENTITY_011": scope,
        "ENTITY_012": scope,
    }


def _save_to() -> dict[str, str]:
    return {
        "ENTITY_001": _("save_to needs an entities sheet."),
        "ENTITY_002": _("The property {saveto} is saved in row {other_row} already."),
        "ENTITY_003": _("A group or repeat cannot be saved to a property."),
        "ENTITY_004": _("There is no entity list {dataset} on the entities sheet."),
        "ENTITY_008": _("With several entity lists write save_to as list#property."),
        "ENTITY_013": _("save_to can hold one # only."),
    }
