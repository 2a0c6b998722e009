"""A workspace that is not trusted starts nothing; once it is trusted, the daemon comes."""

from collections.abc import Callable

import pytest
from daemons import DaemonHouse
from editors.vscode.conftest import Host
from playwright.sync_api import Page

pytestmark = [
    pytest.mark.real,
    pytest.mark.chromium,
    pytest.mark.xdist_group("vscode-host"),
    pytest.mark.timeout(240),
]
LIMIT_S = 90


def until(page: Page, look: Callable[[], object], what: str) -> None:
    """Wait for something that is seen or true."""
    for _ in range(LIMIT_S * 10):
        if look():
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never seen: {what}")


def test_nothing_starts_before_the_workspace_is_trusted(host: Host) -> None:
    house = DaemonHouse(host.folder, "stranger")
    house.copy_sample()
    host.server.set_settings(
        security__workspace__trust__enabled=True, security__workspace__trust__banner="never"
    )
    page = host.browser.new_page()
    try:
        page.goto(host.server.url(house.root))
        restricted = page.locator(".statusbar-item", has_text="Restricted Mode")
        until(page, restricted.is_visible, "Restricted Mode in the status bar")
        idle = page.locator(".statusbar-item", has_text="AgentX")
        assert idle.count() == 0
        assert house.pid() == 0
        restricted.click()
        trust = page.locator(".workspace-trust-editor .monaco-button").first
        until(page, trust.is_visible, "the button that trusts")
        assert house.pid() == 0

        def is_given() -> bool:  # a button that is just being drawn may not hear a press
            if restricted.is_visible():
                trust.click()
                page.wait_for_timeout(1_000)
            return not restricted.is_visible()

        until(page, is_given, "trust given")
        until(page, house.pid, "a daemon after trust was given")
        until(page, idle.is_visible, "AgentX in the status bar")
    finally:
        page.close()
        host.server.set_settings()
        house.close()
