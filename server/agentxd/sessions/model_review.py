"""Models read a change: one task for each reviewer, all under one budget, in one request."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from agentxd.agents.budget import Meter
from agentxd.agents.context.window import window_of
from agentxd.agents.recording import Trail
from agentxd.agents.reviewers.context import Surroundings
from agentxd.agents.reviewers.cutting import pieces_of, riskiest_first
from agentxd.agents.reviewers.prompts import REVIEW_TOKENS, Setting, map_of
from agentxd.agents.reviewers.reading import Reader, ReaderParts
from agentxd.agents.reviewers.roster import chosen
from agentxd.agents.reviewers.showing import is_for_models, sheets_of
from agentxd.agents.reviewers.summing import left_out_notice, together
from agentxd.agents.reviewers.turns import Turns
from agentxd.agents.reviewers.values import ModelReview, Piece, Reviewer
from agentxd.agents.reviewers.weighing import weights_of
from agentxd.agents.routing.route import Route
from agentxd.agents.shielding import finish
from agentxd.agents.stepping import StepParts, Stepper
from agentxd.kernel.errors import (
    AgentxError,
    BudgetExhaustedError,
    InvalidRequestError,
    StateError,
    StorageError,
)
from agentxd.kernel.events import TaskCreated, TaskEnded, TaskStarted
from agentxd.kernel.ids import task_id
from agentxd.kernel.index_ports import CodeIndex
from agentxd.kernel.messages import Usage
from agentxd.kernel.models import Model
from agentxd.kernel.ports import Clock, Streamed
from agentxd.kernel.review import ChangedFile, Finding, RuleFailure
from agentxd.sessions.goals import RULES, Goal
from agentxd.sessions.journal import Journal
from agentxd.tasks.reducing import sum_of
from agentxd.tasks.state import TaskOutcome

ROLE = "reviewer"
MAX_TEXT_BYTES = 8_000_000
_AT_ONCE = 4
"""Model calls of one review."""
_LARGEST_PIECE_TOKENS = 20_000
"""More at once is read less well."""
_SHARE = 0.45
"""Of the window, for the rows of a piece; the rest is for what stands around them."""
_BYTES_PER_TOKEN = 3
_LEAST_BYTES = 2_000
_log = logging.getLogger(__name__)


class ReviewWish(Struct, frozen=True, kw_only=True):
    """What models are asked to read. All of it was written by strangers."""

    files: tuple[ChangedFile, ...]
    title: str = ""
    messages: tuple[str, ...] = ()
    known: tuple[Finding, ...] = ()
    """What rules and linters found."""
    reviewers: tuple[str, ...] = ()
    provider: str = ""
    model: str = ""
    script: str = ""
    budget: dict[str, int] = {}


class Outfit(Struct, frozen=True):
    """What the reviewers of one review work with."""

    provider: str
    chain: tuple[str, ...]
    routes: tuple[Route, ...]
    """One for each reviewer: they choose for themselves, and share the health of models."""
    meter: Meter
    """What all of them may spend together."""


Equip = Callable[[Goal, int], Awaitable[Outfit]]


@dataclass(frozen=True)
class ReviewHouse:
    """What every review by models works with."""

    journal: Journal
    equip: Equip
    """(what is wanted of provider, model and budget; number of reviewers)."""
    clock: Clock
    show: Streamed
    index: Callable[[], CodeIndex | None]
    """None where there is none to ask now."""
    adopt: Callable[[str, "asyncio.Task[None]"], None]
    """So that a person may cancel one reviewer as any other task."""


@dataclass
class _Lane:
    """One reviewer with its task."""

    reviewer: Reviewer
    task: str
    route: Route
    reader: Reader
    trail: Trail


class ModelReviews:
    """Runs reviews by models. Each belongs to the request that asked for it, and ends with it."""

    def __init__(self) -> None:
        self._equipped: ReviewHouse | None = None

    def equip(self, house: ReviewHouse) -> None:
        """Models can be asked from now on."""
        self._equipped = house

    @property
    def _house(self) -> ReviewHouse:
        if self._equipped is None:
            raise StateError("there is nobody here who asks models")
        return self._equipped

    async def review(self, wish: ReviewWish) -> ModelReview:
        """What models find. Trouble of a reviewer is in the answer, as is what nobody read.

        Raises InvalidRequestError, NotFoundError and ProviderError before anything was asked,
        StorageError where the log refuses.
        """
        reviewers = chosen(wish.reviewers)
        _check_size(wish.files)
        left_out = left_out_notice(one for one in wish.files if not is_for_models(one))
        if not any(map(is_for_models, wish.files)):
            return ModelReview(notices=left_out)
        goal = Goal(wish.title, ROLE, wish.provider, wish.model, budget=wish.budget)
        outfit = await self._house.equip(replace(goal, script=wish.script), len(reviewers))
        _check_model(outfit)
        room = _room(outfit.routes[0].current.model)
        setting, pieces = await asyncio.to_thread(_prepared, wish, room)
        lanes = self._lanes(reviewers, outfit, setting, room)
        await self._run(lanes, pieces, wish, outfit)
        found = together([lane.reader.report for lane in lanes], wish.known)
        return replace(
            found,
            notices=left_out,
            tasks=tuple(lane.task for lane in lanes),
            model=lanes[-1].route.current.label,
            usage=self._usage(lanes),
        )

    def _usage(self, lanes: Sequence[_Lane]) -> Usage:
        """Of all calls, those that failed in the middle too."""
        usage, tasks = Usage(), self._house.journal.state.tasks.tasks
        for lane in lanes:
            usage = sum_of(usage, tasks[lane.task].usage)
        return usage

    def _lanes(
        self, reviewers: Sequence[Reviewer], outfit: Outfit, setting: Setting, room: int
    ) -> list[_Lane]:  # fmt: skip
        house, turns = self._house, Turns(_AT_ONCE)
        around = Surroundings(house.index, room // 3)
        n_tasks = len(house.journal.state.tasks.tasks)
        lanes = []
        for n, (reviewer, route) in enumerate(zip(reviewers, outfit.routes, strict=True), start=1):
            task, trail = task_id(n_tasks + n), Trail(house.journal.record)
            parts = StepParts(route, outfit.meter, trail, house.clock, _quiet)
            tell = _teller(house.show, task)
            reader_parts = ReaderParts(Stepper(task, parts), turns, setting, around.of, tell=tell)
            lanes.append(_Lane(reviewer, task, route, Reader(reviewer, reader_parts), trail))
        return lanes

    async def _run(
        self, lanes: Sequence[_Lane], pieces: Sequence[Piece], wish: ReviewWish, outfit: Outfit
    ) -> None:
        """Names were given out since the last wait, so nobody else has them."""
        created = [_created(lane, wish, outfit) for lane in lanes]
        await asyncio.shield(self._house.journal.decide(*created))
        try:
            async with asyncio.TaskGroup() as group:
                for lane in lanes:
                    work = group.create_task(self._work(lane, pieces), name=lane.task)
                    self._house.adopt(lane.task, work)
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _work(self, lane: _Lane, pieces: Sequence[Piece]) -> None:
        """One reviewer, to the end of its task; what it could not do is in its report."""
        ending = TaskEnded(lane.task, TaskOutcome.CANCELLED.value)
        try:
            await lane.trail(TaskStarted(lane.task))
            ending = await self._ending(lane, pieces)
        finally:
            lane.reader.give_up("it was cancelled")
            await finish(_end(lane, ending))

    async def _ending(self, lane: _Lane, pieces: Sequence[Piece]) -> TaskEnded:
        try:
            await lane.reader.read(pieces)
        except StorageError:
            raise
        except AgentxError as error:
            is_budget = isinstance(error, BudgetExhaustedError)
            outcome = TaskOutcome.BUDGET_EXHAUSTED if is_budget else TaskOutcome.FAILED
            step = error.next_step
            return TaskEnded(lane.task, outcome.value, error.message, step, error.code)
        except Exception as error:  # noqa: BLE001  # task owner: the daemon goes on
            _log.exception("the %s broke", lane.reviewer.title)
            reason = f"AgentX broke while it reviewed: {type(error).__name__}"
            lane.reader.broke(RuleFailure(lane.reviewer.rule, reason, "please report this"))
            return TaskEnded(lane.task, TaskOutcome.FAILED.value, reason)
        report = lane.reader.report
        outcome = TaskOutcome.FAILED if report.failures else TaskOutcome.COMPLETED
        reason = next((failure.reason for failure in report.failures), "")
        told = reason or f"{len(report.findings)} findings, {report.dropped.n_refuted} refuted"
        return TaskEnded(lane.task, outcome.value, told)


async def _end(lane: _Lane, ending: TaskEnded) -> None:
    try:
        await lane.trail.settle()
    except AgentxError:
        _log.exception("a record of task %s was refused", lane.task)
    await lane.trail(ending)


def _created(lane: _Lane, wish: ReviewWish, outfit: Outfit) -> TaskCreated:
    """Of no session: it serves one request, and nobody can go on with it."""
    return TaskCreated(
        task=lane.task,
        session="",
        goal=f"Review ({lane.reviewer.name}): {wish.title}"[:300],
        role=ROLE,
        provider=outfit.provider,
        model=wish.model,
        sandbox="",
        budget=wish.budget,
        chain=outfit.chain,
    )


def _prepared(wish: ReviewWish, room: int) -> tuple[Setting, tuple[Piece, ...]]:
    """Takes a while: it runs in a thread."""
    sheets = sheets_of(wish.files)
    ordered = riskiest_first(sheets, weights_of(sheets, wish.known))
    overview = map_of(wish.title, wish.messages, ordered, room // 4)
    return Setting(ordered, wish.known, overview), pieces_of(ordered, room)


def _room(model: Model) -> int:
    """Bytes for the rows of one piece."""
    window = window_of(model, REVIEW_TOKENS)
    tokens = _LARGEST_PIECE_TOKENS
    if window.total:
        tokens = min(tokens, int(window.effective * _SHARE))
    return max(_LEAST_BYTES, tokens * _BYTES_PER_TOKEN)


def _check_size(files: Sequence[ChangedFile]) -> None:
    size = sum(len(file.old or b"") + len(file.new or b"") for file in files)
    if size > MAX_TEXT_BYTES:
        raise InvalidRequestError(
            f"the texts of the change have {size:,} bytes, and {MAX_TEXT_BYTES:,} can be read",
            "Review a smaller range, or fewer files.",
        )


def _check_model(outfit: Outfit) -> None:
    if outfit.provider == RULES:
        raise InvalidRequestError(
            "there is no model to ask: the provider works by rules",
            "Name one: --provider or --model, or the setting provider; see: agentxd models.",
        )


def _quiet(kind: str, text: str) -> None:
    del kind, text


def _teller(show: Streamed, task: str) -> Callable[[str], None]:
    def tell(text: str) -> None:
        show(task, "notice", text)

    return tell
