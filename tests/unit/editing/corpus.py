"""The corpus of edit cases in tests/data/edits, and a small copy to run them in."""

import json
from pathlib import Path

from agentxd.kernel.errors import AgentxError
from agentxd.kernel.files import ChangeKind, FileChange, Snapshot
from agentxd.plugins.tools.edit import EditTool
from agentxd.workspace.editing.values import Format

DATA = Path(__file__).parents[2] / "data/edits"


class FakeCopy:
    """A sandbox and its tool context in one: files in memory, written all at once."""

    def __init__(self, files):
        self.files = dict(files)
        self.base = dict(files)
        self.n_writes = 0
        self.sandbox = self
        self.snapshot = Snapshot("s", "/w", {}, {}, {})

    async def read(self, path):
        return self.files.get(path)

    async def write(self, writes):
        self.n_writes += 1
        for write in writes:
            if write.content is None:
                self.files.pop(write.path, None)
            else:
                self.files[write.path] = write.content

    async def difference(self):
        return [
            FileChange(path, ChangeKind.CREATED, None, content, 0, 0o100644)
            for path, content in self.files.items()
        ]


def cases():
    """(format, case) for every case of every file."""
    found = []
    for format_ in Format:
        rows = json.loads((DATA / f"{format_.value}.json").read_text())
        found += [(format_, row) for row in rows]
    return found


def name(value):
    """For the name of a test."""
    return value.value if isinstance(value, Format) else value["name"]


def content(text, encoding):
    """A text, or a pattern of one: a line that is repeated, with exceptions by number."""
    if isinstance(text, str):
        return text.encode(encoding)
    but = text.get("but", {})
    lines = (but.get(str(i)) or text["line"].replace("{i}", str(i)) for i in range(text["times"]))
    return "".join(lines).encode(encoding)


async def run(format_, case):
    """(observation's words, is it an error, the copy afterwards)."""
    encoding = case.get("encoding", "utf-8")
    files = {path: content(text, encoding) for path, text in case["files"].items()}
    copy = FakeCopy(files)
    try:
        observation = await EditTool(format_).call("c1", case["arguments"], copy)
    except AgentxError as error:
        return error.message, True, copy
    return observation.output, observation.is_error, copy
