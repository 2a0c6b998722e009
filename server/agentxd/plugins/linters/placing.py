"""Turns what a linter says about a place into a path, lines and columns of ours; pure."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct

Unit = Literal["points", "utf16", "bytes"]
_LONGEST = 4096
_STDIN = ("-", "/dev/stdin", "stdin", "<stdin>")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_DRIVE = re.compile(r"/?([A-Za-z]):/")


class Places(Struct, frozen=True):
    """The files that a linter may speak of; whatever else it names is nowhere."""

    known: Collection[str]
    """Paths from the root."""
    roots: tuple[str, ...]
    """The root as it may be spelled: as given, and without links."""
    from_stdin: str = ""
    """The file that was given as standard input."""

    def of_name(self, name: str) -> str | None:
        """The known file that a file name means, relative to the root or absolute."""
        return self._first((name, name.replace("\\", "/")))

    def of_uri(self, uri: str, base: str = "") -> str | None:
        """The known file that a URI means; `base` is in front of a relative one."""
        if base and not _SCHEME.match(uri) and not uri.startswith("/"):
            uri = f"{base.rstrip('/')}/{uri}"
        name = _without_scheme(uri)
        if name is None:
            return None
        decoded = unquote(name)
        return self._first((decoded, name, decoded.replace("\\", "/")))

    def _first(self, names: Sequence[str]) -> str | None:
        if len(names[0]) > _LONGEST:
            return None
        if self.from_stdin and names[0] in _STDIN:
            return self.from_stdin
        return next((path for name in names for path in self._paths(name)), None)

    def _paths(self, name: str) -> Iterator[str]:
        plain = posixpath.normpath(_with_small_drive(name))
        if plain in self.known:
            yield plain
        for root in self.roots:
            top = _with_small_drive(root.replace("\\", "/")).rstrip("/") + "/"
            rest = plain.removeprefix(top)
            if rest != plain and rest in self.known:
                yield rest


def _without_scheme(uri: str) -> str | None:
    """The path of a URI of this machine; None for another one."""
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return uri
    if scheme[1].lower() != "file":
        return None
    rest = uri[scheme.end() :]
    if not rest.startswith("//"):
        return rest
    host, slash, path = rest[2:].partition("/")
    return slash + path if host in ("", "localhost") else None


def _with_small_drive(name: str) -> str:
    """`/C:/x` and `C:/x` as `c:/x`."""
    drive = _DRIVE.match(name)
    return f"{drive[1].lower()}:/{name[drive.end() :]}" if drive else name


class Region(Struct, frozen=True):
    """A place as linters tell it: counted from 1, the end column behind the last character.

    0 where nothing is said.
    """

    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


class Span(Struct, frozen=True):
    """A place as findings tell it; see Finding."""

    line: int = 0
    end_line: int = -1
    column: int = -1
    end_column: int = -1


def span_of(region: Region, lines: Sequence[str], unit: Unit = "points") -> Span:
    """The place within these lines; what is behind the end of the file is at its last line."""
    if region.line == 0:
        return Span()
    last = max(1, len(lines))
    line, end_line = min(region.line, last), min(region.end_line or region.line, last)
    end_column = region.end_column
    if end_line > line and end_column == 1:
        end_line, end_column = end_line - 1, 0
    elif end_line < line:
        end_line, end_column = line, 0
    column, end_column = _columns(
        points(_line(lines, line), region.column - 1, unit) if region.column else -1,
        points(_line(lines, end_line), end_column - 1, unit) if end_column else -1,
        len(_line(lines, end_line)),
        is_one_line=end_line == line,
    )
    return Span(line - 1, end_line if end_line > line else -1, column, end_column)


def _columns(start: int, end: int, length: int, *, is_one_line: bool) -> tuple[int, int]:
    """Both, or -1 for both; a start alone stands for one sign, or for all up to the last line."""
    if start < 0:
        return -1, -1
    if end < 0:
        end = min(start + 1, length) if is_one_line else length
    is_empty = end <= start if is_one_line else end <= 0
    return (-1, -1) if is_empty else (start, end)


def points(line: str, column: int, unit: Unit) -> int:
    """A column from 0 in code points, at most the length of the line."""
    if unit == "utf16":
        wide = line.encode("utf-16-le", "surrogatepass")[: column * 2]
        column = len(wide.decode("utf-16-le", "ignore"))
    elif unit == "bytes":
        column = len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))
    return min(column, len(line))


def _line(lines: Sequence[str], number: int) -> str:
    """A line, counted from 1, without its end."""
    return lines[number - 1].rstrip("\r\n") if number <= len(lines) else ""


LinesOf = Callable[[str], Sequence[str]]
"""The lines of a known file, with their ends."""
