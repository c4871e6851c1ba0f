"""Syntax → closures, once; the running form only calls them."""

from __future__ import annotations

from jdz_field.core.i18n import _
from jdz_field.xforms.functions import nodes as _nodes
from jdz_field.xforms.functions import numbers as _numbers
from jdz_field.xforms.functions import places as _places
from jdz_field.xforms.functions import text as _text
from jdz_field.xforms.functions import times as _times
from jdz_field.xforms.functions.registry import FUNCTIONS, build_call
from jdz_field.xforms.functions.special import SPECIAL
from jdz_field.xforms.xpath.code import NODES, Code, as_nodes, constant
from jdz_field.xforms.xpath.errors import XPathError
from jdz_field.xforms.xpath.operators import compile_chain, compile_negate
from jdz_field.xforms.xpath.parser import parse
from jdz_field.xforms.xpath.paths import compile_path
from jdz_field.xforms.xpath.predicates import compile_predicates, filter_nodes
from jdz_field.xforms.xpath.scope import Context, Scope
from jdz_field.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Number,
    Path,
    String,
    chain,
)
from jdz_field.xforms.xpath.values import NodeSet

#: The modules whose import declares functions.
_DECLARED = (_nodes, _numbers, _places, _text, _times)


def compile_text(text: str, scope: Scope) -> Code:
    """The closure of an expression as written in a form; XPathError when it is none."""
    return compile_expression(parse(text), scope)


def compile_expression(expression: Expression, scope: Scope) -> Code:
    """The closure of a syntax tree standing in ``scope``."""
    match expression:
        case Number(value=value) | String(value=value):
            return constant(value)
        case Path():
            return compile_path(expression, scope, compile_expression)
        case Call():
            return _call(expression, scope)
        case Binary():
            first, others = chain(expression)
            codes = [compile_expression(other.right, scope) for other in others]
            return compile_chain(compile_expression(first, scope), others, codes)
        case Negate():
            return compile_negate(compile_expression(expression.operand, scope))
        case Filter():
            return _filter(expression, scope)


def known_functions() -> frozenset[str]:
    """The names of all functions."""
    return frozenset(FUNCTIONS) | frozenset(SPECIAL)


def _call(call: Call, scope: Scope) -> Code:
    plain = call.name.removesuffix("\0")
    if plain == call.name and call.name in SPECIAL:
        return SPECIAL[call.name](call, scope, compile_expression)
    declared = FUNCTIONS.get(plain)
    if declared is None:
        raise XPathError(_("There is no function {name}().").format(name=call.name), call.position)
    arguments = [compile_expression(argument, scope) for argument in call.arguments]
    return build_call(declared, call, arguments)


def _filter(expression: Filter, scope: Scope) -> Code:
    nodes = as_nodes(compile_expression(expression.operand, scope), "[…]")
    narrows = compile_predicates(
        expression.predicates, scope.inner(None, scope.limit), compile_expression
    )

    def run(context: Context) -> NodeSet:
        return filter_nodes(narrows, context, nodes(context))

    return Code(NODES, run, run)
