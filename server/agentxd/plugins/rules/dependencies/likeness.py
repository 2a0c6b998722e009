"""Whether a name looks like that of a popular package, and how."""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct


class How(StrEnum):
    """In which way two names are alike."""

    SIGNS = "signs that look the same"
    SEPARATORS = "other separators"
    ORDER = "the same words in another order"
    LETTER = "one letter"


class Likeness(Struct, frozen=True):
    """A popular name, and what makes the other one like it."""

    popular: str
    how: How


_SHORT, _LONG = 5, 7
"""Letters: from the first a swapped or doubled letter counts, from the second any letter does."""
_LOOKS = str.maketrans("0135¡ıаеорсухіјѕԁɡӏԛԝоνυρκτⅼⅰ", "oles" + "iiaeopcyxijsdglqwovupktli", "")
_OWNED = {"packagist": 1, "go": 2}
"""How many parts of a name tell whose it is."""


class Popular:
    """The popular names of an ecosystem, ready to be compared."""

    def __init__(self, names: frozenset[str], allowed: frozenset[str], ecosystem: str) -> None:
        self._names = names
        self._allowed = allowed
        self._ecosystem = ecosystem
        self._owners = {owner for name in names if (owner := _owner(name, ecosystem))}
        self._by_look = self._table(_look)
        self._by_squeeze = self._table(_squeezed)
        self._by_words = self._table(_words)
        self._by_length: dict[int, list[str]] = {}
        for name in names:
            self._by_length.setdefault(len(name), []).append(name)

    def _table(self, key: Callable[[str], str]) -> dict[str, str]:
        return {key(name): name for name in self._names}

    def like(self, name: str) -> Likeness | None:
        """The popular name that it may be taken for; None for a name of its own."""
        name = re.sub(r"/v\d+$", "", name.lower())
        if name in self._names or name in self._allowed:
            return None
        if _owner(name, self._ecosystem) in self._owners:
            return None
        for table, key, how in (
            (self._by_look, _look(name), How.SIGNS),
            (self._by_squeeze, _squeezed(name), How.SEPARATORS),
            (self._by_words, _words(name), How.ORDER),
        ):
            if key in table and len(name) >= _SHORT:
                return Likeness(table[key], how)
        near = next((one for one in self._near(name) if is_slip(one, name)), None)
        return Likeness(near, How.LETTER) if near else None

    def _near(self, name: str) -> list[str]:
        return [
            one
            for length in (len(name) - 1, len(name), len(name) + 1)
            for one in self._by_length.get(length, ())
        ]


def _owner(name: str, ecosystem: str) -> str:
    """The part of a name that belongs to somebody, who may call what is below as they like."""
    if ecosystem == "npm":
        return name.partition("/")[0] if name.startswith("@") else ""
    n_parts = _OWNED.get(ecosystem, 0)
    parts = name.split("/")
    return "/".join(parts[:n_parts]) if n_parts and len(parts) > n_parts else ""


def _look(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).translate(_LOOKS)
    return plain.replace("rn", "m").replace("vv", "w")


def _squeezed(name: str) -> str:
    return re.sub(r"[-_.]", "", name)


def _words(name: str) -> str:
    parts = re.split(r"[-_.]", name)
    return " ".join(sorted(parts)) if len(parts) > 1 else name


def is_slip(popular: str, name: str) -> bool:
    """Whether one slip of the fingers makes the second name of the first.

    Digits are no slip: sha2 and sha3 are both what they say.
    """
    if len(popular) < _SHORT or popular == name:
        return False
    start = _common(popular, name)
    left, right = popular[start:], name[start:]
    if len(left) == len(right):
        if left[:2] == right[1::-1] and left[2:] == right[2:]:
            return left[:2].isalpha()
        is_one = left[1:] == right[1:]
        return is_one and len(popular) >= _LONG and left[0].isalpha() and right[0].isalpha()
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    if longer[1:] != shorter or not longer[0].isalpha():
        return False
    is_doubled = start > 0 and longer[0] == popular[start - 1]
    return is_doubled or min(len(popular), len(name)) >= _LONG


def _common(one: str, other: str) -> int:
    n_same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        n_same += 1
    return n_same
