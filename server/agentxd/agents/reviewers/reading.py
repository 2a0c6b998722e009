"""One reviewer reads its pieces: ask, believe what is cited, look a second time, tell the rest."""

import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from agentxd.agents.reviewers.citing import cited
from agentxd.agents.reviewers.cutting import halves, rows_around
from agentxd.agents.reviewers.merging import without_repeated
from agentxd.agents.reviewers.parsing import (
    CONFIRMED,
    REFUTED,
    Answer,
    UnreadableAnswerError,
    read_answer,
    read_verdicts,
)
from agentxd.agents.reviewers.prompts import (
    MOST_FINDINGS,
    Claim,
    Fence,
    Setting,
    ids_of,
    refute_request,
    review_request,
)
from agentxd.agents.reviewers.turns import Asker, Turns
from agentxd.agents.reviewers.values import (
    Around,
    Dropped,
    Part,
    Piece,
    Report,
    Reviewer,
    Unread,
    sum_of,
)
from agentxd.kernel.errors import BudgetExhaustedError, ProviderError
from agentxd.kernel.messages import Finished, ModelRequest, Usage
from agentxd.kernel.review import Finding, RuleFailure, Severity

_AROUND_CLAIM = 25
"""Lines before and behind a line that is looked at a second time."""


def new_fence() -> Fence:
    """Made of what nobody can guess."""
    return Fence(secrets.token_hex(16), secrets.token_hex(8))


async def _nothing(piece: Piece) -> Around:
    del piece
    return Around()


def _unheard(text: str) -> None:
    del text


@dataclass(frozen=True)
class ReaderParts:
    """What a reviewer works with."""

    asker: Asker
    turns: Turns
    setting: Setting
    around: Callable[[Piece], Awaitable[Around]] = _nothing
    fence: Callable[[], Fence] = new_fence
    tell: Callable[[str], None] = _unheard
    """Hears what is being read."""


class Reader:
    """One reviewer at work; `report` is true at any moment, also after a cancel."""

    def __init__(self, reviewer: Reviewer, parts: ReaderParts) -> None:
        self._reviewer = reviewer
        self._parts = parts
        self._left: deque[Piece] = deque()
        self._findings: list[Finding] = []
        self._failures: list[RuleFailure] = []
        self._unread: list[Unread] = []
        self._dropped = Dropped()
        self._n_calls = 0
        self._usage = Usage()
        self._is_indexed = False

    @property
    def report(self) -> Report:
        """What there is by now."""
        return Report(
            self._reviewer.name,
            tuple(self._findings),
            tuple(dict.fromkeys(self._failures)),
            tuple(self._unread),
            self._dropped,
            self._n_calls,
            self._usage,
            self._is_indexed,
        )

    def give_up(self, reason: str) -> None:
        """Whatever is still to be read stays unread."""
        for piece in self._left:
            self._leave_out(piece, reason)
        self._left.clear()

    def broke(self, failure: RuleFailure) -> None:
        """Something else went wrong with it than what it tells itself."""
        self._failures.append(failure)
        self.give_up("the reviewer broke")

    async def read(self, pieces: Sequence[Piece]) -> None:
        """Read them in their order. Raises BudgetExhaustedError, ProviderError, StorageError.

        What is raised has been told in the report, and what was not read, too.
        """
        self._left.extend(pieces)
        while self._left:
            piece = self._left[0]
            self._parts.tell(f"{self._reviewer.title}: piece {piece.name}")
            try:
                await self._read(piece)
            except UnreadableAnswerError as error:
                self._fail(error, f"piece {piece.name}: ")
                self._skip(piece, f"the answer counts for nothing: {_inner(error.message)}")
            except BudgetExhaustedError as error:
                self.give_up(f"budget: {_inner(error.message)}")
                raise
            except ProviderError as error:
                if error.kind == "prompt_too_long":
                    self._halve(piece)
                    continue
                self._fail(error)
                self.give_up(f"the model failed: {_inner(error.message)}")
                raise

    def _halve(self, piece: Piece) -> None:
        """The model's window is smaller than it was known to be."""
        if smaller := halves(piece):
            self._left.popleft()
            self._left.extendleft(reversed(smaller))
        else:
            self._skip(piece, "size: too long for the window of the model")

    def _skip(self, piece: Piece, reason: str) -> None:
        self._left.popleft()
        self._leave_out(piece, reason)

    async def _read(self, piece: Piece) -> None:
        around = await self._parts.around(piece)
        self._is_indexed = self._is_indexed or around.is_indexed
        fence = self._parts.fence()
        request = review_request(self._reviewer, piece, around, self._parts.setting, fence)
        answer = read_answer(await self._take(request), fence.receipt)
        self._left.popleft()
        self._check_read(piece, answer)
        findings = self._believed(piece, answer, around)
        if findings:
            await self._look_again(piece, findings, around)

    def _check_read(self, piece: Piece, answer: Answer) -> None:
        """A reviewer that does not even say that it read a file did not read it."""
        for name, path in ids_of(piece).items():
            if name not in answer.read:
                parts = tuple(part for part in piece.parts if part.sheet.path == path)
                self._leave_out(Piece(piece.name, parts), "its answer does not name the file")

    def _believed(self, piece: Piece, answer: Answer, around: Around) -> tuple[Finding, ...]:
        """Those whose citation holds and that no rule told; in the order of the answer."""
        sheets = {sheet.path: sheet for sheet in self._parts.setting.sheets}
        shown = {sheet.path for sheet in piece.sheets}
        found = [cited(remark, self._reviewer, sheets, around) for remark in answer.remarks]
        good = [one for one in found if one is not None and one.path in shown]
        n_uncited = len(found) - len(good) + answer.n_broken
        findings, n_repeated = without_repeated(good, (*self._parts.setting.known, *self._findings))
        self._dropped = self._dropped.plus(n_uncited, 0, n_repeated)
        if len(findings) > MOST_FINDINGS:
            self._dropped = self._dropped.plus(len(findings) - MOST_FINDINGS)
        return findings[:MOST_FINDINGS]

    async def _look_again(self, piece: Piece, findings: Sequence[Finding], around: Around) -> None:
        """Keep what was confirmed; the rest is a note, or gone where it was refuted."""
        claims = [self._claim(f"c{n}", one) for n, one in enumerate(findings, start=1)]
        verdicts: dict[str, str] = {}
        fence = self._parts.fence()
        try:
            request = refute_request(self._reviewer, claims, fence, around)
            finished = await self._take(request)
            verdicts = read_verdicts(finished, fence.receipt, {claim.id for claim in claims})
        except UnreadableAnswerError as error:
            self._fail(error, "the second look counts for nothing: ")
        except ProviderError as error:
            self._fail(error, "the second look failed: ")
        except BudgetExhaustedError:
            reason = "budget: no second look at what was found here"
            self._leave_out(_only(piece, {one.path for one in findings}), reason)
            raise
        finally:
            self._keep(claims, verdicts)

    def _claim(self, name: str, finding: Finding) -> Claim:
        sheets = {sheet.path: sheet for sheet in self._parts.setting.sheets}
        return Claim(name, finding, rows_around(sheets[finding.path], finding.line, _AROUND_CLAIM))

    def _keep(self, claims: Sequence[Claim], verdicts: dict[str, str]) -> None:
        for claim in claims:
            verdict = verdicts.get(claim.id, "")
            if verdict == REFUTED:
                self._dropped = self._dropped.plus(0, 1)
            elif verdict == CONFIRMED:
                self._findings.append(claim.finding)
            else:
                self._findings.append(replace(claim.finding, severity=Severity.NOTE))

    async def _take(self, request: ModelRequest) -> Finished:
        finished = await self._parts.turns.take(self._parts.asker, request)
        self._n_calls += 1
        self._usage = sum_of(self._usage, finished.usage)
        return finished

    def _fail(self, error: ProviderError, about: str = "") -> None:
        words = f"{about}{_inner(error.message)}" if about else error.message
        self._failures.append(RuleFailure(self._reviewer.rule, words, error.next_step))

    def _leave_out(self, piece: Piece, reason: str) -> None:
        name = self._reviewer.name
        self._unread += [
            Unread(name, part.sheet.path, _lines(part), reason) for part in piece.parts
        ]


def _only(piece: Piece, paths: set[str]) -> Piece:
    return Piece(piece.name, tuple(part for part in piece.parts if part.sheet.path in paths))


def _lines(part: Part) -> tuple[int, int]:
    """The rows of the new file; an empty run where there are none."""
    lines = [row.line for row in part.rows if row.sign != "-"]
    return (lines[0], lines[-1] + 1) if lines else (0, 0)


def _inner(message: str) -> str:
    """A sentence as part of another."""
    text = message.strip().removesuffix(".")
    return f"{text[:1].lower()}{text[1:]}" if text[1:2].islower() else text
