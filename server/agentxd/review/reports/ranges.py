"""Places of findings, as the formats count them."""

from collections.abc import Mapping

from agentxd.kernel.review import Finding
from agentxd.review.lines import text_lines


def last_line(finding: Finding) -> int:
    """The last line of a finding, counted from 1."""
    return max(finding.end_line, finding.line + 1)


def column_range(finding: Finding) -> tuple[int | None, int | None]:
    """Columns from 1 in code points, the second behind the last sign; None for whole lines."""
    if finding.is_about_file or finding.is_about_removal or finding.column < 0:
        return None, None
    start, end = finding.column + 1, finding.end_column + 1
    is_forwards = end > start or last_line(finding) > finding.line + 1
    return start, end if finding.end_column >= 0 and is_forwards else None


class ByteColumns:
    """Columns from 1 in bytes of UTF-8, of files whose contents are at hand."""

    def __init__(self, sources: Mapping[str, bytes | None]) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def at(self, path: str, line: int, column: int) -> int | None:
        """Of a line from 1 and a column from 1 in code points; None where nobody can say."""
        lines = self._read(path)
        if not 0 < line <= len(lines) or column - 1 > len(lines[line - 1]):
            return None
        return len(lines[line - 1][: column - 1].encode(errors="replace")) + 1

    def n_lines(self, path: str) -> int | None:
        """How many lines the file has; None where nobody has it."""
        return None if self._sources.get(path) is None else len(self._read(path))

    def _read(self, path: str) -> list[str]:
        if path not in self._lines:
            self._lines[path] = text_lines(self._sources.get(path) or b"")
        return self._lines[path]
