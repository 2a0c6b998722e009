"""Becomes the process that reviews; light, because a push waits for it."""

import json
import os
import sys

TYPE_CHECKING = False  # `typing` itself is half the time of the thin paths
if TYPE_CHECKING:
    from typing import Any

_MODULE = "agentxd.app.review"


def become(what: str, wish: "dict[str, Any]") -> int:
    """It prints and exits by itself. Nothing is loaded from the folder it stands in: `-P`."""
    command = [sys.executable, "-P", "-m", _MODULE, what, _request(wish)]
    sys.stdout.flush()
    if os.name == "nt":  # there, a process that becomes another one has ended for who waits for it
        import subprocess

        return subprocess.run(command, check=False).returncode
    return os.execv(command[0], command)  # noqa: S606  # no shell is wanted


def review_here(wish: "dict[str, Any]") -> int:
    """Review in this process, which has loaded nothing yet: starting another one takes longer."""
    if _may_load_what_lies_here():
        return become("review", wish)
    from importlib import import_module

    review = import_module(f"{_MODULE}.__main__")
    code: int = review.leave(review.main(["review", _request(wish)]))
    return code


def _may_load_what_lies_here() -> bool:
    """Whether a module of the folder it stands in would be taken for one of ours."""
    here = os.getcwd()  # noqa: PTH109  # pathlib takes longer to load than this has
    return any(not place.startswith(os.sep) or place == here for place in sys.path)


def _request(wish: "dict[str, Any]") -> str:
    is_live = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    is_coloured = is_live and not os.environ.get("NO_COLOR")
    return json.dumps({**wish, "isColoured": is_coloured, "width": _width()})


def _width() -> int:
    """Columns of the terminal; 80 where there is none."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return int(os.environ.get("COLUMNS") or 80)
