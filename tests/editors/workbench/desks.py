"""A desk: a workspace with a daemon of its own and the workbench open on it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conversations import start
from daemons import DaemonHouse, Json, RawClient
from editors.workbench.pages import Workbench
from editors.workbench.serving import CodeServer
from loopback import ModelServer
from playwright.sync_api import BrowserContext

USER = {
    "sandbox": "bubblewrap",
    "allow_unsafe_sandbox": True,
    "provider_retry_seconds": 0,
    "approval_timeout_seconds": 600,
}
QUIET = {"index_enabled": False}
"""What most desks do without, so that the machine is free for the rest."""
PROGRAM = Path(sys.executable).parent / "agentxd"


class Office:
    """What all desks of a run share: server, browser, homes."""

    def __init__(
        self, server: CodeServer, browser: BrowserContext, models: ModelServer, folder: Path
    ) -> None:
        self.server = server
        self.browser = browser
        self.models = models
        self.folder = folder
        self.environment = server.environment
        self.artefacts = artefacts()

    def desk(self, name: str) -> "Desk":
        """A new one; its page is opened by `sit`."""
        return Desk(self, name)


class Desk:
    """One scenario's workspace, daemon and page."""

    def __init__(self, office: Office, name: str) -> None:
        self._office = office
        self.name = name
        self.house = DaemonHouse(office.folder, name)
        self.house.env = office.environment
        self.house.copy_sample()
        self.root = self.house.root
        self.models = office.models
        self.settings()
        self._bench: Workbench | None = None

    def sit(self, **settings: object) -> Workbench:
        """Open the folder in a new page, with these settings of the user besides the usual ones.

        Who sits already stays.
        """
        if self._bench is not None:
            return self._bench
        self._office.server.set_settings(**settings)
        page = self._office.browser.new_page()
        self._bench = Workbench(page, self._office.artefacts / self.name)
        page.goto(self._office.server.url(self.root))
        ready = page.locator(".monaco-workbench .part.statusbar")
        self._bench.until(ready.is_visible, "the workbench")
        return self._bench

    def background(self, goal: str, *steps: Json) -> "subprocess.Popen[str]":
        """`agentxd run` of this conversation, going on meanwhile; its commands are asked about."""
        words = ("--provider", "scripted", "--script", self.script(*steps), "--sandbox", "process")
        return start(self.house, "run", goal, *words)

    @property
    def bench(self) -> Workbench:
        """The page. Fails where nobody sits."""
        assert self._bench is not None, "nobody sits at this desk"
        return self._bench

    @property
    def has_bench(self) -> bool:
        """Whether the page is open."""
        return self._bench is not None

    def tidy(self) -> None:
        """As it was at first, but for the log: nothing open, nothing waiting, files as committed."""
        self.bench.close_everything()
        if waiting := [one["id"] for one in self.proposals() if one["state"] == "open"]:
            self.ask("agentx/hunk/reject", ids=waiting)
        for words in (["checkout", "-q", "."], ["clean", "-qfd", "-e", ".agent"]):
            subprocess.run(["git", *words], cwd=self.root, check=True)
        self.settings()

    def script(self, *steps: Json) -> str:
        """A conversation for the scripted provider as a file."""
        path = self._office.folder / f"{self.name}.json"
        path.write_text(json.dumps({"steps": [*steps, {"text": "done"}]}))
        return str(path)

    def propose(self, changes: Mapping[str, str], goal: str = "a scripted change") -> Json:
        """A finished task that proposes these contents; the proposal."""
        calls = [
            {"name": "write", "arguments": {"path": path, "content": content}}
            for path, content in changes.items()
        ]
        return self.play(goal, {"calls": calls})

    def play(self, goal: str, *steps: Json) -> Json:
        """A finished task of this conversation; the newest proposal."""
        words = ("--provider", "scripted", "--script", self.script(*steps))
        done = self.house.cli("run", goal, *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.proposals()[-1]

    def ask(self, method: str, **params: object) -> Json:
        """What the daemon answers on its socket: a look that costs less than a command."""
        client = RawClient(self.house.socket_path)
        try:
            client.initialize()
            answer = client.request(method, params)
        finally:
            client.close()
        assert "result" in answer, answer
        found: Json = answer["result"]
        return found

    def proposals(self) -> list[Json]:
        """All of them, the oldest first."""
        found: list[Json] = self.ask("agentx/proposal/list")["proposals"]
        return found

    def states(self) -> dict[str, str]:
        """Hunk to state, of all proposals."""
        return {
            hunk["id"]: hunk["state"] for proposal in self.proposals() for hunk in proposal["hunks"]
        }

    def until_state(self, wanted: Mapping[str, str]) -> None:
        """Wait for states of hunks by their ids."""
        try:
            self.bench.until(lambda: wanted.items() <= self.states().items(), f"hunks {wanted}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n  hunks: {self.states()}") from None

    def read(self, path: str) -> str:
        """A file on the disk."""
        return (self.root / path).read_text()

    def settings(self, **values: Any) -> None:
        """Local settings of the workspace."""
        folder = self.root / ".agent"
        folder.mkdir(exist_ok=True)
        (folder / "settings.local.json").write_text(json.dumps(QUIET | values))

    def leave(self) -> None:
        """Close the page, end the daemon."""
        if self._bench is not None:
            self._bench.page.close()
        self.house.close()


def environment(folder: Path, models: ModelServer) -> dict[str, str]:
    """Of the server and everything that it starts; `agentxd` is in the home folder alone."""
    settings = folder / "home/.agent/settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(USER))
    program = installed(folder)
    program.parent.mkdir(parents=True)
    program.symlink_to(PROGRAM)
    places = os.environ["PATH"].split(os.pathsep)
    path = os.pathsep.join(one for one in places if not (Path(one) / "agentxd").exists())
    speaking = {"ANTHROPIC_API_KEY": "sk-ant-loopback", "ANTHROPIC_BASE_URL": models.url}
    return {**DaemonHouse(folder, "nobody").env, "PATH": path, **speaking}


def installed(folder: Path) -> Path:
    """Where the extension finds `agentxd`, as installers for one user put it."""
    return folder / "home/.local/bin/agentxd"


def artefacts() -> Path:
    """Where pictures go."""
    root = Path(__file__).parents[3]
    return Path(os.environ.get("AGENTX_ARTEFACTS", root / "build/artefacts")) / "workbench"
