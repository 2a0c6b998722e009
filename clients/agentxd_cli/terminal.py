"""Colour only on a terminal, and one line that is written over while something runs."""

import os
import shutil
import sys
import time

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2", "bold": "1"}


def is_coloured() -> bool:
    """Whether standard output takes colour."""
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def counted(n: int, noun: str) -> str:
    """`1 hunk`, `2 hunks`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def paint(text: str, colour: str) -> str:
    """The text in a colour, where there is colour."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if is_coloured() else text


class StatusLine:
    """One line at the bottom of a terminal; nothing at all elsewhere."""

    def __init__(self) -> None:
        self._is_on = is_coloured()
        self._started = time.monotonic()
        self._text = ""
        self._is_shown = False

    def show(self, text: str) -> None:
        """Write over the line."""
        if self._is_on:
            self._text = text
            self._is_shown = True
            seconds = time.monotonic() - self._started
            width = shutil.get_terminal_size().columns - 1
            line = f"  {seconds:5.1f} s  {text}"[:width]
            sys.stdout.write(f"\r\x1b[2K\x1b[2m{line}\x1b[0m")
            sys.stdout.flush()

    def tick(self) -> None:
        """Show that time goes on."""
        if self._text:
            self.show(self._text)

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        if self._is_shown:
            self._is_shown = False
            sys.stdout.write("\r\x1b[2K")
            sys.stdout.flush()
