"""Translated texts, and texts with answers in them (``<output value="…"/>``)."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.xforms.form import Phrase
from jdz_field.xforms.safe_xml import attribute, children, local
from jdz_field.xforms.tree import Def, TreeNode
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.scope import Context, Host

#: Turns the expression of an output into a closure, in the scope of the text's owner.
CompileText = Callable[[str], Callable[[Context], str]]


def phrase(
    element: etree._Element, compile_output: CompileText, owner: Def | None = None
) -> Phrase:
    """The text of a ``<label>``, ``<hint>`` or ``<value>``."""
    reference = attribute(element, "ref").strip()
    if reference.startswith("jr:itext("):
        inside = reference[len("jr:itext(") :].rstrip(") ").strip()
        if inside[:1] in "'\"":
            return Phrase(identifier=inside.strip("'\""))
    if reference:
        return Phrase("", (compile_output(reference),), owner)
    return Phrase("", _pieces(element, compile_output), owner)


def _pieces(
    element: etree._Element, compile_output: CompileText
) -> tuple[str | Callable[[Context], str], ...]:
    pieces: list[str | Callable[[Context], str]] = [element.text or ""]
    for part in element:
        if local(part) == "output":
            expression = attribute(part, "value") or attribute(part, "ref")
            pieces.append(compile_output(expression))
        elif isinstance(part.tag, str):
            pieces.append("".join(str(text) for text in part.itertext()))
        pieces.append(part.tail or "")
    return tuple(piece for piece in pieces if piece != "")


def show(phrase: Phrase, host: Host, root: TreeNode, node: TreeNode) -> str:
    """A phrase of its own as text, for a question of the record."""
    if not phrase.pieces:
        return ""
    place: TreeNode | None = node
    while phrase.owner and place is not None and place.definition is not phrase.owner:
        place = place.parent
    context = Context(host, place or root)
    return "".join(
        piece if isinstance(piece, str) else _said(piece, context) for piece in phrase.pieces
    ).strip()


def _said(piece: Callable[[Context], str], context: Context) -> str:
    """An answer in a text; what cannot be evaluated now must not take the question away."""
    try:
        return piece(context)
    except (XPathError, OverflowError, ValueError, RecursionError):
        return "…"


class Shared:
    """An output in a text that many questions share (the label of a choice).

    It is compiled for the question that shows it, so that inside a repeat it names the answers
    of the same instance, as in JavaRosa.
    """

    def __init__(
        self, expression: str, root: Def, compile_for: Callable[[Def], CompileText]
    ) -> None:
        self._expression = expression
        self._root = root
        self._compile_for = compile_for
        self._made: dict[Def, Callable[[Context], str]] = {}

    def bind(self, definition: Def) -> Callable[[Context], str]:
        """The closure for a question."""
        made = self._made.get(definition)
        if made is None:
            made = self._made[definition] = self._compile_for(definition)(self._expression)
        return made

    def __call__(self, context: Context) -> str:
        """The text for the question that the context is at."""
        node = context.node
        return self.bind(node.definition if isinstance(node, TreeNode) else self._root)(context)


def read_itext(
    model: etree._Element, compile_for: Callable[[str], tuple[CompileText, Def | None]]
) -> tuple[dict[str, dict[str, dict[str, Phrase]]], str]:
    """``{language: {identifier: {form: phrase}}}`` (form ``""`` is the text) and the default."""
    table: dict[str, dict[str, dict[str, Phrase]]] = {}
    default = ""
    for block in children(model, "itext"):
        for translation in children(block, "translation"):
            language = attribute(translation, "lang")
            if language in table:
                message = _("The form declares the language {name} twice.")
                raise BadInput(message.format(name=language))
            table[language] = _texts(translation, compile_for)
            if translation.get("default") is not None or not default:
                default = language
    return table, default


def _texts(
    translation: etree._Element, compile_for: Callable[[str], tuple[CompileText, Def | None]]
) -> dict[str, dict[str, Phrase]]:
    texts: dict[str, dict[str, Phrase]] = {}
    for entry in children(translation, "text"):
        identifier = attribute(entry, "id")
        compile_output, owner = compile_for(identifier)
        texts[identifier] = {
            attribute(value, "form"): phrase(value, compile_output, owner)
            for value in children(entry, "value")
        }
    return texts
