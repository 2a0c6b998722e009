"""A real Emacs on a real terminal: keys as a person presses them, its state over emacsclient."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any

from daemons import DaemonHouse
from editors.documented import write_documented
from editors.screens import Screen

_LIMIT_S = 30.0
_EARLY = """
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil
      native-comp-async-report-warnings-errors nil
      server-socket-dir "%(sockets)s" server-name "test")
(add-hook 'emacs-startup-hook #'server-start)
"""
"""What only the test needs: quiet, and a door for questions."""


def emacs_program() -> str:
    """Where Emacs is, empty where it is not."""
    return shutil.which("emacs") or ""


class Emacs:
    """One editor; it is gone after `close`."""

    def __init__(self, house: DaemonHouse, path: str) -> None:
        self.house = house
        self._sockets = house.root.parent / "sockets"
        self._sockets.mkdir(mode=0o700)
        write_documented(house.home, ".emacs.d/init.el")
        early = house.home / ".emacs.d/early-init.el"
        early.write_text(_EARLY % {"sockets": self._sockets})
        folder = house.root.parent / "emacs"
        self.screen = Screen(folder, [emacs_program(), "-nw", path], house.env, house.root)
        self._until((self._sockets / "test").exists, "Emacs is not up")

    def value(self, expression: str) -> Any:
        """The value of a Lisp expression in the buffer that is shown; it must be plain data."""
        shown = f"(with-current-buffer (window-buffer) (json-encode {expression}))"
        done = subprocess.run(
            ["emacsclient", "-s", str(self._sockets / "test"), "--eval", shown],
            env=self.house.env,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(_unquoted(done.stdout))

    def until(self, expression: str, wanted: Any) -> Any:
        """The value, as soon as it is the wanted one."""
        return self._until(
            lambda: self.value(expression) == wanted,
            lambda: f"{expression} stays {self.value(expression)}",
        )

    def text(self) -> str:
        """The whole buffer."""
        return str(self.value("(buffer-substring-no-properties (point-min) (point-max))"))

    def diagnostics(self) -> list[str]:
        """What Flymake shows in the buffer."""
        expression = "(vconcat (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))"
        return list(self.value(expression))

    def until_diagnostic(self, piece: str, *, is_there: bool = True) -> list[str]:
        """The diagnostics, as soon as one has this piece, or none has."""
        self._until(
            lambda: any(piece in found for found in self.diagnostics()) is is_there,
            lambda: f"{piece!r}: {self.diagnostics()}",
        )
        return self.diagnostics()

    def go(self, line: int) -> None:
        """To the start of a line, counted from one."""
        self.press("M-g", "M-g")
        self.screen.until("Goto line")
        self.screen.type(str(line))
        self.press("Enter")
        self.until("(line-number-at-pos)", line)

    def press(self, *keys: str) -> None:
        """Keys by tmux's names."""
        self.screen.press(*keys)

    def command(self, name: str) -> None:
        """`M-x` and a name."""
        self.press("M-x")
        self.screen.type(name)
        self.press("Enter")

    def act(self, title: str) -> None:
        """Choose a code action at the cursor by its title, with the documented key."""
        self.press("C-c", "a")
        self.screen.until("Pick an action")
        self.screen.type(title)
        self.press("Enter")

    def close(self) -> None:
        """Leave nothing of it."""
        self.screen.close()

    def _until(self, is_so: Callable[[], Any], what: "str | Callable[[], str]") -> Any:
        deadline = time.monotonic() + _LIMIT_S
        while not (found := is_so()):
            told = what if isinstance(what, str) else None
            if time.monotonic() > deadline:
                raise AssertionError(f"{told or what()}\n{self.screen.text()}")
            time.sleep(0.05)
        return found


def _unquoted(printed: str) -> str:
    """The text of a Lisp string as emacsclient prints it: only quotes and backslashes are escaped."""
    return re.sub(r"\\(.)", r"\1", printed.strip()[1:-1], flags=re.DOTALL)
