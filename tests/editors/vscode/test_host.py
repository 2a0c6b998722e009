"""The extension in the real extension host: each mocha test of vscode-extension/test/host is a test here."""

import json
from pathlib import Path

import pytest
from editors.vscode.conftest import Host
from editors.vscode.hosting import EXTENSION, HostRun, written

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("vscode-host"), pytest.mark.timeout(420)]
ACTIVATION_MS = 100
WINDOWS = 4


@pytest.mark.parametrize("mocha", written(), ids=lambda one: f"{Path(one[0]).stem}: {one[1]}")
def test_in_the_host(mocha: tuple[str, str], host_run: HostRun) -> None:
    file, title = mocha
    found = [one for one in host_run.outcomes if (one.file, one.title) == (file, title)]
    for one in found:
        for text in one.notes:
            print(f"{title}: {text}")
        assert one.state == "passed", one.error
    assert found, f"{title!r} did not run; {host_run.problem or hooks(host_run)}"


def hooks(run: HostRun) -> str:
    """Failures that are no test's own."""
    titles = set(written())
    return "\n".join(one.error for one in run.outcomes if (one.file, one.title) not in titles)


def test_nothing_else_failed_in_the_host(host_run: HostRun) -> None:
    assert host_run.problem == ""
    assert hooks(host_run) == ""


def test_activation_takes_little_time(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    """By the extension host's own marks; the best of a few windows, for others use the machine."""
    told = []
    for number in range(WINDOWS):
        marks = host.run(f"activation{number}", "none").activation
        told.append(marks["loadMs"] + marks["activateMs"])
        with capsys.disabled():
            print(f"\nactivation: {marks['loadMs']} ms to load, {marks['activateMs']} to activate")
        if told[-1] <= ACTIVATION_MS:
            return
    assert min(told) <= ACTIVATION_MS


def test_the_versions_are_the_same() -> None:
    version = json.loads((EXTENSION / "package.json").read_text())["version"]
    from agentxd import __version__  # noqa: PLC0415

    assert version == __version__
