"""What a client told of itself at initialize."""

import os
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from agentxd.edges.lsp.positions import ENCODINGS

Json = dict[str, Any]


class ClientFacts:
    """Capabilities of one client; nothing is assumed that it did not announce."""

    def __init__(self) -> None:
        self.is_initialized = False
        self.name = "unknown"
        self.encoding = "utf-16"
        self._capabilities: Json = {}
        self._root_uri = ""
        self._uris: dict[str, str] = {}
        self._open: dict[str, str] = {}
        self._languages: dict[str, str] = {}

    def learn(self, params: Json, root: str) -> None:
        """Read the params of initialize. Raises TypeError, AttributeError, KeyError."""
        capabilities = params.get("capabilities") or {}
        if not isinstance(capabilities, dict):
            raise TypeError("capabilities must be an object")
        self._capabilities = capabilities
        self.name = str((params.get("clientInfo") or {}).get("name", "unknown"))[:100]
        wanted = self._has("general", "positionEncodings") or ["utf-16"]
        self.encoding = next((name for name in wanted if name in ENCODINGS), "utf-16")
        folders = [folder["uri"] for folder in params.get("workspaceFolders") or []]
        for uri in (*folders, params.get("rootUri") or ""):
            if _real_path(uri) == os.path.realpath(root):
                self._root_uri = uri.rstrip("/")
        self.is_initialized = True

    def opened(self, root: str, uri: str, language: str = "") -> str | None:
        """The path of a document that it opens; None where that is not ours to know.

        Of one file that is open under two names the first stays: their texts may differ, and
        nothing may be made of both.
        """
        path = path_of(root, uri)
        others = (name for name, found in self._open.items() if found == path and name != uri)
        if path is None or any(others):
            return None
        self._uris[path] = uri
        self._open[uri] = path
        self._languages[path] = language
        return path

    def language(self, path: str) -> str:
        """What the client calls the language of a document that was open; empty for others."""
        return self._languages.get(path, "")

    def document(self, uri: str) -> str | None:
        """The path of a document that is open."""
        return self._open.get(uri)

    def closed(self, uri: str) -> str | None:
        """The path of a document that it closes."""
        return self._open.pop(uri, None)

    def uri_of(self, root: str, path: str) -> str:
        """The URI of a file as this client writes it."""
        own = self._uris.get(path)
        return own or (self._root_uri or "file://" + quote(root)) + "/" + quote(path)

    @property
    def has_diagnostics(self) -> bool:
        """textDocument/publishDiagnostics."""
        return self._has("textDocument", "publishDiagnostics") is not None

    def has_of_diagnostics(self, name: str) -> bool:
        """A part of diagnostics: tagSupport, relatedInformation, codeDescriptionSupport."""
        return bool(self._has("textDocument", "publishDiagnostics", name))

    @property
    def has_apply_edit(self) -> bool:
        """workspace/applyEdit."""
        return bool(self._has("workspace", "applyEdit"))

    @property
    def has_versioned_edits(self) -> bool:
        """Versioned document changes.

        Resource operations exist only within them; Neovim announces these alone, and does
        compare versions.
        """
        edits = ("workspace", "workspaceEdit")
        return bool(self._has(*edits, "documentChanges") or self._has(*edits, "resourceOperations"))

    @property
    def is_single_minded(self) -> bool:
        """Whether it cannot be asked anything while it waits for an answer: Emacs's eglot.

        Old ones do not tell their name.
        """
        return self.name in ("Eglot", "unknown")

    @property
    def has_lens_refresh(self) -> bool:
        """workspace/codeLens/refresh."""
        return bool(self._has("workspace", "codeLens", "refreshSupport"))

    @property
    def has_progress(self) -> bool:
        """window/workDoneProgress/create."""
        return bool(self._has("window", "workDoneProgress"))

    @property
    def has_show_document(self) -> bool:
        """window/showDocument."""
        return bool(self._has("window", "showDocument", "support"))

    @property
    def has_text_content(self) -> bool:
        """workspace/textDocumentContent of LSP 3.18."""
        return self._has("workspace", "textDocumentContent") is not None

    @property
    def has_symbol_tree(self) -> bool:
        """Symbols of a document within each other."""
        return bool(
            self._has("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport")
        )

    @property
    def has_markdown(self) -> bool:
        """Markdown in what is shown on hovering."""
        return "markdown" in (self._has("textDocument", "hover", "contentFormat") or ())

    @property
    def has_message_actions(self) -> bool:
        """window/showMessageRequest with actions."""
        return self._has("window", "showMessage") is not None

    @property
    def has_own_questions(self) -> bool:
        """It asks people itself, from the log: whatever the daemon showed would come twice."""
        return self._has("experimental", "agentx", "asksApprovals") is True

    def _has(self, *names: str) -> Any:
        found: Any = self._capabilities
        for name in names:
            if not isinstance(found, dict):
                return None
            found = found.get(name)
        return found


def path_of(root: str, uri: str) -> str | None:
    """Path below the root for a file URI, None for anything else.

    Real paths are compared: a client may come through a link to the workspace or inside it.
    """
    real = _real_path(uri)
    prefix = os.path.realpath(root).rstrip("/") + "/"
    return real[len(prefix) :] if real.startswith(prefix) else None


def _real_path(uri: str) -> str:
    """Where a file URI leads in the end; empty for anything else. Raises TypeError."""
    if not isinstance(uri, str):
        raise TypeError("a URI must be a string")
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    path = unquote(parts.path)
    is_here = parts.scheme == "file" and parts.netloc in ("", "localhost")
    return os.path.realpath(path) if is_here and path and "\0" not in path else ""
