"""Nodes of a tree become regions: the outermost comments and string literals, in order."""

from agentxd.kernel.review import Region
from agentxd.plugins.languages.grammar import Captures
from agentxd.plugins.languages.source import Source

_COMMENT = "comment"


def read_regions(source: Source, captures: Captures, comment_begins: str) -> tuple[Region, ...]:
    """What a template string has in its braces is part of it."""
    begins = comment_begins.encode()
    content = source.content
    places = sorted(
        (node.start_byte, -node.end_byte, kind)
        for kind, nodes in captures.items()
        for node in nodes
    )
    found: list[Region] = []
    done = 0
    for start, negative_end, kind in places:
        end = _trimmed(content, start, -negative_end)
        if start < done or (kind == _COMMENT and not content.startswith(begins, start)):
            continue
        done = end
        found.append(Region(kind, *source.place(start), *source.place(end)))
    return tuple(found)


def _trimmed(content: bytes, start: int, end: int) -> int:
    """Some grammars count the line feed behind a comment."""
    while end > start and content[end - 1] in b"\r\n":
        end -= 1
    return end
