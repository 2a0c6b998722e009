"""An editor for tests: pytest-lsp's client over `agentxd lsp`, with text that follows edits."""

import ast
import asyncio
import sys
from pathlib import Path
from typing import Any

from daemons import DaemonHouse
from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client


class Editor:
    """Opens, types, saves and applies edits as an editor does."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.is_refusing = False
        self.is_lying = False
        self.before_apply: Any = None

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        text = (self.root / path).read_text() if text is None else text
        uri = self.uri(path)
        self.texts[uri], self.versions[uri] = text, 0
        document = types.TextDocumentItem(uri, "python", 0, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def type(self, path: str, text: str) -> None:
        uri = self.uri(path)
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def save(self, path: str) -> None:
        (self.root / path).write_text(self.text(path))
        document = types.TextDocumentIdentifier(self.uri(path))
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    async def actions(self, path: str, line: int) -> list[types.CodeAction]:
        """What the editor offers at the start of a line."""
        place = types.Position(line, 0)
        document = types.TextDocumentIdentifier(self.uri(path))
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(document, types.Range(place, place), types.CodeActionContext([]))
        )
        return [_action(one) for one in found or []]

    async def choose(self, action: types.CodeAction) -> Any:
        """What an editor does with an action that was chosen."""
        if action.edit is not None:
            done = await self.apply(types.ApplyWorkspaceEditParams(action.edit))
            assert done.applied
        if action.command is not None:
            return await self.command(action.command.command, *action.command.arguments or [])
        return None

    def close(self, path: str) -> None:
        uri = self.uri(path)
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )
        del self.texts[uri], self.versions[uri]

    def text(self, path: str) -> str:
        return self.texts[self.uri(path)]

    async def apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        if self.before_apply is not None:
            hook, self.before_apply = self.before_apply, None
            hook()
        if self.is_lying:
            return types.ApplyWorkspaceEditResult(applied=True)
        if self.is_refusing:
            return types.ApplyWorkspaceEditResult(applied=False)
        unversioned = [
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, None), edits)
            for uri, edits in (params.edit.changes or {}).items()
        ]
        for change in params.edit.document_changes or unversioned:
            uri = change.text_document.uri
            if change.text_document.version not in (None, self.versions[uri]):
                return types.ApplyWorkspaceEditResult(applied=False)
            text = self.texts[uri]
            for edit in sorted(
                change.edits,
                key=lambda e: (e.range.start.line, e.range.start.character),
                reverse=True,
            ):
                start, end = (offset(text, p) for p in (edit.range.start, edit.range.end))
                text = text[:start] + edit.new_text + text[end:]
            self.texts[uri] = text
            self.versions[uri] += 1
            self.client.text_document_did_change(
                types.DidChangeTextDocumentParams(
                    types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                    [types.TextDocumentContentChangeWholeDocument(text)],
                )
            )
        return types.ApplyWorkspaceEditResult(applied=True)

    async def lenses(self, path: str) -> list[types.CodeLens]:
        document = types.TextDocumentIdentifier(self.uri(path))
        return await self.client.text_document_code_lens_async(types.CodeLensParams(document)) or []

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(name, list(arguments))
        )

    async def hints(self, path: str, is_right: Any) -> list[types.Diagnostic]:
        """The diagnostics, as soon as they are right. Fails after ten seconds."""
        for _ in range(200):
            found = list(self.client.diagnostics.get(self.uri(path), []))
            if is_right(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"diagnostics of {path} stay {found}")

    async def leave(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()


def _action(found: types.Command | types.CodeAction) -> types.CodeAction:
    """The library takes every action that has a command for a bare command, and prints it."""
    if isinstance(found, types.CodeAction):
        return found
    command = types.Command(**ast.literal_eval(str(found.command)))
    return types.CodeAction(title=found.title, command=command)


def offset(text: str, position: types.Position) -> int:
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: position.line])) + position.character


async def start_editor(
    house: DaemonHouse, kind: str = "visual_studio_code", *, is_versioned: bool = True
) -> Editor:
    """A client that goes through the shim, initialized with a real editor's capabilities."""
    client = make_test_lsp_client()
    capabilities = client_capabilities(kind)
    assert capabilities.workspace is not None
    assert capabilities.workspace.workspace_edit is not None
    capabilities.workspace.workspace_edit.document_changes = is_versioned
    if not is_versioned:
        capabilities.workspace.workspace_edit.resource_operations = None
    editor = Editor(client, house.root)

    @client.feature("workspace/applyEdit")
    async def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        return await editor.apply(params)

    client.feature("workspace/codeLens/refresh")(lambda *_: None)
    await client.start_io(
        sys.executable, "-m", "agentxd_cli", "lsp", "--root", str(house.root), env=house.env
    )
    await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            root_uri=house.root.as_uri(),
            # One without a name is taken for an old Emacs, which hears of no edit while it waits.
            client_info=types.ClientInfo("editor"),
        )
    )
    return editor
