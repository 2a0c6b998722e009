"""Which files are in the sandbox now: the snapshot with the changes so far laid over it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache

from msgspec import Struct

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.files import MODE_FILE, MODE_LINK, ChangeKind
from agentxd.kernel.ports import ToolContext

_ANY_FOLDERS = None
_Segment = re.Pattern[str] | None


class Present(Struct, frozen=True):
    """A file as it is now."""

    size: int
    """Bytes."""
    mode: int

    @property
    def is_link(self) -> bool:
        """It points somewhere and holds nothing itself."""
        return self.mode == MODE_LINK


async def present_files(context: ToolContext) -> dict[str, Present]:
    """Every file that the agent sees, sorted by path."""
    files = {
        path: Present(entry.size, entry.mode) for path, entry in context.snapshot.entries.items()
    }
    for change in await context.sandbox.difference():
        if change.kind is ChangeKind.DELETED:
            files.pop(change.path, None)
            continue
        if change.kind is ChangeKind.RENAMED:
            files.pop(change.old_path, None)
        files[change.path] = Present(len(change.new or b""), change.new_mode)
    return dict(sorted(files.items()))


async def mode_to_write(path: str, context: ToolContext) -> int:
    """The same for one file."""
    return (await modes_to_write([path], context))[path]


async def modes_to_write(paths: Sequence[str], context: ToolContext) -> dict[str, int]:
    """The mode that each file keeps when it is written, that of a plain file where it is new.

    Raises InvalidRequestError for a link, and for a file that holds secrets: the agent does not
    see it, so that writing it would put something else in its place.
    """
    present = await present_files(context)
    return {path: await _mode_to_write(path, present, context) for path in paths}


async def _mode_to_write(path: str, present: Mapping[str, Present], context: ToolContext) -> int:
    if context.snapshot.left_out.get(path) == "secret":
        raise InvalidRequestError(
            f"{path} is there and holds secrets; it is neither shown nor written.",
            "leave it alone, and say what should be in it",
        )
    found = present.get(path)
    if found is None:
        return MODE_FILE
    if found.is_link:
        target = (await context.sandbox.read(path) or b"").decode("utf-8", "replace")
        raise InvalidRequestError(
            f"{path} is a link to {target}; nothing was written.", "write the file that it means"
        )
    return found.mode or MODE_FILE


def is_match(path: str, pattern: str) -> bool:
    """Whether a glob pattern means the path: `*` stays in a folder, `**` crosses folders.

    A pattern without a slash means files of that name anywhere. Patterns come from a model, so
    the time that this takes grows with their length and no faster.
    """
    segments = _segments(pattern)
    states = _with_skipped({0}, segments)
    for part in path.split("/"):
        states = _with_skipped(_after(part, states, segments), segments)
    return len(segments) in states


def _after(part: str, states: Iterable[int], segments: Sequence[_Segment]) -> set[int]:
    """The places in the pattern that can be reached over one more name of the path."""
    reached: set[int] = set()
    for state in states:
        segment = segments[state] if state < len(segments) else re.compile("(?!)")
        if segment is _ANY_FOLDERS:
            reached.add(state)
        elif segment.match(part):
            reached.add(state + 1)
    return reached


def _with_skipped(states: set[int], segments: Sequence[_Segment]) -> set[int]:
    """`**` may also mean no folder at all."""
    skipped = {s + 1 for s in states if s < len(segments) and segments[s] is _ANY_FOLDERS}
    return states | skipped


@lru_cache(maxsize=256)
def _segments(pattern: str) -> tuple[_Segment, ...]:
    """The pattern name by name; None stands for any number of folders."""
    names = pattern.split("/") if "/" in pattern else ["**", pattern]
    segments: list[_Segment] = []
    for name in names:
        if name.startswith("**") and segments[-1:] != [_ANY_FOLDERS]:
            segments.append(_ANY_FOLDERS)
        if name != "**":
            segments.append(re.compile(translate(name.replace("[", "[[]"))))
    if segments[-1:] == [_ANY_FOLDERS]:
        segments.append(re.compile(""))
    return tuple(segments)
