"""Which lines of a file differ: found here, or by git where there are too many of them."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Span
from agentxd.plugins.changes.git_process import Git
from agentxd.workspace.diff import changes
from agentxd.workspace.lines import split_lines

_MOST_LINES = 5_000
"""Of both sides: with more, starting a git costs less than the comparison."""
_HUNK = Lazy(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_DIFF = (
    *("diff", "--no-index", "--text", "-U0", "--inter-hunk-context=0", "--diff-algorithm=myers"),
    *("--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--", "old", "new"),
)
_AS_THEY_ARE = ("-c", "core.autocrlf=false", "-c", f"core.attributesFile={os.devnull}")
_DIFFERENT = 1
"""Exit code of git's."""


def spans_of(git: Git, old: bytes | None, new: bytes | None) -> tuple[Span, ...]:
    """From top to bottom."""
    if not old or not new:
        n_old, n_new = len(split_lines(old or b"")), len(split_lines(new or b""))
        return (Span(0, n_old, 0, n_new),) if n_old or n_new else ()
    if old == new:
        return ()
    if old.count(b"\n") + new.count(b"\n") > _MOST_LINES:
        found = _by_git(git, old, new)
        if found:
            return found
    return tuple(
        Span(a0, a1 - a0, b0, b1 - b0)
        for a0, a1, b0, b1 in changes(split_lines(old), split_lines(new))
    )


def _by_git(git: Git, old: bytes, new: bytes) -> tuple[Span, ...]:
    """Nothing where git would not say."""
    import tempfile  # noqa: PLC0415  # loads much, and few changes need it

    with tempfile.TemporaryDirectory(prefix="agentxd-diff-") as folder:
        Path(folder, "old").write_bytes(old)
        Path(folder, "new").write_bytes(new)
        done = git.attempt([*_AS_THEY_ARE, *_DIFF], outside=folder)
    return tuple(_parsed(done.stdout)) if done.returncode == _DIFFERENT else ()


def _parsed(patch: bytes) -> Iterator[Span]:
    """No line of a file begins one: each has a sign before it."""
    for found in _HUNK.finditer(patch):
        old_at, n_old, new_at, n_new = (1 if word is None else int(word) for word in found.groups())
        yield Span(old_at - (n_old > 0), n_old, new_at - (n_new > 0), n_new)
