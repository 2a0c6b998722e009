"""What `doctor` says of the index."""

from agentxd.kernel.index import IndexStatus
from agentxd.sessions.application import Check

_STATES = {"failed": "warning", "paused": "warning"}
"""All the rest works without it, so nothing here is an error."""
_MB = 1_000_000


def index_check(status: IndexStatus) -> Check:
    """State, files, size on disk and embedder, as far as they are known."""
    about = f" ({status.message.rstrip('.')})" if status.message else ""
    parts = [f"{status.state}{about}", *_contents(status)]
    resume = "agentxd index resume" if status.state == "paused" else ""
    state = _STATES.get(status.state, "ok")
    return Check("index", state, ", ".join(parts), status.next_step or resume)


def _contents(status: IndexStatus) -> list[str]:
    """Nothing before the worker counted."""
    if not status.n_files:
        return []
    is_whole = status.n_files_done >= status.n_files
    done = "" if is_whole else f"{status.n_files_done:,} of "
    files = f"{done}{status.n_files:,} file{'s' * (status.n_files != 1)}"
    embedder = status.embedder or status.next_embedder
    meaning = f"embedder {embedder}" if embedder else "no embedder"
    return [files, f"{status.bytes / _MB:.1f} MB", meaning]
