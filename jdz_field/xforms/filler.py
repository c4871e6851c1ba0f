"""A form being filled: the engine plus languages, preloads and actions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from jdz_field.core.clock import Now
from jdz_field.xforms.datatypes import from_result, moment_text
from jdz_field.xforms.engine import EVALUATION_ERRORS
from jdz_field.xforms.form import CALCULATE, Action, FormDefinition, Phrase, Seed
from jdz_field.xforms.itext import show
from jdz_field.xforms.repeats import Repeats
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import TreeNode, instances_below
from jdz_field.xforms.xpath.scope import WORK, Context

FIRST_LOAD, LOAD = "odk-instance-first-load", "odk-instance-load"
NEW_REPEAT, VALUE_CHANGED = "odk-new-repeat", "xforms-value-changed"
#: What forms call the languages that months and days are named in.
_LANGUAGE_NAMES = {"zh": "zh", "cn": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh"}
_LANGUAGE_NAMES |= {"简体中文": "zh", "en": "en", "english": "en"}
#: Actions that set each other off stop here.
_MAX_CASCADE = 50


class Filler(Repeats):
    """What a session runs on.

    Attributes:
        language: the one in force (``""`` when the form has none).
        wanted_positions: nodes that a ``setgeopoint`` action wants the present position in.
    """

    def __init__(
        self,
        form: FormDefinition,
        now: Now,
        lists: Mapping[str, StaticNode],
        metadata: Mapping[str, str],
        seed: Seed | None = None,
    ) -> None:
        super().__init__(form, now, lists, seed)
        self.language = form.default_language
        #: For names of months and days where the form has no language: ``zh``, ``en`` or ``""``.
        self.client_language = ""
        self.wanted_positions: dict[TreeNode, None] = {}
        self._metadata = metadata
        self._cascade = 0

    # ---- texts

    def phrase_text(self, phrase: Phrase | None, node: TreeNode, form: str = "") -> str:
        """A label as text in the language in force; ``form``: image, audio, guidance …

        pyxform writes ``-`` where a translation is missing: another language is shown then.
        """
        self.work = WORK
        return self._phrase_text(phrase, node, form)

    def _phrase_text(self, phrase: Phrase | None, node: TreeNode, form: str = "") -> str:
        if phrase is None:
            return ""
        if phrase.identifier:
            found = [text for text in self._texts(phrase.identifier, form) if text is not None]
            shown = next((text for text in found if text.pieces != ("-",)), None)
            phrase = shown or next(iter(found), None)
        elif form:
            return ""
        return "" if phrase is None else show(phrase, self, self.root, node)

    def _texts(self, identifier: str, form: str) -> Iterator[Phrase | None]:
        """A text in the language in force, in the form's own, in the others."""
        languages = (self.language, self.form.default_language, *self.form.languages)
        for language in dict.fromkeys(languages):
            texts = self.form.itext.get(language, {}).get(identifier, {})
            if form:
                yield texts.get(form)
            else:
                yield texts.get("") or texts.get("long") or texts.get("short")

    def lasting(self, identifier: str) -> bool:
        """Whether a translated text has no answers in it."""
        return all(
            isinstance(piece, str)
            for text in self._texts(identifier, "")
            if text is not None
            for piece in text.pieces
        )

    def media(self, identifier: str) -> dict[str, str]:
        """``{"image": "jr://images/a.png", …}`` of a translated text."""
        texts = self.form.itext.get(self.language, {}).get(identifier, {})
        return {
            form: "".join(piece for piece in phrase.pieces if isinstance(piece, str)).strip()
            for form, phrase in texts.items()
            if form and form not in ("guidance", "short", "long", "markdown")
        }

    def itext(self, identifier: str) -> str:
        """A translated text as an expression sees it: missing ones are ``-``, as in JavaRosa."""
        found = next((text for text in self._texts(identifier, "") if text is not None), None)
        return "" if found is None else show(found, self, self.root, self.root)

    def choice_name(self, value: str, question: TreeNode) -> str:
        """The label of a choice of a question."""
        control = self.form.by_definition.get(question.definition)
        if control is None:
            return ""
        for choice in control.choices:
            if choice.value == value:
                return self._phrase_text(choice.label, question)
        if control.itemset is None:
            return ""
        context = Context(self, question)
        for item in control.itemset.nodes(context):
            inner = Context(self, item, question)
            if control.itemset.value(inner) == value:
                return control.itemset.label(inner)
        return ""

    def metadata(self, name: str) -> str:
        """deviceid, username …"""
        return self._metadata.get(name, "")

    def date_language(self) -> str:
        """The form's language when it is known, else what was set, else the program's."""
        tag = self.language.rpartition("(")[2].rstrip(") ").lower()
        named = _LANGUAGE_NAMES.get(tag.replace("_", "-").partition("-")[0])
        return named or self.client_language or super().date_language()

    # ---- life of a record

    def first_load(self) -> None:
        """A new record: preloads, then the actions of the first load, then every rule."""
        self._preload(self.root)
        self._perform_at(FIRST_LOAD)
        self._perform_at(LOAD)
        self.start()

    def reopen(self) -> None:
        """A record that was begun earlier."""
        self._perform_at(LOAD)
        self.start()

    def _perform_at(self, event: str) -> None:
        for action in self.form.actions:
            if event in action.events:
                for target in instances_below(self.root, action.target.chain[1:]):
                    self._perform(action, target)

    def _preload(self, top: TreeNode) -> None:
        for node in top.walk():
            bind = node.definition.bind
            text = self._preloaded(bind.preload, bind.preload_params, bind.type)
            if text:
                self._put(node, text)

    def _preloaded(self, handler: str, parameter: str, kind: str) -> str:
        if handler == "uid":
            return f"uuid:{uuid.uuid4()}"
        if handler == "property":
            return self.metadata(parameter)
        if (handler, parameter) in (("date", "today"), ("timestamp", "start")):
            return moment_text(self.now(), kind if kind in ("date", "time") else "dateTime")
        return ""

    def renew_id(self, node: TreeNode) -> None:
        """Give the record a new id."""
        self.answer(node, self._preloaded("uid", "", "string"))

    def stamp_end(self) -> None:
        """Write the time of finishing into the questions that ask for it."""
        for node in self.root.walk():
            bind = node.definition.bind
            if bind.preload == "timestamp" and bind.preload_params == "end":
                self.put_text(node, moment_text(self.now(), "dateTime"))
        self.run()

    def answer(self, node: TreeNode, text: str) -> None:
        """A person's answer with everything that follows from it."""
        before = node.text
        self.put_text(node, text)
        self.run()
        if node.text != before:
            self._value_changed(node)

    def _value_changed(self, node: TreeNode) -> None:
        self._cascade += 1
        try:
            if self._cascade <= _MAX_CASCADE:
                for action in self.form.actions:
                    if action.holder is node.definition and VALUE_CHANGED in action.events:
                        self._perform_near(action, node.parent or node)
        finally:
            self._cascade -= 1

    def on_new_instance(self, node: TreeNode) -> None:
        """A repeat instance was added: its preloads and actions."""
        self._preload(node)
        for action in self.form.actions:
            if NEW_REPEAT in action.events and action.holder in (None, node.definition):
                self._perform_near(action, node)

    def _perform_near(self, action: Action, place: TreeNode) -> None:
        """Perform it at the targets that share as many levels with ``place`` as they can."""
        chain, other = action.target.chain, place.definition.chain
        shared = 0
        while shared < min(len(chain), len(other)) and chain[shared] is other[shared]:
            shared += 1
        top = place.up(place.definition.depth - shared)
        for target in instances_below(top, chain[shared:]):
            self._perform(action, target)

    def _perform(self, action: Action, target: TreeNode) -> None:
        if action.position:
            self.wanted_positions[target] = None
            return
        assert action.run is not None
        try:
            value = action.run(Context.anew(self, target))
            kind = target.definition.bind.type
            _worth, text = from_result(value, kind, self.today)  # type: ignore[arg-type]
        except EVALUATION_ERRORS as error:
            self.fault(target, CALCULATE, error)
            return
        self.answer(target, text)
