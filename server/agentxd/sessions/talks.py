"""The state of sessions as a pure fold: turns, waiting prompts, what the model was told."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.events import (
    Event,
    HunksCarried,
    HunksKept,
    MessageAdded,
    PromptReceived,
    SessionChanged,
    SessionStarted,
    TaskCreated,
    TaskEnded,
    TaskStarted,
    TranscriptBrought,
)
from agentxd.kernel.messages import Link
from agentxd.proposals.ledger import LedgerState
from agentxd.tasks.state import TaskOutcome, TasksState

STEER, INTERRUPT, QUEUE, COLLECT = "steer", "interrupt", "queue", "collect"
QUEUE_MODES = (STEER, INTERRUPT, QUEUE, COLLECT)
COLLECT_MS = 3_000


class Prompt(Struct, frozen=True):
    """Something that was said to a session."""

    id: str
    text: str
    """Empty once it is the goal of a turn."""
    by: str
    queue_mode: str
    task: str = ""
    """The turn that said it to the model; empty while it waits."""
    is_steered: bool = False
    """True where it joined a turn that was under way."""


class SessionState(Struct, frozen=True):
    """One session as the log tells it."""

    id: str
    client: str
    title: str = ""
    parent: str = ""
    at: str = ""
    queue_mode: str = STEER
    collect_ms: int = COLLECT_MS
    provider: str = ""
    """Of the next turn where it names none; so are the four below."""
    model: str = ""
    role: str = ""
    sandbox: str = ""
    script: str = ""
    tasks: tuple[str, ...] = ()
    """Its turns, oldest first."""
    inherited: tuple[str, ...] = ()
    """Turns of the session that it was forked from."""
    brought: tuple[Link, ...] = ()
    source: str = ""
    prompts: dict[str, Prompt] = {}
    told: dict[str, str] = {}
    """Hunk to the state that the model knows of; `proposed` where it is not named."""
    telling: dict[str, str] = {}
    """The same as the turn under way tells it."""
    carried: tuple[str, ...] = ()
    """Hunks that the newest turn began with."""

    @property
    def waiting(self) -> tuple[Prompt, ...]:
        """Prompts that no turn has taken yet, oldest first."""
        return tuple(prompt for prompt in self.prompts.values() if not prompt.task)

    def steered_into(self, task: str) -> tuple[Prompt, ...]:
        """Prompts that joined a turn under way."""
        return tuple(p for p in self.prompts.values() if p.task == task and p.is_steered)


Sessions = Mapping[str, SessionState]


def hunks_of(session: SessionState, ledger: LedgerState) -> Iterator[str]:
    """The hunks that the turns of a session brought about, oldest first."""
    turns = {*session.inherited, *session.tasks}
    for proposal in ledger.proposals.values():
        if proposal.task in turns:
            yield from proposal.hunks


def reduce_sessions(
    sessions: dict[str, SessionState], event: Event, tasks: TasksState, ledger: LedgerState
) -> dict[str, SessionState]:
    """The sessions after one more event; tasks and ledger have taken it in already."""
    if isinstance(event, SessionStarted):
        return {**sessions, event.session: _begun(event, sessions)}
    change = _CHANGES.get(type(event))
    if change is None:
        return sessions
    name = getattr(event, "session", "")
    if not name and (task := tasks.tasks.get(getattr(event, "task", ""))):
        name = task.session
    found = sessions.get(name)
    if found is None:
        return sessions
    if isinstance(event, TaskStarted):
        states = {hunk: ledger.hunks[hunk].state.value for hunk in hunks_of(found, ledger)}
        return {**sessions, name: replace(found, telling=states, carried=())}
    return {**sessions, name: change(found, event)}


def _begun(event: SessionStarted, sessions: Sessions) -> SessionState:
    begun = SessionState(event.session, event.client, title=event.title)
    parent = sessions.get(event.parent)
    if parent is None:
        return begun
    return replace(
        parent,
        id=event.session,
        client=event.client,
        title=event.title,
        parent=event.parent,
        at=event.at,
        inherited=event.tasks,
        tasks=(),
        brought=(),
        source="",
        prompts={},
        carried=(),
    )


def _session_changed(session: SessionState, event: SessionChanged) -> SessionState:
    changes: dict[str, Any] = {
        name: value
        for name in ("queue_mode", "collect_ms", "provider", "model")
        if (value := getattr(event, name)) is not None
    }
    return replace(session, **changes)


def _brought(session: SessionState, event: TranscriptBrought) -> SessionState:
    return replace(session, brought=event.links, source=event.source)


def _received(session: SessionState, event: PromptReceived) -> SessionState:
    prompt = Prompt(event.prompt, event.text, event.by, event.queue_mode)
    title = session.title or _title(event.text)
    return replace(session, title=title, prompts={**session.prompts, prompt.id: prompt})


def _turn_created(session: SessionState, event: TaskCreated) -> SessionState:
    session = _taken(session, event.prompts, event.task, is_steered=False)
    return replace(
        session,
        title=session.title or _title(event.goal),
        tasks=(*session.tasks, event.task),
        provider="" if event.chain else event.provider,
        model="" if event.chain else event.model,
        role=event.role,
        sandbox=event.sandbox,
        script=event.script,
    )


def _message_added(session: SessionState, event: MessageAdded) -> SessionState:
    if not event.prompts:
        return session
    return _taken(session, event.prompts, event.task, is_steered=True)


def _taken(
    session: SessionState, names: tuple[str, ...], task: str, *, is_steered: bool
) -> SessionState:
    known = [session.prompts[name] for name in names if name in session.prompts]
    waiting = [prompt for prompt in known if not prompt.task]
    taken = {
        p.id: replace(p, task=task, is_steered=is_steered, text=p.text if is_steered else "")
        for p in waiting
    }
    return replace(session, prompts={**session.prompts, **taken}) if taken else session


def _turn_ended(session: SessionState, event: TaskEnded) -> SessionState:
    """What an interrupted turn was told is told again to the next."""
    if event.outcome == TaskOutcome.INTERRUPTED.value:
        return session
    return replace(session, told={**session.told, **session.telling}, telling={})


def _carried(session: SessionState, event: HunksCarried) -> SessionState:
    return replace(session, carried=event.hunks)


def _kept(session: SessionState, event: HunksKept) -> SessionState:
    del event
    return replace(session, carried=())


def _unchanged(session: SessionState, event: Event) -> SessionState:
    del event
    return session


def _title(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:120]


_CHANGES = cast(
    "dict[type[Event], Callable[[SessionState, Any], SessionState]]",
    {
        SessionChanged: _session_changed,
        TranscriptBrought: _brought,
        PromptReceived: _received,
        TaskCreated: _turn_created,
        TaskStarted: _unchanged,
        MessageAdded: _message_added,
        TaskEnded: _turn_ended,
        HunksCarried: _carried,
        HunksKept: _kept,
    },
)
