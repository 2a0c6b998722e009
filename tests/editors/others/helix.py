"""A real Helix on a real terminal: keys as a person presses them, and what stands on the screen."""

import os
import re
import shutil
import time
from pathlib import Path

from daemons import DaemonHouse
from editors.documented import write_documented
from editors.screens import Screen


def helix_program() -> str:
    """Where .ci/install-editors puts it, else on PATH; empty where it is not."""
    tools = Path(os.environ.get("AGENTX_TOOLS") or "~/.cache/agentx-tools").expanduser()
    own = tools / "helix/bin/hx"
    return str(own) if own.exists() else shutil.which("hx") or ""


class Helix:
    """One editor; it is gone after `close`."""

    def __init__(self, house: DaemonHouse, path: str) -> None:
        self.house = house
        places = (".config/helix/languages.toml", ".config/helix/config.toml")
        write_documented(house.home, *places)
        environment = {k: v for k, v in house.env.items() if not k.startswith("XDG_")}
        folder = house.root.parent / "helix"
        self.screen = Screen(folder, [helix_program(), path], environment, house.root)
        self.screen.until("NOR")

    def press(self, *keys: str) -> None:
        """Keys by tmux's names."""
        self.screen.press(*keys)

    def leave_mode(self) -> None:
        """Back to normal mode; a key that follows Escape at once would be one with Alt."""
        self.press("Escape")
        self.screen.until("NOR")
        time.sleep(0.05)

    def go(self, line: int) -> None:
        """To the start of a line, counted from one."""
        self.leave_mode()
        self.screen.type(f"{line}gg")
        self.screen.until(rf"\b{line}:1\b")

    def command(self, words: str) -> None:
        """A command line, entered."""
        self.leave_mode()
        self.screen.type(f":{words}")
        self.screen.until(re.escape(f":{words}"))
        self.press("Enter")

    def actions(self) -> list[str]:
        """Open the menu of code actions; their titles from the top."""
        self.screen.type(" ")
        self.screen.until("Space")
        self.screen.type("a")
        shown = self.screen.until("AgentX: ")
        return re.findall(r"(AgentX: .*?)(?:  |$)", shown, re.MULTILINE)

    def act(self, title: str) -> None:
        """Choose a code action at the cursor by its title."""
        number = next(n for n, found in enumerate(self.actions()) if found.startswith(title))
        # The first is chosen by Enter alone.
        self.press(*["Down"] * number, "Enter")

    def close(self) -> None:
        """Leave nothing of it."""
        self.screen.close()
