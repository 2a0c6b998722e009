"""agentx/goal/* and agentx/task/*."""

from agentxd_protocol.base import Empty
from agentxd_protocol.task import (
    CancelTaskResult,
    GetTaskResult,
    ListTasksResult,
    ResumeTaskParams,
    RunGoalParams,
    RunGoalResult,
    Task,
    TaskRef,
)

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection, Handler
from agentxd.edges.lsp.progress import report_progress
from agentxd.sessions.goals import Goal
from agentxd.tasks.state import TaskState


async def run_goal(connection: Connection, params: RunGoalParams) -> RunGoalResult:
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
    )
    session, task = await connection.application.goals.run(goal, connection.facts.name)
    report_progress(connection, task, params.goal, params.work_done_token)
    return RunGoalResult(session_id=session, task_id=task)


async def list_tasks(connection: Connection, params: Empty) -> ListTasksResult:
    """All tasks."""
    del params
    tasks = connection.application.journal.state.tasks.tasks.values()
    return ListTasksResult(tasks=[_wire(connection, state) for state in tasks])


async def get_task(connection: Connection, params: TaskRef) -> GetTaskResult:
    """One task with its transcript."""
    state = connection.application.goals.get(params.task_id)
    return GetTaskResult(
        task=_wire(connection, state),
        transcript=mapping.transcript(state.transcript),
    )


async def cancel_task(connection: Connection, params: TaskRef) -> CancelTaskResult:
    """Stop a task; answers when every trace of it is gone."""
    state = await connection.application.goals.cancel(params.task_id)
    return CancelTaskResult(task=_wire(connection, state))


async def resume_task(connection: Connection, params: ResumeTaskParams) -> CancelTaskResult:
    """Answer for an interrupted task."""
    state = await connection.application.goals.resume(params.task_id, is_resumed=params.is_resumed)
    return CancelTaskResult(task=_wire(connection, state))


def _wire(connection: Connection, state: TaskState) -> Task:
    application = connection.application
    return mapping.task(state, application.journal, application.goals)


HANDLERS: dict[str, Handler] = {
    "agentx/goal/run": run_goal,
    "agentx/task/list": list_tasks,
    "agentx/task/get": get_task,
    "agentx/task/cancel": cancel_task,
    "agentx/task/resume": resume_task,
}
