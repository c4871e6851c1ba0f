"""What an expression is told when nobody knows better."""

from __future__ import annotations

import random as _random

from jdz_field.core.i18n import language
from jdz_field.xforms.tree import TreeNode

_RANDOM = _random.SystemRandom()


class Alone:
    """The part of :class:`jdz_field.xforms.xpath.scope.Host` that needs no record."""

    def random(self) -> float:
        """0 ≤ r < 1."""
        return _RANDOM.random()

    def itext(self, identifier: str) -> str:
        """Without languages an identifier is all there is; the session knows better."""
        return identifier

    def choice_name(self, value: str, question: TreeNode) -> str:  # noqa: ARG002
        """Without labels a choice is its value; the session knows better."""
        return value

    def metadata(self, name: str) -> str:  # noqa: ARG002
        """Nothing is known of the person here; the session knows better."""
        return ""

    def date_language(self) -> str:
        """The program's language; the session knows the form's."""
        return language()
