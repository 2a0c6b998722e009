"""Sessions as the wire tells them."""

from agentxd_protocol.session import ChainItem, Session, WaitingPrompt

from agentxd.edges.lsp import mapping
from agentxd.edges.lsp.connection import Connection
from agentxd.kernel.messages import Link
from agentxd.proposals.ledger import is_open
from agentxd.sessions.talks import SessionState, hunks_of
from agentxd.tasks.state import TaskOutcome, TaskState

_EVENTS = ("TaskCreated", "TaskStarted", "TaskEnded", "ProposalCreated")


def session_of(connection: Connection, name: str) -> Session:
    """One session. Raises NotFoundError."""
    application = connection.application
    session = application.conversations.get(name)
    running = application.conversations.running(name)
    state = application.journal.state
    turns = [state.tasks.tasks[task] for task in session.tasks]
    return Session(
        id=session.id,
        title=session.title,
        client=session.client,
        state=_state(session, turns, running, is_held=application.goals.is_held(running)),
        queue_mode=session.queue_mode,
        collect_ms=session.collect_ms,
        provider=session.provider,
        model=session.model,
        parent_id=session.parent,
        at=session.at,
        source=session.source,
        task_ids=list(session.tasks),
        running_task_id=running,
        waiting=[
            WaitingPrompt(id=p.id, text=p.text, by=p.by, queue_mode=p.queue_mode)
            for p in session.waiting
        ],
        open_hunk_ids=[
            hunk
            for hunk in hunks_of(session, state.ledger)
            if is_open(state.ledger.hunks[hunk].state)
        ],
        n_messages=len(session.brought) + sum(len(turn.transcript) for turn in turns),
        input_tokens=sum(turn.usage.input_tokens for turn in turns),
        output_tokens=sum(turn.usage.output_tokens for turn in turns),
        cost_micros=sum(turn.usage.cost_micros for turn in turns),
        started_ms=application.journal.time_of(f"{name}:SessionStarted"),
        last_ms=_last_ms(connection, session),
    )


def chain_item(link: Link) -> ChainItem:
    """One message of a chain."""
    return ChainItem(
        id=link.id,
        parent=link.parent,
        role=link.message.role,
        at_ms=link.at_ms,
        model=link.model,
        items=mapping.transcript([link.message]),
    )


def _state(session: SessionState, turns: list[TaskState], running: str, *, is_held: bool) -> str:
    if running:
        return "paused" if is_held else "running"
    if session.waiting:
        return "waiting"
    if turns and turns[-1].outcome is TaskOutcome.INTERRUPTED:
        return "interrupted"
    return "idle"


def _last_ms(connection: Connection, session: SessionState) -> int:
    time_of = connection.application.journal.time_of
    names = [f"{task}:{event}" for task in session.tasks[-1:] for event in _EVENTS]
    own = [f"{session.id}:{event}" for event in ("SessionStarted", "PromptReceived")]
    return max(time_of(name) for name in [*names, *own])
