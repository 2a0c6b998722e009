"""How far the index is: waits for it with progress, and says what an answer could not know."""

import sys
import time
from typing import Any

from agentxd_client.connection import Connection

from agentxd_cli.terminal import StatusLine, paint

Json = dict[str, Any]
_POLL_S = 0.1
_BAR = 24
AT_WORK = ("starting", "listing", "reading", "embedding")


def is_readable(status: Json) -> bool:
    """Whether all files can be searched by words and names; vectors may still come."""
    is_done = status["nFiles"] > 0 and status["nFilesDone"] >= status["nFiles"]
    return is_done or status["state"] not in ("starting", "listing", "reading")


def wait_for(connection: Connection, timeout_s: float, *, is_whole: bool = False) -> Json:
    """Wait until all can be searched, with its vectors where `is_whole`; the last status."""
    line = StatusLine()
    deadline = time.monotonic() + timeout_s
    try:
        while True:
            status: Json = connection.request("agentx/index/status")
            is_over = status["state"] not in AT_WORK or (is_readable(status) and not is_whole)
            if is_over or time.monotonic() >= deadline:
                return status
            line.show(progress_of(status))
            time.sleep(_POLL_S)
    finally:
        line.clear()


def progress_of(status: Json) -> str:
    """A bar with what it counts."""
    if status["state"] == "embedding" or is_readable(status):
        done, whole, noun = status["nVectors"], status["nChunks"], "vectors"
    else:
        done, whole, noun = status["nFilesDone"], status["nFiles"], "files"
    if not whole:
        return f"index: {status['state']}"
    if done >= whole:
        return f"[{'█' * _BAR}] {whole:,} {noun}, nearly done"
    n_full = _BAR * min(done, whole) // whole
    return f"[{'█' * n_full}{'░' * (_BAR - n_full)}] {done:,}/{whole:,} {noun}"


def knows_all(coverage: Json) -> bool:
    """Whether every file was looked at, so that what was not found is not there."""
    if coverage["nFiles"] > 0:
        return bool(coverage["nFilesDone"] >= coverage["nFiles"])
    return coverage["state"] in ("ready", "embedding")


def tell_gaps(coverage: Json, *, is_by_meaning: bool = True) -> None:
    """On standard error, what the answer could not know of; nothing where it knew all."""
    n_files, n_done = coverage["nFiles"], coverage["nFilesDone"]
    words = []
    if not is_readable(coverage) or n_done < n_files:
        words.append(f"the index knows {n_done:,} of {n_files:,} files so far")
    is_embedding = coverage["state"] == "embedding"
    if is_by_meaning and is_embedding and coverage["nVectors"] < coverage["nChunks"]:
        share = coverage["nVectors"] / coverage["nChunks"]
        words.append(f"search by meaning covers {share:.0%} so far")
    if coverage["state"] == "paused":
        who = "it" if words else "the index"
        words.append(f"{who} is paused and may be out of date: agentxd index resume")
    if words:
        tell("; ".join(words))


def tell(words: str) -> None:
    """A short line on standard error beside the answer."""
    line = f"agentxd: {words}"
    print(paint(line, "dim") if sys.stderr.isatty() else line, file=sys.stderr)
