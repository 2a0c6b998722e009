"""What several methods and commands do with findings."""

from agentxd_protocol.inspection import AnswerFindingResult

from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import NotFoundError, ReviewError
from agentxd.review.answers import ANSWERS_PATH


async def answer(
    connection: Connection, fingerprint: str, word: str, reason: str, until: str = ""
) -> AnswerFindingResult:
    """Keep an answer. Raises NotFoundError, InvalidRequestError, StorageError."""
    kept = await connection.application.answering.answer(fingerprint, word, reason, until)
    return AnswerFindingResult(
        path=ANSWERS_PATH, until=kept.until.isoformat() if kept.until else ""
    )


async def rule_text(connection: Connection, rule: str, fingerprint: str = "") -> str:
    """What a rule is about, in Markdown, or what a finding of somebody else's rule says."""
    inspecting = connection.application.inspecting
    try:
        return await inspecting.explain(rule)
    except ReviewError:
        if not fingerprint:
            raise
    try:
        finding = inspecting.finding(fingerprint)
    except NotFoundError:
        return f"# {rule}\n"
    return (
        "\n\n".join(part for part in (f"# {rule}", finding.message, finding.advice) if part) + "\n"
    )
