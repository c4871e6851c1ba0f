"""Forms as markdown tables, and sessions over them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from jdz_field.xforms.definition import parse_form
from jdz_field.xforms.form import FormDefinition
from jdz_field.xforms.runner import Runner
from jdz_field.xforms.session import FormSession

NOON = datetime(2026, 4, 5, 4, 0, tzinfo=UTC)
_XFORM = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>f</h:title><model>{model}</model>'
    "</h:head><h:body>{body}</h:body></h:html>"
)


def noon() -> datetime:
    """The clock of the tests."""
    return NOON


def xform(markdown: str) -> str:
    """The XForm of an XLSForm written as a markdown table."""
    from pyxform.xls2xform import convert

    logging.getLogger("pyxform").disabled = True
    lines = [line.strip() for line in markdown.strip().splitlines()]
    return str(convert(xlsform="\n".join(lines) + "\n", file_type=".md", form_name="data").xform)


def raw_xform(model: str, body: str = "") -> str:
    """An XForm from the inside of its model and body."""
    return _XFORM.format(model=model, body=body)


def calculations(values: Mapping[str, tuple[str, str]], expressions: Sequence[str]) -> str:
    """An XForm with typed values (name: type, text) and one calculation e0, e1 … each."""
    nodes = "".join(f"<{name}>{text}</{name}>" for name, (_kind, text) in values.items())
    nodes += "".join(f"<e{at}/>" for at in range(len(expressions)))
    binds = "".join(
        f'<bind nodeset="/data/{name}" type="{kind}"/>' for name, (kind, _text) in values.items()
    )
    binds += "".join(
        f'<bind nodeset="/data/e{at}" type="string" calculate={quoteattr(expression)}/>'
        for at, expression in enumerate(expressions)
    )
    body = "".join(f'<input ref="/data/{name}"/>' for name in values)
    instance = f'<instance><data id="f" version="7">{nodes}</data></instance>'
    return raw_xform(instance + binds, body)


def form(markdown: str) -> FormDefinition:
    """A parsed form from a markdown table."""
    return parse_form(xform(markdown))


def session(markdown: str, **options: Any) -> FormSession:
    """A fresh session over a markdown form, at noon of 2026-04-05."""
    return FormSession(form(markdown), **{"now": noon, **options})


def value(filling: FormSession, ref: str) -> str:
    """What a question holds."""
    return filling.node(ref).value


def evaluate(expression: str, **values: tuple[str, str]) -> str | None:
    """What a calculation over typed values gives, as it would be dumped."""
    made = FormSession(parse_form(calculations(values, [expression])), now=noon)
    leaves = json.loads(next(iter(Runner(made).run(["dump"]))))["leaves"]
    faults = made.faults()
    if faults:
        raise AssertionError(faults)
    found: str | None = leaves["/data/e0"]["value"]
    return found
