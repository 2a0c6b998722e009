"""Searches all files of a tree for a name, with git and by word boundaries alone."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from agentxd.kernel.index import Use
from agentxd.kernel.patterns import Lazy
from agentxd.plugins.changes.git_process import Git

_LONGEST_NAME = 200
_LONGEST_LINE = 400
"""Of it, so much is shown."""
_LONGEST_SOUGHT = 20_000
"""A longer line is no code."""
_MOST_FILES = 2_000
_MOST_LINES_OF_A_FILE = 200
_MOST_BYTES = 32_000_000
"""Of what git finds."""
_LINE = Lazy(rb"([^\0]*)\0(\d+)\0([^\n]*)\n")
_WORDS = ("grep", "-z", "-n", "-I", "-w", "-F", "--no-textconv", "--no-color")


def is_sought(name: str) -> bool:
    """Whether it can be a name at all."""
    return 0 < len(name) <= _LONGEST_NAME and not any(sign in name for sign in "\n\0")


def search(git: Git, name: str, where: Sequence[str], prefix: bytes = b"") -> list[Use]:
    """Uses in the order of the files; `prefix` is what git puts before their names."""
    command = [*_WORDS, "--no-recurse-submodules", "-e", name, *where, "--"]
    with git.started(command) as process:
        try:
            text = process.stdout.read(_MOST_BYTES) if process.stdout else b""
        finally:
            process.kill()
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    found: list[Use] = []
    for path, line, shown in _lines(text):
        where_ = path.removeprefix(prefix).decode("utf-8", "surrogateescape")
        found += [
            Use(where_, line, match.start(), shown[:_LONGEST_LINE])
            for match in word.finditer(shown)
        ]
    return found


def nearest(uses: Sequence[Use], near: str, limit: int) -> list[Use]:
    """Those in the same file first, then those in folders close to it."""
    return sorted(uses, key=lambda use: (-_nearness(use.path, near), use.path))[:limit]


def _lines(text: bytes) -> Iterator[tuple[bytes, int, str]]:
    """Some of each file, so that one that is full of it does not hide the others."""
    n_lines: Counter[bytes] = Counter()
    for match in _LINE.finditer(text):
        path, line = match[1], match[3]
        n_lines[path] += 1
        if len(n_lines) > _MOST_FILES:
            return
        if n_lines[path] <= _MOST_LINES_OF_A_FILE and len(line) <= _LONGEST_SOUGHT:
            yield path, int(match[2]) - 1, line.decode("utf-8", "replace").rstrip("\r")


def _nearness(path: str, near: str) -> int:
    """How many folders both are in; the file itself is nearest of all."""
    if path == near:
        return len(path) + 1
    n_shared = 0
    for left, right in zip(path.split("/")[:-1], near.split("/")[:-1], strict=False):
        if left != right:
            break
        n_shared += 1
    return n_shared
