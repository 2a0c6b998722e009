"""Tells files that nobody writes by hand: by git's attributes, by name, by their first lines."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from agentxd.kernel.patterns import Lazy
from agentxd.plugins.changes.git_process import Git

_ATTRIBUTES = ("linguist-generated", "linguist-vendored")
_FOLDERS = Lazy(
    r"(^|/)(node_modules|vendor|vendors|third[-_]party|bower_components|site-packages|\.yarn"
    r"|__generated__)/"
)
_NAMES = Lazy(r"([.-]min\.(js|mjs|cjs|css)|\.(js|css)\.map|_pb2(_grpc)?\.pyi?|\.pb\.go)$")
_MARK = Lazy(
    rb"(?<![\w.])@generated\b(?!\.)|\bcode generated\b.{0,200}\bdo not edit\b"
    rb"|\b(auto(matically)?[- ]?)generated\b.{0,200}\b(do not|don't|not be) (edit|modify|change)"
    rb"|\bdo not (edit|modify)\b.{0,200}\bgenerated\b",
    re.IGNORECASE,
)
_PROBE_BYTES = 2_000
_PROBE_LINES = 10
_NOTED_BYTES = 100_000
"""Longer files of attributes are not looked into."""


def looks_generated(path: str, content: bytes | None) -> bool:
    """By name and first lines; lock files are not generated in this sense."""
    if _FOLDERS.search(path) or _NAMES.search(path):
        return True
    first = (content or b"")[:_PROBE_BYTES].split(b"\n")[:_PROBE_LINES]
    return any(_MARK.search(line) for line in first)


def attributed(git: Git, paths: Sequence[str]) -> dict[str, bool]:
    """What the attributes say of those files that they say anything of."""
    if not paths or not _has_marks(git, paths):
        return {}
    text = "\0".join(paths).encode("utf-8", "surrogateescape")
    done = git.attempt(["check-attr", "-z", "--stdin", *_ATTRIBUTES], text)
    fields = done.stdout.split(b"\0")[:-1]
    said: dict[str, bool] = {}
    for path, value in zip(fields[::3], fields[2::3], strict=False):
        if value != b"unspecified":
            name = path.decode("utf-8", "surrogateescape")
            said[name] = said.get(name, False) or value in (b"set", b"true")
    return said


def _has_marks(git: Git, paths: Iterable[str]) -> bool:
    """Whether any file of attributes beside or above these speaks of it: mostly none does."""
    if not git.has_work_tree:
        return False
    folders = {Path(git.root), *Path(git.root).parents}
    for path in paths:
        folders |= {Path(git.root, folder) for folder in Path(path).parents}
    files = [folder / ".gitattributes" for folder in folders]
    return any(_speaks(file) for file in (*files, Path(git.common_dir, "info/attributes")))


def _speaks(file: Path) -> bool:
    try:
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            return b"linguist-" in opened.read(_NOTED_BYTES)
    except (OSError, ValueError):
        return False
