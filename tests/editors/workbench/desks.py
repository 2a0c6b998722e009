"""A desk: a workspace with a daemon of its own and the workbench open on it."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daemons import DaemonHouse, Json
from editors.workbench.pages import Workbench
from editors.workbench.serving import CodeServer
from playwright.sync_api import BrowserContext

USER = {"sandbox": "bubblewrap", "check_commands": []}
PROGRAM = Path(sys.executable).parent / "agentxd"


class Office:
    """What all desks of a run share: server, browser, homes."""

    def __init__(self, server: CodeServer, browser: BrowserContext, folder: Path) -> None:
        self.server = server
        self.browser = browser
        self.folder = folder
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
        self.house.copy_sample()
        self.root = self.house.root
        self._bench: Workbench | None = None

    def sit(self, **settings: object) -> Workbench:
        """Open the folder in a new page, with these settings of the user besides the usual ones."""
        self._office.server.set_settings(**settings)
        page = self._office.browser.new_page()
        self._bench = Workbench(page, self._office.artefacts / self.name)
        page.goto(self._office.server.url(self.root))
        ready = page.locator(".monaco-workbench .part.statusbar")
        self._bench.until(ready.is_visible, "the workbench")
        return self._bench

    @property
    def bench(self) -> Workbench | None:
        """The page, where it is open."""
        return self._bench

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
        found: Json = self.house.json("proposals")[-1]
        return found

    def states(self) -> dict[str, str]:
        """Hunk to state, of all proposals."""
        return {
            hunk["id"]: hunk["state"]
            for proposal in self.house.json("proposals")
            for hunk in proposal["hunks"]
        }

    def until_states(self, **wanted: str) -> None:
        """Wait for states of hunks, `p1_2="applied"`."""
        named = {name.replace("_", "."): state for name, state in wanted.items()}
        look = self._bench.until if self._bench else None
        assert look, "nobody sits at this desk"
        look(lambda: named.items() <= self.states().items(), f"{named}; there is {self.states()}")

    def read(self, path: str) -> str:
        """A file on the disk."""
        return (self.root / path).read_text()

    def settings(self, **values: Any) -> None:
        """Local settings of the workspace."""
        folder = self.root / ".agent"
        folder.mkdir(exist_ok=True)
        (folder / "settings.local.json").write_text(json.dumps(values))

    def leave(self) -> None:
        """Close the page, end the daemon."""
        if self._bench is not None:
            self._bench.page.close()
        self.house.close()


def environment(folder: Path) -> dict[str, str]:
    """Of the server and everything that it starts; `agentxd` is on PATH."""
    home = folder / "home"
    (home / ".agent").mkdir(parents=True)
    (home / ".agent/settings.json").write_text(json.dumps(USER))
    (folder / "bin").mkdir()
    (folder / "bin" / "agentxd").symlink_to(PROGRAM)
    house = DaemonHouse(folder, "nobody")
    return {**house.env, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


def artefacts() -> Path:
    """Where pictures go."""
    root = Path(__file__).parents[3]
    return Path(os.environ.get("AGENTX_ARTEFACTS", root / "build/artefacts")) / "workbench"
