"""The rules that a project wrote down for agents: a stranger's file, so it is looked at first."""

import asyncio
import logging
import os
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

from agentxd.kernel.errors import AgentxError
from agentxd.kernel.redaction import redact
from agentxd.plugins.disk.secret_files import is_secret_file
from agentxd.workspace.lines import is_binary

FILES = ("AGENTS.md", ".agent/rules.md", "CLAUDE.md")
"""The first that is there is read; a convention that other agents follow as well."""
_LARGEST_BYTES = 1 << 20
_log = logging.getLogger(__name__)

Look = Callable[[str], Awaitable[bytes | None]]


async def project_rules(root: str, look: Look) -> tuple[str, str]:
    """Path and text without secrets; empty where there are none that can be read.

    `look` gives a file as the user sees it, unsaved text included.
    """
    places = await asyncio.to_thread(lambda: [_place(root, path) for path in FILES])
    contents = await asyncio.gather(*(_content(place, look) for place in places))
    for path, content in zip(FILES, contents, strict=True):
        if content and not is_binary(content):
            return path, redact(content.decode("utf-8", "replace"))
    return "", ""


async def _content(place: str, look: Look) -> bytes | None:
    """All are looked at together: a prompt waits for it."""
    try:
        return await look(place) if place else None
    except AgentxError as error:
        _log.warning("the rules in %s are passed over: %s", place, error.message)
        return None


def _place(root: str, path: str) -> str:
    """Where to look, links followed within the workspace; empty where it is not to be looked at."""
    try:
        found = os.lstat(Path(root, path))
        if stat.S_ISLNK(found.st_mode):
            place = Path(root, path).resolve(strict=True)
            found, path = place.stat(), place.relative_to(Path(root).resolve()).as_posix()
    except FileNotFoundError:
        return path  # it may be there unsaved
    except (OSError, ValueError, RuntimeError):
        return ""
    is_file = stat.S_ISREG(found.st_mode) and found.st_size <= _LARGEST_BYTES
    is_hidden = is_secret_file(path) or ".git" in Path(path).parts
    return path if is_file and not is_hidden else ""
