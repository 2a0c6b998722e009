"""Fixtures of this folder."""

import sys

import pytest


@pytest.fixture
def python() -> str:
    """The interpreter that has the package."""
    return sys.executable
