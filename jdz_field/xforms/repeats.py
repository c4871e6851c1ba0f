"""The running form's repeats: instances that come and go, by hand or because a count says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jdz_field.core.clock import Now
from jdz_field.core.i18n import _
from jdz_field.xforms.engine import Engine
from jdz_field.xforms.form import COUNT, RELEVANT, FormDefinition, Rule, Seed
from jdz_field.xforms.static import StaticNode
from jdz_field.xforms.tree import Def, TreeNode

#: A count that asks for more instances than this, in one place or at once, is stopped.
MAX_INSTANCES = 5_000


class Repeats(Engine):
    """Nodes and rules of a record whose repeats grow and shrink."""

    def __init__(
        self,
        form: FormDefinition,
        now: Now,
        lists: Mapping[str, StaticNode],
        seed: Seed | None = None,
    ) -> None:
        super().__init__(form, now, lists, seed)
        self._apply[COUNT] = self._apply_count

    def _apply_count(self, rule: Rule, nodes: Iterable[TreeNode]) -> None:
        assert rule.repeat is not None
        for parent in nodes:
            self._adjust(rule, rule.repeat, parent)

    def _adjust(self, rule: Rule, repeat: Def, parent: TreeNode) -> None:
        """Make missing instances, hide those beyond the count."""
        kin = parent.named(repeat.name)
        phantom = kin[0] if kin else TreeNode(repeat, parent)
        wanted = self._wanted(rule, phantom)
        if wanted is None:
            # Not answered: what is there stays, however it came to be.
            wanted = len(kin)
        for node in kin:
            if node.surplus is not (node.index >= wanted):
                node.surplus = not node.surplus
                self.refresh_relevance(node)
                self.touched[parent] = None
        if len(kin) < wanted and parent.relevant and self.may_exist(repeat, phantom):
            room = MAX_INSTANCES - max(self._created, len(kin))
            if room <= 0:
                message = _("The form asks for more than {n} repeats.")
                self.faults[parent, COUNT] = message.format(n=MAX_INSTANCES)
                return
            # Where the count depends on what is added, that must be settled after each.
            missing = wanted - len(kin) if rule.order in self.form.steady_counts else 1
            self._created += min(missing, room)
            for _turn in range(min(missing, room)):
                self.add_instance(repeat, parent)
            self.push(rule.order, parent)

    def _wanted(self, rule: Rule, phantom: TreeNode) -> int | None:
        """How many instances the count asks for; None when it is not answered yet."""
        result = self.evaluate(rule, phantom)
        if not isinstance(result, float) or result != result:  # noqa: PLR0124 (NaN)
            return None
        return max(0, int(min(result, 1e9)))

    def may_exist(self, repeat: Def, phantom: TreeNode) -> bool:
        """Whether the repeat's own relevance lets a new instance be."""
        for order in self.form.rules_of.get(repeat, ()):
            rule = self.form.rules[order]
            if rule.kind == RELEVANT:
                return bool(self.evaluate(rule, phantom))
        return True

    def add_instance(self, repeat: Def, parent: TreeNode) -> TreeNode:
        """A new instance at the end; run() must follow."""
        kin = parent.kids[repeat.name]
        assert isinstance(kin, list)
        node = self.build(repeat, parent, self.form.template(repeat), len(kin))
        kin.append(node)
        self.touched[parent] = None
        # Before anything is calculated (ODK XForms, "The odk-new-repeat event").
        self.on_new_instance(node)
        for inner in node.walk():
            self.touched[inner] = None
            self.changed(inner)
            self._push_rules(inner)
        self._push_overridden(repeat)
        return node

    def _push_overridden(self, repeat: Def) -> None:
        for order, other in self._overrides.repeated(repeat):
            self.push(order, other)

    def on_new_instance(self, node: TreeNode) -> None:
        """Called when an instance has been added, before its rules run."""

    def remove_instance(self, node: TreeNode) -> None:
        """Take an instance away; run() must follow."""
        parent = node.parent
        assert parent is not None
        kin = parent.kids[node.name]
        assert isinstance(kin, list)
        kin.remove(node)
        self.touched[parent] = None
        self._push_overridden(node.definition)
        for inner in node.walk():
            self.changed(inner, outside=parent.definition.depth)
        for place, other in enumerate(kin):
            if other.index != place:
                other.renumber(place)
                for inner in other.walk():
                    self.touched[inner] = None
                self.changed(other)
