"""Values of the review: hunks, proposed files, evidence."""

from enum import Enum

from msgspec import Struct

from agentxd.kernel.files import ChangeKind


class HunkState(Enum):
    """Where a hunk stands."""

    PROPOSED = "proposed"
    EDITED = "edited"
    ACCEPTED = "accepted"
    APPLIED = "applied"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    CONFLICTED = "conflicted"
    UNDONE = "undone"


class HunkKind(Enum):
    """What a hunk changes."""

    TEXT = "text"
    WHOLE = "whole"
    """A whole file: created, deleted, binary or a link."""
    MODE = "mode"
    RENAME = "rename"


class Hunk(Struct, frozen=True):
    """A contiguous group of changed lines, or one whole-file change, with an id.

    Line numbers are 0-based and count lines of the base and new blob, each line ending
    after its line feed byte.
    """

    id: str
    """`<proposal>.<n>`, n from 1: `p3.2`."""
    path: str
    kind: HunkKind
    base_start: int = 0
    base_count: int = 0
    new_start: int = 0
    new_count: int = 0


class ProposedFile(Struct, frozen=True):
    """One changed file of a proposal; contents are blobs, so that the log stays small."""

    path: str
    kind: ChangeKind
    base_blob: str = ""
    """Empty where the file did not exist."""
    new_blob: str = ""
    base_mode: int = 0
    new_mode: int = 0
    old_path: str = ""
    is_binary: bool = False
    is_base_known: bool = True


class Evidence(Struct, frozen=True):
    """A command that ran in a sandbox at one exact tree and left that tree as it was."""

    id: str
    """`<task>.e<n>`."""
    command: str
    tree: str
    """Tree hash at which it ran."""
    phase: str
    """before (the base tree), after (the proposed tree), subset (exactly the named hunks)."""
    exit_code: int
    duration_ms: int
    output_blob: str
    tail: str
    """Last lines of the output, redacted."""
    backend: str
    hunks: tuple[str, ...] = ()
    """For a subset: exactly these were in the tree."""
    at_ms: int = 0
