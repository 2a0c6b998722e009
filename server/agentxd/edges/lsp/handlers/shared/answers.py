"""Answers that several methods of one noun give."""

from agentxd_protocol.setting import GetSettingsResult, Settings
from agentxd_protocol.task import Task

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.tasks.state import TaskState


def task_of(connection: Connection, state: TaskState) -> Task:
    """A task as the wire tells it."""
    application = connection.application
    return mapping.task(state, application.journal, application.goals)


def settings_of(connection: Connection) -> GetSettingsResult:
    """Effective settings, and where each is from."""
    house = connection.application.house
    values, sources, warnings = house.settings()
    return GetSettingsResult(
        settings=Settings(**values),
        sources=dict(sources),
        warnings=list(warnings),
        written={scope: dict(found) for scope, found in house.written_settings().items()},
    )
