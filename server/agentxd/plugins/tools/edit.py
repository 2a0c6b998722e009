"""Tool `edit`: changes pieces of files, in whichever format the model writes best."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from agentxd.kernel.messages import Observation
from agentxd.kernel.ports import ToolContext
from agentxd.kernel.sandboxes import FileWrite
from agentxd.plugins.tools.edit_answers import done_words, refused_words
from agentxd.plugins.tools.edit_specs import SPECS
from agentxd.plugins.tools.listing import modes_to_write
from agentxd.plugins.tools.paths import inside_to_write
from agentxd.plugins.tools.syntax import newly_broken
from agentxd.workspace.editing.applying import apply_edits
from agentxd.workspace.editing.format_table import format_for
from agentxd.workspace.editing.reading import read_edits
from agentxd.workspace.editing.recognising import is_other_format
from agentxd.workspace.editing.values import FileEdit, FileResult, Format, Refused


class EditTool:
    """One format of the family; all of them share the engine and the answers."""

    def __init__(self, format_: Format = Format.STR_REPLACE) -> None:
        self.format = format_
        self.spec = SPECS[format_]

    def understands(self, arguments: Mapping[str, Any]) -> bool:
        """An edit in another format than the offered one."""
        return is_other_format(arguments)

    async def call(
        self, call_id: str, arguments: Mapping[str, Any], context: ToolContext
    ) -> Observation:
        """Make every edit, or say what stands in the way and where the candidates are."""
        parsed = await asyncio.to_thread(read_edits, self.format, arguments)
        edits = [_inside(edit) for edit in parsed]
        modes = await modes_to_write(_paths(edits), context)
        contents = {path: await context.sandbox.read(path) for path in modes}
        applied = await asyncio.to_thread(apply_edits, edits, contents)
        if isinstance(applied, Refused):
            return Observation(call_id, refused_words(applied), is_error=True)
        writes = [write for file in applied.files for write in _writes(file, modes)]
        if writes:
            await context.sandbox.write(writes)
        broken = await asyncio.to_thread(newly_broken, applied.files)
        return Observation(call_id, "\n".join([*map(done_words, applied.files), *broken]))


def edit_tool_for(model: str) -> EditTool:
    """The edit tool that this model gets."""
    return EditTool(format_for(model))


def _inside(edit: FileEdit) -> FileEdit:
    """The edit with its paths in their plain form. Raises InvalidRequestError."""
    new_path = inside_to_write(edit.new_path) if edit.new_path else ""
    path = inside_to_write(edit.path)
    return msgspec.structs.replace(edit, path=path, new_path="" if new_path == path else new_path)


def _paths(edits: Sequence[FileEdit]) -> list[str]:
    return list(dict.fromkeys(p for edit in edits for p in (edit.path, edit.new_path) if p))


def _writes(file: FileResult, modes: Mapping[str, int]) -> list[FileWrite]:
    if file.is_unchanged:
        return []
    if file.after is None:
        return [FileWrite(file.path, None)]
    mode = file.mode or modes[file.path]
    if file.new_path:
        return [FileWrite(file.path, None), FileWrite(file.new_path, file.after, mode)]
    return [FileWrite(file.path, file.after, mode)]
