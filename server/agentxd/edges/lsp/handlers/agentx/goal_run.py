"""agentx/goal/run: the start of every task."""

from agentxd_protocol.task import RunGoalParams, RunGoalResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.goals import goal_of
from agentxd.edges.lsp.progress import report_progress


async def handle(connection: Connection, params: RunGoalParams) -> RunGoalResult:
    """Start work on a goal."""
    goal = goal_of(params, params.goal)
    session, task = await connection.application.conversations.run(goal, connection.facts.name)
    report_progress(connection, task, params.goal, params.work_done_token)
    return RunGoalResult(session_id=session, task_id=task)
