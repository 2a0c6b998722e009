"""Keeps secrets out of the index: they are overlaid with stars, so that every place stays."""

import re
from collections.abc import Iterator

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.redaction import HINTS, NAME_HINTS, redact

_BEFORE, _AFTER = 200, 500
"""Bytes around a suspicion that are looked at closely: enough for a line of code."""
_LONGEST_KEY = 20_000
"""Bytes of a private key in letters."""
_KEY_BLOCK, _KEY_END = b"-----BEGIN", b"-----END"
_VALUE = (
    rb"(?:(?:_base64)?['\"]?\s{0,40}\]?\s{0,40}(?::=|=>|=|:)\s{0,80}"
    rb"(?:['\"`][^\r\n]{4}|[^\s'\"`,;&(){}\[\]<>|]{4})"
    rb"|['\"]\s{0,40},\s{0,40}['\"][^\r\n]{4}|>[^\s<>]{4})"
)
_OPTION = rb"\s{1,9}['\"]?[^\s'\"-]"
_TOKEN = rb"[A-Za-z0-9_./+=-]{10}"
_AFTER_MARK = {
    b"://": Lazy(rb"://[^\s/:@'\"<>]{0,200}:[^\s/@'\"<>]+@"),
    b"pass": Lazy(rb"pass(?:words?|wd|phrase)(?:" + _VALUE + rb"|" + _OPTION + rb")"),
    b"key": Lazy(rb"keys?(?:" + _VALUE + rb"|" + _OPTION + rb")"),
    b"authorization": Lazy(
        rb"authorization['\"]?\s{0,40}[:=]\s{0,80}['\"]?"
        rb"(?:(?:bearer|basic|token|digest)\s{1,40})?[^\s'\",;]{6}"
    ),
    b"bearer": Lazy(rb"bearer\s{1,40}[a-z0-9._~+/=-]{20}"),
}
"""What must follow a mark for a closer look; a value or a token for all others."""
_KEY_OWNER = Lazy(
    rb"(?:api|access|private|secret|auth|encryption|signing|account|master|client|service)[_-]?\Z"
)
_MARKS = {
    mark: _AFTER_MARK.get(mark) or Lazy(re.escape(mark) + _TOKEN)
    for mark in (hint.encode() for hint in HINTS)
    if mark != _KEY_BLOCK
}
_SHORTEST_TOKEN = 15
"""Bytes of letters, digits, dashes and underscores; no token of any vendor has fewer."""
_WORDS = bytes(code if chr(code).isalnum() or chr(code) in "_-" else 32 for code in range(256))
_IN_WORDS = tuple(mark for mark in _MARKS if mark.translate(_WORDS) == mark)
_ODD = tuple(mark for mark in _MARKS if mark not in _IN_WORDS)
"""Marks that need not stand in one long word with what they mark."""
_NAME_MARKS = tuple(
    (mark, _AFTER_MARK.get(mark) or Lazy(mark + rb"s?(?:" + _VALUE + rb"|" + _OPTION + rb")"))
    for mark in (hint.encode() for hint in NAME_HINTS)
)


def masked(content: bytes) -> bytes:
    """The content with stars over its secrets; the very same one where there are none."""
    regions = suspicions(content)
    if not regions:
        return content
    parts, done = list[bytes](), 0
    for start, end in regions:
        parts += content[done:start], _masked_region(content[start:end])
        done = end
    parts.append(content[done:])
    clean = b"".join(parts)
    return content if clean == content else clean


def suspicions(content: bytes) -> list[tuple[int, int]]:
    """Runs of bytes, in order, outside of which there is no secret; few and short ones."""
    return _merged(sorted(_regions(content)))


def _merged(regions: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What begins a secret and what ends it are looked at together."""
    found: list[tuple[int, int]] = []
    for start, end in regions:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _regions(content: bytes) -> Iterator[tuple[int, int]]:
    """Where a closer look is worth its time: a hundredth of what there is."""
    start = content.find(_KEY_BLOCK)
    while start >= 0:
        end = content.find(_KEY_END, start, start + _LONGEST_KEY)
        stop = _around(content, end)[1] if end >= 0 else min(len(content), start + _LONGEST_KEY)
        yield start, stop
        start = content.find(_KEY_BLOCK, end if end >= 0 else stop)
    for mark in (*_ODD, *_marks_in_words(content)):
        yield from _found(content, content, mark, _MARKS[mark])
    lowered = content.lower()
    for mark, pattern in _NAME_MARKS:
        yield from _found(content, lowered, mark, pattern)


def _marks_in_words(content: bytes) -> list[bytes]:
    """Only long words are searched for the thirty marks, which are a tenth of a file."""
    words = [word for word in content.translate(_WORDS).split() if len(word) >= _SHORTEST_TOKEN]
    text = b" ".join(words)
    return [mark for mark in _IN_WORDS if mark in text]


def _found(
    content: bytes, searched: bytes, mark: bytes, pattern: Lazy[bytes]
) -> Iterator[tuple[int, int]]:
    at = searched.find(mark)
    while at >= 0:
        match = pattern.match(searched, at)
        if match is not None and (mark != b"key" or _KEY_OWNER.search(searched, at - 12, at)):
            yield _around(content, at, match.end())
        at = searched.find(mark, at + len(mark))


def _around(content: bytes, at: int, end: int = 0) -> tuple[int, int]:
    """The line, or of a long one what is near; to the end of the line in which the match ends."""
    begin = content.rfind(b"\n", max(0, at - _BEFORE), at) + 1 or max(0, at - _BEFORE)
    limit = max(at, end) + _AFTER
    stop = content.find(b"\n", max(at, end), limit)
    return begin, stop if stop >= 0 else min(len(content), limit)


def _masked_region(region: bytes) -> bytes:
    """Stars over all that redaction changes; with two secrets also over what is between them."""
    text = region.decode(errors="surrogateescape")  # a byte of a letter may be a space alone
    clean = redact(text)
    if clean == text:
        return region
    n_head = _n_shared(text, clean)
    n_tail = min(_n_shared(text[::-1], clean[::-1]), len(text) - n_head)
    head = len(text[:n_head].encode(errors="surrogateescape"))
    end = len(region) - len(text[len(text) - n_tail :].encode(errors="surrogateescape"))
    stars = b"\n".join(b"*" * len(line) for line in region[head:end].split(b"\n"))
    return region[:head] + stars + region[end:]


def _n_shared(one: str, other: str) -> int:
    """Characters with which both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (left, right) in pairs if left != right), min(len(one), len(other)))
