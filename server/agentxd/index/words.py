"""Code-aware words: `parseHTTPHeader_v2` is parse, http, header, v, 2 and itself."""

import re

_NAME = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")
_LONGEST = 64
"""Characters; what is longer is data, not a name."""
_MAX_KEPT = 200_000
"""Names remembered; then the memory begins anew."""


class WordSplitter:
    """Splits texts into words and remembers how names split, because code repeats them."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[str, ...]] = {}

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
        """`words_and_names` separated by single spaces."""
        return " ".join(self.words_and_names(text))

    def _split(self, name: str) -> tuple[str, ...]:
        if len(name) > _LONGEST:
            return ()
        if len(self._parts) >= _MAX_KEPT:
            self._parts.clear()
        parts = tuple(part.lower() for part in _PART.findall(name))
        self._parts[name] = parts
        return parts
