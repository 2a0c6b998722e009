"""From the arguments of an edit tool to edits, whatever the format."""

from collections.abc import Mapping
from typing import Any

from agentxd.kernel.errors import InvalidRequestError
from agentxd.workspace.editing.apply_patch import parse_apply_patch
from agentxd.workspace.editing.recognising import TEXT_ARGUMENT, recognised
from agentxd.workspace.editing.search_replace import parse_search_replace
from agentxd.workspace.editing.unified_diff import parse_unified_diff
from agentxd.workspace.editing.values import Action, FileEdit, Format, Passage

_PARSERS = {
    Format.APPLY_PATCH: parse_apply_patch,
    Format.SEARCH_REPLACE: parse_search_replace,
    Format.UNIFIED_DIFF: parse_unified_diff,
}


_ESCAPE = "write such a character as an escape of the language"
MAX_PATCH_CHARS = 200_000
"""Of a patch; every file of it is judged before anything is done, while others wait."""
MAX_CHARS = 2_000_000
"""Of the arguments of one edit: more than any model writes at once."""


def read_edits(offered: Format, arguments: Mapping[str, Any]) -> tuple[FileEdit, ...]:
    """What the arguments ask for, in the offered format or plainly in another one.

    Raises InvalidRequestError where they cannot be read.
    """
    _check_text("".join(v for k, v in arguments.items() if isinstance(v, str) and k != "path"))
    format_, arguments = recognised(offered, arguments)
    if format_ in _PARSERS and len(str(arguments[TEXT_ARGUMENT[format_]])) > MAX_PATCH_CHARS:
        raise InvalidRequestError(
            f"The patch has more than {MAX_PATCH_CHARS:,} characters.", "send it in parts"
        )
    if format_ in _PARSERS:
        return _PARSERS[format_](str(arguments[TEXT_ARGUMENT[format_]]))
    path = str(arguments.get("path", ""))
    if format_ is Format.WHOLE_FILE:
        return (FileEdit(path, Action.REPLACE, content=str(arguments["content"])),)
    if missing := [name for name in ("path", "old", "new") if name not in arguments]:
        raise InvalidRequestError(f"The call lacks `{missing[0]}`.", "name path, old and new")
    _check_passage(str(arguments["old"]), str(arguments["new"]))
    is_all = bool(arguments.get("replace_all"))
    passage = Passage(str(arguments["old"]), str(arguments["new"]), is_all=is_all)
    return (FileEdit(path, pieces=(passage,)),)


def _check_text(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise InvalidRequestError(
            f"The edit has more than {MAX_CHARS:,} characters.", "send it in parts"
        )
    if "\0" in text:
        raise InvalidRequestError("The edit has a NUL byte, which no text file has.", _ESCAPE)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequestError(
            f"The edit has half a character at {error.start}, which no file can hold.", _ESCAPE
        ) from error


def _check_passage(old: str, new: str) -> None:
    if not old:
        raise InvalidRequestError(
            "`old` is empty.", "name the text to replace, or write a new file with `write`"
        )
    if old == new:
        raise InvalidRequestError("`old` and `new` are the same; nothing was done.", "")


def paths_in(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Every path that an edit with these arguments would change, whichever format was offered.

    Raises InvalidRequestError where the edit cannot be read, and will not be made.
    """
    own = [str(arguments["path"])] if "path" in arguments else []
    offered = next((f for f, name in TEXT_ARGUMENT.items() if arguments.get(name)), None)
    if offered is None and "content" in arguments:
        offered = Format.WHOLE_FILE
    named = paths_named(read_edits(offered, arguments)) if offered else ()
    return tuple(dict.fromkeys([*own, *named]))


def paths_named(edits: tuple[FileEdit, ...]) -> tuple[str, ...]:
    """Every path that the edits would change, as the model wrote it; what a rule must judge."""
    named = [path for edit in edits for path in (edit.path, edit.new_path) if path]
    return tuple(dict.fromkeys(named))
