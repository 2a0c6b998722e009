"""agentx/review/answer: what a person says of a finding."""

from agentxd_protocol.inspection import AnswerFindingParams, AnswerFindingResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.findings import answer


async def handle(connection: Connection, params: AnswerFindingParams) -> AnswerFindingResult:
    """Keep it; the finding goes in every client."""
    words = (params.answer, params.reason, params.until)
    return await answer(connection, params.fingerprint, *words)
