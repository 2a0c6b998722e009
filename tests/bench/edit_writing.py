"""One change written as a model would write it, in each of the five formats."""

from agentxd.workspace.editing.values import Format

from tests.bench.edit_disturbances import Case
from tests.bench.edit_hunks import Hunk


def arguments(format_: Format, hunk: Hunk, case: Case) -> dict[str, str] | None:
    """The tool's arguments; None where the format has nothing to say about this."""
    if format_ is Format.WHOLE_FILE:
        return None if case.whole is None else _whole(hunk, case.whole)
    signed = [(sign, _text(line)) for sign, line in case.body]
    if format_ is Format.STR_REPLACE:
        return _str_replace(hunk, case, signed)
    old = [text for sign, text in signed if sign != "+"]
    new = [text for sign, text in signed if sign != "-"]
    lines = [sign + text for sign, text in signed]
    if format_ is Format.SEARCH_REPLACE:
        parts = [hunk.path, "<<<<<<< SEARCH", *old, "=======", *new, ">>>>>>> REPLACE", ""]
        return {"blocks": "\n".join(parts)}
    if format_ is Format.APPLY_PATCH:
        head = [f"@@ {hunk.scope}" if hunk.scope else "@@"]
        begin = ["*** Begin Patch", f"*** Update File: {hunk.path}"]
        return {"patch": "\n".join([*begin, *head, *lines, "*** End Patch"])}
    first = len(hunk.before) + 1
    numbers = f"@@ -{first},{len(old)} +{first},{len(new)} @@ {hunk.scope}".rstrip()
    if not case.body[-1][1].endswith(b"\n"):
        lines.append("\\ No newline at end of file")
    return {"diff": "\n".join([f"--- a/{hunk.path}", f"+++ b/{hunk.path}", numbers, *lines, ""])}


def _whole(hunk: Hunk, lines: list[bytes]) -> dict[str, str]:
    return {"path": hunk.path, "content": _decoded(b"".join(lines))}


def _str_replace(hunk: Hunk, case: Case, signed: list[tuple[str, str]]) -> dict[str, str]:
    old = "\n".join(text for sign, text in signed if sign != "+")
    new = [text for sign, text in signed if sign != "-"]
    is_blank_last = old.endswith("\n") and case.body[-1][1].endswith(b"\n")
    if is_blank_last and new:  # without its own line feed, a blank line could be any line's end
        return {"path": hunk.path, "old": old + "\n", "new": "\n".join([*new, ""])}
    if not new:  # whole lines go, and their line feed with them
        return {"path": hunk.path, "old": old + "\n", "new": ""}
    return {"path": hunk.path, "old": old, "new": "\n".join(new)}


def _text(line: bytes) -> str:
    return _decoded(line.removesuffix(b"\n"))


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
