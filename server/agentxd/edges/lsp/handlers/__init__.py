"""Handlers of every method: one file each, named after its method.

`textDocument/didOpen` is `text_document/did_open.py`, `agentx/hunk/accept` is
`agentx/hunk_accept.py`; what has no namespace, or `$`, is in `general/`.
"""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module

from agentxd_protocol.methods import METHODS, Direction

from agentxd.edges.lsp.connection import Handler

_STANDARD = (
    "initialize",
    "initialized",
    "shutdown",
    "exit",
    "$/setTrace",
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didSave",
    "textDocument/didClose",
    "textDocument/codeLens",
    "textDocument/codeAction",
    "textDocument/definition",
    "textDocument/documentSymbol",
    "textDocument/hover",
    "textDocument/references",
    "window/workDoneProgress/cancel",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
    "workspace/executeCommand",
    "workspace/symbol",
    "workspace/textDocumentContent",
)
"""What we take of LSP; our own methods are in the METHODS table."""


class Handlers(Mapping[str, Handler]):
    """Method name to handler; a file is loaded with its first call, to keep the start short."""

    def __init__(self) -> None:
        own = (row.name for row in METHODS if row.direction is Direction.REQUEST)
        self._names = dict.fromkeys((*_STANDARD, *own))
        self._loaded: dict[str, Handler] = {}

    def __getitem__(self, method: str) -> Handler:
        if method not in self._names:
            raise KeyError(method)
        if method not in self._loaded:
            self._loaded[method] = import_module(f"{__name__}.{module_of(method)}").handle
        return self._loaded[method]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def module_of(method: str) -> str:
    """Folder and file of a method, with a dot between them."""
    space, _, name = method.partition("/") if "/" in method else ("", "", method)
    folder = _snake(space) if space not in ("", "$") else "general"
    return f"{folder}.{_snake(name.replace('/', '_'))}"


def _snake(name: str) -> str:
    """Words run together, as in didOpen, set apart: did_open."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda found: f"_{found[0]}", name).lower()
