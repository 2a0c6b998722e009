"""What no grammar is given: contents that it would take minutes for, or lose its way in."""

from itertools import accumulate

from agentxd.index.decoding import is_binary
from agentxd.plugins.languages.source import Source

_MOST_BYTES = 2_000_000
"""Of a content that is given to a grammar: what is larger was written by a program."""
_LONGEST_LINE = 100_000
_DEEPEST = 500
_BRACKETS = {**dict.fromkeys(b"([{", 1), **dict.fromkeys(b")]}", -1)}
_NO_BRACKETS = bytes(set(range(256)) - set(_BRACKETS))


def is_for_grammar(content: bytes, source: Source, max_nesting: int) -> bool:
    """Whether it is text that a grammar gets through; `max_nesting` is the language's."""
    if not source.content or len(source.content) > _MOST_BYTES or is_binary(content):
        return False
    if max(map(len, source.lines)) > _LONGEST_LINE or _depth(source.content) > _DEEPEST:
        return False
    return not max_nesting or all(_nesting(line) <= max_nesting for line in source.lines)


def _depth(content: bytes) -> int:
    """Most brackets open at once: from thousands no grammar recovers in less than minutes."""
    brackets = content.translate(None, _NO_BRACKETS)
    if len(brackets) <= _DEEPEST:
        return 0
    return max(accumulate(map(_BRACKETS.__getitem__, brackets)))


def _nesting(line: bytes) -> int:
    """No fewer than the levels of YAML's blocks at this line, two of which may share a column."""
    indent = len(line) - len(line.lstrip(b" -?"))
    return indent + line.count(b"- ") + line.count(b"? ") + line.count(b": ")
