"""Finds names in which letters of another script stand for Latin ones."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.patterns import Lazy

MIXED_HINT = Lazy(rb"[\xcd-\xd3][\x80-\xbf]|\xef\xbc|\xef\xbd")
"""Bytes of Greek, Cyrillic or full-width letters."""
_LATIN = {
    **dict(zip("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u04bb",
               "aeopcyxijsdqwh", strict=True)),
    **dict(zip("\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0405\u0406\u0408",
               "ABEKMHOPCTXYSIJ", strict=True)),
    **dict(zip("\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
               "ABEZHIKMNOPTYXo", strict=True)),
    **{chr(code): chr(code - 0xFEE0) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))},
}  # fmt: skip
"""Letters that look like Latin ones, and which."""
_ODD = "".join(_LATIN)
_WORD = Lazy(rf"\w*[{_ODD}]\w*")
_ASCII_WORD = Lazy(r"[A-Za-z_]\w+", re.ASCII)
_SHORTEST = 3
"""Letters of a name that is no formula."""


class MixedWord(Struct, frozen=True):
    """A name that looks like another one."""

    line: int
    column: int
    text: str
    latin: str
    """What it looks like."""
    odd: str
    """The first letter of it that is not what it seems."""


def mixed_words(lines: Sequence[str]) -> Iterator[MixedWord]:
    """Names of Latin letters with look-alikes among them, and twins of a name in the file."""
    known: set[str] | None = None
    for number, line in enumerate(lines):
        if line.isascii():
            continue
        for match in _WORD.finditer(line):
            word = match[0]
            latin = "".join(_LATIN.get(char, char) for char in word)
            if not latin.isascii() or len(word) < _SHORTEST:
                continue  # some other letter has no twin: a word of that script
            if known is None:
                known = {name for text in lines for name in _ASCII_WORD.findall(text)}
            if _is_mixed(word) or latin in known:
                odd = next(char for char in word if char in _LATIN)
                yield MixedWord(number, match.start(), word, latin, odd)


def _is_mixed(word: str) -> bool:
    """Two scripts side by side within one part of a name; a formula's `x_\u03bf` is none."""
    parts = re.split(r"[_\d]+", word)
    return any(
        not part.isascii() and any(char.isascii() for char in part) and len(part) >= _SHORTEST
        for part in parts
    )
