"""Sessions as a person uses them: say something, now or while a turn runs; stop, go on, fork."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.errors import AgentxError, InvalidRequestError, NotFoundError, StateError
from agentxd.kernel.events import PromptReceived, SessionChanged, SessionStarted
from agentxd.kernel.ids import prompt_id, session_id
from agentxd.kernel.ports import Clock
from agentxd.sessions.goals import MAX_GOAL_CHARS, RULES, Goal, Goals, unheard
from agentxd.sessions.holding import Holding
from agentxd.sessions.journal import Journal
from agentxd.sessions.talks import (
    COLLECT,
    INTERRUPT,
    QUEUE,
    QUEUE_MODES,
    STEER,
    Prompt,
    SessionState,
)
from agentxd.tasks.state import TaskOutcome

_log = logging.getLogger(__name__)
_SEE = "See: agentxd sessions"
_MAX_COLLECT_MS = 600_000


class Said(Struct, frozen=True):
    """What became of a prompt."""

    session: str
    prompt: str
    task: str = ""
    """The turn that it began, or that runs now."""
    fate: str = ""
    """started, joins (the turn under way), or waits."""


class Conversations:
    """Takes prompts and starts turns. The owner of what is still to be started."""

    def __init__(self, journal: Journal, goals: Goals, clock: Clock) -> None:
        self._journal = journal
        self._goals = goals
        self._clock = clock
        self.holding = Holding(journal, goals, clock)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._chores: set[asyncio.Task[None]] = set()
        self._collecting: set[str] = set()
        self._wishes: dict[str, dict[str, tuple[Goal, str]]] = {}
        """Session, then prompt that waits, to how its turn is to be, and for which client."""
        self._since: dict[str, set[str]] = {}
        """Session to the prompts that came while a turn was being called off."""
        goals.at_end = self._turn_ended

    @property
    def n_pending(self) -> int:
        """Turns that are about to be started: the daemon is needed."""
        return len(self._chores)

    def get(self, name: str) -> SessionState:
        """One session. Raises NotFoundError."""
        found = self._journal.state.sessions.get(name)
        if found is None:
            raise NotFoundError(f"there is no session {name}", _SEE)
        return found

    def running(self, name: str) -> str:
        """The turn that is under way, empty where there is none."""
        for task in reversed(self.get(name).tasks):
            if self._goals.is_running(task):
                return task
        return ""

    async def run(self, goal: Goal, client: str) -> tuple[str, str]:
        """A goal as the next turn of its session. Raises StateError where one is under way."""
        if not goal.session:
            return await self._goals.run(goal, client)
        async with self._locks[goal.session]:
            if task := self.running(goal.session):
                raise StateError(
                    f"{goal.session} is at work on {task}",
                    f"Wait for it, or say it there: agentxd chat {goal.session}",
                )
            return await self._goals.run(_inheriting(goal, self.get(goal.session)), client)

    async def prompt(self, goal: Goal, client: str, queue_mode: str = "") -> Said:
        """Say something. It is in the log before anything is done with it.

        Raises InvalidRequestError, NotFoundError.
        """
        _check_text(goal.text)
        session = self.get(goal.session) if goal.session else None
        mode = _checked_mode(queue_mode) or (session.queue_mode if session else STEER)
        self._goals.check(_inheriting(goal, session) if session else goal)
        name, prompt = await asyncio.shield(self._receive(goal, client, mode))
        return await asyncio.shield(self._act(name, prompt, goal, client))

    async def stop(self, name: str) -> str:
        """End the turn under way, keep its work; what waits goes on waiting. Its task."""
        task = self.running(name)
        if not task:
            raise StateError(f"no turn of {name} is under way", _SEE)
        self._goals.halt(task)
        return task

    async def resume(self, name: str, by: str = "") -> str:
        """Go on: with the turn that is paused, with what waits, or with what was interrupted.

        Its task. Raises NotFoundError, StateError.
        """
        session = self.get(name)
        if task := self.running(name):
            if self._goals.is_held(task):
                await self.holding.resume(task, by)
            return task
        if session.waiting:
            return await self._pump(name, is_due=True)
        last = self._goals.get(session.tasks[-1]) if session.tasks else None
        if last is None or last.outcome is not TaskOutcome.INTERRUPTED:
            raise StateError(f"nothing of {name} was interrupted or waits", _SEE)
        await self._goals.resume(last.id, is_resumed=True)
        return last.id

    async def change(self, change: SessionChanged) -> SessionState:
        """Set how a session works from now on. Raises InvalidRequestError, NotFoundError."""
        await self._journal.record(self.check(change))
        return self.get(change.session)

    def check(self, change: SessionChanged) -> SessionChanged:
        """The change as it is to be recorded: a model goes with its provider. Raises as above."""
        session = self.get(change.session)
        _checked_mode(change.queue_mode or "")
        if change.collect_ms is not None and not 0 <= change.collect_ms <= _MAX_COLLECT_MS:
            raise InvalidRequestError("so long cannot be collected", "Name 0 to 600 seconds.")
        if change.provider:
            self._goals.check(Goal("x", provider=change.provider, script=session.script))
        if change.provider and change.model is None and change.provider != session.provider:
            return replace(change, model="")
        return change

    async def close(self) -> None:
        """Start nothing more."""
        self._goals.at_end = unheard
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)

    # --- what is done with a prompt --------------------------------------------------------

    async def _receive(self, goal: Goal, client: str, mode: str) -> tuple[str, str]:
        """Names are given out and recorded in one go: nobody else can get the same."""
        state = self._journal.state
        name = goal.session or session_id(len(state.sessions) + 1)
        known = state.sessions.get(name)
        prompt = prompt_id(name, len(known.prompts) + 1 if known else 1)
        received = PromptReceived(name, prompt, goal.text, client, mode)
        begun = () if known else (SessionStarted(name, client),)
        await self._journal.record(*begun, received)
        return name, prompt

    async def _act(self, name: str, prompt: str, goal: Goal, client: str) -> Said:
        mode = self.get(name).prompts[prompt].queue_mode
        self._wishes.setdefault(name, {})[prompt] = replace(goal, text=""), client
        task = self.running(name)
        if not task and mode == COLLECT:
            self._collect(name)
        elif not task:
            task = await self._pump(name, is_due=name not in self._collecting)
        found = self.get(name).prompts[prompt]
        is_ending = self._goals.is_ending(task)
        if is_ending and not found.task:
            self._since.setdefault(name, set()).add(prompt)
        if task and mode == INTERRUPT and not found.task:
            self._goals.halt(task)
        has_ears = bool(task) and not is_ending and self._goals.get(task).provider != RULES
        is_joining = mode == STEER and has_ears
        fate = "started" if found.task else "joins" if is_joining else "waits"
        return Said(name, prompt, found.task or task, fate)

    def _collect(self, name: str) -> None:
        if name not in self._collecting:
            self._collecting.add(name)
            self._soon(self._collected(name))

    async def _collected(self, name: str) -> None:
        await self._clock.sleep(self.get(name).collect_ms / 1000)
        self._collecting.discard(name)
        await self._pump(name, is_due=True)

    async def _pump(self, name: str, *, is_due: bool) -> str:
        """Start the next turn where prompts wait and none is under way; the turn that runs."""
        async with self._locks[name]:
            session = self.get(name)
            batch = _batch(session.waiting, is_due=is_due)
            if not batch or self.running(name):
                return self.running(name)
            wanted = self._wishes.get(name, {}).get(batch[0].id, (Goal(""), ""))[0]
            wanted = _inheriting(replace(wanted, text=batch[0].text), session)
            if self._goals.check(wanted)[0] == RULES:
                batch = batch[:1]  # it reads a goal, not a conversation
            text = "\n\n".join(prompt.text for prompt in batch)
            prompts = tuple(prompt.id for prompt in batch)
            goal, client = self._wish(name, prompts)
            goal = replace(goal, text=text, session=name, prompts=prompts)
            return (await self._goals.run(_inheriting(goal, session), client))[1]

    def _wish(self, name: str, prompts: Sequence[str]) -> tuple[Goal, str]:
        """What the newest of these prompts wants of its turn; a restart forgets it."""
        wishes = self._wishes.get(name, {})
        found = [wishes.pop(prompt) for prompt in prompts if prompt in wishes]
        return found[-1] if found else (Goal(""), "")

    def _turn_ended(self, task: str) -> None:
        """The next turn begins, unless a person stopped this one and said nothing since."""
        state = self._goals.get(task)
        session = self._journal.state.sessions.get(state.session)
        since = self._since.pop(state.session, set())
        if session is None or not session.waiting or state.outcome is TaskOutcome.INTERRUPTED:
            self._wishes.pop(state.session, None)
            return
        is_called_off = state.outcome in (
            TaskOutcome.CANCELLED,
            TaskOutcome.TAKEN_OVER,
            None,
        )
        if is_called_off and not any(
            p.queue_mode == INTERRUPT or p.id in since for p in session.waiting
        ):
            return
        self._soon(self._next_turn(session.id))

    async def _next_turn(self, name: str) -> None:
        await self._pump(name, is_due=True)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        chore = asyncio.get_running_loop().create_task(self._quietly(work))
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    async def _quietly(self, work: Coroutine[Any, Any, None]) -> None:
        """What cannot be started goes on waiting; whoever resumes the session is told why."""
        try:
            await work
        except AgentxError as error:
            _log.warning("a turn could not be started: %s", error.message)


def _batch(waiting: Sequence[Prompt], *, is_due: bool) -> list[Prompt]:
    """The prompts that make up the next turn: an interruption first, then in order."""
    urgent = [prompt for prompt in waiting if prompt.queue_mode == INTERRUPT]
    if urgent or not waiting:
        return urgent
    mode = waiting[0].queue_mode
    if mode == QUEUE:
        return [waiting[0]]
    if mode == COLLECT and not is_due:
        return []
    return [prompt for prompt in waiting if prompt.queue_mode == mode]


def _inheriting(goal: Goal, session: SessionState) -> Goal:
    """What the goal leaves open is as it was in the turn before; a model goes with its provider."""
    is_same = goal.provider in ("", session.provider)
    return replace(
        goal,
        provider=goal.provider or session.provider,
        model=goal.model or (session.model if is_same else ""),
        role=goal.role or (session.role if is_same else ""),
        sandbox=goal.sandbox or session.sandbox,
        script=goal.script or (session.script if is_same else ""),
    )


def _check_text(text: str) -> None:
    if not text.strip():
        raise InvalidRequestError("there is nothing in it", "Say what to do.")
    if len(text) > MAX_GOAL_CHARS:
        raise InvalidRequestError(
            f"that is longer than {MAX_GOAL_CHARS} characters", "Put it in a file and name it."
        )


def _checked_mode(mode: str) -> str:
    if mode and mode not in QUEUE_MODES:
        raise InvalidRequestError(
            f"the queue mode cannot be {mode!r}", f"Use one of: {', '.join(QUEUE_MODES)}."
        )
    return mode
