"""What a parsed form is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jdz_field.core.errors import BadInput
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import Def
from jdz_field.xforms.xpath.scope import Context, Dependency
from jdz_field.xforms.xpath.values import NodeSet, Value

#: Identifier of the form's title among its translated texts.
TITLE = "form:title"
#: What a rule decides; calculation and relevance feed others, the rest only show.
RELEVANT, CALCULATE, READONLY, REQUIRED, CONSTRAINT, DISPLAY, COUNT = range(7)


@dataclass(slots=True)
class Seed:
    """The values that the form gives a part of the record before anything is answered."""

    text: str = ""
    kids: dict[str, list[Seed]] = field(default_factory=dict)
    template: dict[str, Seed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A label: a text of its own, or the identifier of a translated one."""

    identifier: str = ""
    pieces: tuple[str | Callable[[Context], str], ...] = ()
    #: The node whose references the pieces are (the root for texts of choices).
    owner: Def | None = None


@dataclass(slots=True)
class Itemset:
    """Where a question's choices come from; ``simple``: child names of value and label."""

    nodes: Callable[[Context], NodeSet]
    value: Callable[[Context], str]
    label: Callable[[Context], str]
    value_name: str = ""
    label_name: str = ""
    translated: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class StaticChoice:
    """A choice written in the question itself."""

    value: str
    label: Phrase


@dataclass(slots=True)
class Control:
    """A question, group or repeat of the form's body.

    Attributes:
        tag: input, select1, select, rank, upload, trigger, range, group or repeat.
        ref: path without positions; groups without a node of their own get ``path/#n``.
        parameters: further attributes (start, end, step, rows, accuracyThreshold …).
    """

    tag: str
    ref: str
    definition: Def
    own: bool = True
    appearance: str = ""
    mediatype: str = ""
    label: Phrase | None = None
    hint: Phrase | None = None
    children: list[Control] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    itemset: Itemset | None = None
    choices: tuple[StaticChoice, ...] = ()
    count: str = ""
    no_add_remove: bool = False
    line: int = 0

    def walk(self) -> Iterator[Control]:
        """It and everything in it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Rule:
    """An expression that decides something about the nodes of ``definition``."""

    kind: int
    definition: Def
    run: Callable[[Context], Value]
    dependencies: frozenset[Dependency]
    source: str = ""
    order: int = 0
    #: For COUNT: the repeat whose instances are counted.
    repeat: Def | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A rule that must be looked at again when a node of some definition changes.

    From the node go ``ups`` levels up, then down ``chain``; ``slot`` ≥ 0: just that node.
    """

    order: int
    bound: int
    ups: int
    chain: tuple[Def, ...]
    slot: int


@dataclass(slots=True)
class Action:
    """``setvalue`` (or ``setgeopoint``): at some event, give ``target`` a value."""

    events: frozenset[str]
    target: Def
    run: Callable[[Context], Value] | None
    #: The question or repeat that it is nested in.
    holder: Def | None = None
    position: bool = False


@dataclass(frozen=True, slots=True)
class EntityBlock:
    """``<entity dataset=…>`` in a meta block: ``scope`` is what holds that meta block."""

    definition: Def
    scope: Def
    dataset: str
    fields: Mapping[str, Def]


@dataclass(frozen=True, slots=True)
class ListSource:
    """A declared secondary instance: written in the form, or a file beside it."""

    name: str
    document: StaticNode | None
    src: str = ""


@dataclass(frozen=True, slots=True)
class FormProblem:
    """Something that would go wrong later: where (a ref and a column of the XLSForm, or empty)
    and what, for a person.
    """

    ref: str
    message: str
    column: str = ""


class FormError(BadInput):
    """A form that cannot be used because of what one of its questions says."""

    def __init__(self, message: str, ref: str = "", column: str = "") -> None:
        super().__init__(message)
        self.ref = ref
        self.column = column


@dataclass(slots=True)
class FormDefinition:
    """A form that can be filled: made by :func:`jdz_field.xforms.definition.parse_form`."""

    form_id: str
    version: str
    title: str
    root: Def
    seed: Seed
    nodes: dict[str, Def]
    single_count: int
    controls: list[Control]
    by_definition: dict[Def, Control]
    lists: dict[str, ListSource]
    languages: tuple[str, ...]
    default_language: str
    itext: dict[str, dict[str, dict[str, Phrase]]]
    rules: list[Rule]
    reactions: dict[Def, tuple[Reaction, ...]]
    rules_of: dict[Def, tuple[int, ...]]
    #: Orders of counts that nothing in their own repeat has a part in.
    steady_counts: frozenset[int]
    actions: list[Action]
    entities: list[EntityBlock]
    problems: list[FormProblem]
    namespaces: Mapping[str, str]
    instance_name: Def | None = None
    #: What the settings sheet asks of the page: ``pages``, ``theme-grid`` … (the body's class).
    style: str = ""

    def template(self, repeat: Def) -> Seed | None:
        """What a new instance of a repeat starts with."""
        seed: Seed | None = self.seed
        for level in repeat.chain[1:]:
            if seed is None:
                return None
            kids = seed.kids.get(level.name)
            seed = seed.template.get(level.name) or (kids[0] if kids else None)
        return seed

    @property
    def titles(self) -> Mapping[str, str]:
        """The form's title by language, as far as it is translated."""
        found = {}
        for language, texts in self.itext.items():
            pieces = texts[TITLE][""].pieces if "" in texts.get(TITLE, {}) else ()
            said = "".join(piece for piece in pieces if isinstance(piece, str)).strip()
            if said:
                found[language] = said
        return found

    def title_in(self, language: str) -> str:
        """The title in a language, by its name (``中文 (zh)``) or its tag (``zh``)."""
        return pick_title(self.titles, language) or self.title

    def questions(self) -> Sequence[Control]:
        """All questions, in order."""
        return [
            control
            for top in self.controls
            for control in top.walk()
            if control.tag not in ("group", "repeat")
        ]


def pick_title(titles: Mapping[str, str], language: str) -> str:
    """The title of a language, by its name (``中文 (zh)``) or its tag (``zh``), else ``""``."""
    for name, title in titles.items():
        if language in (name, name.rpartition("(")[2].rstrip(")")):
            return title
    return ""
