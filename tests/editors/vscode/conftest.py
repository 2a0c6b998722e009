"""One VS Code, one Chromium and one window for all mocha tests; each of them is told for itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from daemons import DaemonHouse
from editors.vscode.hosting import (
    HostRun,
    HostServer,
    build_tests,
    environment,
    run_in_host,
)
from editors.workbench.chromium import chromium, chromium_path
from editors.workbench.installing import packed_extension, vscode
from needs import need
from playwright.sync_api import BrowserContext, Playwright


@pytest.fixture(scope="session")
def product() -> Path:
    """The real VS Code."""
    found = vscode()
    need(found, "VS Code (.ci/install-vscode)")
    assert found
    return found


@dataclass(frozen=True)
class Host:
    """A server with the packed extension in it, and a browser for its windows."""

    server: HostServer
    browser: BrowserContext
    house: DaemonHouse
    folder: Path

    def run(self, name: str, *files: str) -> HostRun:
        """Run test files in a new window; all of them where none is named."""
        result = self.folder / f"{name}.jsonl"
        return run_in_host(self.server, self.browser, self.house.root, result, files)


@pytest.fixture(scope="session")
def host(
    product: Path, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """The real parts, on a sample workspace."""
    browser_path = chromium_path()
    need(browser_path, "Chromium (.ci/install-chromium)")
    assert browser_path
    folder = tmp_path_factory.mktemp("host")
    server = HostServer(product, folder, environment(folder))
    house = DaemonHouse(folder, "parcel")
    house.copy_sample()
    try:
        server.install(packed_extension())
        build_tests(product / "node")
        server.start()
        with chromium(playwright, folder / "profile", browser_path) as browser:
            yield Host(server, browser, house, folder)
    finally:
        server.stop()
        house.close()


@pytest.fixture(scope="session")
def host_run(host: Host, request: pytest.FixtureRequest) -> HostRun:
    """What the files of the chosen tests did in the extension host; they run once."""
    params = (getattr(item, "callspec", None) for item in request.session.items)
    named = {one.params["mocha"][0] for one in params if one and "mocha" in one.params}
    return host.run("tests", *(sorted(named) or ["none"]))
