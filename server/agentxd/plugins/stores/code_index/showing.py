"""Lines of files for answers, only where the file still is what the index knows."""

from collections.abc import Callable
from hashlib import sha256

from agentxd.index.reranking import Candidate
from agentxd.index.snippets import Snippet, cut, snippet
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import Hit

MAX_TEXT = 400
"""Characters of the line of a definition or use."""


class Showing:
    """Reads each file at most once; made for one answer."""

    def __init__(self, read: Callable[[str], bytes | None], splitter: WordSplitter) -> None:
        self._read = read
        self._splitter = splitter
        self._lines: dict[str, list[str] | None] = {}

    def lines(self, path: str, hash_: bytes) -> list[str] | None:
        """The file's lines; None where it changed since, or is not there."""
        if path not in self._lines:
            content = self._read(path)
            is_known = content is not None and sha256(content).digest() == hash_
            self._lines[path] = _decoded(content) if content is not None and is_known else None
        return self._lines[path]

    def line(self, path: str, hash_: bytes, number: int) -> str:
        """One line, indented as it is because columns count in it; "" where it is not known."""
        lines = self.lines(path, hash_)
        if lines is None or not 0 <= number < len(lines):
            return ""
        return cut(lines[number].rstrip(), MAX_TEXT)

    def hit(self, found: Candidate, words: frozenset[str]) -> Hit:
        """The candidate as an answer, with the lines that show why."""
        lines = self.lines(found.path, found.hash)
        shown = Snippet(found.signature, found.symbol_line if found.signature else found.start_line)
        if lines is not None:
            bounds = found.start_line, found.end_line
            shown = snippet(
                lines, *bounds, words, splitter=self._splitter, signature_line=found.symbol_line
            )
        return Hit(
            path=found.path,
            start_line=found.start_line,
            end_line=found.end_line,
            language=found.language,
            symbol=found.symbol,
            kind=found.kind,
            container=found.container,
            signature=found.signature,
            snippet=shown.text,
            snippet_line=shown.line,
            score=found.score,
            found_by=found.found_by,
        )


def _decoded(content: bytes) -> list[str]:
    """Lines as the parser counts them: after each newline byte."""
    return [line.decode("utf-8", "replace") for line in content.split(b"\n")]
