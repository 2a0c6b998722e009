"""Hunks from proposal to decision to text."""

from msgspec import field

from agentxd.kernel.events.base import Event
from agentxd.kernel.hunks import Hunk, ProposedFile


class ProposalCreated(Event, frozen=True):
    """The difference that a sandbox left, cut into hunks."""

    proposal: str
    task: str
    title: str
    tree_before: str
    tree_after: str
    files: tuple[ProposedFile, ...]
    hunks: tuple[Hunk, ...]
    author: str
    """role/provider/model, or a user's name."""


class HunkAccepted(Event, frozen=True):
    """Someone wants this hunk in the files."""

    hunk: str
    by: str
    evidence: str = ""
    """The subset evidence where it was verified first."""


class HunkRejected(Event, frozen=True):
    """Someone does not want this hunk."""

    hunk: str
    by: str
    reason: str = ""


class HunkEdited(Event, frozen=True):
    """Someone changed the proposed lines of this hunk before accepting it."""

    hunk: str
    by: str
    blob: str
    """The new lines that replace the hunk's own."""


class ApplyRequested(Event, frozen=True):
    """Intent: the text of one file is about to change from one content to another."""

    hunks: tuple[str, ...]
    path: str
    before_blob: str
    """Empty: the file does not exist."""
    after_blob: str
    """Empty: the file is to be deleted."""
    via: str
    """disk, or the id of the connection whose editor has the file open."""
    is_undo: bool = False
    after_mode: int = 0
    old_path: str = ""
    levels: dict[str, str] = field(default_factory=dict)
    """How each hunk gets there (exact, merged, already): an undo must know, also after a crash."""


class HunkApplied(Event, frozen=True):
    """Result: the hunk is in the text that the user sees."""

    hunk: str
    level: str = "exact"
    """exact, or merged where the text had moved on."""


class HunkUndone(Event, frozen=True):
    """Result: exactly this hunk was taken back."""

    hunk: str
    by: str


class HunkConflicted(Event, frozen=True):
    """The hunk no longer merges; both sides are kept to be looked at."""

    hunk: str
    ours_blob: str
    theirs_blob: str
    reason: str


class HunkSuperseded(Event, frozen=True):
    """A newer proposal took this hunk's place."""

    hunk: str
    by: str


class ApplyFailed(Event, frozen=True):
    """Result: the intended change did not happen; the hunks are back where they were."""

    hunks: tuple[str, ...]
    path: str
    reason: str
