"""The whole state as a pure fold over the event log, and its hash."""

from hashlib import sha256

import msgspec
from msgspec import Struct

from agentxd.kernel.events import Event, SettingChanged
from agentxd.proposals.ledger import LedgerState, reduce_ledger
from agentxd.sessions.talks import SessionState, reduce_sessions
from agentxd.tasks.reducing import reduce_tasks
from agentxd.tasks.spending import Spending, reduce_spending
from agentxd.tasks.state import TasksState

STATE_KIND = "state-4"
"""To be counted up with every change of what the reducers make of the same events."""
_encoder = msgspec.json.Encoder(order="deterministic")


class State(Struct, frozen=True):
    """Everything that the log tells."""

    tasks: TasksState
    ledger: LedgerState
    sessions: dict[str, SessionState] = {}
    settings: dict[str, str] = {}
    """Key to JSON text, as last changed through AgentX."""
    spending: Spending = {}


def empty_state() -> State:
    """The state before the first event."""
    return State(TasksState(), LedgerState())


def reduce(state: State, event: Event) -> State:
    """The state after one more event."""
    tasks = reduce_tasks(state.tasks, event)
    ledger = reduce_ledger(state.ledger, event)
    sessions = reduce_sessions(state.sessions, event, tasks, ledger)
    settings = state.settings
    if isinstance(event, SettingChanged):
        settings = {**settings, event.key: event.value}
    spending = reduce_spending(state.spending, event, tasks)
    return State(tasks, ledger, sessions, settings, spending)


def state_hash(state: State) -> str:
    """SHA-256 of the canonical JSON of the state."""
    return sha256(_encoder.encode(state)).hexdigest()
