"""Becomes the process that reviews; light, because a push waits for it."""

import json
import os
import sys

TYPE_CHECKING = False  # `typing` itself is half the time of the thin paths
if TYPE_CHECKING:
    from typing import Any


def become(what: str, wish: "dict[str, Any]") -> int:
    """It prints and exits by itself. Nothing is loaded from the folder it stands in: `-P`."""
    is_live = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    wish |= {"isColoured": is_live and not os.environ.get("NO_COLOR"), "width": _width()}
    command = [sys.executable, "-P", "-m", "agentxd.app.review", what, json.dumps(wish)]
    sys.stdout.flush()
    if os.name == "nt":  # there, a process that becomes another one has ended for who waits for it
        import subprocess

        return subprocess.run(command, check=False).returncode
    return os.execv(command[0], command)  # noqa: S606  # no shell is wanted


def _width() -> int:
    """Columns of the terminal; 80 where there is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return int(os.environ.get("COLUMNS") or 80)
