"""agentx/session/prompt: what a person says, whether a turn runs or not."""

from agentxd_protocol.session import PromptSessionParams, PromptSessionResult

from agentxd.edges.lsp.connection import Connection
from agentxd.sessions.goals import Goal


async def handle(connection: Connection, params: PromptSessionParams) -> PromptSessionResult:
    """Say something to a session. Raises InvalidRequestError, NotFoundError."""
    budget = {name: value for name, value in params.budget.model_dump().items() if value}
    goal = Goal(
        text=params.text,
        role=params.agent,
        provider=params.provider,
        model=params.model,
        sandbox=params.sandbox,
        budget=budget,
        apply=params.apply,
        script=params.script,
        session=params.session_id,
    )
    conversations = connection.application.conversations
    said = await conversations.prompt(goal, connection.facts.name, params.queue_mode)
    return PromptSessionResult(
        session_id=said.session, prompt_id=said.prompt, task_id=said.task, fate=said.fate
    )
