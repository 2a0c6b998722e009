"""Tool `grep`: lines that match a regular expression."""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.kernel.sandboxes import Command
from agentxd.plugins.tools.listing import is_match, present_files
from agentxd.plugins.tools.paths import inside

_MAX_HITS = 200
_MAX_LINE_CHARS = 300
_NO_SUCH_PROGRAM = 127
_SKIPPED = (".git", ".venv", "node_modules", "__pycache__")
_HIT = re.compile(rb"^(?:\./)?([^\0]+)\0(\d+):(.*)$")


class GrepTool:
    """Searches the copy, unsaved text included."""

    spec = ToolSpec(
        name="grep",
        description=(
            "Search file contents with an extended regular expression. Answers path:line:text. "
            "Narrow it with `path` (a folder or file) or `glob` (a file name pattern)."
        ),
        schema={
            "type": "object",
            "properties": {
                "pattern": {"type": "string"},
                "path": {"type": "string"},
                "glob": {"type": "string"},
                "ignore_case": {"type": "boolean"},
            },
            "required": ["pattern"],
            "additionalProperties": False,
        },
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """The hits; grep inside the sandbox does the work where there is one."""
        folder = inside(arguments.get("path", ""))
        wanted = {
            path
            for path in await present_files(context)
            if path == folder or not folder or path.startswith(folder + "/")
            if is_match(path, arguments.get("glob", "**"))
        }
        result = await context.sandbox.run(Command(_line(arguments, folder), timeout_s=60))
        if result.exit_code == _NO_SUCH_PROGRAM:
            return await _scan(call_id, arguments, wanted, context)
        if result.exit_code > 1 and not result.output.count(b"\0"):
            return Observation(call_id, result.output.decode("utf-8", "replace"), is_error=True)
        return _answer(call_id, _hits(result.output.split(b"\n"), wanted))


def _line(arguments: Mapping[str, Any], folder: str) -> str:
    options = ["-rnIEZs", *(f"--exclude-dir={name}" for name in _SKIPPED)]
    if arguments.get("ignore_case"):
        options.append("-i")
    words = ["grep", *options, "-e", arguments["pattern"], "--", folder or "."]
    return shlex.join(words)


def _hits(lines: Iterable[bytes], wanted: set[str]) -> list[str]:
    hits: list[str] = []
    for line in lines:
        found = _HIT.match(line)
        if found and (path := found[1].decode("utf-8", "replace")) in wanted:
            hits.append(_hit(path, int(found[2]), found[3].decode("utf-8", "replace")))
    return hits


def _hit(path: str, number: int, text: str) -> str:
    return f"{path}:{number}:{text[:_MAX_LINE_CHARS]}"


async def _scan(
    call_id: str, arguments: Mapping[str, Any], wanted: set[str], context: ToolContext
) -> Observation:
    """Without a grep in the sandbox: read file by file."""
    try:
        flags = re.IGNORECASE if arguments.get("ignore_case") else 0
        pattern = re.compile(arguments["pattern"], flags)
    except re.error as error:
        return Observation(call_id, f"The pattern makes no sense: {error}", is_error=True)
    hits: list[str] = []
    for path in sorted(wanted):
        text = (await context.sandbox.read(path) or b"").decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                hits.append(_hit(path, number, line))
    return _answer(call_id, hits)


def _answer(call_id: str, hits: list[str]) -> Observation:
    if not hits:
        return Observation(call_id, "Nothing found.")
    shown = sorted(hits[:_MAX_HITS], key=_place)
    if len(hits) > len(shown):
        shown.append(f"({len(hits) - len(shown)} more; narrow the search)")
    return Observation(call_id, "\n".join(shown))


def _place(hit: str) -> tuple[str, int]:
    path, number, _ = hit.split(":", 2)
    return path, int(number) if number.isdigit() else 0
