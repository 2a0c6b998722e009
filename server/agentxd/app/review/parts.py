"""Where a review's change comes from, by what was asked for; loads only what that needs."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager

from agentxd.app.review.asking import Ask
from agentxd.app.review.request import What
from agentxd.app.review.settings import ReviewSettings
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Change
from agentxd.kernel.review_ports import LinterRunner, SyntaxReader, Tree

_LARGEST_DIFF = 64 * 1024 * 1024
_WORK_TREE = ("default", "working", "base", "all")
"""What is compared with the files as they are, which is what the index knows."""


def load_changes(root: str, what: What) -> Sequence[Change]:
    """One change, or one for each ref that is pushed.

    Raises InvalidRequestError for a range or base that git does not know, a diff that is none;
    WorkspaceRefusedError where git is missing or there is no repository.
    """
    from agentxd.plugins.changes.git_changes import GitChanges  # noqa: PLC0415  # not for diffs

    if what.kind == "stdin_diff":
        from agentxd.plugins.changes.diff_text import from_diff  # noqa: PLC0415

        return [from_diff(_stdin(), root)]
    changes = GitChanges(root)
    if what.kind == "pre_push":
        return changes.pushed(_stdin(), what.value)
    make = {
        "range": lambda: changes.of_range(what.value),
        "staged": changes.staged,
        "working": changes.working,
        "base": lambda: changes.since(what.value),
        "default": changes.unpushed,
        "all": changes.everything,
    }.get(what.kind)
    if make is None:
        step = "Use: agentxd review --working"
        raise InvalidRequestError(f"nobody can review {what.kind!r}", step)
    return [make()]


def make_tree(root: str, change: Change, what: What, ask: Ask) -> AbstractContextManager[Tree]:
    """The files after the change; the index of a daemon is asked where it knows these."""
    from agentxd.plugins.changes.git_tree import INDEX, GitTree  # noqa: PLC0415

    head = INDEX if what.kind == "staged" else change.head
    return GitTree(root, head, ask if what.kind in _WORK_TREE else None)


def _stdin() -> bytes:
    text = sys.stdin.buffer.read(_LARGEST_DIFF + 1)
    if len(text) > _LARGEST_DIFF:
        raise InvalidRequestError("the diff is larger than 64 MiB", "Review it in parts.")
    return text


def make_syntax() -> SyntaxReader:
    """Grammars are loaded with the first file that needs one."""
    from agentxd.plugins.languages.review_syntax import ReviewSyntax  # noqa: PLC0415

    return ReviewSyntax()


def make_linters(root: str, settings: ReviewSettings) -> LinterRunner:
    """Those that the settings allow."""
    from agentxd.plugins.linters.linters import Linters  # noqa: PLC0415  # not always wanted

    return Linters(root, settings.review_linters, settings.review_linter_commands)
