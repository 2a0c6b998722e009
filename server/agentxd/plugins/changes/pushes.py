"""What a push brings to a remote, by the lines that git gives its pre-push hook."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.patterns import Lazy
from agentxd.plugins.changes.git_objects import is_null, named
from agentxd.plugins.changes.git_process import Git
from agentxd.plugins.changes.ranges import Ends, cut_off

_ID = Lazy(r"[0-9a-f]{40}([0-9a-f]{24})?")
_NO_NAME = Lazy(r"[./~\\]|.*[:*?\[\\]", re.DOTALL)
"""Of a remote that is given by its place."""
_SHORT = 12
_MOST_COMPARED = 50
_MOST_BASES = 5


class RefLine(NamedTuple):
    """One ref that is pushed."""

    local_ref: str
    """What was written on the command line, `(delete)` where nothing was."""
    local_id: str
    remote_ref: str
    remote_id: str
    """What the remote has there now; only zeros where it has nothing."""


class Part(NamedTuple):
    """What one of them brings."""

    title: str
    ends: Ends
    others: tuple[str, ...] = ()
    """More commits that are there already, and that it grew from."""


class Grown(NamedTuple):
    """New commits."""

    bases: tuple[str, ...]
    """What they grew from; none where they are the whole history."""


def parse(text: bytes | str) -> list[RefLine]:
    """The lines; nothing for none. Raises InvalidRequestError."""
    plain = text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text
    lines = []
    for number, line in enumerate(plain.split("\n"), 1):
        words = line.rstrip("\r").rsplit(" ", 3)  # the first is whatever the user wrote
        if len(words) == 4 and _ID.fullmatch(words[1]) and _ID.fullmatch(words[3]):  # noqa: PLR2004
            lines.append(RefLine(*words))
        elif line.strip():
            raise InvalidRequestError(
                f"line {number} is none that git gives a pre-push hook",
                "<local ref> <local id> <remote ref> <remote id>",
            )
    return lines


def parts(git: Git, lines: Sequence[RefLine], remote: str) -> list[Part]:
    """What each line brings that the remote has not got, as far as is known here.

    A ref that is deleted brings nothing, nor does one that no commit stands behind.
    """
    asked = [f"{name}^{{commit}}" for line in lines for name in (line.local_id, line.remote_id)]
    found = named(git, [name for name in asked if not is_null(name.partition("^")[0])])
    known = [found[name].id for name in asked[1::2] if name in found]
    known += cut_off(git)
    heads = [found[name].id if name in found else "" for name in asked[::2]]
    news = _news(git, [head for head in heads if head], known, remote)
    made = []
    for line, head in zip(lines, heads, strict=True):
        if head in news and (part := _part(git, line, head, known, remote)):
            made.append(part)
            known.append(head)
    return made


def grown(git: Git, head: str, known: Iterable[str], remote: str) -> Grown | None:
    """Where the commits that the remote is not known to have begin; None where it has them all.

    A remote that is given by its place has what any other one has.
    """
    words = ["rev-list", "--boundary", head, *_without(known, remote)]
    found = git.run(words).decode().split("\n")[:-1]
    edge = [line[1:] for line in found if line.startswith("-")]
    if len(edge) == len(found):
        return None
    if len(edge) > 1:
        compared = ["merge-base", "--independent", *edge[:_MOST_COMPARED]]
        edge = git.run(compared).decode().split()
    return Grown(tuple(edge[:_MOST_BASES]))


def _news(git: Git, heads: Sequence[str], known: Sequence[str], remote: str) -> set[str]:
    """Those that the remote has not got; one question for a push of a thousand tags."""
    if len(heads) < 2:  # noqa: PLR2004  # it is asked about each of them anyway
        return set(heads)
    words = ["rev-list", *dict.fromkeys(heads), *_without(known, remote)]
    return set(heads) & set(git.run(words).decode().split())


def _without(known: Iterable[str], remote: str) -> list[str]:
    """The end of a command that lists commits: what it leaves out."""
    tracked = "--remotes" if _NO_NAME.match(remote) or not remote else f"--remotes={remote}"
    return ["--not", tracked, *dict.fromkeys(known), "--"]


def _part(git: Git, line: RefLine, head: str, known: Sequence[str], remote: str) -> Part | None:
    """None where the remote has all of it."""
    found = grown(git, head, known, remote)
    if found is None:
        return None
    name = re.sub(r"^refs/(heads|tags)/", "", line.remote_ref)
    if not found.bases:
        return Part(f"{name}: all up to {head[:_SHORT]}", Ends("", head))
    first = line.remote_id if line.remote_id in found.bases else found.bases[0]
    others = tuple(base for base in found.bases if base != first)
    return Part(f"{name}: {first[:_SHORT]}..{head[:_SHORT]}", Ends(first, head), others)
