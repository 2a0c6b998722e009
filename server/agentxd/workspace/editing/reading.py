"""From the arguments of an edit tool to edits, whatever the format."""

from collections.abc import Mapping
from typing import Any

from agentxd.workspace.editing.apply_patch import parse_apply_patch
from agentxd.workspace.editing.search_replace import parse_search_replace
from agentxd.workspace.editing.unified_diff import parse_unified_diff
from agentxd.workspace.editing.values import Action, FileEdit, Format, Passage

TEXT_ARGUMENT = {
    Format.APPLY_PATCH: "patch",
    Format.SEARCH_REPLACE: "blocks",
    Format.UNIFIED_DIFF: "diff",
}
"""The one argument of the formats that name their files themselves."""

_PARSERS = {
    Format.APPLY_PATCH: parse_apply_patch,
    Format.SEARCH_REPLACE: parse_search_replace,
    Format.UNIFIED_DIFF: parse_unified_diff,
}


def read_edits(format_: Format, arguments: Mapping[str, Any]) -> tuple[FileEdit, ...]:
    """What the arguments ask for. Raises InvalidRequestError where they cannot be read."""
    if format_ in _PARSERS:
        return _PARSERS[format_](str(arguments[TEXT_ARGUMENT[format_]]))
    path = str(arguments["path"])
    if format_ is Format.WHOLE_FILE:
        return (FileEdit(path, Action.REPLACE, content=str(arguments["content"])),)
    is_all = bool(arguments.get("replace_all"))
    passage = Passage(str(arguments["old"]), str(arguments["new"]), is_all=is_all)
    return (FileEdit(path, pieces=(passage,)),)


def paths_named(edits: tuple[FileEdit, ...]) -> tuple[str, ...]:
    """Every path that the edits would change, as the model wrote it; what a rule must judge."""
    named = [path for edit in edits for path in (edit.path, edit.new_path) if path]
    return tuple(dict.fromkeys(named))
