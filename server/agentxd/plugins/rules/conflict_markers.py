"""The rule conflict-marker: a merge conflict that nobody resolved."""

import re
from collections.abc import Iterator

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile, Example, Finding, Region, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.paths import is_document, is_test, suffix
from agentxd.plugins.rules.text import lines_of, places_of, text_of

_HINT = Lazy(rb"^(?:<<<<<<<|>>>>>>>) \S", re.MULTILINE)
_START, _END = Lazy(r"<{7} \S"), Lazy(r">{7} \S")
_MIDDLE = Lazy(r"={7}\s*$")
_MOST_LINES = 2_000
"""Of one conflict."""
_PATCHES = frozenset({"patch", "diff", "rej"})
_FENCE = Lazy(r"\s{0,3}(?:```|~~~)")
_L, _R, _M = "<" * 7, ">" * 7, "=" * 7


class ConflictMarkers:
    """Finds whole conflicts, and markers that were left alone."""

    info = RuleInfo(
        id="conflict-marker",
        title="merge conflict left in a file",
        severity=Severity.ERROR,
        doc=(
            f"Git writes lines that begin with `{_L}`, `{_M}` and `{_R}` around what it could not "
            "merge. A file that still has them was committed before somebody decided which side "
            "stays; most languages cannot even parse it.\n\n"
            "Found are whole conflicts, and a first or last marker that was left alone. A line of "
            "seven equals signs alone underlines a heading in many documents and is not found; nor "
            "are conflicts shown in patches, in fenced blocks of Markdown, and in string literals "
            "of tests.\n\nDecide which side stays, and take all markers away."
        ),
        bad=(
            Example("app.py", f"{_L} HEAD\na = 1\n{_M}\na = 2\n{_R} topic\n"),
            Example(
                "src/main.go",
                f"package main\n\n{_L} ours\nvar a = 1\n||||||| base\nvar a = 0\n{_M}\n"
                f"var a = 2\n{_R} theirs\n",
            ),
            Example("config.yaml", f"a: 1\r\n{_R} 3f2a1bc (Raise the limit)\r\nb: 2\r\n"),
            Example("index.ts", f"{_L} Updated upstream\nexport const a = 1;\n"),
        ),
        good=(
            Example("guide.rst", f"Title\n{_M}\n\nText\n"),
            Example("docs/merging.md", f"```\n{_L} HEAD\na\n{_M}\nb\n{_R} topic\n```\n"),
            Example(
                "tests/test_merge.py", f'TEXT = """\n{_L} ours\na\n{_M}\nb\n{_R} theirs\n"""\n'
            ),
            Example("banner.c", f"// {_L} generated {_R}\nint a = 1 << 7;\n"),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:
        """Each conflict once, from its first marker to its last."""
        if not file.new or file.is_binary or not _HINT.search(file.new):
            return
        if suffix(file.path) in _PATCHES:
            return
        lines = lines_of(text_of(file))
        shown = _shown(file, ground)
        for start, end in _conflicts(lines):
            is_shown = any(region.start_line < start < region.end_line for region in shown)
            if not is_shown and not (is_document(file.path) and _is_fenced(lines, start)):
                yield self._finding(file, start, end)

    def _finding(self, file: ChangedFile, start: int, end: int) -> Finding:
        is_data = is_test(file.path) and suffix(file.path) in ("", "txt", "snap", "out", "in")
        return Finding(
            rule=self.info.id,
            severity=Severity.NOTE if is_data else self.info.severity,
            path=file.path,
            line=start,
            end_line=end,
            message="a merge conflict is left in the file"
            if end > start + 1
            else "a marker of a merge conflict is left in the file",
            advice="Decide which side stays, and take the markers away",
        )


def _conflicts(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First line of each and the line after its last one."""
    marks = [(n, line[0]) for n, line in enumerate(lines) if _START.match(line) or _END.match(line)]
    done = -1
    for index, (number, sign) in enumerate(marks):
        if number <= done:
            continue
        following = marks[index + 1] if index + 1 < len(marks) else (0, "")
        is_pair = sign == "<" and following[1] == ">" and following[0] - number < _MOST_LINES
        if is_pair and any(_MIDDLE.match(line) for line in lines[number : following[0]]):
            done = following[0]
            yield number, done + 1
        else:
            yield number, number + 1


def _shown(file: ChangedFile, ground: Ground) -> list[Region]:
    """String literals of a test: a conflict within one is what the test is about."""
    if not is_test(file.path):
        return []
    return list(places_of(file, ground).strings())


def _is_fenced(lines: list[str], number: int) -> bool:
    return sum(1 for line in lines[:number] if _FENCE.match(line)) % 2 == 1
