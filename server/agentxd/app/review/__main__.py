"""`python -P -m agentxd.app.review WHAT JSON`: reviews, explains rules, keeps answers.

It needs no daemon, no model and no container engine; where a daemon runs, it is asked about uses
of names. It starts and ends with each review, so what is heavy is loaded when it is needed.
"""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

_FEW_COLLECTIONS = 200_000
"""Objects between two searches for garbage: what is loaded here stays until the end anyway."""


def main(arguments: Sequence[str]) -> int:
    """The exit code. A push waits for this process: half of its time would go into its start."""
    gc.set_threshold(_FEW_COLLECTIONS)
    _load_msgspec()
    from agentxd.app.review.entry import main as review  # noqa: PLC0415  # after the line above

    return review(arguments)


def leave(code: int) -> NoReturn:
    """At once: taking everything down piece by piece takes as long as a start of Python."""
    with suppress(OSError):  # whoever reads it may be gone
        sys.stdout.flush()
    with suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def _load_msgspec() -> None:
    """Without typing_extensions, which takes as long as itself, and which it can do without."""
    is_loaded = "typing_extensions" in sys.modules
    if not is_loaded:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # importing it fails
    try:
        import msgspec  # noqa: F401, PLC0415  # only here, and for those that come after
    finally:
        if not is_loaded:
            del sys.modules["typing_extensions"]


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
