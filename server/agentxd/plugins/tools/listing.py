"""Which files are in the sandbox now: the snapshot with the changes so far laid over it."""

import re
from functools import lru_cache

from agentxd.kernel.files import ChangeKind
from agentxd.kernel.ports import ToolContext


async def present_files(context: ToolContext) -> dict[str, int]:
    """Path to size in bytes of every file that the agent sees, sorted by path."""
    sizes = {path: entry.size for path, entry in context.snapshot.entries.items()}
    for change in await context.sandbox.difference():
        if change.kind is ChangeKind.DELETED:
            sizes.pop(change.path, None)
            continue
        if change.kind is ChangeKind.RENAMED:
            sizes.pop(change.old_path, None)
        sizes[change.path] = len(change.new or b"")
    return dict(sorted(sizes.items()))


def is_match(path: str, pattern: str) -> bool:
    """Whether a glob pattern means the path: `*` stays in a folder, `**` crosses folders.

    A pattern without a slash means files of that name anywhere.
    """
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    if "/" not in pattern:
        pattern = "**/" + pattern
    return re.compile(_regex(pattern))


def _regex(pattern: str) -> str:
    pieces: list[str] = []
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            pieces.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("**", at):
            pieces.append(".*")
            at += 2
        else:
            pieces.append({"*": "[^/]*", "?": "[^/]"}.get(pattern[at], re.escape(pattern[at])))
            at += 1
    return "".join(pieces)
