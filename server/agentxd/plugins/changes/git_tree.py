"""The files as they are after a change: of a commit, of the index, or on disk."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from agentxd.kernel.errors import WorkspaceRefusedError
from agentxd.kernel.index import Use
from agentxd.plugins.changes.disk_files import read_file
from agentxd.plugins.changes.git_process import Git
from agentxd.plugins.changes.reading import BlobReader
from agentxd.plugins.changes.searching import is_sought, nearest, search

INDEX = ":index"
"""For `head`: what is staged."""
MAX_READ_BYTES = 2_000_000
_GITLINK = "160000"
_GONE = "R"
"""Git's letter for a file that it knows and that is not on disk."""
_MOST_LISTED = 50_000
"""Files of a folder that is no repository."""

Ask = Callable[[str, str, int], Sequence[Use] | None]
"""(name, near, limit) to uses; None where the index does not know."""


class GitTree:
    """Implements the port Tree. Git is started when it is first asked; to be closed at the end.

    A folder that is no repository has its files, and nobody knows uses in it.
    """

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
        git = self._repository()
        if object_id is None or git is None:
            return None
        self._reader = self._reader or BlobReader(git)
        return self._reader.read(object_id, MAX_READ_BYTES)

    def uses(self, name: str, near: str, limit: int = 50) -> Sequence[Use]:
        """Where it stands as a whole word, the nearest files first; comments are not left out."""
        known = self._ask(name, near, limit) if self._ask else None
        if known is not None:
            return known
        if name not in self._uses:
            self._uses[name] = self._sought(name)
        return nearest(self._uses[name], near, limit)

    def _sought(self, name: str) -> list[Use]:
        git = self._repository()
        if git is None or not is_sought(name):
            return []
        if self._head and self._head != INDEX:
            return search(git, name, [self._head], f"{self._head}:".encode())
        return search(git, name, ["--cached" if self._head else "--untracked"])

    def _repository(self) -> Git | None:
        """None where the folder is no repository, and no commit of one is asked for."""
        if self._git is None:
            try:
                self._git = Git(self._root)
            except WorkspaceRefusedError:
                if self._head:
                    raise
        return self._git

    def _listed(self) -> dict[str, str]:
        """Path to id of its content; on disk to nothing."""
        if self._ids is None:
            git = self._repository()
            if git is None:
                self._ids = dict.fromkeys(_walked(self._root), "")
            elif self._head:
                self._ids = dict(_kept(git, self._head))
            else:
                self._ids = dict.fromkeys(_on_disk(git), "")
        return self._ids


def _kept(git: Git, head: str) -> Iterator[tuple[str, str]]:
    """Files of a commit or of the index, with the ids of their contents."""
    words = ["ls-files", "-s", "-z"] if head == INDEX else ["ls-tree", "-r", "-z", head]
    for line in git.run(words).decode("utf-8", "surrogateescape").split("\0")[:-1]:
        told, _, path = line.partition("\t")
        mode, *rest = told.split(" ")
        if mode != _GITLINK:
            yield path, rest[0] if head == INDEX else rest[1]


def _on_disk(git: Git) -> set[str]:
    """Files that git knows or might take up; repositories inside are none."""
    words = ["ls-files", "-z", "-t", "--cached", "--others", "--deleted", "--exclude-standard"]
    lines = git.run(words).decode("utf-8", "surrogateescape").split("\0")[:-1]
    there = {line[2:] for line in lines if not line.endswith("/")}
    return there - {line[2:] for line in lines if line.startswith(_GONE)}


def _walked(root: str) -> Iterator[str]:
    n_found = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in names:
            n_found += 1
            if n_found > _MOST_LISTED:
                return
            yield Path(folder, name).relative_to(root).as_posix()
