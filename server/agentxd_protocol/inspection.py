"""Running a review without a model, answering its findings, and mending them."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import (
    AnswerKind,
    ChangeKind,
    FilterMode,
    SeverityFloor,
    TaskState,
)
from agentxd_protocol.review import ReviewFailure, ReviewFinding, UnreviewedItem


class ReviewTarget(Wire):
    """What to review."""

    kind: ChangeKind = "working"
    """working: all that is not committed; staged: what the next commit has; range: `value` in
    git's words; base: what was added since `value`."""
    value: str = ""


class RunReviewParams(Wire):
    """Ask for a review of a change, by rules alone."""

    what: ReviewTarget = ReviewTarget.model_construct()
    filter_mode: FilterMode = ""
    """Empty for added: what the change adds or touches."""
    min_severity: SeverityFloor = ""
    """Empty for the setting `review_min_severity`."""
    has_linters: bool = False
    """Whether the linters that the project uses run, too."""
    is_shown: bool = False
    """Show it as diagnostics in every editor, until the working change is reviewed again."""


class HiddenFindings(Wire):
    """How many findings are not told, by reason."""

    n_answered: int
    n_ignored: int
    """By a remark in the code."""
    n_baseline: int
    n_below: int
    """Below the severity floor."""
    n_outside: int
    """Not on lines of the change."""


class ReviewRule(Wire):
    """A rule that ran."""

    id: str
    title: str


class RunReviewResult(Wire):
    """What came of a review."""

    title: str
    findings: list[ReviewFinding]
    """Worst first, then by path and line."""
    hidden: HiddenFindings
    failures: list[ReviewFailure]
    unreviewed: list[UnreviewedItem]
    rules: list[ReviewRule]
    is_complete: bool
    """Whether everything was looked at by everyone who should: else it is no pass."""
    n_files: int
    n_lines: int
    """Lines that the change adds."""
    base: str
    head: str
    duration_ms: int
    notices: list[str]


class AnswerFindingParams(Wire):
    """Answer a finding of a review that the daemon ran: it is not raised again."""

    fingerprint: str
    answer: AnswerKind
    reason: str = ""
    until: str = ""
    """Of a later: the last day on which it is not raised, as 2026-12-31; empty for in 30 days."""


class AnswerFindingResult(Wire):
    """Where the answer was written."""

    path: str
    """The file of answers, relative to the root; it belongs into the repository."""
    until: str
    """The last day on which the finding is not raised; empty where it never is again."""


class ReviewedText(Wire):
    """The text of a file in which findings were found."""

    path: str
    text: str


class FixFindingsParams(Wire):
    """Make a proposal of the fixes that findings carry."""

    fingerprints: list[str] = []
    """Of reviews that the daemon ran; with neither these nor findings: all that it shows."""
    findings: list[ReviewFinding] = []
    """Of a review that somebody else ran."""
    texts: list[ReviewedText] = []
    """Of the files of `findings` as they were reviewed; of others it is the file on disk."""
    is_awaited: bool = True
    """Answer when the proposal is there; else as soon as the task runs."""


class LeftFinding(Wire):
    """A finding that was not mended."""

    fingerprint: str
    path: str
    line: int
    reason: str


class FixFindingsResult(Wire):
    """The task that mends, and what it could not mend."""

    session_id: str
    """Empty where nothing could be mended."""
    task_id: str
    state: TaskState
    reason: str
    """What the task said at its end, or why there is none."""
    proposal_id: str
    """Empty where there is none, or not yet."""
    n_mended: int
    left_out: list[LeftFinding]
