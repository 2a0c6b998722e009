"""What is called for one linter on one review."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from agentxd.kernel.review import ChangedFile
from agentxd.plugins.linters.running import Command
from agentxd.plugins.linters.table import AnswerShape, LinterRow

_MOST_SINGLE = 500
"""Files that are given one by one as standard input, at most."""
_MOST_ARGUMENTS = 20_000
"""Signs of names in one call; systems allow 32,000 at least."""


class Call(Struct, frozen=True):
    """One run of a linter's program."""

    row: LinterRow
    command: Command
    shape: AnswerShape | None
    files: tuple[ChangedFile, ...]
    is_custom: bool = False


def batches(files: Sequence[ChangedFile]) -> Iterator[tuple[ChangedFile, ...]]:
    """As many files for each call as its arguments may be long."""
    batch: list[ChangedFile] = []
    length = 0
    for file in files:
        if batch and length + len(file.path) > _MOST_ARGUMENTS:
            yield tuple(batch)
            batch, length = [], 0
        batch.append(file)
        length += len(file.path) + 3
    if batch:
        yield tuple(batch)


def singles(files: Sequence[ChangedFile]) -> tuple[Sequence[ChangedFile], int]:
    """Those that are given as standard input, and how many are not."""
    return files[:_MOST_SINGLE], max(0, len(files) - _MOST_SINGLE)


def arguments(
    program: str, words: Iterable[str], row: LinterRow, files: Sequence[ChangedFile]
) -> tuple[str, ...]:
    """The words of a call. Names begin with `./`: none can be an option or a file of options."""
    if row.gives == "folders":
        names = sorted({f"./{PurePosixPath(file.path).parent}" for file in files})
    else:
        names = [f"./{file.path}" for file in files]
    given = [program]
    for word in words:
        given += names if word == "{files}" else [_filled(word, names[0])]
    return tuple(given)


def _filled(word: str, name: str) -> str:
    return word.replace("{file}", name)
