"""The reference of the method file explains every key that the reader of method files knows."""

import re
from pathlib import Path

import pytest

from ratusz.engines.composite.method_file import read_method
from ratusz.engines.contracts import EngineError

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "method-file.md"
TREE = """
[[aggregate]]
code = "Index"
[[indicator]]
code = "a"
parent = "Index"
"""
SECTIONS = (
    "data", "weights", "screening", "imputation", "treatment", "normalisation", "aggregation", "uncertainty",
    "uncertainty.weights", "uncertainty.data_error",
)  # fmt: skip
FILES = {section: f"{TREE}\n[{section}]\nnonsense = 1\n" for section in SECTIONS} | {
    "the top": "nonsense = 1\n" + TREE,
    "aggregate": TREE.replace('code = "Index"', 'code = "Index"\nnonsense = 1'),
    "indicator": TREE + "nonsense = 1\n",
}


@pytest.mark.parametrize("place", FILES)
def test_every_key_is_in_the_reference(place):
    with pytest.raises(EngineError) as raised:
        read_method(FILES[place])
    listed = re.search(r"known keys are ([\w, ]+)", str(raised.value))[1]
    keys = set(listed.split(", "))
    text = REFERENCE.read_text(encoding="utf-8")
    # A key stands in backticks, alone or in a piece of a file; a section in brackets.
    pieces = " ".join(re.findall(r"`([^`]+)`", text.replace("```", "")))
    assert keys - set(re.findall(r"\w+", pieces)) == set()
