"""Keys of a terminal while something else is shown, and whole lines once somebody types."""

import contextlib
import os
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from agentxd_client.connection import Connection

LEAVE = "\x04"
_UP = "\x1b[A"
_PIECE = 1 << 16
_TICK_S = 0.1


class Keys:
    """Standard input of a terminal without echo; use as a context manager."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._before: list[Any] = []
        self._readline = _readline()

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(sys.stdin.fileno())
        tty.setcbreak(sys.stdin.fileno(), termios.TCSANOW)
        return self

    def __exit__(self, *_: object) -> None:
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._before)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """The terminal as everybody else expects it."""
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def text(self, prompt: str) -> str | None:
        """What is typed, begun with the key that waits; None where it is the wish to leave."""
        data = os.read(sys.stdin.fileno(), _PIECE).decode(errors="replace")
        if not data or data.startswith(LEAVE):
            return None
        if "\n" in data or "\r" in data:  # pasted, or typed faster than we read
            text = data.replace("\r", "\n").strip()
            if text:
                print(prompt + text)  # nothing of it was echoed
            return text
        first = self._last_line() if data == _UP else _printable(data)
        return self._line(prompt, first) if first else ""

    def _line(self, prompt: str, first: str) -> str | None:
        """The rest of the line, with the terminal's editing; Ctrl-C drops it."""
        if self._readline is not None:
            self._readline.set_startup_hook(lambda: self._readline.insert_text(first))
        try:
            with _listening(self._connection), self.lent():
                shown = prompt if self._readline is not None else prompt + first
                rest = input(shown)
        except EOFError:
            return None
        except KeyboardInterrupt:
            print()
            return ""
        finally:
            if self._readline is not None:
                self._readline.set_startup_hook(None)
        return rest if self._readline is not None else first + rest

    def _last_line(self) -> str:
        if self._readline is None:
            return ""
        n = self._readline.get_current_history_length()
        return self._readline.get_history_item(n) or "" if n else ""


def _printable(data: str) -> str:
    return "" if data.startswith("\x1b") else "".join(c for c in data if c.isprintable())


def _readline() -> Any:
    """Line editing and history, where this Python has it."""
    with contextlib.suppress(ImportError):
        import readline  # some builds have none

        return readline
    return None


@contextmanager
def _listening(connection: Connection) -> Iterator[None]:
    """Take in what the daemon sends, so that it does not take us for a slow client."""
    is_over = threading.Event()
    troubles: list[Exception] = []

    def listen() -> None:
        try:
            while not is_over.is_set():
                connection.poll(_TICK_S)
        except OSError as error:
            troubles.append(error)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
    if troubles:
        raise troubles[0]
