"""Regular expressions that are compiled when they are first needed.

Compiling takes longer than most programs that need one of a hundred patterns may take in all.
"""

import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, AnyStr, Generic


class Lazy(Generic[AnyStr]):
    """Does what a compiled pattern does."""

    __slots__ = ("_flags", "_ready", "pattern")

    def __init__(self, pattern: AnyStr, flags: int = 0) -> None:
        self.pattern: AnyStr = pattern
        self._flags = flags
        self._ready: re.Pattern[AnyStr] | None = None

    @property
    def ready(self) -> re.Pattern[AnyStr]:
        """The compiled pattern, for loops in which each microsecond counts."""
        if self._ready is None:
            self._ready = re.compile(self.pattern, self._flags)
        return self._ready

    def search(
        self, text: AnyStr, start: int = 0, end: int = sys.maxsize
    ) -> re.Match[AnyStr] | None:
        """As of a compiled pattern."""
        return self.ready.search(text, start, end)

    def match(
        self, text: AnyStr, start: int = 0, end: int = sys.maxsize
    ) -> re.Match[AnyStr] | None:
        """As of a compiled pattern."""
        return self.ready.match(text, start, end)

    def fullmatch(
        self, text: AnyStr, start: int = 0, end: int = sys.maxsize
    ) -> re.Match[AnyStr] | None:
        """As of a compiled pattern."""
        return self.ready.fullmatch(text, start, end)

    def finditer(
        self, text: AnyStr, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[AnyStr]]:
        """As of a compiled pattern."""
        return self.ready.finditer(text, start, end)

    def findall(self, text: AnyStr) -> list[Any]:
        """As of a compiled pattern."""
        return self.ready.findall(text)

    def split(self, text: AnyStr, maxsplit: int = 0) -> list[AnyStr | Any]:
        """As of a compiled pattern."""
        return self.ready.split(text, maxsplit)

    def sub(
        self, new: AnyStr | Callable[[re.Match[AnyStr]], AnyStr], text: AnyStr, count: int = 0
    ) -> AnyStr:
        """As of a compiled pattern."""
        return self.ready.sub(new, text, count)
