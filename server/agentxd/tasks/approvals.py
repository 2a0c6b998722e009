"""Approvals: questions to a person that outlive clients, connections and the daemon itself."""

import asyncio
from collections.abc import Callable, Sequence

from msgspec import Struct

from agentxd.agents.recording import Recorder
from agentxd.kernel.errors import InvalidRequestError, NotFoundError, StateError
from agentxd.kernel.events import ApprovalDecided, ApprovalRequested, Event
from agentxd.kernel.ids import approval_id
from agentxd.kernel.ports import Clock
from agentxd.tasks.holding import has_stopped_clock
from agentxd.tasks.state import ApprovalState, TasksState

EXPIRED = "expired"
KeepRules = Callable[[str, Sequence[str], str], Sequence[Event]]
"""Takes `always` or `never`, the rules and who says so; what is to be recorded of it. May raise."""
_TIME_LIMIT = "time limit"


class Question(Struct, frozen=True):
    """What a person is asked."""

    task: str
    subject: str
    why: str
    options: tuple[str, ...]
    rule: str = ""
    always: tuple[str, ...] = ()
    """Rules that the answer `always` writes; so does `never` below."""
    never: tuple[str, ...] = ()
    note: str = ""


class Approvals:
    """Asks, waits, and takes the first answer, whichever client gives it.

    `record` must change what `state` returns before it first waits (as the journal does): that
    is what makes the first answer win. Call `recover` once after the state was rebuilt.
    `keep_rules` writes down the rules of an answer that is to hold from now on.
    """

    def __init__(
        self,
        record: Recorder,
        state: Callable[[], TasksState],
        clock: Clock,
        keep_rules: KeepRules | None = None,
    ) -> None:
        self._record = record
        self._state = state
        self._clock = clock
        self._keep_rules = keep_rules
        self._waiters: dict[str, asyncio.Future[None]] = {}
        self._left_over: dict[str, ApprovalState] = {}

    @property
    def has_book(self) -> bool:
        """Whether an answer can hold from now on."""
        return self._keep_rules is not None

    async def ask(self, question: Question, timeout_s: float) -> ApprovalState:
        """Ask and wait; the decided approval. Nobody in time: its decision is `expired`.

        A question that was left over from before a restart is taken up again instead of asked
        anew, and an answer that was given to it meanwhile counts.
        """
        approval = self._left_over_for(question) or await self._request(question, timeout_s)
        if self._now(approval.id).is_waiting:
            await self._wait(approval)
        return self._now(approval.id)

    def waiting(self, task: str) -> list[ApprovalState]:
        """Questions of one task that nobody has answered yet."""
        return self._state().waiting(task)

    async def decide(self, approval: str, decision: str, by: str) -> ApprovalState:
        """Answer. Raises NotFoundError, InvalidRequestError, or StateError where it is too late.

        A rule that the answer brings is written first: StorageError leaves the question open.
        """
        found = self._state().approvals.get(approval)
        if found is None:
            raise NotFoundError(f"There is no approval {approval}.", "list the waiting approvals")
        if not found.is_waiting:
            raise StateError(f"{approval} was already answered: {found.decision} by {found.by}.")
        if decision not in found.options:
            options = ", ".join(found.options)
            raise InvalidRequestError(f"{decision!r} is no answer to {approval}.", f"use {options}")
        rules = found.rules(decision)
        if rules and self._keep_rules is not None:
            await self._decide(approval, decision, by, *self._keep_rules(decision, rules, by))
        else:
            await self._decide(approval, decision, by)
        return self._now(approval)

    async def recover(self) -> list[ApprovalState]:
        """After a restart: expire what is overdue; what still waits for a person is returned."""
        for approval in self._state().waiting():
            if self._ms_left(approval) <= 0:
                await self._decide(approval.id, EXPIRED, _TIME_LIMIT)
            else:
                self._left_over[approval.id] = approval
        return list(self._left_over.values())

    async def expire_overdue(self) -> None:
        """Expire left-over questions whose time has passed while nobody waited for them."""
        for approval in self._state().waiting():
            is_overdue = self._ms_left(approval) <= 0
            if is_overdue and approval.id not in self._waiters:
                await self._decide(approval.id, EXPIRED, _TIME_LIMIT)

    async def _request(self, question: Question, timeout_s: float) -> ApprovalState:
        identifier = approval_id(len(self._state().approvals) + 1)
        await self._record(
            ApprovalRequested(
                approval=identifier,
                task=question.task,
                subject=question.subject,
                why=question.why,
                options=question.options,
                expires_ms=self._clock.now_ms() + round(timeout_s * 1000),
                rule=question.rule,
                always=question.always,
                never=question.never,
                note=question.note,
            )
        )
        return self._now(identifier)

    async def _wait(self, approval: ApprovalState) -> None:
        """Until it is decided or its time is up, which stands still while its task is paused."""
        answered = self._waiters.setdefault(approval.id, asyncio.Future())
        try:
            while not answered.done() and (left := self._ms_left(self._now(approval.id))) > 0:
                timer = asyncio.ensure_future(self._clock.sleep(left / 1000))
                try:
                    await asyncio.wait({answered, timer}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    await _stopped([timer])
        finally:
            self._waiters.pop(approval.id, None)
        if self._now(approval.id).is_waiting:
            await self._decide(approval.id, EXPIRED, _TIME_LIMIT)

    async def _decide(self, approval: str, decision: str, by: str, *more: Event) -> None:
        await self._record(*more, ApprovalDecided(approval, decision, by))
        waiter = self._waiters.get(approval)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def _left_over_for(self, question: Question) -> ApprovalState | None:
        for identifier, old in self._left_over.items():
            is_same = (old.task, old.subject, old.options) == (
                question.task,
                question.subject,
                question.options,
            )
            if is_same and self._now(identifier).decision != EXPIRED:
                return self._left_over.pop(identifier)
        return None

    def _ms_left(self, approval: ApprovalState) -> int:
        task = self._state().tasks.get(approval.task)
        if task is not None and has_stopped_clock(task):
            return max(1, approval.expires_ms - task.paused_at_ms)
        return approval.expires_ms - self._clock.now_ms()

    def _now(self, approval: str) -> ApprovalState:
        return self._state().approvals[approval]


async def _stopped(timers: Sequence["asyncio.Future[None]"]) -> None:
    for timer in timers:
        timer.cancel()
    await asyncio.gather(*timers, return_exceptions=True)
