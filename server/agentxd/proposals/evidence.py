"""When evidence no longer speaks of what the user has."""

from collections.abc import Iterable

from agentxd.proposals.deciding import FileCase


def is_expired(cases: Iterable[FileCase]) -> bool:
    """Whether any file of the proposal moved on other than by the proposal's own hunks.

    Evidence was taken at the base, at the proposed tree, or at a subset of the hunks: as long as
    every file is its base plus the applied hunks, what is still open leads to the tree that was
    tested. Files that the proposal does not touch are not looked at, or every unrelated
    keystroke would end all evidence.
    """
    return any(has_moved(case) for case in cases)


def has_moved(case: FileCase) -> bool:
    """Whether what the user sees differs from the base with the applied hunks."""
    return case.current != case.having(case.applied)
