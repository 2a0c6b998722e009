"""The rule for tests that need a real part: missing in CI is a failure, elsewhere a skip."""

import os

import pytest


def need(found: object, what: str) -> None:
    """Go on where the part was found; otherwise fail in CI, and skip with the reason elsewhere."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing; .ci/run installs it")
    pytest.skip(f"{what} is missing; .ci/run installs it")
