"""One VS Code, one Chromium and one window for all mocha tests; each of them is told for itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from daemons import DaemonHouse
from editors.vscode.hosting import (
    HostRun,
    HostServer,
    build_tests,
    environment,
    files_named,
    run_in_host,
    written,
)
from editors.workbench.chromium import chromium, chromium_path
from editors.workbench.installing import packed_extension, vscode
from needs import need


@pytest.fixture(scope="session")
def product() -> Path:
    """The real VS Code."""
    found = vscode()
    need(found, "VS Code (.ci/install-vscode)")
    assert found
    return found


@pytest.fixture(scope="session")
def host_run(
    product: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[HostRun]:
    """What the tests that were asked for did in the extension host; they run once."""
    browser_path = chromium_path()
    need(browser_path, "Chromium (.ci/install-chromium)")
    assert browser_path
    folder = tmp_path_factory.mktemp("host")
    result = folder / "result.jsonl"
    environ = environment(folder)
    environ |= {"AGENTX_HOST_RESULT": str(result), "AGENTX_HOST_FILES": _wanted(request)}
    house = DaemonHouse(folder, "parcel")
    house.copy_sample()
    server = HostServer(product, folder, environ)
    try:
        server.install(packed_extension())
        entry = build_tests(product / "node")
        server.start()
        with chromium(folder / "profile", browser_path) as browser:
            yield run_in_host(server, browser, house.root, entry, result)
    finally:
        server.stop()
        house.close()


def _wanted(request: pytest.FixtureRequest) -> str:
    """The files of the chosen tests; empty for all."""
    params = (getattr(item, "callspec", None) for item in request.session.items)
    named = {one.params["mocha"][0] for one in params if one and "mocha" in one.params}
    every = {file for file, _ in written()}
    return files_named(sorted(named) if named < every else [])
