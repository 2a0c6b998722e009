"""Fixtures of the index's tests."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from workshop import Workshop


@pytest.fixture
async def workshop(tmp_path: Path) -> AsyncIterator[Workshop]:
    """A workspace whose worker is gone at the end."""
    made = Workshop(tmp_path)
    yield made
    await made.index.close()
