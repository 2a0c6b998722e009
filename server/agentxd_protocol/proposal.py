"""Proposals, hunks, evidence and decisions."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import (
    Encoding,
    EvidencePhase,
    FileKind,
    HunkKind,
    HunkState,
    ProposalState,
    TextSide,
)


class Hunk(Wire):
    """One reviewable change."""

    id: str
    proposal_id: str
    path: str
    kind: HunkKind
    state: HunkState
    author: str
    start_line: int
    """0-based first line in the text that the user sees now."""
    end_line: int
    """One past the last line that it replaces."""
    old_text: str
    new_text: str
    old_mode: int = 0
    new_mode: int = 0
    old_path: str = ""
    encoding: Encoding = "utf-8"
    """Of binary contents the texts are empty."""
    reason: str = ""
    """Why it conflicted, was rejected or superseded."""
    level: str = ""
    """How an applied one got there: exact, merged (the text had moved on) or already."""
    ours_text: str = ""
    """For a conflict: what stands there now."""
    theirs_text: str = ""
    """For a conflict: what was proposed."""
    is_text_left_out: bool = False
    """True in a list whose texts are long: they are empty there, and whole in proposal/get."""


class ProposedFile(Wire):
    """One changed file."""

    path: str
    uri: str
    kind: FileKind
    old_path: str
    is_binary: bool
    hunk_ids: list[str]


class Evidence(Wire):
    """A command that ran at an exact tree."""

    id: str
    command: str
    phase: EvidencePhase
    """At the base tree, at the proposed tree, or at exactly the named hunks."""
    tree: str
    exit_code: int
    duration_ms: int
    tail: str
    backend: str
    hunk_ids: list[str]
    is_expired: bool
    """True once the base that it spoke of has moved."""


class Proposal(Wire):
    """A reviewable set of hunks with a base snapshot."""

    id: str
    task_id: str
    title: str
    state: ProposalState
    """open: something is to be decided; partial: some hunks applied, some rejected."""
    author: str
    tree_before: str
    tree_after: str
    created_ms: int
    files: list[ProposedFile]
    hunks: list[Hunk]
    evidence: list[Evidence]


class ListProposalsParams(Wire):
    """Which proposals."""

    is_open_only: bool = False


class ListProposalsResult(Wire):
    """Newest last."""

    proposals: list[Proposal]


class ProposalRef(Wire):
    """Names a proposal."""

    proposal_id: str


class GetProposalResult(Wire):
    """One proposal."""

    proposal: Proposal


class DecideHunksParams(Wire):
    """Which hunks: hunk ids, proposal ids (all that are open), or `<proposal>:<path>`."""

    ids: list[str]
    is_verified: bool = False
    """For accept: run the checks on exactly these hunks first."""
    reason: str = ""


class DecideHunksResult(Wire):
    """Every named hunk as it stands now."""

    hunks: list[Hunk]
    evidence: list[Evidence]
    """What a verified accept ran."""


class EditHunkParams(Wire):
    """Replace the proposed lines of a hunk before it is accepted."""

    hunk_id: str
    new_text: str


class EditHunkResult(Wire):
    """The hunk as it stands now."""

    hunk: Hunk


class ChangedNotification(Wire):
    """The hunks of these files changed: ask again for what you show."""

    proposal_ids: list[str]
    paths: list[str]
    seq: int


class GetTextParams(Wire):
    """One side of a proposed file, for a diff view."""

    proposal_id: str
    path: str
    side: TextSide = "proposed"
    """result: the current text with the open hunks merged in."""


class GetTextResult(Wire):
    """The text; empty and `exists` false where that side has no such file."""

    text: str
    exists: bool
    encoding: Encoding


class EvidenceRef(Wire):
    """Names an evidence."""

    evidence_id: str


class GetEvidenceResult(Wire):
    """Evidence with its whole output."""

    evidence: Evidence
    output: str
