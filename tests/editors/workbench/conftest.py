"""One VS Code server and one Chromium for all scenarios; a workspace and a page for each."""

import re
from collections.abc import Iterator

import pytest
from editors.workbench.chromium import chromium, chromium_path
from editors.workbench.desks import Desk, Office, environment
from editors.workbench.installing import packed_extension, vscode
from editors.workbench.serving import code_server
from needs import need


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    product, browser_path = vscode(), chromium_path()
    need(product, "VS Code (.ci/install-vscode)")
    need(browser_path, "Chromium (.ci/install-chromium)")
    folder = tmp_path_factory.mktemp("workbench")
    environ = environment(folder)
    with (
        code_server(product, folder, packed_extension(), environ) as server,
        chromium(folder / "profile", browser_path) as browser,
    ):
        yield Office(server, browser, folder)


@pytest.fixture
def desk(office: Office, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A sample workspace; nobody has opened it yet."""
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")[:60]
    found = office.desk(name)
    try:
        yield found
        failed = request.node.stash.get(FAILED, "")
        if failed and found.bench:
            found.bench.shot("failed")
    finally:
        found.leave()


FAILED = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """A failure tells what the workbench showed."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = str(call.excinfo)
        found = getattr(item, "funcargs", {}).get("desk")
        if isinstance(found, Desk) and found.bench:
            report.sections.append(("the workbench", found.bench.seen()))
    return report
