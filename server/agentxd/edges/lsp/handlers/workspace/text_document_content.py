"""workspace/textDocumentContent: proposed texts as documents, in any editor of LSP 3.18."""

from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.contents import parts_of
from agentxd.edges.lsp.handlers.shared.explaining import evidence_text, why_text
from agentxd.edges.lsp.handlers.shared.findings import rule_text
from agentxd.workspace.lines import decode


async def handle(connection: Connection, params: Json) -> Json:
    """agentx-proposal:/p1/base|proposed/path, /why/p1.2, /evidence/p1.2, /rule/secret.md.

    Raises NotFoundError, ReviewError.
    """
    parts = parts_of(params["uri"])
    connection.contents.note(params["uri"])
    if parts[0] in ("why", "evidence"):
        name = parts[1].removesuffix(".md")
        text = await (why_text if parts[0] == "why" else evidence_text)(connection, name)
        return {"text": text}
    if parts[0] == "rule":
        return {"text": await rule_text(connection, "/".join(parts[1:]).removesuffix(".md"))}
    proposal, side, path = parts[0], parts[1], "/".join(parts[2:])
    content = await connection.application.views.text(proposal, path, side, connection.id)
    return {"text": decode(content or b"")[0]}
