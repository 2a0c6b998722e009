"""A change by the text of its diff, with the contents that lie on disk where they fit it."""

from agentxd.kernel.review import Change, ChangedFile
from agentxd.plugins.changes.diff_parsing import FileDiff, parse
from agentxd.plugins.changes.fitting import Sides, sides_of
from agentxd.plugins.changes.generated import looks_generated
from agentxd.workspace.lines import is_binary


def from_diff(text: bytes | str, root: str) -> Change:
    """What a unified diff says, git's or another; an empty one is no change.

    Raises InvalidRequestError with the number of the line that is off.
    """
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    files = [_file(diff, sides_of(diff, root)) for diff in parse(raw)]
    return Change(files=tuple(sorted(files, key=lambda file: file.path)), title="diff")


def _file(diff: FileDiff, sides: Sides) -> ChangedFile:
    old_path, path = diff.paths()
    has_nul = diff.is_binary or any(is_binary(text or b"") for text in (sides.old, sides.new))
    spans = () if has_nul else tuple(span for hunk in diff.hunks for span in hunk.spans())
    return ChangedFile(
        path=path,
        old_path=old_path if old_path != path else "",
        old=sides.old,
        new=sides.new,
        old_mode=sides.old_mode,
        new_mode=sides.new_mode,
        old_size=len(sides.old or b""),
        new_size=len(sides.new or b""),
        spans=spans,
        is_binary=has_nul,
        is_whole=sides.is_whole,
        is_generated=looks_generated(path, sides.old if diff.is_deleted else sides.new),
    )
