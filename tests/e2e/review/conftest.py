"""Fixtures of this folder."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from pushing import Pushing


@pytest.fixture
def pushing(tmp_path: Path) -> Iterator[Pushing]:
    """Its folder has a name that needs quotes."""
    folder = tmp_path / "it's größer $HOME"
    folder.mkdir()
    yield Pushing(folder)
    shutil.rmtree(folder, ignore_errors=True)
