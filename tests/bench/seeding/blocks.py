"""Tests of a file by their lines, found without a grammar."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agentxd.workspace.lines import split_lines

from tests.bench.seeding.material import Spot

_TEST = {
    "py": re.compile(rb"^( *)(?:async )?def (test_\w+)\("),
    "go": re.compile(rb"^()func (Test[A-Z]\w*)\("),
    "rs": re.compile(rb"^( *)(?:pub )?(?:async )?fn (\w+)\("),
    "js": re.compile(rb"^(\s*)(?:it|test)\((?:['\"`])(.+?)['\"`]\s*,"),
    "ts": re.compile(rb"^(\s*)(?:it|test)\((?:['\"`])(.+?)['\"`]\s*,"),
    "java": re.compile(rb"^( *)(?:public )?void (\w+)\(\)"),
    "rb": re.compile(rb"^( *)(?:it|test) ['\"](.+?)['\"] do\b"),
}
_MARKS = {"rs": re.compile(rb"^\s*#\[(?:\w+::)?test\b"), "java": re.compile(rb"^\s*@Test\b")}
_ABOVE = (b"@", b"#[", b"///")


@dataclass(frozen=True)
class Block:
    """A test with its decorators: lines from `start` to before `end`; `head` names it."""

    name: str
    indent: bytes
    start: int
    head: int
    end: int


def blocks_of(spot: Spot, content: bytes) -> list[Block]:
    """From top to bottom; only those whose end is certain."""
    pattern = _TEST.get(spot.language)
    lines = split_lines(content)
    return list(_found(spot.language, pattern, lines)) if pattern else []


def _found(language: str, pattern: re.Pattern[bytes], lines: Sequence[bytes]) -> Iterator[Block]:
    for number, line in enumerate(lines):
        match = pattern.match(line)
        if match is None:
            continue
        start = number
        while start and lines[start - 1].strip().startswith(_ABOVE):
            start -= 1
        mark = _MARKS.get(language)
        if mark and not any(mark.match(above) for above in lines[start:number]):
            continue
        end = end_of(language, match[1], lines, number)
        if end:
            yield Block(match[2].decode("utf-8", "replace"), match[1], start, number, end)


def end_of(language: str, indent: bytes, lines: Sequence[bytes], head: int) -> int:
    """The line after the block's last one; 0 where nobody can tell."""
    if language == "py":
        return _dedent(indent, lines, head)
    closing = indent + (b"end" if language == "rb" else b"}")
    for number in range(head + 1, len(lines)):
        if lines[number].startswith(closing):
            return number + 1
        if lines[number].strip() and not lines[number].startswith(
            (indent + b" ", indent + b"\t", b"#")
        ):
            return 0
    return 0


def _dedent(indent: bytes, lines: Sequence[bytes], head: int) -> int:
    """Behind the last line that is indented deeper, the signature's own closing line included."""
    end = head + 1
    for number in range(head + 1, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        if not line.startswith(indent + b" ") and not line.startswith(indent + b")"):
            break
        end = number + 1
    return end
