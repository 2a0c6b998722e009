"""Sessions that begin from others: forks, exports, imports, and runs recorded to be played."""

from collections.abc import AsyncIterator, Sequence

from msgspec.structs import replace

from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.kernel.events import Record, SessionChanged, SessionStarted, TranscriptBrought
from agentxd.kernel.ids import session_id
from agentxd.kernel.messages import Link
from agentxd.kernel.redaction import redact_event
from agentxd.sessions.chain import Chain, chained, upto
from agentxd.sessions.journal import Journal
from agentxd.sessions.jsonl import Head, read, written
from agentxd.sessions.scripting import Script
from agentxd.sessions.state import State, empty_state, reduce
from agentxd.sessions.talks import SessionState
from agentxd.sessions.turns import chain_of
from agentxd.tasks.reducing import reduce_tasks
from agentxd.tasks.state import TasksState

_PAGE = 2_000
_LONGEST_NUMBER = 18
"""Digits of the number of a record."""


class Transfers:
    """Moves transcripts between sessions and files."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def links(self, name: str) -> tuple[Link, ...]:
        """The transcript of a session with the time of each message. Raises NotFoundError.

        It holds what the log holds: a client that reads on from `last_seq` hears nothing twice.
        """
        state = self._journal.durable
        session = _session(state, name)
        chains = chain_of(state, session)
        times = await self._times(session.tasks)
        return tuple(
            link if link.at_ms else replace(link, at_ms=times.get(link.id, 0))
            for chain in chains
            for link in chain.links
        )

    async def export(self, name: str) -> list[str]:
        """The lines of a JSONL file, without secrets. Raises NotFoundError."""
        session = _session(self._journal.state, name)
        links = await self.links(name)
        clean = redact_event(TranscriptBrought(name, links, session.title))[0]
        assert isinstance(clean, TranscriptBrought)  # noqa: S101  # what goes in comes out
        return list(written(Head(session=name, title=clean.source), clean.links))

    async def import_(self, text: str, client: str) -> tuple[str, str]:
        """A new session from a file; its name, and what was cut. Raises InvalidRequestError."""
        brought = read(text)
        messages = [link.message for link in brought.chain.links]
        source = "an imported file"
        if brought.chain.cut:
            source += f", {brought.chain.cut}"
        name = session_id(len(self._journal.state.sessions) + 1)
        links = tuple(
            replace(link, at_ms=old.at_ms, model=old.model)
            for link, old in zip(chained(name, messages), brought.chain.links, strict=True)
        )
        await self._journal.record(
            SessionStarted(name, client, title=brought.title),
            TranscriptBrought(name, links, source),
        )
        return name, brought.chain.cut

    async def fork(self, change: SessionChanged, at: str = "") -> tuple[str, str]:
        """A new session with the transcript of `change.session` up to `at`; and what was cut.

        `at` is a message (t1.m3) or the number of a record of the log; empty for the last
        message. `change` tells what is other than there. Raises NotFoundError.
        """
        parent = _session(self._journal.state, change.session)
        found = await self._upto(parent, at)
        if not found.links:
            raise InvalidRequestError(f"{parent.id} has no message to fork at", "Name a later one.")
        has = {link.id for link in found.links}
        turns = (*parent.inherited, *parent.tasks)
        whole_turns = tuple(task for task in turns if _last_of(self._journal.state, task) in has)
        state = self._journal.state
        name, last = session_id(len(state.sessions) + 1), found.links[-1].id
        title, source = f"{parent.title} (fork)", f"{parent.id} up to {last}"
        await self._journal.record(
            SessionStarted(name, change.by, parent.id, last, whole_turns, title),
            TranscriptBrought(name, found.links, source),
            replace(change, session=name),
        )
        return name, found.cut

    async def record(self, name: str) -> str:
        """The conversation of a task or a session as the scripted provider plays it."""
        state = self._journal.state
        if name not in state.sessions and name not in state.tasks.tasks:
            raise NotFoundError(f"there is no {name}", "See: agentxd tasks, agentxd sessions")
        session = state.sessions.get(name)
        script = Script(session.tasks if session else (name,))
        async for record in self._records():
            script.take(record)
        return script.text()

    async def _upto(self, parent: SessionState, at: str) -> Chain:
        if at.isdecimal() and len(at) <= _LONGEST_NUMBER:
            state = await self._state_at(int(at))
            past = state.sessions.get(parent.id)
            if past is None:
                raise NotFoundError(f"{parent.id} was not there at record {at}", "See: agentxd log")
            chains = chain_of(state, past)
            cut = chains[-1].cut if chains else ""
            return Chain(tuple(link for chain in chains for link in chain.links), cut)
        links = await self.links(parent.id)
        found = upto(links, at or (links[-1].id if links else ""))
        if found is None and at:
            see = f"See: agentxd export {parent.id}"
            raise NotFoundError(f"{parent.id} has no message {at}", see)
        return found or Chain(())

    async def _state_at(self, seq: int) -> State:
        state = empty_state()
        async for record in self._records(seq):
            state = reduce(state, record.event)
        return state

    async def _records(self, upto_seq: int = 0) -> AsyncIterator[Record]:
        after = 0
        while page := await self._journal.read(after, _PAGE):
            for record in page:
                if upto_seq and record.seq > upto_seq:
                    return
                yield record
            after = page[-1].seq

    async def _times(self, tasks: Sequence[str]) -> dict[str, int]:
        """Message to the time at which it was recorded."""
        wanted, state = set(tasks), TasksState()
        times: dict[str, list[int]] = {task: [] for task in tasks}
        async for record in self._records():
            task = getattr(record.event, "task", "")
            if task in wanted:
                state = reduce_tasks(state, record.event)
                n = len(state.tasks[task].transcript)
                del times[task][n:]
                times[task].extend([record.at_ms] * (n - len(times[task])))
        return {
            f"{task}.m{number}": at_ms
            for task, found in times.items()
            for number, at_ms in enumerate(found, start=1)
        }


def _session(state: State, name: str) -> SessionState:
    found = state.sessions.get(name)
    if found is None:
        raise NotFoundError(f"there is no session {name}", "See: agentxd sessions")
    return found


def _last_of(state: State, task: str) -> str:
    return f"{task}.m{len(state.tasks.tasks[task].transcript)}"
