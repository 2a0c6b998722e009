"""agentx/goal/run: the start of every task."""

from agentxd_protocol.task import RunGoalParams, RunGoalResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.progress import report_progress
from agentxd.sessions.goals import Goal


async def handle(connection: Connection, params: RunGoalParams) -> RunGoalResult:
    """Start work on a goal."""
    budget = {name: value for name, value in params.budget.model_dump().items() if value}
    goal = Goal(
        text=params.goal,
        role=params.agent,
        provider=params.provider,
        model=params.model,
        sandbox=params.sandbox,
        budget=budget,
        apply=params.apply,
        script=params.script,
        session=params.session_id,
    )
    session, task = await connection.application.conversations.run(goal, connection.facts.name)
    report_progress(connection, task, params.goal, params.work_done_token)
    return RunGoalResult(session_id=session, task_id=task)
