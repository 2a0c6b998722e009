"""Doc comments and docstrings, found by lines and cleaned of their signs."""

import re

from agentxd.index.shortening import shortened
from agentxd.plugins.languages.language import CommentRules
from agentxd.plugins.languages.source import Source

MAX_DOC = 1_000
"""Characters."""
_MAX_LINES = 200
"""Lines of comment and attributes above a definition that are looked at."""
_MAX_ATTRIBUTE_LINES = 15
_QUOTES = re.compile(r"""[a-zA-Z]{0,2}(\"\"\"|'''|"|'|`)""")
_NOISE = re.compile(r"^[\s*/!#;\-=_~+<>|]*$")
_HTML = re.compile(r"</?(?:summary|para|remarks|returns|p|pre|code)>")


def clean_docstring(literal: str) -> str:
    """The text of a string literal, without its quotes and its indentation."""
    opening = _QUOTES.match(literal)
    if opening is not None:
        literal = literal[opening.end() :].removesuffix(opening[1])
    return _dedented(literal[: MAX_DOC * 4])


class CommentReader:
    """Finds the comment directly above a definition; attributes may stand between."""

    def __init__(self, rules: CommentRules) -> None:
        self._signs = rules.line
        self._line = tuple(sign.encode() for sign in rules.line)
        self._blocks = [(start.encode(), end.encode()) for start, end in rules.blocks]
        self._block_ends = tuple({end for _, end in self._blocks})
        self._is_apart = rules.is_apart
        self._attribute = re.compile(rules.attribute.encode()) if rules.attribute else None

    def above(self, source: Source, line: int) -> tuple[int, str]:
        """First line of what belongs to the definition in this line, and the cleaned comment."""
        first, parts = line, list[list[str]]()
        while first > 0 and line - first < _MAX_LINES:
            above = source.lines[first - 1].strip()
            if not above and self._is_apart and first == line:
                block = self._apart(source, line)
                return block or (first, "")
            if not above:
                break
            begin = self._begin(source, first - 1, above)
            if begin < 0:
                break
            comment = self._cleaned(source.lines[begin:first])
            parts.append(comment)
            first = begin
        text = [line for part in reversed(parts) for line in part]
        return first, _dedented("\n".join(text)) if text else ""

    def without_comments(self, declaration: str) -> str:
        """A declaration of several lines without what comments on its parts."""
        if not any(sign in declaration for sign in self._signs):
            return declaration
        lines = declaration.split("\n")
        for sign in self._signs:
            lines = [line.partition(f" {sign} ")[0] for line in lines]
        return "\n".join(line for line in lines if not line.lstrip().startswith(self._signs))

    def _apart(self, source: Source, line: int) -> tuple[int, str] | None:
        """A documentation block with one empty line between it and the definition."""
        above = source.lines[line - 2].strip() if line > 1 else b""
        opening, closing = self._blocks[0]
        if not above.endswith(closing):
            return None
        begin = self._block_begin(source, line - 2)
        if begin < 0 or not source.lines[begin].strip().startswith(opening):
            return None
        return begin, _dedented("\n".join(self._cleaned(source.lines[begin : line - 1])))

    def _begin(self, source: Source, last: int, text: bytes) -> int:
        """Where the comment or attribute that ends in this line begins; -1 if there is none."""
        if self._line and text.startswith(self._line):
            return -1 if last == 0 and text.startswith(b"#!") else last
        if self._block_ends and text.endswith(self._block_ends):
            return self._block_begin(source, last)
        if self._attribute is not None:
            return _attribute_begin(source, last, text, self._attribute)
        return -1

    def _block_begin(self, source: Source, last: int) -> int:
        for line in range(last, max(last - _MAX_LINES, -1), -1):
            text = source.lines[line].strip()
            for start, end in self._blocks:
                at = text.find(start)
                if at == 0:
                    return line
                if at > 0 or (line != last and end in text):
                    return -1
        return -1

    def _cleaned(self, lines: list[bytes]) -> list[str]:
        """Without signs; nothing for an attribute."""
        first = lines[0].strip()
        if first.startswith(self._line) and self._line:
            return [self._without_sign(first)]
        for start, end in self._blocks:
            if first.startswith(start):
                return _block_lines(lines, start, end)
        return []

    def _without_sign(self, line: bytes) -> str:
        sign = next(sign for sign in self._line if line.startswith(sign))
        text = line[len(sign) :].lstrip(sign[:1]).removeprefix(b"!").removeprefix(b"<")
        return _said(text.decode("utf-8", "replace"))


def _attribute_begin(source: Source, last: int, text: bytes, attribute: re.Pattern[bytes]) -> int:
    """An attribute may go over lines: then its last one is a bracket as far to the left."""
    match = attribute.match(text)
    if match is not None and match.end() == len(text):
        return last
    if not text.endswith((b")", b"]")):
        return -1
    if match is not None:
        return last
    indent = _indent(source.lines[last])
    for line in range(last - 1, max(last - _MAX_ATTRIBUTE_LINES, -1), -1):
        raw = source.lines[line]
        if _indent(raw) == indent and raw.strip():
            return line if attribute.match(raw.strip()) else -1
    return -1


def _block_lines(lines: list[bytes], start: bytes, end: bytes) -> list[str]:
    text = b"\n".join(lines).strip().removeprefix(start).removesuffix(end)
    found = []
    for line in text.decode("utf-8", "replace").split("\n"):
        stripped = line.strip()
        found.append(_said(stripped[1:] if stripped.startswith(("*", "!")) else line.rstrip()))
    return found


def _said(text: str) -> str:
    """Nothing for a line that only draws."""
    if _NOISE.match(text):
        return ""
    return _HTML.sub("", text) if "<" in text else text


def _dedented(text: str) -> str:
    """First line stripped, the others without the indentation that they share."""
    lines = text.expandtabs(4).strip().split("\n")
    if len(lines) > 1:
        rest = [line for line in lines[1:] if line.strip()]
        shared = min((len(line) - len(line.lstrip()) for line in rest), default=0)
        lines[1:] = [line[shared:].rstrip() for line in lines[1:]]
    return shortened("\n".join(lines).strip(), MAX_DOC)


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())
