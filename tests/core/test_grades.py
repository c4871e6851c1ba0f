"""Danger grades: either figure decides, limits belong to the higher grade."""

from __future__ import annotations

import pytest

from jdz_field.core.catalogue import code_list
from jdz_field.core.grades import danger_grade


@pytest.mark.parametrize(
    ("people", "assets", "grade"),
    [
        (0, 0, "D"),
        (99, 499.9, "D"),
        (100, 0, "C"),
        (0, 500, "C"),
        (499, 4999, "C"),
        (500, 0, "B"),
        (3, 5000, "B"),
        (999, 9999, "B"),
        (1000, 0, "A"),
        (0, 10000, "A"),
        (10**6, 10**6, "A"),
    ],
)
def test_the_higher_of_both_grades_is_taken(people, assets, grade) -> None:
    assert danger_grade(people, assets) == grade


def test_every_grade_is_in_the_code_list() -> None:
    grades = {danger_grade(people, 0) for people in (0, 100, 500, 1000)}
    assert grades == {code.value for code in code_list("danger_grade").codes}


def test_fewer_than_none_have_no_grade() -> None:
    with pytest.raises(ValueError, match="no grade"):
        danger_grade(-1, -1)
