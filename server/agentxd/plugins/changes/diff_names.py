"""Names of files as the heads of a diff write them: quoted, with prefixes, with stamps behind."""

import re
from typing import NamedTuple

from agentxd.kernel.patterns import Lazy

NOWHERE = b"/dev/null"
_PAIRS = {b"ab", b"ba", b"iw", b"wi", b"ci", b"ic", b"cw", b"wc", b"ow", b"wo", b"12", b"21"}
"""First letters of git's prefixes, of what was before and after; of `diff -R` the other way."""
_QUOTED = Lazy(rb'"((?:[^"\\]|\\.)*)"')
_ESCAPE = Lazy(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_SIGNS = {
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"v": b"\v",
}
_EPOCH = Lazy(rb"\t(1970-01-01|1969-12-31)[ T]")
_MOST_CUTS = 200
"""Places at which a head may be cut in two; a name has fewer blanks."""


class Names(NamedTuple):
    """Before and after; None where there is no file."""

    old: bytes | None
    new: bytes | None


def plain(word: bytes) -> bytes:
    """A name without quotes, or without the stamp of time that stands behind a tab."""
    found = _QUOTED.match(word)
    if not found:
        return word.split(b"\t", 1)[0]
    return _ESCAPE.sub(_sign, found[1])


def is_stamped_empty(word: bytes) -> bool:
    """Whether `diff -N` says with its stamp that there is no such file."""
    return _EPOCH.search(word) is not None


def of_git_head(words: bytes) -> Names | None:
    """Of what stands behind `diff --git `; None where that can be cut in more than one way.

    Such a head is always followed by lines that say more.
    """
    if words.startswith(b'"'):
        first = _QUOTED.match(words)
        return Names(plain(words), plain(words[first.end() + 1 :])) if first else None
    if words.endswith(b'"') and b' "' in words:
        left, right = words.split(b' "', 1)
        return Names(left, plain(b'"' + right))
    cuts = [at for at, sign in enumerate(words) if sign == ord(" ")][:_MOST_CUTS]
    for at in cuts:
        names = Names(words[:at], words[at + 1 :])
        short = without_prefixes(names)
        if short.old == short.new:
            return names
    return None


def without_prefixes(names: Names) -> Names:
    """As git's own prefixes go, where both have one and they fit each other."""
    old, new = names
    if not old or not new or old[1:2] != b"/" or new[1:2] != b"/":
        return names
    return Names(old[2:], new[2:]) if old[:1] + new[:1] in _PAIRS else names


def without_folders(names: Names) -> Names:
    """`diff -r before after` names both folders first: the rest, where that is the same."""
    if not names.old or not names.new or names.old == names.new:
        return names
    old, new = (name.partition(b"/")[2] for name in (names.old, names.new))
    return Names(old, new) if old and old == new else names


def _sign(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8) & 0xFF]) if code.isdigit() else _SIGNS.get(code, code)
