"""The extension in the real extension host: each mocha test of vscode-extension/test/host is a test here."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from agentxd import __version__
from editors.vscode.conftest import Host
from editors.vscode.hosting import EXTENSION, HostRun, written

pytestmark = [
    pytest.mark.real,
    pytest.mark.chromium,
    pytest.mark.xdist_group("vscode-host"),
    pytest.mark.timeout(600),
]
ACTIVATION_MS = 100
"""The promise; it is told whether it holds, as a busy machine proves nothing."""
TOO_SLOW = 20
"""Times as long is no noise: something heavy is loaded at the start."""


@pytest.mark.parametrize("mocha", written(), ids=lambda one: f"{Path(one[0]).stem}: {one[1]}")
def test_in_the_host(
    mocha: tuple[str, str], host_run: HostRun, measured: Callable[[str], None]
) -> None:
    file, title = mocha
    found = [one for one in host_run.outcomes if (one.file, one.title) == (file, title)]
    for one in found:
        for text in one.notes:
            measured(f"VS Code, {title}: {text}")
        assert one.state == "passed", one.error
    assert found, f"{title!r} did not run; {host_run.problem or hooks(host_run)}"


def hooks(run: HostRun) -> str:
    """Failures that are no test's own."""
    titles = set(written())
    return "\n".join(one.error for one in run.outcomes if (one.file, one.title) not in titles)


def test_nothing_else_failed_in_the_host(host_run: HostRun) -> None:
    assert host_run.problem == ""
    assert hooks(host_run) == ""


def test_activation_takes_little_time(host: Host, measured: Callable[[str], None]) -> None:
    """By the extension host's own marks, of a window without tests."""
    run = host.run("activation", "none")
    load_ms, activate_ms = run.activation["loadMs"], run.activation["activateMs"]
    word = "reached" if load_ms + activate_ms <= ACTIVATION_MS else "missed"
    measured(f"VS Code, activation: {load_ms} ms to load, {activate_ms} ms to activate")
    measured(f"VS Code, activation within {ACTIVATION_MS} ms: {word}")
    assert load_ms + activate_ms <= TOO_SLOW * ACTIVATION_MS


def test_the_versions_are_the_same() -> None:
    version = json.loads((EXTENSION / "package.json").read_text())["version"]
    assert version == __version__
