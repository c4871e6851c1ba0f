"""What a rule gives, a column at a time: the same as ``core.grades`` says of one site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jdz_field.core.grades import Rule


def given_column(
    rule: Rule, name: str, columns: Mapping[str, Sequence[Any]], count: int
) -> list[str | None]:
    """The values that hold of the field ``name``; ``columns`` have a value for each of ``count``.

    Figures are numbers, codes texts; under ``name`` stands what was stated.
    """
    levels, missing = np.full(count, -1), np.zeros(count, bool)
    for when, table in rule.tables.items():
        here = _where(rule, when, columns, count)
        for field, limits in table.inputs:
            found = _levels(columns.get(field), limits, count)
            known = here & (found >= 0)
            levels[known] = np.maximum(levels[known], found[known])
            missing |= here & (found < 0)
    # The last one stands for no level.
    values: NDArray[np.object_] = np.array([*rule.codes, None], object)[levels]
    if name in columns:
        order = {code: level for level, code in enumerate(rule.codes)}
        stated = np.array([order.get(value, -1) for value in columns[name]])
        stands = (levels < 0) | (missing & (stated > levels))
        values[stands] = np.array(columns[name], object)[stands]
    return list(values)


def _where(
    rule: Rule, when: str, columns: Mapping[str, Sequence[Any]], count: int
) -> NDArray[np.bool_]:
    if not rule.by:
        return np.ones(count, bool)
    by = columns.get(rule.by)
    return np.zeros(count, bool) if by is None else np.array([value == when for value in by])


def _levels(
    figures: Sequence[Any] | None, limits: Sequence[float], count: int
) -> NDArray[np.int64]:
    if figures is None:
        return np.full(count, -1)
    values = np.array(figures, np.float64)
    levels = np.searchsorted(np.array(limits), values, side="right")
    levels[~(np.isfinite(values) & (values >= 0))] = -1
    return levels
