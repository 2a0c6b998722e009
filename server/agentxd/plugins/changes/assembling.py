"""Makes changed files of what git lists: their contents, sizes, lines, and what kind they are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from agentxd.kernel.review import ChangedFile, Span
from agentxd.plugins.changes.disk_files import DiskFile
from agentxd.plugins.changes.generated import attributed, looks_generated
from agentxd.plugins.changes.git_diffing import Entry
from agentxd.plugins.changes.git_objects import (
    MAX_BYTES,
    Header,
    binary_ones,
    contents,
    headers,
    is_null,
)
from agentxd.plugins.changes.git_process import Git
from agentxd.plugins.changes.line_spans import spans_of
from agentxd.workspace.lines import is_binary


class _Side(NamedTuple):
    """A file before or after the change."""

    content: bytes | None = None
    size: int = 0
    is_binary: bool = False
    is_on_disk: bool = False


class _Blobs(NamedTuple):
    """Of one change."""

    headers: Mapping[str, Header]
    contents: Mapping[str, bytes]
    binary: set[str]

    def side(self, object_id: str) -> _Side:
        """Empty where there is none, or where it is not here."""
        header = self.headers.get(object_id)
        if header is None:
            return _Side()
        content = self.contents.get(object_id)
        has_nul = object_id in self.binary or is_binary(content or b"")
        return _Side(content, header.size, has_nul)


def files_of(
    git: Git, entries: Sequence[Entry], disk: Mapping[str, DiskFile] | None = None
) -> tuple[ChangedFile, ...]:
    """By path. What comes after the change is read from `disk` where that knows the path."""
    on_disk = disk or {}
    blobs = _blobs(git, _ids(entries, on_disk))
    said = attributed(git, [entry.path for entry in entries])
    made = []
    for entry in entries:
        new = _disk_side(on_disk[entry.path]) if entry.path in on_disk else blobs.side(entry.new_id)
        made.append(_file(git, entry, blobs.side(entry.old_id), new, said.get(entry.path)))
    return tuple(sorted(made, key=lambda file: file.path))


def old_contents(git: Git, entries: Iterable[Entry]) -> dict[str, bytes]:
    """What those files held before, by id, where that can be read."""
    return dict(_blobs(git, [entry.old_id for entry in entries]).contents)


def _ids(entries: Sequence[Entry], disk: Mapping[str, DiskFile]) -> list[str]:
    new = [entry.new_id for entry in entries if entry.path not in disk]
    return [*new, *(entry.old_id for entry in entries)]


def _blobs(git: Git, object_ids: Iterable[str]) -> _Blobs:
    found = headers(git, [name for name in object_ids if not is_null(name)])
    sizes = {header.id: header.size for header in found.values()}
    large = [name for name, size in sizes.items() if size > MAX_BYTES]
    return _Blobs(found, contents(git, sizes), binary_ones(git, large))


def _disk_side(file: DiskFile) -> _Side:
    return _Side(file.content, file.size, file.is_binary, is_on_disk=True)


def _file(git: Git, entry: Entry, old: _Side, new: _Side, said: bool | None) -> ChangedFile:  # noqa: FBT001  # one of three
    has_nul = old.is_binary or new.is_binary
    is_whole = (old.content is not None or not entry.old_mode) and (
        new.content is not None or not entry.new_mode
    )
    guessed = looks_generated(entry.path, new.content if entry.new_mode else old.content)
    return ChangedFile(
        path=entry.path,
        old_path=entry.old_path,
        old=old.content,
        new=new.content,
        old_mode=entry.old_mode,
        new_mode=entry.new_mode,
        old_size=old.size,
        new_size=new.size,
        spans=_spans(git, old, new) if is_whole and not has_nul else (),
        is_binary=has_nul,
        is_whole=is_whole,
        is_generated=guessed if said is None else said,
    )


def _spans(git: Git, old: _Side, new: _Side) -> tuple[Span, ...]:
    """On disk, line ends are what git makes of them for this system: no change of all lines."""
    after = new.content
    if new.is_on_disk and old.content and after and b"\r\n" in after and b"\r" not in old.content:
        after = after.replace(b"\r\n", b"\n")
    return spans_of(git, old.content, after)
