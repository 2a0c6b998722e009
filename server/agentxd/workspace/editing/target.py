"""A file as edits look at it: its lines, and keys under which lines count as equal."""

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from hashlib import sha1

from agentxd.kernel.files import blob_id
from agentxd.workspace.editing.values import Level
from agentxd.workspace.lines import decode, split_lines

BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\f\v"
_WORD_BYTES = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_WORD_BYTES |= frozenset(range(0x80, 0x100))
_MIN_GIT_ID = 7
"""Git shortens object ids no further."""
MAX_PLACES = 1_000
"""More places than this need not be told apart."""


def key(body: bytes, level: Level) -> bytes:
    """What must be equal for two lines to be equal at this level."""
    if level is Level.EXACT:
        return body
    return body.rstrip(BLANK) if level is Level.LINE_ENDS else body.strip(BLANK)


def is_telling(body: bytes) -> bool:
    """Whether a line says more than brackets and rules do."""
    return not _WORD_BYTES.isdisjoint(body)


def is_word_byte(each: int) -> bool:
    """A letter, a digit, an underscore, or part of a character beyond ASCII."""
    return each in _WORD_BYTES or each == ord("_")


class Target:
    """The content of a file, a byte-order mark set aside; its views are made when asked for."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.content = content
        self.mark = BOM if content.startswith(BOM) else b""
        self.text = content[len(self.mark) :]
        self.lines = split_lines(self.text)
        self.encoding = decode(content)[1]
        self._joined: dict[Level, tuple[bytes, list[int]]] = {}

    @cached_property
    def id(self) -> str:
        """SHA-256 of the content."""
        return blob_id(self.content)

    @cached_property
    def bodies(self) -> list[bytes]:
        """Lines without their line feeds."""
        return [line.removesuffix(b"\n") for line in self.lines]

    @cached_property
    def stripped(self) -> dict[bytes, list[int]]:
        """Where each line stands, whatever its indentation."""
        found: dict[bytes, list[int]] = defaultdict(list)
        for index, body in enumerate(self.bodies):
            found[body.strip(BLANK)].append(index)
        return found

    def is_base(self, base: str) -> bool:
        """Whether the content has this id: a SHA-256, or the beginning of a git object id."""
        if len(base) == len(self.id):
            return base == self.id
        git = sha1(b"blob %d\0" % len(self.content) + self.content, usedforsecurity=False)
        return len(base) >= _MIN_GIT_ID and git.hexdigest().startswith(base)

    def places(self, wanted: list[bytes], level: Level) -> list[int]:
        """Every line, up to MAX_PLACES of them, at which these lines begin."""
        text, starts = self._view(level)
        sought = b"\n" + b"".join(key(body, level) + b"\n" for body in wanted)
        found: list[int] = []
        at = text.find(sought)
        while at >= 0 and len(found) < MAX_PLACES:
            found.append(bisect_right(starts, at) - 1)
            at = text.find(sought, at + 1)
        return found

    def _view(self, level: Level) -> tuple[bytes, list[int]]:
        """All keys as one text, a line feed around each, and where each begins."""
        if level not in self._joined:
            keys = [key(body, level) for body in self.bodies]
            starts, at = [], 0
            for each in keys:
                starts.append(at)
                at += len(each) + 1
            self._joined[level] = (b"\n" + b"".join(each + b"\n" for each in keys), starts)
        return self._joined[level]

    def ending(self, start: int, end: int) -> bytes:
        """The line ending that new lines in place of these get: theirs, or their neighbours'."""
        own = {_ending(line) for line in self.lines[start:end]} - {b""}
        if len(own) == 1:
            return own.pop()
        near = [*self.lines[max(start - 1, 0) : start], *self.lines[end : end + 1], *self.lines[:1]]
        return next((found for line in near if (found := _ending(line))), b"\n")


def _ending(line: bytes) -> bytes:
    if line.endswith(b"\r\n"):
        return b"\r\n"
    return b"\n" if line.endswith(b"\n") else b""
