"""What all tests of editors share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for each process: there cannot be two.

    Its event loop runs for as long as it is there, and then asyncio runs no other one in this
    process: that is why `make test` gives the tests that are marked `chromium` one of their own.
    """
    with sync_playwright() as found:
        yield found
