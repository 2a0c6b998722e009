"""What the index says, held against the agent's own copy: lines that are shown stand there."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from agentxd.index.secrets import masked
from agentxd.kernel.index import Coverage
from agentxd.kernel.ports import ToolContext
from agentxd.plugins.tools.paths import inside
from agentxd.workspace.lines import decode, is_binary

_MAX_LINE_CHARS = 240
_LONG_LINE, _MORE = 200, "…"
OFF = "There is no index now; use grep and read."


class Shown(Struct, frozen=True):
    """Lines as they stand in the copy."""

    line: int
    """Of the first, from 0; -1 where nothing like them is there any more."""
    lines: tuple[str, ...] = ()


class Copy:
    """The files of the agent's copy, each read once for a call."""

    def __init__(self, context: ToolContext) -> None:
        self._context = context
        self._files: dict[str, list[str] | None] = {}
        self._clean: dict[str, list[str]] = {}

    async def lines(self, path: str) -> list[str] | None:
        """The lines of a file; None where the copy has no such text."""
        if path not in self._files:
            content = await self._context.sandbox.read(inside(path))
            is_text = content is not None and not is_binary(content)
            text = decode(content or b"")[0]
            lines = [line.rstrip("\r") for line in text.split("\n")]
            self._files[path] = lines if is_text else None
        return self._files[path]

    async def find(self, path: str, line: int, wanted: Sequence[str]) -> Shown:
        """Where the wanted lines stand in the copy, nearest to `line`; indentation is as nothing.

        Where only their first is still there, it is shown with what follows it now.
        """
        there = await self.lines(path)
        anchor = next((text.strip() for text in wanted if text.strip()), "")
        if there is None or not anchor:
            return Shown(-1)
        skipped = next(n for n, text in enumerate(wanted) if text.strip())
        places = [n for n, text in enumerate(there) if _is_line(text.strip(), anchor)]
        if not places:
            return Shown(-1)
        best = min(places, key=lambda n: (not _is_same(there, n, wanted[skipped:]), abs(n - line)))
        clean = await self.clean(path)
        return Shown(best, tuple(clean[best : best + len(wanted) - skipped]))

    async def clean(self, path: str) -> list[str]:
        """The lines with stars over secrets: what is cut out of a key does not look like one."""
        if path not in self._clean:
            text = "\n".join(await self.lines(path) or ()).encode(errors="replace")
            clean = await asyncio.to_thread(masked, text)
            self._clean[path] = clean.decode(errors="replace").split("\n")
        return self._clean[path]


def numbered(shown: Shown) -> list[str]:
    """Lines with their numbers, from 1."""
    return [
        f"{number:>6}\t{cut(line)}" for number, line in enumerate(shown.lines, start=shown.line + 1)
    ]


def cut(line: str) -> str:
    """A long line ends in a sign."""
    return line if len(line) <= _MAX_LINE_CHARS else line[: _MAX_LINE_CHARS - 1] + _MORE


def incomplete(coverage: Coverage) -> list[str]:
    """A warning where the index does not know all files yet."""
    if coverage.n_files and coverage.n_files_done >= coverage.n_files:
        return []
    known = f"{coverage.n_files_done} of {coverage.n_files} files"
    return [f"(the index is being made and knows {known} so far: grep to be sure)"]


async def unknown_changes(context: ToolContext) -> list[str]:
    """The index is of the user's files: what the agent wrote itself is not in it."""
    changes = await context.sandbox.difference()
    if not changes:
        return []
    return ["(what you changed yourself is not in the index: grep finds it)"]


def _is_line(text: str, wanted: str) -> bool:
    """The index keeps the beginning of a long line, and a sign that there was more."""
    is_cut = wanted.endswith(_MORE) and len(wanted) >= _LONG_LINE
    return text.startswith(wanted[:-1]) if is_cut else text == wanted


def _is_same(there: Sequence[str], start: int, wanted: Sequence[str]) -> bool:
    piece = there[start : start + len(wanted)]
    pairs = zip(piece, wanted, strict=False)
    return len(piece) == len(wanted) and all(_is_line(a.strip(), b.strip()) for a, b in pairs)
