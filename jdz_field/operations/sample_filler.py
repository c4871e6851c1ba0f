"""Fills any form that ships with invented answers that its own rules accept."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jdz_field.core.clock import BEIJING
from jdz_field.core.errors import BadInput
from jdz_field.core.i18n import _
from jdz_field.core.sites import Site
from jdz_field.xforms.session import FormSession
from jdz_field.xforms.view import Node

MARK = "虚构示例"
#: Rounds of answering what is still open; questions open others.
_ROUNDS = 12
#: Of a hundred yes-or-no questions about signs so many are yes.
_SIGNS = 3
#: What a question of this name is answered with, if it is offered; the first one most often.
_LIKELY: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("phone_answered", "shelter_ready", "route_open", "cards_issued"), ("yes",)),
    "weather": ("sunny", "cloudy", "rain", "rainstorm"),
    "inspection_type": ("flood", "before_flood", "after_flood"),
    "trend": ("stable",),
    "checked": ("yes",),
}
_NUMBERS = ("1", "3", "8", "20", "60", "100", "300", "2030")


@dataclass
class Filler:
    """Answers one form as somebody standing at ``site`` at ``moment`` would.

    ``wishes``: answers by the question's name that are given first where they are taken.
    """

    source: random.Random
    site: Site | None
    moment: datetime
    photos: str = "sample"
    wishes: Mapping[str, str] = field(default_factory=dict)

    def fill(self, session: FormSession) -> list[str]:
        """Answer what the person knows, then what is missing; the file names it made up.

        ``BadInput``: a question takes nothing of what was tried.
        """
        self.files: list[str] = []
        self._known(session)
        for _round in range(_ROUNDS):
            open_ = [problem.ref for problem in session.problems()]
            if not open_:
                return self.files
            for ref in open_:
                self._settle(session, ref)
        raise BadInput(
            _("The sample cannot fill {form}: {refs} stay open.").format(
                form=session.form.form_id, refs=" ".join(p.ref for p in session.problems())
            )
        )

    def _known(self, session: FormSession) -> None:
        """Where one is, the picture of the whole, and what was wished."""
        for _control, tree in session.questions():
            if "[" in tree.ref or not tree.relevant or tree.readonly:
                continue
            node = session.node(tree.ref)
            if tree.name in self.wishes or tree.name in ("position", "photo_overview"):
                self._settle(session, node.ref)

    def _settle(self, session: FormSession, ref: str) -> None:
        node = session.node(ref)
        if not node.relevant or node.readonly:
            return
        for value in self._tries(session, node):
            session.answer(ref, value)
            now = session.node(ref)
            if now.value and not now.error:
                break
        if node.control == "upload" and session.node(ref).value:
            self.files.append(session.node(ref).value)

    def _tries(self, session: FormSession, node: Node) -> list[str]:
        wished = [self.wishes[node.name]] if node.name in self.wishes else []
        if node.type in ("select1", "select", "rank"):
            return [*wished, *self._choices(session, node)]
        return [*wished, *self._values(node)]

    def _choices(self, session: FormSession, node: Node) -> list[str]:
        offered = [choice.value for choice in session.choices(node.ref)]
        self.source.shuffle(offered)
        likely = [one for one in _LIKELY.get(node.name, ()) if one in offered]
        if likely:
            first = likely[min(int(self.source.expovariate(1.2)), len(likely) - 1)]
            return [first, *offered]
        if "no" in offered and self.source.randrange(100) >= _SIGNS:
            return ["no", *offered]
        return offered

    def _values(self, node: Node) -> list[str]:
        if node.type in ("geopoint", "geotrace", "geoshape"):
            return [self._place(node.type)]
        if node.type == "binary":
            suffix = "jpg" if node.mediatype.startswith("image") else "txt"
            return [f"{self.photos}-{len(self.files) + 1}.{suffix}"]
        return self._texts(node.type)

    def _texts(self, kind: str) -> list[str]:
        local = self.moment.astimezone(BEIJING)
        if kind in ("int", "decimal"):
            return [str(self.source.randint(1, 9)), *_NUMBERS]
        if kind == "date":
            return [f"{(local + timedelta(days=n)).date()}" for n in (0, -3, 5, 400)]
        if kind in ("time", "dateTime"):
            day = "" if kind == "time" else f"{local.date()}T"
            return [f"{day}{local:%H:%M:%S}.000+08:00"]
        return [MARK, f"1390000{self.source.randrange(10_000):04d}", f"{local.year}-03"]

    def _place(self, kind: str) -> str:
        lon = (self.site.lon if self.site else None) or 117.2
        lat = (self.site.lat if self.site else None) or 29.3

        def near() -> str:
            east, north = (self.source.uniform(-0.0003, 0.0003) for _axis in range(2))
            error = self.source.uniform(0.8, 4.5)
            return f"{lat + north:.7f} {lon + east:.7f} 80 {error:.1f}"

        if kind == "geopoint":
            return near()
        first = near()
        corners = [first, *(near() for _corner in range(3))]
        return "; ".join([*corners, first] if kind == "geoshape" else corners)
