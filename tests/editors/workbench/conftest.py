"""One VS Code server and one Chromium for all scenarios; a workspace and a page for each file of them."""

import re
from collections.abc import Iterator

import pytest
from editors.workbench.chromium import chromium, chromium_path
from editors.workbench.desks import Desk, Office, environment
from editors.workbench.installing import packed_extension, vscode
from editors.workbench.serving import code_server
from loopback import model_server
from needs import need
from playwright.sync_api import Playwright

FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def office(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    product, browser_path = vscode(), chromium_path()
    need(product, "VS Code (.ci/install-vscode)")
    need(browser_path, "Chromium (.ci/install-chromium)")
    folder = tmp_path_factory.mktemp("workbench")
    with (
        model_server() as models,
        code_server(product, folder, packed_extension(), environment(folder, models)) as server,
        chromium(playwright, folder / "profile", browser_path) as browser,
    ):
        yield Office(server, browser, models, folder)


@pytest.fixture(scope="module")
def place(office: Office, request: pytest.FixtureRequest) -> Iterator["Place"]:
    found = Place(office, request.node.name.removeprefix("test_").removesuffix(".py"))
    yield found
    found.clear()


@pytest.fixture
def desk(place: "Place", request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A sample workspace and its page, tidied after the scenario before; a new one after a failure."""
    found = place.desk
    yield found
    if request.node.stash.get(FAILED, False):
        place.clear()
    elif found.has_bench:
        found.tidy()


@pytest.fixture
def own_desk(office: Office, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A sample workspace for this scenario alone; nobody has opened it yet."""
    found = office.desk(_words(request.node.name))
    yield found
    found.leave()


class Place:
    """Where the scenarios of one file sit, one after the other."""

    def __init__(self, office: Office, name: str) -> None:
        self._office = office
        self._name = name
        self._n_desks = 0
        self._desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        """The one that is in use, else a new one."""
        if self._desk is None:
            self._n_desks += 1
            self._desk = self._office.desk(f"{self._name}-{self._n_desks}")
        return self._desk

    def clear(self) -> None:
        """The desk is gone with its page and daemon."""
        if self._desk is not None:
            self._desk.leave()
        self._desk = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """A failure tells what the workbench showed, and leaves a picture of it."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
        arguments = getattr(item, "funcargs", {})
        for found in {arguments.get("desk"), arguments.get("own_desk")}:
            if isinstance(found, Desk) and found.has_bench:
                report.sections.append(("the workbench", found.bench.seen()))
                found.bench.shot(f"failed-{_words(item.name)}")
    return report


def _words(name: str) -> str:
    return re.sub(r"\W+", "-", name.removeprefix("test_")).strip("-")[:60]
