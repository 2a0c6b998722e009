"""Values of a review by models: sheets, pieces, reports."""

from msgspec import Struct

from agentxd.kernel.messages import Usage
from agentxd.kernel.review import Finding, RuleFailure, Span, Unreviewed


class Reviewer(Struct, frozen=True):
    """One kind of reviewer."""

    name: str
    """correctness, security, tests or api; its findings are of the rule `model/<name>`."""
    title: str
    task: str
    """What it looks for, said to the model."""

    @property
    def rule(self) -> str:
        """What its findings are of."""
        return f"model/{self.name}"


class Sheet(Struct, frozen=True, kw_only=True):
    """A changed file as models see it: no secret, nothing invisible, no endless line."""

    path: str
    old_path: str = ""
    new: tuple[str, ...] = ()
    """Lines after the change; none where the file is gone."""
    old: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    is_new: bool = False
    is_gone: bool = False
    is_whole: bool = True

    @property
    def n_added(self) -> int:
        """Lines that the change puts there."""
        return sum(span.new_count for span in self.spans)

    @property
    def n_removed(self) -> int:
        """Lines that it takes away."""
        return sum(span.old_count for span in self.spans)

    def is_touched(self, line: int) -> bool:
        """Whether the change put this line of the new file there."""
        return any(span.new_start <= line < span.new_start + span.new_count for span in self.spans)


class Row(Struct, frozen=True):
    """One line of a file on its sheet."""

    sign: str
    """`+` added, `-` removed, a space for what stayed."""
    line: int
    """From 0; before the change where it was removed, else after it."""
    text: str

    def told(self) -> str:
        """As the model reads it; numbers from 1, as people and models count."""
        return f"{self.sign}{self.line + 1:>5}| {self.text}"


class Part(Struct, frozen=True):
    """Some rows of one file, from top to bottom."""

    sheet: Sheet
    rows: tuple[Row, ...]
    size: int
    """Bytes as they are told."""


class Piece(Struct, frozen=True):
    """What fits into one question."""

    name: str
    """`2 of 5`, or `2a of 5` where it had to be halved."""
    parts: tuple[Part, ...]

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The files in it, in order."""
        return tuple({part.sheet.path: part.sheet for part in self.parts}.values())


class Around(Struct, frozen=True):
    """What the index tells of a piece: definitions that it uses, uses of what it changes."""

    text: str = ""
    """For the model; empty where there is nothing to tell."""
    lines: dict[str, dict[int, str]] = {}
    """Path to lines (from 0) that were shown of it."""
    is_indexed: bool = False


class Dropped(Struct, frozen=True):
    """How many remarks were not kept, by reason."""

    n_uncited: int = 0
    n_refuted: int = 0
    n_repeated: int = 0

    def plus(self, n_uncited: int = 0, n_refuted: int = 0, n_repeated: int = 0) -> "Dropped":
        """With so many more."""
        return Dropped(
            self.n_uncited + n_uncited, self.n_refuted + n_refuted, self.n_repeated + n_repeated
        )


class Unread(Struct, frozen=True):
    """A piece that one reviewer did not read, or part of it, and why."""

    reviewer: str
    path: str
    lines: tuple[int, int]
    """From the first to behind the last row of the new file, from 0."""
    reason: str


class Report(Struct, frozen=True):
    """What one reviewer brought back."""

    reviewer: str
    findings: tuple[Finding, ...] = ()
    failures: tuple[RuleFailure, ...] = ()
    unread: tuple[Unread, ...] = ()
    dropped: Dropped = Dropped()
    n_calls: int = 0
    usage: Usage = Usage()
    is_indexed: bool = False


class ModelReview(Struct, frozen=True, kw_only=True):
    """What all reviewers brought back together."""

    findings: tuple[Finding, ...] = ()
    failures: tuple[RuleFailure, ...] = ()
    unreviewed: tuple[Unreviewed, ...] = ()
    dropped: Dropped = Dropped()
    notices: tuple[str, ...] = ()
    """What a person should know: files that were not meant for models."""
    tasks: tuple[str, ...] = ()
    """Under which the calls stand in the log, one for each reviewer."""
    model: str = ""
    n_calls: int = 0
    usage: Usage = Usage()
    is_indexed: bool = False


def sum_of(one: Usage, other: Usage) -> Usage:
    """Both together."""
    return Usage(
        one.input_tokens + other.input_tokens,
        one.output_tokens + other.output_tokens,
        one.cost_micros + other.cost_micros,
        one.cache_read_tokens + other.cache_read_tokens,
        one.cache_write_tokens + other.cache_write_tokens,
    )
