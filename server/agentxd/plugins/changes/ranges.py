"""Finds the commits that words mean, and what lies between them."""

import re
from typing import NamedTuple

from agentxd.kernel.errors import InvalidRequestError, NotFoundError, StateError
from agentxd.kernel.patterns import Lazy
from agentxd.plugins.changes.git_objects import named
from agentxd.plugins.changes.git_process import Git

_RANGE = Lazy(r"(?P<base>.*?)(?P<dots>\.\.\.?)(?P<head>.*)", re.DOTALL)
_MOST_MESSAGES = 100


class Ends(NamedTuple):
    """Two commits; the change leads from one to the other."""

    base: str
    """Empty where there was nothing before."""
    head: str


def ends_of(git: Git, text: str) -> Ends:
    """Of `A..B`, `A...B` (since they parted), or of one commit: what it did to its first parent.

    Raises NotFoundError, InvalidRequestError; StateError where history is cut off there.
    """
    text = text.strip()
    if not text or any(sign in text for sign in "\n\0"):
        raise InvalidRequestError("that is no range of commits", "Write A..B, A...B or one commit.")
    found = _RANGE.fullmatch(text)
    if not found:
        return _of_one(git, text)
    base, head = commits(git, found["base"] or "HEAD", found["head"] or "HEAD")
    return Ends(merge_base(git, base, head) if found["dots"] == "..." else base, head)


def commits(git: Git, *names: str) -> list[str]:
    """Their ids, in that order. Raises NotFoundError."""
    asked = [f"{name}^{{commit}}" for name in names]
    found = named(git, asked)
    for name, words in zip(names, asked, strict=True):
        if words not in found:
            shallow = "; in a shallow clone: git fetch --unshallow" if git.is_shallow else ""
            raise NotFoundError(f"there is no commit {name!r} here", f"See: git log{shallow}")
    return [found[words].id for words in asked]


def target(git: Git, name: str) -> str:
    """The commit of a branch, or of the one of that name where this was cloned from.

    Raises NotFoundError.
    """
    asked = [f"{found}^{{commit}}" for found in (name, f"refs/remotes/origin/{name}")]
    known = named(git, asked)
    return next((known[words].id for words in asked if words in known), "") or commits(git, name)[0]


def current(git: Git) -> str:
    """The commit that is checked out; empty before the first one."""
    found = named(git, ["HEAD^{commit}"])
    return found["HEAD^{commit}"].id if found else ""


def published(git: Git) -> tuple[str, str]:
    """Name and commit of what the remote has of this branch, or of its main one; else empty."""
    names = ("@{upstream}", *(f"refs/remotes/origin/{name}" for name in ("HEAD", "main", "master")))
    found = named(git, [f"{name}^{{commit}}" for name in names])
    for name in names:
        if known := found.get(f"{name}^{{commit}}"):
            return _shown(git, name), known.id
    return "", ""


def _shown(git: Git, name: str) -> str:
    """As people call it: `origin/main`."""
    if not name.startswith("@"):
        return name.removeprefix("refs/remotes/")
    return git.run(["rev-parse", "--abbrev-ref", name]).decode("utf-8", "replace").strip()


def merge_base(git: Git, left: str, right: str) -> str:
    """Where they parted. Raises StateError where nothing of that is here."""
    done = git.run(["merge-base", left, right], accepted=(0, 1)).decode().split()
    if done:
        return done[0]
    hint = "Fetch all of it: git fetch --unshallow; in CI: fetch-depth: 0" if git.is_shallow else ""
    raise StateError(
        f"{left[:12]} and {right[:12]} have no commit in common here", hint or "Write A..B instead."
    )


def messages(git: Git, ends: Ends) -> tuple[str, ...]:
    """Of the commits between, newest first."""
    words = ["log", "-z", "--no-color", "--no-show-signature", "--format=%B", "--encoding=UTF-8"]
    limits = [f"--max-count={_MOST_MESSAGES}", ends.head, *([f"^{ends.base}"] if ends.base else [])]
    found = git.run([*words, *limits, "--"]).decode("utf-8", "replace")
    return tuple(text.strip("\n") for text in found.split("\0") if text.strip())


def cut_off(git: Git) -> list[str]:
    """Commits whose parents a shallow clone has not got."""
    if not git.is_shallow:
        return []
    with open(f"{git.common_dir}/shallow", encoding="ascii") as file:  # noqa: PTH123  # one line
        return file.read().split()


def _of_one(git: Git, name: str) -> Ends:
    head = commits(git, name)[0]
    parent = named(git, [f"{head}^1"]).get(f"{head}^1")
    if parent is None and head in cut_off(git):
        raise StateError(
            f"what {name!r} changed is not known: history is cut off there",
            "Fetch more of it: git fetch --deepen=1; in CI: fetch-depth: 0",
        )
    return Ends(parent.id if parent else "", head)
