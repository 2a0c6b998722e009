"""What rules about text ask of a changed file: its lines, and which of them the change brought."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from agentxd.kernel.review import ChangedFile, Finding, Region
from agentxd.kernel.review_ports import Ground


def text_of(file: ChangedFile) -> str:
    """The text after the change; empty where there is none, or nobody can read it as text."""
    if file.new is None or file.is_binary:
        return ""
    return file.new.decode(errors="replace")


def lines_of(text: str) -> list[str]:
    """Lines without their endings."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r" in text else lines


def ending_of(text: str) -> str:
    """How lines of this text end."""
    return "\r\n" if "\r\n" in text else "\n"


def is_touched(file: ChangedFile, line: int) -> bool:
    """Whether the change put this line there."""
    starts = [span.new_start for span in file.spans]
    at = bisect_right(starts, line) - 1
    return at >= 0 and line < file.spans[at].new_start + file.spans[at].new_count


def touched_first(file: ChangedFile, findings: Iterable[Finding]) -> list[Finding]:
    """A review reads a bounded number of findings: those of the change must be among them."""
    return sorted(findings, key=lambda finding: (not is_touched(file, finding.line), finding.line))


def removed_lines(file: ChangedFile) -> frozenset[str]:
    """Lines, stripped, that the change took away: what comes back elsewhere was only moved."""
    if file.old is None or not any(span.old_count for span in file.spans):
        return frozenset()
    lines = file.old.decode(errors="replace").split("\n")
    return frozenset(
        line.strip()
        for span in file.spans
        for line in lines[span.old_start : span.old_start + span.old_count]
    )


class Places:
    """Where comments and strings are in a file, for questions by line and column."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions = list(regions)
        self._starts = [(region.start_line, region.start_column) for region in self._regions]

    def __bool__(self) -> bool:
        return bool(self._regions)

    def at(self, line: int, column: int) -> Region | None:
        """The comment or string around a character."""
        index = bisect_right(self._starts, (line, column)) - 1
        if index < 0:
            return None
        region = self._regions[index]
        return region if (line, column) < (region.end_line, region.end_column) else None

    def kind_at(self, line: int, column: int) -> str:
        """comment, string, or empty for code."""
        region = self.at(line, column)
        return region.kind if region else ""

    def comments(self) -> Iterator[Region]:
        """All comments, in order."""
        return (region for region in self._regions if region.kind == "comment")

    def strings(self) -> Iterator[Region]:
        """All string literals, in order."""
        return (region for region in self._regions if region.kind == "string")


def places_of(file: ChangedFile, ground: Ground) -> Places:
    """Comments and strings after the change; none where no grammar can say."""
    return Places(ground.syntax.regions(file.path, file.new or b""))
