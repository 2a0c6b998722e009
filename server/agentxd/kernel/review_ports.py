"""Ports of the review: rules, what they may ask, and what they are run with."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from agentxd.kernel.index import Parsed, Use
from agentxd.kernel.review import (
    Change,
    ChangedFile,
    Fault,
    Finding,
    LinterAnswer,
    Region,
    Review,
    ReviewRequest,
    RuleInfo,
)


class SyntaxReader(Protocol):
    """Takes contents apart for rules. Blocks; pure: the same content gives the same answer.

    None of these raises for bad content. Answers are remembered for as long as the review lasts.
    """

    def language(self, path: str, head: bytes = b"") -> str:
        """The language of a file by its name or shebang; "text" for others."""
        ...

    def parsed(self, path: str, content: bytes) -> Parsed:
        """Definitions, uses and imports."""
        ...

    def faults(self, path: str, content: bytes) -> Sequence[Fault] | None:
        """Where it does not parse; None where no grammar can say."""
        ...

    def regions(self, path: str, content: bytes) -> Sequence[Region]:
        """Comments and strings, in order; nothing where no grammar can say."""
        ...


class Tree(Protocol):
    """The files as they are after the change. Blocks."""

    def paths(self) -> Sequence[str]:
        """All tracked files, sorted."""
        ...

    def read(self, path: str) -> bytes | None:
        """None where there is no such file, or it is larger than 2 MB."""
        ...

    def uses(self, name: str, near: str, limit: int = 50) -> Sequence[Use]:
        """Where the name is used as a whole word, outside of comments and strings.

        By the index of a running daemon, else by a search through the files.
        """
        ...


class Ground(Protocol):
    """What a rule may ask besides the change itself."""

    @property
    def change(self) -> Change:
        """All of it."""
        ...

    @property
    def syntax(self) -> SyntaxReader:
        """Of this review."""
        ...

    @property
    def tree(self) -> Tree:
        """Of this review."""
        ...


class Rule(Protocol):
    """Looks at one changed file after the other; also where it is deleted, binary or generated.

    A rule holds no state between files. What it raises is told as its failure. It yields findings
    anywhere in the file: those that do not concern the change are left out by the review.
    """

    @property
    def info(self) -> RuleInfo:
        """What it is."""
        ...

    def look(self, file: ChangedFile, ground: Ground) -> Iterable[Finding]:
        """Findings in one file."""
        ...


class ChangeRule(Protocol):
    """Looks at the change as a whole: what fits together, or does not."""

    @property
    def info(self) -> RuleInfo:
        """What it is."""
        ...

    def look_at_all(self, ground: Ground) -> Iterable[Finding]:
        """Findings in any of its files."""
        ...


class LinterRunner(Protocol):
    """Runs the linters that a project uses already, on the files of a change. Blocks."""

    def run(self, change: Change, seconds: float) -> LinterAnswer:
        """Never raises: what could not be run is told."""
        ...


class Inspector(Protocol):
    """Reviews changes off the event loop, one at a time."""

    async def inspect(self, request: ReviewRequest) -> Review:
        """The review; whoever is cancelled while waiting leaves no process behind.

        Raises ReviewError where nothing came of it.
        """
        ...

    async def explain(self, rule: str) -> str:
        """The documentation of a rule, in Markdown. Raises ReviewError for one that is not ours."""
        ...

    async def stamp(self, root: str) -> str:
        """Another word whenever the commit to compare with, an answer or a setting is another one.

        Empty where there is no repository to compare with.
        """
        ...
