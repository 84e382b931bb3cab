import doctest

import numpy as np
import pytest

from ratusz.engines import contracts
from ratusz.engines.contracts import EngineError, stable_hash


def test_examples_in_the_docstrings():
    assert doctest.testmod(contracts).failed == 0


def test_error_names_place_value_rule_and_next_step():
    error = EngineError("Column Debt", '"a lot"', "it must be a number", "correct it")
    assert str(error) == 'Column Debt: found "a lot", but it must be a number; correct it.'
    assert (error.where, error.value, error.rule, error.next_step) == (
        "Column Debt",
        '"a lot"',
        "it must be a number",
        "correct it",
    )


def test_hash_depends_on_content_shape_and_order():
    column, row = np.array([[1.0], [2.0]]), np.array([[1.0, 2.0]])
    hashes = {
        stable_hash(column),
        stable_hash(row),
        stable_hash(row[:, ::-1]),
        stable_hash("1", "2"),
        stable_hash("12"),
    }
    assert len(hashes) == 5
    assert stable_hash(column) == stable_hash(np.asfortranarray(column.copy()))


def test_hash_is_the_same_on_every_machine():
    found = stable_hash("Łódź", np.array([1.5, np.nan, -0.0]), [1, None, ("a", True)], b"x")
    assert found == stable_hash(
        "Łódź", np.array([1.5, np.nan, 0.0], dtype=">f8"), (1, None, ["a", True]), b"x"
    )


def test_hash_refuses_what_has_no_stable_form():
    with pytest.raises(TypeError):
        stable_hash({"a": 1})
