"""Hunks of real commits, read with git alone: what stood where, and what stands there after."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")
_MAX_FILE_BYTES = 400_000
_MAX_HUNK_LINES = 120
_MAX_MORE_CONTEXT = 12
"""Lines above and below; a hunk that is not unique with these is left out."""
_MAX_HUNKS_OF_COMMIT = 12
"""So that no single commit is the benchmark."""


class Hunk(NamedTuple):
    """One change of one file: lines with their line feeds, and git's signs for them."""

    path: str
    before: tuple[bytes, ...]
    body: tuple[tuple[str, bytes], ...]
    """(" ", "-" or "+", line), as git has it, three lines of context."""
    after: tuple[bytes, ...]
    scope: str
    """The line that git names as the function or class around it."""
    repository: str = ""
    commit: str = ""

    @property
    def old(self) -> list[bytes]:
        return [line for sign, line in self.body if sign != "+"]

    @property
    def new(self) -> list[bytes]:
        return [line for sign, line in self.body if sign != "-"]


def repositories(folder: Path) -> dict[str, Path]:
    """Name to git directory of each repository in a folder: bare, or with a work tree."""
    found: dict[str, Path] = {}
    for place in sorted(folder.iterdir()):
        for git in (place / ".git", place, place / "repo/.git", place / "repo"):
            if (git / "HEAD").exists() and (git / "objects").exists():
                found[place.name.replace("+", "/")] = git
                break
    return found


def hunks(name: str, git: Path, limit: int) -> Iterator[Hunk]:
    """Up to so many hunks of changed text files, the newest commits first."""
    n_given = 0
    for commit in _git(git, "rev-list", "--no-merges", "--max-count=3000", "HEAD").split():
        taken = 0
        for path, old, new in _changed(git, commit.decode()):
            for hunk in _file_hunks(git, path, old, new):
                yield hunk._replace(repository=name, commit=commit.decode())
                n_given, taken = n_given + 1, taken + 1
                if n_given >= limit:
                    return
                if taken >= _MAX_HUNKS_OF_COMMIT:
                    break
            if taken >= _MAX_HUNKS_OF_COMMIT:
                break


def _git(git: Path, *arguments: str) -> bytes:
    command = ["git", f"--git-dir={git}", "-c", "core.quotePath=false", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def _changed(git: Path, commit: str) -> Iterator[tuple[str, str, str]]:
    """(path, old blob, new blob) of each file that was changed in its place."""
    raw = _git(git, "diff-tree", "-r", "-z", "--no-commit-id", "--diff-filter=M", commit)
    parts = raw.split(b"\0")
    for head, path in zip(parts[::2], parts[1::2], strict=False):
        fields = head.split()
        if fields[:2] and fields[0][1:4] == fields[1][:3] == b"100":
            yield path.decode("utf-8", "replace"), fields[2].decode(), fields[3].decode()


def _file_hunks(git: Path, path: str, old_id: str, new_id: str) -> Iterator[Hunk]:
    old, new = (_git(git, "cat-file", "blob", blob) for blob in (old_id, new_id))
    is_odd = b"\0" in old + new or not old or not new or len(old) > _MAX_FILE_BYTES
    if is_odd or old.endswith(b"\n") != new.endswith(b"\n"):
        return  # only some of the formats can speak of the end of a file
    old_lines, new_lines = _lines(old), _lines(new)
    signs = _bodies(_git(git, "diff", "-U3", "--no-color", old_id, new_id).split(b"\n"))
    for found, body_signs in signs:
        at, n_old = int(found[1]) - 1, int(found[2] or 1)
        to, n_new = int(found[3]) - 1, int(found[4] or 1)
        if not n_old or len(body_signs) > _MAX_HUNK_LINES:
            continue
        body = _with_lines(body_signs, old_lines[at : at + n_old], new_lines[to : to + n_new])
        scope = found[5].decode("utf-8", "replace").strip()
        before, after = tuple(old_lines[:at]), tuple(old_lines[at + n_old :])
        yield from _unique(Hunk(path, before, body, after, scope))


def _unique(hunk: Hunk) -> Iterator[Hunk]:
    """With more context where the lines stand elsewhere too, as every format asks of a model."""
    content = b"".join([*hunk.before, *hunk.old, *hunk.after])
    for _ in range(_MAX_MORE_CONTEXT):
        old = b"".join(hunk.old)
        if content.find(old, content.find(old) + 1) < 0:
            yield hunk
            return
        above, below = hunk.before[-1:], hunk.after[:1]
        body = (*((" ", line) for line in above), *hunk.body, *((" ", line) for line in below))
        hunk = hunk._replace(before=hunk.before[:-1], body=body, after=hunk.after[1:])


def _bodies(lines: list[bytes]) -> Iterator[tuple[re.Match[bytes], list[str]]]:
    """Each hunk's head and its signs; the lines themselves come from the blobs."""
    head: re.Match[bytes] | None = None
    signs: list[str] = []
    for line in lines:
        if found := _HUNK.match(line):
            if head:
                yield head, signs
            head, signs = found, []
        elif head and line[:1] in (b" ", b"+", b"-"):
            signs.append(line[:1].decode())
    if head:
        yield head, signs


def _with_lines(
    signs: list[str], old: list[bytes], new: list[bytes]
) -> tuple[tuple[str, bytes], ...]:
    body: list[tuple[str, bytes]] = []
    left, right = iter(old), iter(new)
    for sign in signs:
        line = next(left) if sign != "+" else next(right)
        if sign == " ":
            next(right)
        body.append((sign, line))
    return tuple(body)


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True) if b"\r" not in content else _fed(content)


def _fed(content: bytes) -> list[bytes]:
    """Lines that end in a line feed alone; a carriage return is part of its line."""
    parts = [part + b"\n" for part in content.split(b"\n")]
    parts[-1] = parts[-1][:-1]
    return parts if parts[-1] else parts[:-1]
