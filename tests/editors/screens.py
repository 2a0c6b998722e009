"""A real terminal as tmux draws it: keys go in, and what stands on the screen can be read."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from needs import need

_LIMIT_S = 30.0


class Screen:
    """One full-screen program in a tmux server of its own."""

    def __init__(
        self,
        folder: Path,
        words: Sequence[str],
        environment: Mapping[str, str],
        cwd: Path,
        size: tuple[int, int] = (110, 34),
    ) -> None:
        need(shutil.which("tmux"), "tmux")
        folder.mkdir(parents=True, exist_ok=True)
        self._socket = str(folder / "tmux.sock")
        self._code = folder / "exit-code"
        (folder / "tmux.conf").write_text(
            "set -g status off\nset -s escape-time 0\nset -g remain-on-exit on\nset -g focus-events off\n"
            "set -g default-terminal tmux-256color\n"
        )
        columns, rows = map(str, size)
        start = ["new-session", "-d", "-x", columns, "-y", rows, "-c", str(cwd)]
        # tmux does not always know how a program ended; a shell does.
        start += ["sh", "-c", '"$@"; echo $? >"$0"', str(self._code)]
        kept = {name: value for name, value in environment.items() if name not in ("TMUX", "TERM")}
        kept |= {"LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
        self._run("-f", str(folder / "tmux.conf"), *start, *words, environment=kept)

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: Enter, Escape, C-x, Space, a."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Text as it is."""
        self._run("send-keys", "-l", text)

    def text(self, *, is_styled: bool = False) -> str:
        """What stands on the screen, line by line; styled with the colours as escape sequences."""
        return self._run("capture-pane", "-p", *(["-e"] if is_styled else []))

    def until(self, words: str, seconds: float = _LIMIT_S) -> str:
        """The screen, as soon as a pattern is on it. Fails where it never is."""
        return self._wait(lambda text: bool(re.search(words, text)), f"{words!r} is not", seconds)

    def until_gone(self, words: str, seconds: float = _LIMIT_S) -> str:
        """The screen, as soon as a pattern is not on it any more."""
        return self._wait(lambda text: not re.search(words, text), f"{words!r} stays", seconds)

    @property
    def exit_code(self) -> int | None:
        """Of the program; None while it runs."""
        text = self._code.read_text() if self._code.exists() else ""
        return int(text) if text.endswith("\n") else None

    def wait(self, seconds: float = _LIMIT_S) -> int:
        """The exit code, as soon as there is one."""
        deadline = time.monotonic() + seconds
        while (code := self.exit_code) is None:
            assert time.monotonic() < deadline, f"it runs on:\n{self.text()}"
            time.sleep(0.05)
        return code

    def close(self) -> None:
        """Leave nothing of it."""
        subprocess.run(
            ["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False
        )

    def _wait(self, is_right: Callable[[str], bool], what: str, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        while not is_right(text := self.text()):
            assert time.monotonic() < deadline, f"{what} on the screen:\n{text}"
            time.sleep(0.05)
        return text

    def _run(self, *words: str, environment: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words],
            env=dict(environment if environment is not None else os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
