"""The lines of a chunk that show why it answers."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from agentxd.index.words import WordSplitter

MAX_LINES = 8
MAX_LINE = 240
"""Characters of one line that are shown."""
_MAX_LOOKED_AT = 400
"""Lines of a chunk that are looked at."""


class Snippet(Struct, frozen=True):
    """Some lines, without the indentation that they have in common."""

    text: str
    line: int
    """Of the first one, in the file."""


def snippet(
    lines: Sequence[str],
    start: int,
    end: int,
    words: Collection[str],
    *,
    splitter: WordSplitter,
    signature_line: int = -1,
) -> Snippet:
    """The best window of the lines `start` to `end` of a file.

    The line with the signature is worth more than another, a line more with each of the words
    that it holds and that no earlier line of the window held.
    """
    chunk = [line.rstrip() for line in lines[start : min(end, start + _MAX_LOOKED_AT)]]
    wanted = set(words)
    held = [wanted.intersection(splitter.words_and_names(line[:1_000])) for line in chunk]
    first, best = 0, -1.0
    for at in range(max(1, len(chunk) - MAX_LINES + 1)):
        value = _value(held[at : at + MAX_LINES], signature_line - start - at)
        if value > best:
            first, best = at, value
    window = chunk[first : first + MAX_LINES]
    n_empty = next((n for n, line in enumerate(window) if line), 0)
    return Snippet(shown(window[n_empty:]), start + first + n_empty)


def shown(lines: Sequence[str]) -> str:
    """Lines without their common indentation and the empty ones at the end, none too long."""
    indentation = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    text = "\n".join(cut(line[indentation:]) for line in lines)
    return text.rstrip()


def cut(line: str, length: int = MAX_LINE) -> str:
    """The line as far as it is shown."""
    return line if len(line) <= length else line[: length - 1] + "…"


def _value(held: Sequence[set[str]], signature: int) -> float:
    """What a window is worth; `signature` is the line of it that holds the signature."""
    seen: set[str] = set()
    value = 1.5 if 0 <= signature < len(held) else 0.0
    for words in held:
        value += len(words - seen) + 0.1 * len(words)
        seen |= words
    return value
