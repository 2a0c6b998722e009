"""Code-aware words: `parseHTTPHeader_v2` is parse, http, header, v, 2 and itself."""

import re
from collections.abc import Callable

_NAME = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")
_LONGEST = 64
"""Characters; what is longer is data, not a name."""
_MAX_KEPT = 200_000
"""Names remembered; then the memory begins anew."""


_BLANKS = bytes(code if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(256))
"""Of ASCII, all that is in no name: to blank it and to split is faster than a pattern."""


class _Memory(dict[str, str]):
    """Remembers what was made of a name; a dictionary, so that looking up is no call."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> str:
        if len(self) >= _MAX_KEPT:
            self.clear()
        made = self._make(name)
        if len(name) <= _LONGEST:
            self[name] = made
        return made


class WordSplitter:
    """Splits texts into words and remembers how names split, because code repeats them."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[str, ...]] = {}
        self._joined = _Memory(self._words_of)

    def words(self, text: str) -> list[str]:
        """The parts of all names in the text, lower case, in their order."""
        found: list[str] = []
        parts_of = self._parts
        for name in _NAME.findall(text):
            parts = parts_of.get(name)
            found += parts if parts is not None else self._split(name)
        return found

    def words_and_names(self, text: str) -> list[str]:
        """The same, and after the parts of a name that has several the whole name, lower case."""
        found: list[str] = []
        for name in _NAME.findall(text):
            parts = self._parts.get(name)
            if parts is None:
                parts = self._split(name)
            found += parts
            if len(parts) > 1:
                found.append(name.lower().replace("_", ""))
        return found

    def joined(self, text: str) -> str:
        """`words_and_names` separated by single spaces; the way for whole files."""
        return " ".join(filter(None, map(self._joined.__getitem__, names_in(text))))

    def _words_of(self, name: str) -> str:
        return " ".join(self.words_and_names(name))

    def _split(self, name: str) -> tuple[str, ...]:
        if len(name) > _LONGEST:
            return ()  # and not remembered
        if len(self._parts) >= _MAX_KEPT:
            self._parts.clear()
        parts = self._parts[name] = parts_of(name)
        return parts


def names_in(text: str) -> list[str]:
    """All names in the text in their order, unsplit."""
    if text.isascii():
        return text.encode().translate(_BLANKS).decode().split()
    return _NAME.findall(text)


def parts_of(name: str) -> tuple[str, ...]:
    """The words of one name, lower case; none of what is too long for a name."""
    if len(name) > _LONGEST:
        return ()
    return tuple(part.lower() for part in _PART.findall(name))
