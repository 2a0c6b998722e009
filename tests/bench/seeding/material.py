"""Real changed files of public repositories, and what it takes to put a defect into one."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from agentxd.kernel.index import Use
from agentxd.kernel.review import Change, ChangedFile, Span
from agentxd.kernel.review_ports import SyntaxReader, Tree
from agentxd.plugins.changes.git_changes import GitChanges
from agentxd.plugins.changes.git_tree import GitTree
from agentxd.workspace.diff import changes
from agentxd.workspace.lines import split_lines
from msgspec.structs import replace

from tests.bench.measure import MissingPartError

PATHS = "AGENTX_BENCH_REVIEW_DATA"
"""Environment variable: folders of clones, separated by colons."""
FILE, EXECUTABLE = 0o100644, 0o100755
MOST_FILES = 12
"""In a commit that is taken; larger ones are no ordinary ones."""
MOST_BYTES = 200_000
LANGUAGES = {
    "py": "py", "js": "js", "mjs": "js", "cjs": "js", "jsx": "js", "ts": "ts", "tsx": "ts",
    "mts": "ts", "go": "go", "rs": "rs", "java": "java", "rb": "rb", "php": "php", "sh": "sh",
    "yml": "yaml", "yaml": "yaml", "json": "json", "md": "md", "toml": "toml", "html": "html",
    "sql": "sql", "css": "css", "rst": "rst",
}  # fmt: skip
CODE = ("py", "js", "ts", "go", "rs", "java", "rb", "php")


@dataclass(frozen=True)
class Edit:
    """A file as the seed makes it, and where the defect is."""

    path: str
    new: bytes | None
    old: bytes | None = None
    start: int = -1
    """First line of the defect, from 0; -1: anywhere in the file."""
    end: int = -1
    """The line after the last one."""
    mode: int = FILE
    old_mode: int = FILE
    size: int = 0
    """Where the contents are too large to be read."""
    mention: str = ""
    """A word that a finding has to have in its message or anchor."""


@dataclass(frozen=True)
class Spot:
    """A file that a commit changed, with all that the commit did."""

    root: Path
    change: Change
    file: ChangedFile
    language: str
    syntax: SyntaxReader
    tree: Tree

    @property
    def old(self) -> bytes:
        return self.file.old or b""

    @property
    def new(self) -> bytes:
        return self.file.new or b""

    def edited(self, new: bytes, start: int = -1, end: int = -1, mention: str = "") -> Edit:
        """The same file with other contents after the change."""
        before = self.file.old
        return Edit(self.file.path, new, before, start, end, self.file.new_mode or FILE,
                    self.file.old_mode or FILE, mention=mention)  # fmt: skip


Make = Callable[[Random, Spot], Sequence[Edit] | None]


@dataclass(frozen=True)
class Shape:
    """One way in which a defect of a rule looks; None where the spot does not fit."""

    rule: str
    name: str
    make: Make
    languages: tuple[str, ...] = ()
    """Of the files that it may go into; none: any changed file will do."""
    paths: str = ""
    """What the path of the file has to match, in git's globs; looked for in the history, too."""


class SeededTree:
    """A Tree with other contents for a few files."""

    def __init__(self, tree: Tree, edits: Sequence[Edit]) -> None:
        self._tree = tree
        self._edits: Mapping[str, bytes | None] = {edit.path: edit.new for edit in edits}

    def paths(self) -> Sequence[str]:
        gone = {path for path, new in self._edits.items() if new is None}
        return sorted((set(self._tree.paths()) | set(self._edits)) - gone)

    def read(self, path: str) -> bytes | None:
        return self._edits[path] if path in self._edits else self._tree.read(path)

    def close(self) -> None:
        """End the git that reads."""
        if isinstance(self._tree, GitTree):
            self._tree.close()

    def uses(self, name: str, near: str, limit: int = 50) -> Sequence[Use]:
        """The clone's, without places that the seed took away."""
        found = []
        for use in self._tree.uses(name, near, limit):
            lines = (self.read(use.path) or b"").split(b"\n")
            if use.path not in self._edits or name.encode() in b"".join(
                lines[use.line : use.line + 1]
            ):
                found.append(use)
        return found


@dataclass(frozen=True)
class Case:
    """A change with one defect in it."""

    shape: Shape
    root: Path
    change: Change
    edits: tuple[Edit, ...]
    tree: SeededTree = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.shape.rule}/{self.shape.name}"


def seeded(shape: Shape, spot: Spot, edits: Sequence[Edit]) -> Case:
    """The spot's commit with these edits in it."""
    files = {file.path: file for file in spot.change.files}
    for edit in edits:
        files[edit.path] = _file(edit, files.get(edit.path))
    made = tuple(files[path] for path in sorted(files))
    tree = SeededTree(spot.tree, edits)
    return Case(shape, spot.root, replace(spot.change, files=made), tuple(edits), tree)


def _file(edit: Edit, known: ChangedFile | None) -> ChangedFile:
    is_binary = b"\0" in (edit.new or b"")[:8000] or b"\0" in (edit.old or b"")[:8000]
    is_there = edit.new is not None or edit.size > 0
    return ChangedFile(
        path=edit.path,
        old_path=known.old_path if known else "",
        old=edit.old,
        new=edit.new,
        old_mode=edit.old_mode if edit.old is not None else 0,
        new_mode=edit.mode if is_there else 0,
        old_size=len(edit.old or b""),
        new_size=edit.size or len(edit.new or b""),
        spans=() if is_binary or edit.size else spans(edit.old, edit.new),
        is_binary=is_binary,
        is_whole=not edit.size,
        is_generated=known.is_generated if known else False,
    )


def spans(old: bytes | None, new: bytes | None) -> tuple[Span, ...]:
    """As the review draws them up."""
    if not old or not new:
        n_old, n_new = len(split_lines(old or b"")), len(split_lines(new or b""))
        return (Span(0, n_old, 0, n_new),) if n_old or n_new else ()
    return tuple(
        Span(a, b - a, c, d - c) for a, b, c, d in changes(split_lines(old), split_lines(new))
    )


def clones() -> list[Path]:
    """Repositories below the folders. Raises MissingPartError where there are none."""
    folders = [Path(text) for text in os.environ.get(PATHS, "").split(":") if text]
    found = [
        path for folder in folders for path in sorted(folder.iterdir())
        if (path / ".git").exists() or (path / "objects").exists()
    ]  # fmt: skip
    if not found:
        raise MissingPartError(f"a folder of clones of public repositories; name it in {PATHS}")
    return found


def commits(root: Path, n: int, paths: Sequence[str] = ()) -> list[str]:
    """The newest ones that are no merges."""
    words = ["git", "log", "--no-merges", f"-{n}", "--format=%H", "HEAD", "--", *paths]
    said = subprocess.run(words, cwd=root, check=True, capture_output=True, text=True)
    return said.stdout.split()


def ordinary(root: Path, names: Sequence[str]) -> Iterator[tuple[str, Change]]:
    """Commits of a few files, as changes."""
    loader = GitChanges(str(root))
    for name in names:
        change = loader.of_range(name)
        if 0 < len(change.files) <= MOST_FILES:
            yield name, change


def is_usable(file: ChangedFile) -> bool:
    """Text of ours that is there, and not too much of it."""
    is_text = file.new is not None and not file.is_binary and not file.is_generated
    return is_text and bool(file.spans) and 0 < file.new_size < MOST_BYTES


def language_of(path: str) -> str:
    return LANGUAGES.get(path.rpartition(".")[2].lower(), "")


_TESTS = re.compile(
    r"(?:^|/)(?:tests?|testing|specs?|__tests__)/|(?:^|/)test_|[._-](?:test|spec)s?\.\w+$|Tests?\.\w+$"
)
_ASIDE = re.compile(
    r"(?:^|/)(?:examples?|docs?|scripts?|bench(?:es|marks?)?|tools?|website)/|\.config\."
)


def is_test(path: str) -> bool:
    """By the usual names."""
    return _TESTS.search(path) is not None


def is_aside(path: str) -> bool:
    """Code around the program, where printing and running is what it is for."""
    return _ASIDE.search(path) is not None
