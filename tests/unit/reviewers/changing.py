"""Changed files for tests, made from two texts."""

from difflib import SequenceMatcher

from agentxd.agents.reviewers.showing import sheet_of
from agentxd.kernel.review import ChangedFile, Span


def changed(path, old, new, **more):
    """A changed file; None for a text that is not there."""
    before = (old or "").splitlines(keepends=True)
    after = (new or "").splitlines(keepends=True)
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    spans = [Span(a, b - a, c, d - c) for kind, a, b, c, d in codes if kind != "equal"]
    return ChangedFile(
        path=path,
        old=None if old is None else old.encode(),
        new=None if new is None else new.encode(),
        spans=tuple(spans),
        **more,
    )


def sheet(path, old, new, **more):
    """The same, as models see it."""
    return sheet_of(changed(path, old, new, **more))


def numbered(n_lines, word="line"):
    """A text of so many lines."""
    return "".join(f"{word} {number}\n" for number in range(1, n_lines + 1))
