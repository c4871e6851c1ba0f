"""Any history of three devices and an office, as Hypothesis tells it."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.sync.inside import Cut
from tests.sync.team import NAMES, Team

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "town": st.sampled_from(["a", "b", "c", None]),
    "village": st.sampled_from(["x", "y", "10", "20"]),
    "measures": st.sampled_from(["", "1", "1 2", "2 3", "9"]),
    # Controlled: a field role's is a proposal; -5 breaks the rule.
    "threatened_people": st.sampled_from([1, 10, 20, -5]),
    # The grade follows from people and loss: held with what it follows from.
    "danger_grade": st.sampled_from(["1", "2"]),
    "deleted": st.booleans(),
    "code": st.sampled_from(["360222000001", "360222000003"]),
}
device = st.sampled_from(NAMES)
number = st.integers(0, 5)
fields = st.sets(st.sampled_from(sorted(VALUES)), min_size=1, max_size=2).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in sorted(names)})
)
cut = st.one_of(st.none(), st.builds(Cut, st.integers(0, 4), st.booleans()))


class Machine(RuleBasedStateMachine):
    """The rules; what must hold is looked at after every act of the centre and at the end."""

    #: How often what was done, over all examples.
    total: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.team = Team()

    @rule(name=device, number=number, values=fields)
    def edit(self, name: str, number: int, values: dict[str, Any]) -> None:
        self.team.edit(name, number, values)

    @rule(name=device, number=number, field=st.sampled_from(["village", "town"]))
    def edit_and_sync(self, name: str, number: int, field: str) -> None:
        self.team.edit(name, number, {field: "20"})
        self.team.sync(name)

    @rule(names=st.permutations(NAMES), values=st.tuples(fields, fields), number=st.integers(0, 1))
    def clash(self, names: list[str], values: tuple[dict[str, Any], ...], number: int) -> None:
        """Two people write at one site without having seen each other."""
        for name, given in zip(names, values, strict=False):
            self.team.edit(name, number, given)
        for name in names[:2]:
            self.team.sync(name)

    @rule(name=device, other=device, number=st.integers(0, 1), town=st.sampled_from("abc"))
    def there_and_back(self, name: str, other: str, number: int, town: str) -> None:
        """10, 20, 10: the value is again what it was, and is not what was seen."""
        before = self.team.shown(other, number, "town")
        self.team.edit(name, number, {"town": town})
        for value in ("between", before):
            self.team.edit(other, number, {"town": value})
            self.team.sync(other)
        self.team.sync(name)

    @rule(name=device, number=st.integers(0, 1), values=st.lists(fields, min_size=2, max_size=4))
    def sticks(self, name: str, number: int, values: list[dict[str, Any]]) -> None:
        """Each edit goes onto a stick of its own; they reach the office in any order, or never."""
        for given in values:
            self.team.edit(name, number, given)
            self.team.export(name)

    @rule(name=device, code=st.sampled_from([None, "360222000001", "360222000003"]))
    def create(self, name: str, code: str | None) -> None:
        self.team.create(name, code)

    @precondition(lambda self: len(self.team.records) < 4)
    @rule(name=device, number=number, before=st.one_of(st.none(), number))
    def report(self, name: str, number: int, before: int | None) -> None:
        self.team.report(name, number, before)

    @rule(name=device, cut=cut)
    def sync(self, name: str, cut: Cut | None) -> None:
        self.team.sync(name, cut)

    @rule(name=device)
    def export(self, name: str) -> None:
        self.team.export(name)

    @rule(number=number)
    def carry(self, number: int) -> None:
        self.team.carry(number)

    @rule(number=number)
    def answer(self, number: int) -> None:
        self.team.answer(number)

    @rule(name=st.sampled_from([*NAMES, "centre"]))
    def back_up(self, name: str) -> None:
        self.team.back_up(name)

    @rule(name=st.sampled_from([*NAMES, "centre"]), number=number)
    def restore(self, name: str, number: int) -> None:
        self.team.restore(name, number)

    @rule(number=number, take=st.sampled_from(["central", "incoming", "base", "value"]))
    def decide(self, number: int, take: str) -> None:
        self.team.decide(number, take, "360222000009" if take == "value" else None)

    @rule(
        number=number,
        act=st.sampled_from(
            [
                ("proposals", "approve"),
                ("proposals", "reject"),
                ("quarantine", "release"),
                ("quarantine", "reject"),
                ("waiting", "release"),
                ("waiting", "reject"),
            ]
        ),
    )
    def settle(self, number: int, act: tuple[str, str]) -> None:
        self.team.settle(act[0], number, act[1])

    def teardown(self) -> None:
        try:
            self.team.end()
        finally:
            for what, count in self.team.counts.items():
                self.total[what] = self.total.get(what, 0) + count
            self.team.close()
