"""Tool `diff`: the numbered hunks of what the agent has changed so far."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.files import FileChange
from agentxd.kernel.hunks import Hunk, HunkKind
from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.hunk_memory import HunkMemory
from agentxd.workspace.lines import split_lines

_MAX_CHARS = 40_000


class DiffTool:
    """Shows the difference between the copy and its base, cut into the hunks of a proposal."""

    spec = ToolSpec(
        name="diff",
        description=(
            "Show all changes so far as numbered hunks. `keep` takes these numbers until the "
            "next diff."
        ),
        schema={"type": "object", "properties": {}, "additionalProperties": False},
    )

    def __init__(self, memory: HunkMemory) -> None:
        self._memory = memory

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """A heading for each hunk; its lines too, as long as there is room."""
        del arguments
        shown = self._memory.remember(await context.sandbox.difference())
        if not shown.hunks:
            return Observation(call_id, "No changes.")
        changes = {change.path: change for change in shown.changes}
        pieces: list[str] = []
        room = _MAX_CHARS
        for number, hunk in enumerate(shown.hunks, start=1):
            body = _body(hunk, changes[hunk.path])
            pieces.append(_heading(number, hunk, changes[hunk.path]))
            if len(body) <= room:
                pieces.append(body)
            room -= len(body)
        return Observation(call_id, "\n".join(piece for piece in pieces if piece))


def _heading(number: int, hunk: Hunk, change: FileChange) -> str:
    if hunk.kind is HunkKind.TEXT:
        size = f"-{hunk.base_count} +{hunk.new_count}"
        return f"hunk {number}: line {hunk.base_start + 1} of {hunk.path} ({size})"
    what = f"{change.kind.value}, {hunk.kind.value}"
    return f"hunk {number}: all of {hunk.path} ({what})"


def _body(hunk: Hunk, change: FileChange) -> str:
    if hunk.kind is not HunkKind.TEXT:
        return ""
    old = split_lines(change.base or b"")[hunk.base_start : hunk.base_start + hunk.base_count]
    new = split_lines(change.new or b"")[hunk.new_start : hunk.new_start + hunk.new_count]
    lines = [f"-{_text(line)}" for line in old] + [f"+{_text(line)}" for line in new]
    return "\n".join(lines)


def _text(line: bytes) -> str:
    return line.rstrip(b"\r\n").decode("utf-8", "replace")
