"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

from ratusz.engines import opinion

MODULES = [module.name for module in pkgutil.walk_packages(opinion.__path__, f"{opinion.__name__}.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
