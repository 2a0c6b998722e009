"""What a client told of itself at initialize."""

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
        self._uris: dict[str, str] = {}

    def learn(self, params: Json) -> None:
        """Read the params of initialize. Raises TypeError, AttributeError."""
        capabilities = params.get("capabilities") or {}
        if not isinstance(capabilities, dict):
            raise TypeError("capabilities must be an object")
        self._capabilities = capabilities
        self.name = str((params.get("clientInfo") or {}).get("name", "unknown"))[:100]
        wanted = self._has("general", "positionEncodings") or ["utf-16"]
        self.encoding = next((name for name in wanted if name in ENCODINGS), "utf-16")
        self.is_initialized = True

    def remember_uri(self, path: str, uri: str) -> None:
        """Clients write one file in several ways: answer in theirs."""
        self._uris[path] = uri

    def uri_of(self, root: str, path: str) -> str:
        """The URI of a file as this client writes it."""
        return self._uris.get(path) or "file://" + quote(f"{root}/{path}")

    @property
    def has_apply_edit(self) -> bool:
        """workspace/applyEdit."""
        return bool(self._has("workspace", "applyEdit"))

    @property
    def has_versioned_edits(self) -> bool:
        """Versioned document changes."""
        return bool(self._has("workspace", "workspaceEdit", "documentChanges"))

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
    def has_message_actions(self) -> bool:
        """window/showMessageRequest with actions."""
        return self._has("window", "showMessage") is not None

    def _has(self, *names: str) -> Any:
        found: Any = self._capabilities
        for name in names:
            if not isinstance(found, dict):
                return None
            found = found.get(name)
        return found


def path_of(root: str, uri: str) -> str | None:
    """Path below the root for a file URI, None for anything else."""
    if not isinstance(uri, str):
        raise TypeError("a URI must be a string")
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    prefix = root.rstrip("/") + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None
