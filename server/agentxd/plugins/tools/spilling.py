"""Long output: its ends go to the model, the whole into a file of the copy, beside the work."""

import re

from agentxd.kernel.files import OUTPUT_FOLDER
from agentxd.kernel.ports import ToolContext
from agentxd.kernel.sandboxes import FileWrite

_HEAD_CHARS = 6_000
_TAIL_CHARS = 12_000
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


async def spilled(call_id: str, text: str, context: ToolContext) -> str:
    """The text where it is short; else its ends, and where the whole of it can be read."""
    n_left_out = len(text) - _HEAD_CHARS - _TAIL_CHARS
    if n_left_out <= 0:
        return text
    path = f"{OUTPUT_FOLDER}/{_NO_NAME.sub('', call_id)[-40:] or 'call'}.txt"
    await context.sandbox.write([FileWrite(path, text.encode("utf-8", "replace"))])
    return (
        f"{text[:_HEAD_CHARS]}\n({n_left_out} characters left out; all of it is in {path}: use"
        f" read or grep there)\n{text[-_TAIL_CHARS:]}"
    )
