"""The files as they are after a change: of a commit, of the index, or on disk."""

import re
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from agentxd.kernel.index import Use
from agentxd.plugins.changes.disk_files import read_file
from agentxd.plugins.changes.git_process import Git
from agentxd.plugins.changes.reading import BlobReader

INDEX = ":index"
"""For `head`: what is staged."""
MAX_READ_BYTES = 2_000_000
_GITLINK = "160000"
_LONGEST_NAME = 200
_LONGEST_LINE = 400
_LONGEST_SOUGHT = 20_000
"""A longer line is no code."""
_MOST_LINES = 5_000
_LINE = re.compile(rb"([^\0]*)\0(\d+)\0([^\n]*)\n")

Ask = Callable[[str, str, int], Sequence[Use] | None]
"""(name, near, limit) to uses; None where the index does not know."""


class GitTree:
    """Implements the port Tree. Git is started when it is first asked; to be closed at the end."""

    def __init__(self, root: str, head: str = "", ask: Ask | None = None) -> None:
        """`head` is the id of a commit, INDEX, or empty for the work tree."""
        self._root = root
        self._head = head
        self._ask = ask
        self._git: Git | None = None
        self._ids: dict[str, str] | None = None
        self._reader: BlobReader | None = None
        self._uses: dict[str, list[Use]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the git that reads; it may be asked again."""
        if self._reader:
            self._reader.close()
            self._reader = None

    def paths(self) -> Sequence[str]:
        """All tracked files, sorted; of the work tree also new ones that are not ignored."""
        return sorted(self._listed())

    def read(self, path: str) -> bytes | None:
        """None where there is no such file, or it is larger than 2 MB."""
        if not self._head:
            file = read_file(self._root, path, MAX_READ_BYTES)
            return file.content if file else None
        object_id = self._listed().get(path)
        if object_id is None:
            return None
        self._reader = self._reader or BlobReader(self._repository())
        return self._reader.read(object_id, MAX_READ_BYTES)

    def uses(self, name: str, near: str, limit: int = 50) -> Sequence[Use]:
        """Where it stands as a whole word, the nearest files first; comments are not left out."""
        known = self._ask(name, near, limit) if self._ask else None
        if known is not None:
            return known
        if name not in self._uses:
            self._uses[name] = self._sought(name)
        found = self._uses[name]
        return sorted(found, key=lambda use: (-_nearness(use.path, near), use.path))[:limit]

    def _repository(self) -> Git:
        self._git = self._git or Git(self._root)
        return self._git

    def _listed(self) -> dict[str, str]:
        """Path to id of its content; of the work tree to nothing."""
        if self._ids is None:
            self._ids = dict(_parsed(self._repository(), self._head))
        return self._ids

    def _sought(self, name: str) -> list[Use]:
        if not 0 < len(name) <= _LONGEST_NAME or any(sign in name for sign in "\n\0"):
            return []
        where = {"": ["--untracked"], INDEX: ["--cached"]}.get(self._head, [self._head])
        words = ["grep", "-z", "-n", "-I", "-w", "-F", "--no-textconv", "--no-color"]
        done = self._repository().attempt(
            [*words, "--no-recurse-submodules", "-e", name, *where, "--"]
        )
        prefix = f"{self._head}:".encode() if where == [self._head] else b""
        found: list[Use] = []
        for n_lines, match in enumerate(_LINE.finditer(done.stdout)):
            if n_lines == _MOST_LINES:
                break
            found += _in_line(match[1].removeprefix(prefix), int(match[2]) - 1, match[3], name)
        return found


def _parsed(git: Git, head: str) -> list[tuple[str, str]]:
    """Files with the ids of their contents."""
    if not head:
        words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = git.run(words).decode("utf-8", "surrogateescape").split("\0")[:-1]
        return [(name, "") for name in names if not name.endswith("/")]
    words = ["ls-files", "-s", "-z"] if head == INDEX else ["ls-tree", "-r", "-z", head]
    found = []
    for line in git.run(words).decode("utf-8", "surrogateescape").split("\0")[:-1]:
        told, _, path = line.partition("\t")
        mode, *rest = told.split(" ")
        if mode != _GITLINK:
            found.append((path, rest[0] if head == INDEX else rest[1]))
    return found


def _in_line(path: bytes, line: int, text: bytes, name: str) -> list[Use]:
    if len(text) > _LONGEST_SOUGHT:
        return []
    shown = text.decode("utf-8", "replace").rstrip("\r")
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    where = path.decode("utf-8", "surrogateescape")
    return [
        Use(where, line, match.start(), shown[:_LONGEST_LINE]) for match in word.finditer(shown)
    ]


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
