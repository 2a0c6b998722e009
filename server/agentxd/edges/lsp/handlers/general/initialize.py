"""initialize: the first request of every editor."""

from agentxd_protocol import PROTOCOL_VERSION

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.commands_table import COMMANDS
from agentxd.edges.lsp.connection import Connection

_SCHEME = "agentx-proposal"
_ACTIONS = (
    "quickfix",
    "source.fixAll.agentx",
    *(f"agentx.{verb}" for verb in ("accept", "reject", "undo", "why", "evidence", "approve")),
)
_LANGUAGE_SERVER: Json = {
    "definitionProvider": True,
    "documentSymbolProvider": {"label": "AgentX"},
    "referencesProvider": True,
    "workspaceSymbolProvider": True,
}
"""What the index answers."""


async def handle(connection: Connection, params: Json) -> Json:
    """Learn what the client can, and tell what we can."""
    application = connection.application
    connection.facts.learn(params, application.house.root)
    if connection.facts.has_apply_edit:
        application.sight.attach(connection)
    capabilities: Json = {
        "positionEncoding": connection.facts.encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "hoverProvider": True,
        "codeLensProvider": {"resolveProvider": False},
        "codeActionProvider": {"codeActionKinds": list(_ACTIONS)},
        "executeCommandProvider": {"commands": list(COMMANDS), "workDoneProgress": True},
        "experimental": {"agentx": {"protocolVersion": PROTOCOL_VERSION}},
    }
    if application.searching.is_on:
        capabilities |= _LANGUAGE_SERVER
    if connection.facts.has_text_content:
        capabilities["workspace"] = {"textDocumentContent": {"schemes": [_SCHEME]}}
    info = {"name": "agentxd", "version": application.house.version}
    return {"capabilities": capabilities, "serverInfo": info}
