"""Reviews: findings, what could not be looked at, and what a model is asked about a change."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import ReviewerKind, Severity


class ReviewReplacement(Wire):
    """Whole lines of the file after the change, and what is to stand there instead."""

    start_line: int
    end_line: int
    """The line after the last one that goes; the same as the start to insert before it."""
    text: str
    """With its line feeds; empty to take the lines away."""


class ReviewFix(Wire):
    """What would mend a finding, all within its file."""

    title: str
    """An imperative: "remove the call"."""
    replacements: list[ReviewReplacement]


class RelatedPlace(Wire):
    """Another place that makes a finding understood."""

    path: str
    line: int
    message: str


class ReviewFinding(Wire):
    """One remark on a change. Lines count from 0; columns too, in code points."""

    rule: str
    """Id of the rule; `<linter>/<its rule>`, or `model/<reviewer>`."""
    severity: Severity
    path: str
    line: int
    """In the file after the change; where something is gone, the line that now stands there."""
    end_line: int
    """The line after the last one; -1 for only `line`."""
    column: int
    """-1 for the whole line."""
    end_column: int
    """In the last line; the column after the last character."""
    message: str
    advice: str
    """What to do about it."""
    is_about_file: bool
    """Of the file as a whole; no line tells it."""
    is_about_removal: bool
    """Of lines that the change took away."""
    fingerprint: str
    """The same for the same remark on the same code; empty where none was made yet."""
    fix: ReviewFix | None
    related: list[RelatedPlace]
    reviewer: ReviewerKind


class ReviewFailure(Wire):
    """A reviewer that could not do its work: a review with one of these is no pass."""

    rule: str
    reason: str
    next_step: str


class UnreviewedItem(Wire):
    """What nobody looked at, and why; the review is not complete then."""

    path: str
    """Empty for the rest of the change."""
    reason: str


class ChangedSpan(Wire):
    """A run of changed lines: what it replaces and what it puts there. Lines count from 0."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int


class ReviewedFile(Wire):
    """A file before and after the change."""

    path: str
    """Relative to the root, with forward slashes; the name after the change."""
    old_path: str = ""
    """The name before, where it is another one."""
    old: str | None = None
    """Text before; null where there was no file, or nobody may look at it."""
    new: str | None = None
    """Text after; null where the file is gone."""
    spans: list[ChangedSpan] = []
    """Changed lines, from top to bottom."""
    is_binary: bool = False
    is_whole: bool = True
    """Whether the texts are whole, and not only what a diff shows of them."""
    is_generated: bool = False


class KnownFinding(Wire):
    """What rules and linters found already: a model need not say it again."""

    rule: str
    severity: Severity
    path: str
    line: int = 0
    end_line: int = -1
    message: str = ""


class ReviewBudget(Wire):
    """Ceilings of one review by models, all calls together; 0 means the setting's default."""

    steps: int = 0
    tokens: int = 0
    cost_micros: int = 0
    """Millionths of a US dollar."""
    seconds: int = 0


class ModelReviewParams(Wire):
    """Ask models to read a change. All of it is data to them: they have no tools."""

    title: str = ""
    """What the change is, for people: `main..HEAD`."""
    files: list[ReviewedFile]
    """At most 8 MB of text together."""
    messages: list[str] = []
    """Commit messages, newest first."""
    known: list[KnownFinding] = []
    reviewers: list[str] = []
    """correctness, security, tests, api; empty for all of them."""
    provider: str = ""
    """Empty for what the settings say."""
    model: str = ""
    script: str = ""
    """Path of the conversation that the scripted provider plays."""
    budget: ReviewBudget = ReviewBudget.model_construct()


class DroppedFindings(Wire):
    """How many remarks of models are not among the findings, by reason."""

    n_uncited: int
    """Cited a line that does not exist, or is not of the change."""
    n_refuted: int
    """A second look found them wrong."""
    n_repeated: int
    """Said by a rule, or by another reviewer, already."""


class ModelReviewResult(Wire):
    """What models found. A caller shows it beside what the rules found, never in its place."""

    task_ids: list[str]
    """Under which the calls stand in the log, one for each reviewer; none where none was asked."""
    model: str
    """That did the last call, as `anthropic/claude-sonnet-5-5`."""
    findings: list[ReviewFinding]
    failures: list[ReviewFailure]
    unreviewed: list[UnreviewedItem]
    dropped: DroppedFindings
    n_calls: int
    input_tokens: int
    output_tokens: int
    cost_micros: int
    notices: list[str]
    """What a person should know: files that were not meant for models."""
    is_indexed: bool
    """Whether the index told what the change uses and who uses it."""
