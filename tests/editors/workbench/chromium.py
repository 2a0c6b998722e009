"""Debian's Chromium with an empty profile, headless."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
SIZE = {"width": 1280, "height": 800}


def chromium_path() -> str | None:
    """The program, or None where there is none."""
    return os.environ.get("AGENTX_CHROMIUM") or shutil.which("chromium")


@contextmanager
def chromium(playwright: Playwright, profile: Path, executable: str) -> Iterator[BrowserContext]:
    """One browser for all pages, so that the workbench is compiled once."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=executable, args=FLAGS, viewport=SIZE, color_scheme="dark"
    )
    try:
        yield context
    finally:
        context.close()
