"""Approvals in an editor: a message with the options as buttons, else as code actions.

Clients that ask by themselves are left alone. The first answer wins.
"""

from agentxd.agents.offering import rule_words
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.errors import AgentxError
from agentxd.tasks.state import ApprovalState

_WARNING = 2


def offer(connection: Connection, approval: str) -> None:
    """Show the question, once: with buttons, or in words that tell where to answer."""
    if not connection.facts.is_initialized or connection.facts.has_own_questions:
        return
    if approval in connection.offered:
        return  # it was asked just before this client came
    connection.offered.add(approval)
    if connection.facts.has_message_actions:
        connection.run_soon(_ask(connection, approval))
    elif is_told_by_actions(connection):
        _tell(connection, approval)


def is_told_by_actions(connection: Connection) -> bool:
    """Whether a question is answered by a code action: an editor alone, without messages to press.

    What has words of ours asks in its own way, also before it has used one, and a script has
    nobody to ask.
    """
    facts = connection.facts
    is_editor_alone = not (connection.is_agentx or facts.has_own_questions)
    return facts.has_diagnostics and not facts.has_message_actions and is_editor_alone


def _tell(connection: Connection, name: str) -> None:
    approval = connection.application.journal.state.tasks.approvals.get(name)
    if approval is not None and approval.is_waiting:
        text = f"AgentX asks: {approval.subject} ({approval.why}). Answer by a code action."
        connection.send("window/showMessage", {"type": _WARNING, "message": text})


def _rules(approval: ApprovalState) -> str:
    """What the answers that hold from now on would write."""
    lines = ((option, approval.rules(option)) for option in approval.options)
    return "".join(f"; {option}: {rule_words(rules)}" for option, rules in lines if rules)


async def _ask(connection: Connection, name: str) -> None:
    application = connection.application
    approval = application.journal.state.tasks.approvals.get(name)
    if approval is None or not approval.is_waiting:
        return
    params = {
        "type": _WARNING,
        "message": f"AgentX {name}: {approval.subject} ({approval.why}){_rules(approval)}",
        "actions": [{"title": option} for option in approval.options],
    }
    try:
        answer = await connection.protocol.ask("window/showMessageRequest", params)
        if isinstance(answer, dict) and answer.get("title") in approval.options:
            await application.approvals.decide(name, answer["title"], connection.facts.name)
    except (ConnectionError, AgentxError):
        return  # the client left, or someone else was quicker
