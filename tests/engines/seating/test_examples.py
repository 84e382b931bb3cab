"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

from ratusz.engines import delimited, seating

MODULES = [module.name for module in pkgutil.walk_packages(seating.__path__, f"{seating.__name__}.")]


@pytest.mark.parametrize("name", [*MODULES, delimited.__name__])
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
