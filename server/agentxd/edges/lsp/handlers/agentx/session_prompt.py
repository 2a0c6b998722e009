"""agentx/session/prompt: what a person says, whether a turn runs or not."""

from agentxd_protocol.session import PromptSessionParams, PromptSessionResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.goals import goal_of


async def handle(connection: Connection, params: PromptSessionParams) -> PromptSessionResult:
    """Say something to a session. Raises InvalidRequestError, NotFoundError."""
    said = await connection.application.conversations.prompt(
        goal_of(params, params.text), connection.facts.name, params.queue_mode
    )
    return PromptSessionResult(
        session_id=said.session, prompt_id=said.prompt, task_id=said.task, fate=said.fate
    )
