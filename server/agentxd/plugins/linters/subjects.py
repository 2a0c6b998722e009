"""Which files of a change a linter gets, and whether from the disk or as standard input."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from msgspec import Struct

from agentxd.kernel.review import Change, ChangedFile
from agentxd.plugins.linters.table import LinterRow, Mark

_LINK = 0o120000
_KIND = 0o170000
_LARGEST = 2_000_000
_LARGEST_MARK = 500_000
_MOST_MARKS = 50
_SHEBANG = re.compile(rb"#!\s*(?:\S*/)?([\w.+-]+)(?:[ \t]+(?:-\S+[ \t]+)*([\w.+-]+))?")


class Subjects(Struct, frozen=True):
    """The files that a linter is to look at."""

    on_disk: tuple[ChangedFile, ...] = ()
    elsewhere: tuple[ChangedFile, ...] = ()
    """Those of which the working tree holds other contents, or none."""

    def __bool__(self) -> bool:
        return bool(self.on_disk or self.elsewhere)


def lintable(change: Change) -> tuple[ChangedFile, ...]:
    """Text files that are there after the change, as a whole, and that people wrote.

    A link is none: what it points to may be any file of the machine.
    """
    return tuple(file for file in change.files if _is_lintable(file))


def _is_lintable(file: ChangedFile) -> bool:
    is_link = file.new_mode & _KIND == _LINK
    is_text = file.new is not None and not file.is_binary and file.is_whole
    is_fit = (
        is_text and not file.is_generated and file.new_size <= _LARGEST and "\0" not in file.path
    )
    return is_fit and not is_link


def subjects_of(
    row: LinterRow, files: Iterable[ChangedFile], is_on_disk: Callable[[ChangedFile], bool]
) -> Subjects:
    """Those of the files that the linter reads."""
    wanted = [file for file in files if _matches(row, file)]
    return Subjects(
        tuple(file for file in wanted if is_on_disk(file)),
        tuple(file for file in wanted if not is_on_disk(file)),
    )


def _matches(row: LinterRow, file: ChangedFile) -> bool:
    path = PurePosixPath(file.path)
    for pattern in row.files:
        if fnmatchcase(file.path if "/" in pattern else path.name, pattern):
            return True
    if not row.shebangs or path.suffix:
        return False
    shebang = _SHEBANG.match((file.new or b"")[:200])
    if shebang is None:
        return False
    program = shebang[2] if shebang[1] == b"env" and shebang[2] else shebang[1]
    return program.decode() in row.shebangs


class WorkTree:
    """The files on the disk as far as linters and their marks are concerned; reads each once."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._real = os.path.realpath(root)
        self._known: dict[str, bool] = {}
        self._marks: dict[Path, bytes | None] = {}

    def holds(self, file: ChangedFile) -> bool:
        """Whether the file lies there with the contents of the change, and no link leads there."""
        if file.path not in self._known:
            self._known[file.path] = self._is_same(file)
        return self._known[file.path]

    def _is_same(self, file: ChangedFile) -> bool:
        path = self._root / file.path
        if os.path.realpath(path) != os.path.join(self._real, *PurePosixPath(file.path).parts):  # noqa: PTH118  # realpath is of os.path, too
            return False
        try:
            if not path.is_file() or path.stat().st_size != len(file.new or b""):
                return False
            return path.read_bytes() == file.new
        except OSError:
            return False

    def is_marked(self, marks: Sequence[Mark], paths: Iterable[str]) -> bool:
        """Whether one of the marks is at the root or above one of the paths."""
        folders = sorted({folder for path in paths for folder in PurePosixPath(path).parents})
        return any(self._has(mark, folder) for folder in folders for mark in marks)

    def above(self, name: str, paths: Iterable[str]) -> list[Path]:
        """What has that name at the root or above one of the paths, deepest first."""
        folders = {folder for path in paths for folder in PurePosixPath(path).parents}
        ordered = sorted(folders, key=lambda one: (-len(one.parts), one))
        return [found for folder in ordered if (found := self._root / folder / name).exists()]

    def _has(self, mark: Mark, folder: PurePosixPath) -> bool:
        for path in self._named(mark, self._root / folder):
            if not mark.holds and path.is_file():
                return True
            text = self._text(path) if mark.holds else None
            if text is not None and re.search(mark.holds.encode(), text):
                return True
        return False

    def _named(self, mark: Mark, folder: Path) -> Iterator[Path]:
        for name in mark.files:
            if "*" in name:
                yield from sorted(folder.glob(name))[:_MOST_MARKS]
            else:
                yield folder / name

    def _text(self, path: Path) -> bytes | None:
        if path not in self._marks:
            self._marks[path] = _head(path)
        return self._marks[path]


def _head(path: Path) -> bytes | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(_LARGEST_MARK)
    except OSError:
        return None
