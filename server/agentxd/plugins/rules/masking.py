"""Code without its comments and strings: what is looked for in it is neither."""

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review_ports import SyntaxReader

_BLANK_COMMENT, _BLANK_STRING = " ", "\x01"
"""A string leaves a trace, so that an argument stays an argument."""
_NO_FEED = Lazy(r"[^\n]")


def masked_lines(path: str, content: bytes, syntax: SyntaxReader) -> list[str]:
    """Lines with blanks over comments and marks over strings; columns stay as they are."""
    return masked_text(path, content, syntax).split("\n")


def masked_text(path: str, content: bytes, syntax: SyntaxReader) -> str:
    """The same as one text."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    parts, done = list[str](), 0
    for region in syntax.regions(path, content):
        if region.end_line + 1 >= len(starts):
            break
        start = starts[region.start_line] + region.start_column
        end = min(starts[region.end_line] + region.end_column, len(text))
        if start >= done:
            parts += text[done:start], _covered(region.kind, text[start:end])
            done = end
    parts.append(text[done:])
    return "".join(parts)


def _covered(kind: str, text: str) -> str:
    """As long as the text, with its line feeds; a string shows on its first line only."""
    sign = _BLANK_COMMENT if kind == "comment" else _BLANK_STRING
    if "\n" not in text:
        return sign * len(text)
    first, feed, rest = text.partition("\n")
    return sign * len(first) + feed + _NO_FEED.sub(" ", rest)
