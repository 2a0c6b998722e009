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
from agentxd.workspace.lines import is_binary

_MAX_HITS = 200
_MAX_LINE_CHARS = 300
_TIMEOUT_S = 60
_NO_SUCH_PROGRAM = 127
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
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
            for path, file in (await present_files(context)).items()
            if not file.is_link
            if path == folder or not folder or path.startswith(folder + "/")
            if is_match(path, arguments.get("glob", "**"))
        }
        if not wanted:
            return Observation(call_id, "Nothing found: no file is there to search.")
        line = _line(arguments, folder, is_file=folder in wanted)
        result = await context.sandbox.run(Command(line, timeout_s=_TIMEOUT_S))
        if result.exit_code == _NO_SUCH_PROGRAM:
            return await _scan(call_id, arguments, wanted, context)
        if result.exit_code > 1 and not result.output.count(b"\0"):
            words = result.output.decode("utf-8", "replace")
            stopped = f"The search was stopped after {_TIMEOUT_S} s; narrow it."
            return Observation(call_id, stopped if result.is_timed_out else words, is_error=True)
        is_cut = result.is_truncated or result.is_timed_out
        return _answer(call_id, _hits(result.output.split(b"\n"), wanted), is_cut=is_cut)


def _line(arguments: Mapping[str, Any], folder: str, *, is_file: bool) -> str:
    """Grep follows a link that it is told by name, so it is told of folders alone."""
    options = ["-rnIEZs", *(f"--exclude-dir={name}" for name in _SKIPPED)]
    if arguments.get("ignore_case"):
        options.append("-i")
    if is_file:
        folder, _, name = folder.rpartition("/")
        options.append("--include=" + re.sub(r"([*?\[\\])", r"\\\1", name))
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
    """Without a grep in the sandbox: read file by file, for plain words alone.

    A pattern of a model is never run in the daemon, where one that explodes would stop it.
    """
    words = arguments["pattern"]
    if _SPECIAL.search(words):
        problem = "There is no grep in the sandbox; only words without special characters work."
        return Observation(call_id, problem, is_error=True)
    is_folded = bool(arguments.get("ignore_case"))
    wanted_words = words.casefold() if is_folded else words
    hits: list[str] = []
    for path in sorted(wanted):
        content = await context.sandbox.read(path) or b""
        text = "" if is_binary(content) else content.decode("utf-8", "replace")
        for number, line in enumerate(text.split("\n"), start=1):
            if wanted_words in (line.casefold() if is_folded else line):
                hits.append(_hit(path, number, line))
    return _answer(call_id, hits)


def _answer(call_id: str, hits: list[str], *, is_cut: bool = False) -> Observation:
    if not hits:
        words = "Nothing found in what was searched; narrow the search."
        return Observation(call_id, words if is_cut else "Nothing found.")
    shown = sorted(hits[:_MAX_HITS], key=_place)
    if len(hits) > len(shown) or is_cut:
        at_least = "at least " if is_cut else ""
        shown.append(f"({at_least}{len(hits) - len(shown)} more; narrow the search)")
    return Observation(call_id, "\n".join(shown))


def _place(hit: str) -> tuple[str, int]:
    path, number, _ = hit.split(":", 2)
    return path, int(number) if number.isdigit() else 0
