"""What a model is told of the edit tool, for each format."""

from agentxd.kernel.messages import ToolSpec
from agentxd.workspace.editing.recognising import TEXT_ARGUMENT
from agentxd.workspace.editing.values import Format

_DESCRIPTIONS = {
    Format.STR_REPLACE: (
        "Replace a piece of a file. `old` must be in the file exactly once, character by "
        "character; add neighbouring lines until it is. `replace_all` replaces each place."
    ),
    Format.APPLY_PATCH: (
        "Change files with a patch: `*** Begin Patch`, then `*** Update File: path`, `*** Add "
        "File: path` or `*** Delete File: path`, then `*** End Patch`. An update has chunks: "
        "optionally `@@ class or def line`, then lines that begin with a space (context), - or "
        "+. Give three context lines; each place must be unique. All or nothing."
    ),
    Format.SEARCH_REPLACE: (
        "Change files with blocks, each: the path on a line, `<<<<<<< SEARCH`, the old lines, "
        "`=======`, the new lines, `>>>>>>> REPLACE`. The old lines must be in the file exactly "
        "once. No old lines create a file. All or nothing."
    ),
    Format.UNIFIED_DIFF: (
        "Change files with a unified diff (---, +++, @@). Places are found by their lines, "
        "three of context, not by the numbers. All or nothing."
    ),
    Format.WHOLE_FILE: "Write the whole of a file, new or changed.",
}

_PLAIN_PROPERTIES: dict[Format, dict[str, dict[str, str]]] = {
    Format.STR_REPLACE: {
        "path": {"type": "string"},
        "old": {"type": "string"},
        "new": {"type": "string"},
        "replace_all": {"type": "boolean"},
    },
    Format.WHOLE_FILE: {"path": {"type": "string"}, "content": {"type": "string"}},
}


def _spec(format_: Format) -> ToolSpec:
    text = {TEXT_ARGUMENT.get(format_, ""): {"type": "string"}}
    properties = _PLAIN_PROPERTIES.get(format_, text)
    schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name != "replace_all"],
        "additionalProperties": False,
    }
    return ToolSpec("edit", _DESCRIPTIONS[format_], schema, risk="write")


SPECS = {format_: _spec(format_) for format_ in Format}
"""All of them are called `edit`: a task has one, and rules speak of one."""
