"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

from ratusz.engines import efficiency

MODULES = [module.name for module in pkgutil.iter_modules(efficiency.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"ratusz.engines.efficiency.{name}")
    assert doctest.testmod(module).failed == 0
