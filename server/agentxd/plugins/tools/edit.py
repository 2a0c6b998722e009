"""Tool `edit`: replaces one exact piece of a file; a guess is never made."""

import asyncio
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from agentxd.kernel.messages import Observation, ToolSpec
from agentxd.kernel.ports import ToolContext
from agentxd.kernel.sandboxes import FileWrite
from agentxd.plugins.tools.listing import mode_to_write
from agentxd.plugins.tools.paths import inside_to_write
from agentxd.workspace.lines import decode, encode, is_binary

_N_CANDIDATES = 3
_LIKENESS = 0.6
_MAX_COMPARED_CHARS = 200
"""Comparing takes the square of this; a line of a generated file may be a megabyte."""


class EditTool:
    """Exact replacement, byte-exact everywhere else."""

    spec = ToolSpec(
        name="edit",
        description=(
            "Replace a piece of a file. `old` must be in the file exactly once, character by "
            "character; add neighbouring lines until it is. `replace_all` replaces each place."
        ),
        schema={
            "type": "object",
            "properties": {
                "path": {"type": "string"},
                "old": {"type": "string"},
                "new": {"type": "string"},
                "replace_all": {"type": "boolean"},
            },
            "required": ["path", "old", "new"],
            "additionalProperties": False,
        },
        risk="write",
    )

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """Replace, or say what stands in the way and where the candidates are."""
        path = inside_to_write(arguments["path"])
        content = await context.sandbox.read(path)
        if content is None:
            return Observation(call_id, f"There is no file {path}.", is_error=True)
        mode = await mode_to_write(path, context)
        if is_binary(content):
            return Observation(call_id, f"{path} is binary.", is_error=True)
        text, encoding = decode(content)
        old, new = _in_line_ends_of(text, arguments["old"], arguments["new"])
        n_wanted = text.count(old) if old else 0
        is_all = bool(arguments.get("replace_all"))
        if problem := _problem(path, text, old, new, n_found=n_wanted, is_all=is_all):
            return Observation(call_id, problem, is_error=True)
        if n_wanted == 0:
            problem = await asyncio.to_thread(_not_found, path, text, old)
            return Observation(call_id, problem, is_error=True)
        try:
            changed = encode(text.replace(old, new), encoding)
        except UnicodeEncodeError:
            problem = f"{path} is {encoding}, which cannot hold the new text."
            return Observation(call_id, problem, is_error=True)
        await context.sandbox.write([FileWrite(path, changed, mode)])
        line = text[: text.index(old)].count("\n") + 1
        return Observation(
            call_id, f"Replaced {n_wanted} place(s) in {path}, first at line {line}."
        )


def _in_line_ends_of(text: str, old: str, new: str) -> tuple[str, str]:
    """A model writes plain line feeds; a file with carriage returns keeps them."""
    is_pure = "\r\n" in text and text.count("\n") == text.count("\r\n")
    if not is_pure and ("\r\n" not in text or "\r\n" in old or old in text):
        return old, new
    return _with_carriage_returns(old), _with_carriage_returns(new)


def _with_carriage_returns(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _problem(path: str, text: str, old: str, new: str, *, n_found: int, is_all: bool) -> str:
    if not old:
        return "`old` is empty: name the text to replace, or use `write`."
    if old == new:
        return "`old` and `new` are the same; nothing was done."
    if n_found > 1 and not is_all:
        places = ", ".join(str(line) for line in _lines_of(text, old))
        return (
            f"`old` is in {path} {n_found} times, at lines {places}. Nothing was done. Add "
            "neighbouring lines to mean one of them, or set replace_all."
        )
    return ""


def _lines_of(text: str, old: str) -> list[int]:
    lines: list[int] = []
    at = text.find(old)
    while at >= 0:
        lines.append(text.count("\n", 0, at) + 1)
        at = text.find(old, at + len(old))
    return lines


def _not_found(path: str, text: str, old: str) -> str:
    """Show the lines that are most like the first line of what was looked for."""
    wanted = next((line for line in old.splitlines() if line.strip()), old).strip()
    matcher = SequenceMatcher(None, b=wanted[:_MAX_COMPARED_CHARS])
    scored: list[tuple[float, int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        matcher.set_seq1(line.strip()[:_MAX_COMPARED_CHARS])
        if (
            matcher.real_quick_ratio() >= _LIKENESS
            and matcher.quick_ratio() >= _LIKENESS
            and (ratio := matcher.ratio()) >= _LIKENESS
        ):
            scored.append((-ratio, number, line[:_MAX_COMPARED_CHARS]))
    nearest = [f"{number:>6}\t{line}" for _, number, line in sorted(scored)[:_N_CANDIDATES]]
    if not nearest:
        return f"`old` is not in {path}, nor anything like its first line. Read the file again."
    return "\n".join([f"`old` is not in {path}. Nothing was done. The nearest lines:", *nearest])
