"""Goals as the wire tells them."""

from agentxd_protocol.session import PromptSessionParams
from agentxd_protocol.task import RunGoalParams

from agentxd.sessions.goals import Goal


def goal_of(params: RunGoalParams | PromptSessionParams, text: str) -> Goal:
    """What a client asks for, in these words."""
    return Goal(
        text=text,
        role=params.agent,
        provider=params.provider,
        model=params.model,
        sandbox=params.sandbox,
        budget={name: value for name, value in params.budget.model_dump().items() if value},
        apply=params.apply,
        script=params.script,
        session=params.session_id,
    )
