"""In which order the tables answer a question to the features.

The rarest value leads: its features are walked by number, and what else is asked for is looked
up for each in an index. A box leads where every value is that of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select

from jdz_field.central.features_terms import Group
from jdz_field.central.tables import feature_terms, features

#: With more features than this a value is not rare.
_MANY = 5_000
#: Up to so many features are put in order after they were found.
_FEW = 2_000
_c, _t = features.c, feature_terms.c
_WHAT = (_c.id, _c.num, _c.geometry, _c.properties)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: of each group one value, and what the features' columns must say.

    ``box``: whether that is to lie in a box.
    """

    collection: str
    groups: Sequence[Group] = ()
    rest: Sequence[ColumnElement[bool]] = ()
    box: bool = False


def planned(connection: Connection, asked: Asked) -> Plan:
    """How to answer it, the rarest value first."""
    if connection.dialect.name == "postgresql":
        # A plan for any box whatever would walk and sort all of a wide one.
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    sizes = sorted((_size(connection, group), group) for group in asked.groups)
    rare = bool(sizes) and sizes[0][0] <= _MANY
    return Plan(asked, [group for _number, group in sizes], rare=rare)


def _size(connection: Connection, group: Group) -> int:
    some = select(_t.num).where(_t.term.in_(group)).limit(_MANY + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements for one question; ``rare``: whether the first group is that of few features."""

    asked: Asked
    groups: Sequence[Group]
    rare: bool

    def count(self, connection: Connection) -> int:
        """How many features there are."""
        lead = bool(self.groups) and (self.rare or not self.asked.box)
        query = self._found(select(func.count()), lead=lead)
        return int(connection.execute(query).scalar_one())

    def page(self, connection: Connection, after: int, limit: int, count: int) -> Sequence[Any]:
        """Rows of features in the order of their numbers; ``count``: how many there are in all."""
        few = bool(self.asked.rest) and count <= _FEW and not self.rare
        lead = bool(self.groups) and not few
        if lead and not self.asked.rest:
            nums = self._found(select(_t.num), lead=True).where(_t.num > after)
            some = nums.order_by(_t.num).limit(limit).subquery()
            query = select(*_WHAT).join(some, some.c.num == _c.num).order_by(some.c.num)
            return connection.execute(query).all()
        # Few are quickly found by an index and put in order; of many, some are met on the way.
        place: ColumnElement[int] = _t.num if lead else _c.num + 0 if few else _c.num
        query = self._found(select(*_WHAT), lead=lead).where(place > after)
        return connection.execute(query.order_by(place).limit(limit)).all()

    def _found(self, query: Select[Any], *, lead: bool) -> Select[Any]:
        others = list(self.groups)
        source: FromClause = features
        num, start = _c.num, _c.collection == self.asked.collection
        if lead:
            num, start = _t.num, _t.term.in_(others.pop(0))
            joined = feature_terms.join(features, _c.num == _t.num)
            source = joined if self.asked.rest else feature_terms
        said = []
        # A feature has one value of a property: what is joined comes once.
        for group in others:
            other = feature_terms.alias()
            source = source.join(other, other.c.num == num)
            said.append(other.c.term.in_(group))
        return query.select_from(source).where(start, *self.asked.rest, *said)
