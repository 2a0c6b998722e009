"""Mocha inside the real extension host: one window, one workspace, a result as JSON."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from daemons import DaemonHouse
from editors.workbench.serving import CodeServer
from playwright.sync_api import BrowserContext

EXTENSION = Path(__file__).parents[3] / "vscode-extension"
SOURCES = EXTENSION / "test/host"
STALL_S = 100
"""So long nothing may come: more than any single test has."""
_TITLE = re.compile(r"^\s*test\((\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'),", re.MULTILINE)


class HostServer(CodeServer):
    """A server whose windows may run tests."""

    def _command(self) -> list[str]:
        return [*super()._command(), "--enable-smoke-test-driver"]


def environment(folder: Path) -> dict[str, str]:
    """Of the server and all that it starts; the program is where installers for one user put it."""
    house = DaemonHouse(folder, "nobody")
    settings = house.home / ".agent/settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"sandbox": "bubblewrap", "check_commands": []}))
    program = house.home / ".local/bin/agentxd"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path(sys.executable).parent / "agentxd")
    return house.env


@dataclass(frozen=True)
class Outcome:
    """One mocha test."""

    file: str
    title: str
    state: str
    duration_ms: int
    error: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class HostRun:
    """What one run of the extension host brought."""

    outcomes: tuple[Outcome, ...]
    problem: str
    activation: Mapping[str, Any]


def written() -> list[tuple[str, str]]:
    """File and title of every mocha test, as the sources have it."""
    return [
        (path.name, json.loads(title) if title[0] == '"' else title[1:-1])
        for path in sorted(SOURCES.glob("*.test.ts"))
        for title in _TITLE.findall(path.read_text())
    ]


def build_tests(node: Path) -> None:
    """Bundle the tests. Raises CalledProcessError."""
    subprocess.run([node, "esbuild.mjs", "--tests"], cwd=EXTENSION, check=True)


def run_in_host(
    server: CodeServer,
    browser: BrowserContext,
    folder: Path,
    result: Path,
    files: Sequence[str] = (),
) -> HostRun:
    """Open the folder so that the window runs these files, or all, and wait for their result."""
    authority = f"127.0.0.1:{server.port}"
    entry = EXTENSION / "build/host/index.js"
    environ = {"AGENTX_HOST_RESULT": str(result), "AGENTX_HOST_FILES": ",".join(files)}
    paths = {"extensionTestsPath": entry, "extensionDevelopmentPath": EXTENSION / "test/probe"}
    payload = [[name, f"vscode-remote://{authority}{path}"] for name, path in paths.items()]
    payload.append(["extensionEnvironment", json.dumps(environ)])
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{server.url(folder)}&{urlencode({'payload': json.dumps(payload)})}")
    lines: list[dict[str, Any]] = []
    waited = 0
    while waited < STALL_S * 10:
        known, lines = len(lines), _lines(result)
        if lines and lines[-1].get("isEnd"):
            break
        waited = 0 if len(lines) > known else waited + 1
        page.wait_for_timeout(100)
    else:
        page.screenshot(path=result.with_suffix(".png"))
        done = [f"{one['state']}: {one['title']}" for one in lines]
        raise AssertionError("\n".join(["the tests do not end; so far:", *done, *told[-20:]]))
    page.close()
    return _read(lines)


def _lines(result: Path) -> list[dict[str, Any]]:
    """What stands in the file; a line that is being written does not count."""
    text = result.read_text() if result.exists() else ""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def _read(lines: Sequence[Mapping[str, Any]]) -> HostRun:
    *outcomes, end = lines
    return HostRun(tuple(map(_outcome, outcomes)), end["problem"], end["activation"])


def _outcome(one: Mapping[str, Any]) -> Outcome:
    names = ("file", "title", "state", "durationMs", "error")
    return Outcome(*(one[name] for name in names), tuple(one["notes"]))
