"""A real terminal around `agentxd …`: what is typed, and what stands on the screen."""

import codecs
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

from daemons import DaemonHouse

_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"


class Terminal:
    """One program on a terminal of its own."""

    def __init__(self, house: DaemonHouse, *words: str, no_color: str = "") -> None:
        self._main, other = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "agentxd_cli", *words],
            cwd=house.root,
            env={**house.env, "TERM": "xterm", "NO_COLOR": no_color},
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  # the child does nothing else before exec
        )
        os.close(other)
        self.raw = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @property
    def text(self) -> str:
        """Everything that was shown, without the sequences of the terminal."""
        return _SEQUENCE.sub("", self.raw).replace("\r\n", "\n")

    def type(self, keys: str) -> None:
        """Press these keys one after the other."""
        for key in [keys] if keys.startswith("\x1b") else keys:
            os.write(self._main, key.encode())
            self.read(0.02)

    def until(self, words: str, seconds: float = 30) -> str:
        """Read until this was shown, and forget what was before it. Fails where it is not shown."""
        deadline = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < deadline, f"{words!r} is not in:\n{self.text}"
            self.read(0.1)
        seen, _, _ = self.text.partition(words)
        self.raw = self.text.partition(words)[2]
        return seen + words

    def press_until(self, key: str, words: str) -> None:
        """Press a key until this is shown: between showing a line and waiting, readline is deaf."""
        for _ in range(20):
            self.read(0.5)
            self.type(key)
            for _ in range(10):
                if words in self.text:
                    self.until(words)
                    return
                self.read(0.2)
        self.until(words, 1)

    def read(self, seconds: float) -> None:
        """Take in what is shown within this time."""
        ready, _, _ = select.select([self._main], [], [], seconds)
        if ready:
            try:
                self.raw += self._decoder.decode(os.read(self._main, 1 << 16))
            except OSError:  # the other end is gone
                return

    def wait(self) -> int:
        """The exit code."""
        for _ in range(300):
            if self._process.poll() is not None:
                break
            self.read(0.1)
        return self._process.wait(1)

    def close(self) -> None:
        """Leave nothing of it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        os.close(self._main)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
