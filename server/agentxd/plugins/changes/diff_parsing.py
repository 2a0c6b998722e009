"""Reads unified diffs, git's and others, strictly: what is not understood is an error."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.patterns import Lazy
from agentxd.plugins.changes import diff_names
from agentxd.plugins.changes.diff_hunks import Hunk, off, read_hunk
from agentxd.plugins.changes.diff_names import NOWHERE, Names

_GIT = b"diff --git "
_COMBINED = (b"diff --cc ", b"diff --combined ", b"@@@ ")
_BINARY = Lazy(rb"Binary files (.*) and (.*) differ\r?$")
_INDEX = Lazy(rb"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{6}))?$")
_MODE = Lazy(rb"(old|new|deleted file|new file) mode (\d{6})$")
_MOVED = Lazy(rb"(?:rename|copy) (from|to) (.*)$", re.DOTALL)
_GITLINK = 0o160000
_MOST_LINES = 5_000_000
"""Up to which the lines of all files may be numbered, as empty ones stand in for those between."""


@dataclass
class FileDiff:
    """What a diff says of one file; filled while it is read."""

    line: int
    """Index of its first line in the diff."""
    head: Names | None = None
    """Of git's own first line; with prefixes."""
    names: Names | None = None
    """Of the lines with dashes and pluses; with prefixes."""
    moved: dict[bytes, bytes] = field(default_factory=dict)
    """from and to of a rename or copy."""
    old_mode: int = 0
    new_mode: int = 0
    ids: tuple[str, str] = ("", "")
    """First digits of what git calls the contents before and after."""
    is_git: bool = False
    is_new: bool = False
    is_deleted: bool = False
    is_binary: bool = False
    hunks: list[Hunk] = field(default_factory=list)

    @property
    def is_submodule(self) -> bool:
        """Whether it is no file at all."""
        return _GITLINK in (self.old_mode, self.new_mode)

    def paths(self) -> tuple[str, str]:
        """Before and after; the same where it keeps its name. Raises InvalidRequestError."""
        if len(self.moved) == 2:  # noqa: PLR2004  # both ends
            old, new = self.moved[b"from"], self.moved[b"to"]
        else:
            old, new = self._written()
        return self._checked(old), self._checked(new)

    def _written(self) -> tuple[bytes, bytes]:
        names = self.head or self.names
        if names is None:
            raise off(self.line, "begins a file without saying which")
        if not self.is_git and NOWHERE not in names:
            short = diff_names.without_folders(diff_names.without_prefixes(names))
            return short.new or b"", short.new or b""  # `diff` knows no renames
        old, new = (None if name == NOWHERE else name for name in names)
        if old and new:
            old, new = diff_names.without_prefixes(Names(old, new))
        known = old or new or b""
        if not (old and new) and known[:2] in (b"a/", b"b/"):
            known = known[2:]
        return old if old and new else known, new if old and new else known

    def _checked(self, raw: bytes) -> str:
        path = raw.decode("utf-8", "surrogateescape").removeprefix("./")
        parts = path.split("/")
        if not path or path.startswith("/") or {"..", ""} & set(parts) or "\0" in path:
            raise InvalidRequestError(
                f"line {self.line + 1} of the diff names a file outside of the folder",
                "Make the diff from the root of the workspace.",
            )
        return path


def parse(text: bytes) -> list[FileDiff]:
    """The files of a diff; none for an empty one. Raises InvalidRequestError."""
    lines = text.split(b"\n")
    if len(lines) > 1 and all(line.endswith(b"\r") for line in lines[:-1]):
        lines = [line.removesuffix(b"\r") for line in lines]  # the diff itself went through it
    files = [file for file in _files(lines) if not file.is_submodule]
    if text.strip() and not any(line.startswith((_GIT, b"--- ", b"Binary ")) for line in lines):
        raise InvalidRequestError(
            "there is no file in this diff", "Give it as `git diff` or `diff -u` wrote it."
        )
    _check(files)
    return files


def _check(files: Sequence[FileDiff]) -> None:
    seen: set[str] = set()
    n_lines = 0
    for file in files:
        path = file.paths()[1]
        if path in seen:
            raise off(file.line, "begins a file for the second time: one diff for each change")
        seen.add(path)
        starts = [hunk.old_start for hunk in file.hunks]
        ends = [hunk.old_start + len(hunk.old) for hunk in file.hunks]
        if any(start < end for start, end in zip(starts[1:], ends, strict=False)):
            raise off(file.line, "begins a file whose hunks overlap")
        last = file.hunks[-1:]
        n_lines += max((max(h.old_start, h.new_start) + len(h.rows) for h in last), default=0)
        if n_lines > _MOST_LINES:
            raise off(file.line, "begins a file of more lines than can be read")


def _files(lines: Sequence[bytes]) -> Iterator[FileDiff]:
    file: FileDiff | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        begun = _begun(lines, at, file)
        if begun:
            if file:
                yield file
            file = begun
        if line.startswith(_COMBINED):
            raise off(at, "is of a combined diff, which has more than two sides")
        if line.startswith(b"@@ "):
            at = _take_hunks(lines, at, file)
            continue
        if file and line.startswith(b"--- ") and _is_pair(lines, at):
            _name(file, line[4:], lines[at + 1][4:])
            at += 2
            continue
        if file:
            _note(file, line)
        at += 1
    if file:
        yield file


def _begun(lines: Sequence[bytes], at: int, file: FileDiff | None) -> FileDiff | None:
    """The file that begins at this line, if one does."""
    line = lines[at]
    if line.startswith(_GIT):
        return FileDiff(at, head=diff_names.of_git_head(line[len(_GIT) :]), is_git=True)
    is_named = file is not None and (file.names or file.hunks or not file.is_git)
    if line.startswith(b"--- ") and _is_pair(lines, at) and (file is None or is_named):
        return FileDiff(at)
    found = _BINARY.match(line)
    if found and (file is None or not file.is_git):
        names = Names(diff_names.plain(found[1]), diff_names.plain(found[2]))
        return FileDiff(at, names=names)
    return None


def _is_pair(lines: Sequence[bytes], at: int) -> bool:
    return at + 1 < len(lines) and lines[at + 1].startswith(b"+++ ")


def _take_hunks(lines: Sequence[bytes], at: int, file: FileDiff | None) -> int:
    """The index behind the last one of this file."""
    if file is None or (file.names is None and not file.is_git):
        raise off(at, "begins a hunk without a file")
    while at < len(lines) and lines[at].startswith(b"@@ "):
        hunk, at = read_hunk(lines, at)
        file.hunks.append(hunk)
    rest = lines[at] if at < len(lines) else b""
    is_other = rest.startswith((b"--- ", b"-- ")) or rest == b"--"
    if rest[:1] in (b"+", b"-", b" ") and rest.strip() and not is_other:
        raise off(at, "is more than its hunk has by its counts")
    return at


def _name(file: FileDiff, old: bytes, new: bytes) -> None:
    file.names = Names(diff_names.plain(old), diff_names.plain(new))
    file.is_new |= file.names.old == NOWHERE or diff_names.is_stamped_empty(old)
    file.is_deleted |= file.names.new == NOWHERE or diff_names.is_stamped_empty(new)


def _note(file: FileDiff, line: bytes) -> None:
    """What git says of a file before its hunks."""
    line = line.removesuffix(b"\r")
    if line == b"GIT binary patch" or _BINARY.match(line):
        file.is_binary = True
    elif found := _MODE.match(line):
        what, mode = found[1], int(found[2], 8)
        file.is_new |= what == b"new file"
        file.is_deleted |= what == b"deleted file"
        file.old_mode = mode if what in (b"old", b"deleted file") else file.old_mode
        file.new_mode = mode if what in (b"new", b"new file") else file.new_mode
    elif found := _INDEX.match(line):
        file.ids = found[1].decode(), found[2].decode()
        if found[3]:
            file.old_mode = file.new_mode = int(found[3], 8)
    elif file.is_git and (found := _MOVED.match(line)):
        file.moved[found[1]] = diff_names.plain(found[2])
