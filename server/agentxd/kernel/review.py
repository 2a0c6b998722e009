"""Values of a review of a change: what changed, what a rule found, and what came of it all."""

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """How much a finding matters, with the words of SARIF's levels."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Larger is worse."""
        return {"error": 2, "warning": 1, "note": 0}[self.value]


class Scope(StrEnum):
    """Which findings concern the change, with the words of reviewdog's filter modes."""

    ADDED = "added"
    """On lines that the change adds or touches."""
    DIFF_CONTEXT = "diff_context"
    """Also on the three lines around them."""
    FILE = "file"
    """Anywhere in a file that the change touches."""
    NOFILTER = "nofilter"
    """Everything that was found."""


class Span(Struct, frozen=True):
    """A run of changed lines: what it replaces and what it puts there. Lines count from 0."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int


class ChangedFile(Struct, frozen=True, kw_only=True):
    """A file before and after the change."""

    path: str
    """Relative to the root, with forward slashes; the name after the change."""
    old_path: str = ""
    """The name before, where it is another one."""
    old: bytes | None = None
    """Contents before; None where there was no file, or nobody may look at it (`is_whole`)."""
    new: bytes | None = None
    """Contents after; None where the file is gone."""
    old_mode: int = 0
    """0o100644 and the like; 0 where there is no file."""
    new_mode: int = 0
    old_size: int = 0
    """Bytes, also where the contents are too large to be read."""
    new_size: int = 0
    spans: tuple[Span, ...] = ()
    """Changed lines, from top to bottom; none for a binary or a mere rename."""
    is_binary: bool = False
    is_whole: bool = True
    """Whether `old` and `new` are the whole contents. Of a diff that nobody has the files of,
    `new` has what the diff shows at its lines, and empty lines between; too large ones are None."""
    is_generated: bool = False
    """Marked so by git's attributes or by its first lines, vendored, or minified."""


class Change(Struct, frozen=True, kw_only=True):
    """What is reviewed."""

    files: tuple[ChangedFile, ...]
    """By path."""
    title: str = ""
    """What it is, for people: `main..HEAD`, `staged`."""
    base: str = ""
    """Commit before; empty for none."""
    head: str = ""
    """Commit after; empty for the working tree or the index."""
    messages: tuple[str, ...] = ()
    """Commit messages, newest first; untrusted as everything else here."""


class Replacement(Struct, frozen=True):
    """Whole lines of the file after the change, and what is to stand there instead."""

    start_line: int
    end_line: int
    """The line after the last one that goes; the same as `start_line` to insert before it."""
    text: str
    """With its line feeds; empty to take the lines away."""


class Fix(Struct, frozen=True):
    """What would mend a finding, all within its file."""

    title: str
    """An imperative: "remove the call"."""
    replacements: tuple[Replacement, ...]


class Finding(Struct, frozen=True, kw_only=True):
    """One remark on a change. Lines and columns count from 0, columns in code points."""

    rule: str
    """Id of the rule; `<linter>/<its rule>` for a linter's, `model/<reviewer>` for a model's."""
    severity: Severity
    path: str
    line: int = 0
    """In the file after the change; where something is gone, the line that now stands there."""
    end_line: int = -1
    """The line after the last one; -1: only `line`."""
    column: int = -1
    """-1: the whole line."""
    end_column: int = -1
    """In the last line; the column after the last character."""
    message: str
    """One sentence that says what is wrong, without secrets and without a full stop at its end."""
    advice: str = ""
    """What to do about it, one sentence."""
    is_about_file: bool = False
    """Of the file as a whole: its size, its mode, that it is gone; no line tells it."""
    is_about_removal: bool = False
    """Of lines that the change took away; `line` is where they were."""
    anchor: str = ""
    """What the fingerprint is made of besides rule and path, where the line's own text would not
    do: the name of the function that is gone, say. Never a secret."""
    fingerprint: str = ""
    """Same for the same remark on the same code, wherever it moves to; set by the review."""
    fix: Fix | None = None
    related: tuple["Related", ...] = ()
    reviewer: str = "rules"
    """rules, linter or model: what kind of reviewer says so."""


class Related(Struct, frozen=True):
    """Another place that makes a finding understood."""

    path: str
    line: int
    message: str


class Example(Struct, frozen=True):
    """A change that shows what a rule is about, and is its test."""

    path: str
    new: str
    """Contents after the change."""
    old: str | None = None
    """Contents before; None for a new file."""
    others: tuple[tuple[str, str], ...] = ()
    """More files of the tree, (path, contents), unchanged."""
    is_executable: bool = False
    """Mode after the change."""


class RuleInfo(Struct, frozen=True, kw_only=True):
    """What a rule is, for its documentation and its users."""

    id: str
    """Words in lower case, joined with dashes."""
    title: str
    """What it finds, in a few words: "merge conflict left in a file"."""
    severity: Severity
    """The usual one; a finding may be milder or worse."""
    doc: str
    """Why it matters, what is found and what is not, what to do; Markdown, a paragraph or three."""
    bad: tuple[Example, ...]
    """Each is found at least once."""
    good: tuple[Example, ...]
    """Nothing is found in these, near as they are."""
    is_on: bool = True
    """Whether it runs where nobody asked for it."""


class Fault(Struct, frozen=True):
    """A place at which a file does not parse."""

    line: int
    column: int
    text: str
    """What stands there, at most 40 characters, or what is missing."""


class Region(Struct, frozen=True):
    """A comment or a string literal in a file; the end is behind its last character."""

    kind: str
    """comment or string; a documentation string is a string."""
    start_line: int
    start_column: int
    end_line: int
    end_column: int


class RuleFailure(Struct, frozen=True):
    """A reviewer that could not do its work: a review with one of these is no pass."""

    rule: str
    reason: str
    next_step: str = ""


class LinterAnswer(Struct, frozen=True):
    """What the linters of the project said."""

    findings: tuple[Finding, ...] = ()
    """Of all of them, in all lines."""
    failures: tuple[RuleFailure, ...] = ()
    """Linters that could not do their work, as `linter/<name>`."""
    ran: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    """What a person should know: a linter of the project that is not installed here."""


class Unreviewed(Struct, frozen=True):
    """What nobody looked at, and why; the review is not complete then."""

    path: str
    """Empty for the rest of the change."""
    reason: str
    """time, size or budget, in a sentence."""


class Hidden(Struct, frozen=True, kw_only=True):
    """How many findings are not shown, by reason."""

    n_answered: int = 0
    n_ignored: int = 0
    """By a remark in the code."""
    n_baseline: int = 0
    n_below: int = 0
    """Below the severity floor."""
    n_outside: int = 0
    """Not on lines of the change."""


class Review(Struct, frozen=True, kw_only=True):
    """What came of a review."""

    title: str
    findings: tuple[Finding, ...]
    """Those that are shown: worst first, then by path and line."""
    hidden: Hidden = Hidden()
    failures: tuple[RuleFailure, ...] = ()
    unreviewed: tuple[Unreviewed, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    """Those that ran."""
    n_files: int = 0
    n_lines: int = 0
    """Lines that the change adds."""
    base: str = ""
    head: str = ""
    duration_ms: int = 0
    notices: tuple[str, ...] = ()
    """What a person should know besides: a skipped hook, an index that was not asked."""

    @property
    def is_complete(self) -> bool:
        """Whether everything was looked at by everyone who should."""
        return not self.failures and not self.unreviewed


class ReviewRequest(Struct, frozen=True, kw_only=True):
    """What somebody wants to have reviewed in a process of its own."""

    root: str
    kind: str = "working"
    """working, staged, range or base."""
    value: str = ""
    """The range, or the base, in git's words."""
    filter_mode: Scope = Scope.ADDED
    min_severity: Severity = Severity.WARNING
    has_linters: bool = False
    """Whether the project's linters run, too: their settings may be programs."""
    seconds: float = 20.0
    """After so long the rest is told as not reviewed."""
