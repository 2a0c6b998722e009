"""Colour only on a terminal, and one line that is written over while something runs."""

import os
import shutil
import sys
import time

from agentxd_cli.guarded import ESCAPE, shown

_CODES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2", "bold": "1"}
WIPE = f"{ESCAPE}[1G{ESCAPE}[2K"
"""Takes away the line that the cursor is in."""


def is_live() -> bool:
    """Whether standard output shows things as they go, and lines can be written over."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def is_coloured() -> bool:
    """Whether standard output takes colour."""
    return is_live() and not os.environ.get("NO_COLOR")


def counted(n: int, noun: str) -> str:
    """`1 hunk`, `2 hunks`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def paint(text: str, colour: str) -> str:
    """The text in a colour, where there is colour."""
    return f"{ESCAPE}[{_CODES[colour]}m{text}{ESCAPE}[0m" if is_coloured() else text


class StatusLine:
    """One line at the bottom of a terminal; nothing at all elsewhere."""

    def __init__(self) -> None:
        self._is_on = is_live()
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
            line = shown(f"  {seconds:5.1f} s  {text}")[:width]
            sys.stdout.write(WIPE + paint(line, "dim"))
            sys.stdout.flush()

    def tick(self) -> None:
        """Show that time goes on."""
        if self._text:
            self.show(self._text)

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        if self._is_shown:
            self._is_shown = False
            sys.stdout.write(WIPE)
            sys.stdout.flush()
