"""The examples in the docstrings of the pure room are true."""

import doctest
import importlib

import pytest

MODULES = ["fusing", "matching", "querying", "reranking"]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_are_true(name):
    found = doctest.testmod(importlib.import_module(f"agentxd.index.{name}"))
    assert found.attempted
    assert not found.failed
