"""Reads objects of a repository, many with one process."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from agentxd.plugins.changes.git_process import Git

MAX_BYTES = 4_000_000
"""Larger files are not read."""
MAX_TOTAL_BYTES = 256_000_000
"""Of all files of a change; the rest is not read."""
_CHECK = ("cat-file", "--batch-check")
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


def headers(git: Git, object_ids: Iterable[str]) -> dict[str, Header]:
    """Of those that are here, by id. Raises WorkspaceRefusedError for a broken repository."""
    asked = list(dict.fromkeys(object_ids))
    if not asked:
        return {}
    done = git.attempt(_CHECK, _lines(asked))
    if done.returncode:
        here = _all(git)  # a partial clone gives up at the first one that it would have to fetch
        asked = [name for name in asked if name in here]
        return _matched(asked, _text(git.run(_CHECK, _lines(asked))))
    return _matched(asked, _text(done.stdout))


def named(git: Git, names: Iterable[str]) -> dict[str, Header]:
    """What git makes of words that people write, by word; no word is taken for an option.

    Git ends at words such as `@{upstream}` that mean nothing here: it is asked the rest anew.
    """
    asked = [name for name in dict.fromkeys(names) if name.strip() and not {"\n", "\0"} & set(name)]
    found: dict[str, Header] = {}
    while asked:
        done = git.attempt(_CHECK, _lines(asked))
        answers = _text(done.stdout)
        found |= _matched(asked, answers)
        asked = asked[len(answers) + 1 :] if done.returncode else []
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
    stream = git.run(["cat-file", "--batch", "--buffer"], _lines(chosen))
    return dict(_taken_apart(stream))


def binary_ones(git: Git, object_ids: Iterable[str]) -> set[str]:
    """Those whose first bytes are no text's; for a few that are too large to be read."""
    return {name for name in list(object_ids)[:_MOST_PROBED] if b"\0" in _first_bytes(git, name)}


def _first_bytes(git: Git, object_id: str) -> bytes:
    with git.started(["cat-file", "blob", object_id]) as process:
        try:
            return process.stdout.read(_PROBE_BYTES) if process.stdout else b""
        finally:
            process.kill()


def _all(git: Git) -> set[str]:
    """Ids of all objects that are here."""
    words = ["--batch-all-objects", "--unordered", "--batch-check=%(objectname)"]
    return set(_text(git.run(["cat-file", *words])))


def _text(answers: bytes) -> list[str]:
    return answers.decode("utf-8", "replace").split("\n")[:-1]


def _lines(words: Iterable[str]) -> bytes:
    return "".join(f"{word}\n" for word in words).encode("utf-8", "surrogateescape")


def _matched(asked: Sequence[str], answers: Sequence[str]) -> dict[str, Header]:
    found = {}
    for name, line in zip(asked, answers, strict=False):
        words = line.split(" ")
        if len(words) == 3 and words[2].isdigit():  # noqa: PLR2004  # else it says what it lacks
            found[name] = Header(words[0], words[1], int(words[2]))
    return found


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
