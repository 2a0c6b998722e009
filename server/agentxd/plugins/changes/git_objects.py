"""Reads objects of a repository, many with one process."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agentxd.plugins.changes.git_process import Git

MAX_BYTES = 1_000_000
"""Larger files are not read."""
MAX_TOTAL_BYTES = 256_000_000
"""Of all files of a change; the rest is not read."""
_PROBE_BYTES = 8_000
_MOST_PROBED = 20


class Header(NamedTuple):
    """What an object is."""

    id: str
    kind: str
    size: int


def is_null(object_id: str) -> bool:
    """Whether it is the id of nothing."""
    return not object_id.strip("0")


def headers(git: Git, names: Iterable[str]) -> dict[str, Header]:
    """Of those that are here, by name as given: an id, or whatever git makes one of.

    No name is taken for an option. Names with line feeds name nothing.
    """
    asked = [name for name in dict.fromkeys(names) if "\n" not in name and name.strip()]
    if not asked:
        return {}
    text = "".join(f"{name}\n" for name in asked).encode("utf-8", "surrogateescape")
    answers = git.run(["cat-file", "--batch-check"], text).decode("utf-8", "replace")
    found = {}
    for name, line in zip(asked, answers.split("\n"), strict=False):
        words = line.split(" ")
        if len(words) == 3 and words[2].isdigit():  # noqa: PLR2004  # else it says what it lacks
            found[name] = Header(words[0], words[1], int(words[2]))
    return found


def contents(git: Git, sizes: Mapping[str, int]) -> dict[str, bytes]:
    """Of the objects that are not too large, by id; sizes in bytes."""
    chosen, total = [], 0
    for object_id, size in sizes.items():
        if size <= MAX_BYTES and total + size <= MAX_TOTAL_BYTES:
            chosen.append(object_id)
            total += size
    if not chosen:
        return {}
    text = "".join(f"{object_id}\n" for object_id in chosen).encode()
    return dict(_taken_apart(git.run(["cat-file", "--batch", "--buffer"], text)))


def binary_ones(git: Git, object_ids: Iterable[str]) -> set[str]:
    """Those whose first bytes are no text's; for a few that are too large to be read."""
    return {name for name in list(object_ids)[:_MOST_PROBED] if b"\0" in _first_bytes(git, name)}


def _first_bytes(git: Git, object_id: str) -> bytes:
    with git.started(["cat-file", "blob", object_id]) as process:
        try:
            return process.stdout.read(_PROBE_BYTES) if process.stdout else b""
        finally:
            process.kill()


def _taken_apart(stream: bytes) -> Iterable[tuple[str, bytes]]:
    at = 0
    while at < len(stream):
        end = stream.index(b"\n", at)
        words = stream[at:end].split(b" ")
        at = end + 1
        if len(words) == 3:  # noqa: PLR2004  # else it is missing
            size = int(words[2])
            yield words[0].decode(), stream[at : at + size]
            at += size + 1
