"""Approvals in an editor: a message with the options as buttons; the first answer wins."""

from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import AgentxError

_WARNING = 2


def offer(connection: Connection, approval: str) -> None:
    """Show the question where the client has messages with actions."""
    if connection.facts.has_message_actions and connection.facts.is_initialized:
        connection.run_soon(_ask(connection, approval))


async def _ask(connection: Connection, name: str) -> None:
    application = connection.application
    approval = application.journal.state.tasks.approvals.get(name)
    if approval is None or not approval.is_waiting:
        return
    params = {
        "type": _WARNING,
        "message": f"AgentX {name}: {approval.subject} ({approval.why})",
        "actions": [{"title": option} for option in approval.options],
    }
    try:
        answer = await connection.protocol.ask("window/showMessageRequest", params)
        if isinstance(answer, dict) and answer.get("title") in approval.options:
            await application.approvals.decide(name, answer["title"], connection.facts.name)
    except (ConnectionError, AgentxError):
        return  # the client left, or someone else was quicker
