"""Where the tool calls of one task happen: its sandbox, its questions, its streamed output."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from agentxd.agents.gate import Verdict
from agentxd.kernel.errors import DeniedError
from agentxd.kernel.files import Snapshot
from agentxd.kernel.messages import ToolCall
from agentxd.kernel.ports import Sandbox, Tool
from agentxd.tasks.approvals import EXPIRED, Approvals, Question
from agentxd.tasks.evidence import Unseen
from agentxd.tasks.room import Room
from agentxd.tasks.state import ALLOW, ALWAYS, DENY, NEVER

_LATER = "answer in time, or add a rule to permission_allow"


@dataclass
class CallContext:
    """What one call may touch; the kernel's ToolContext."""

    sandbox: Sandbox
    snapshot: Snapshot
    asking: Callable[[str, Sequence[str]], Awaitable[str]]
    emit_text: Callable[[str], None]

    async def ask(self, question: str, options: Sequence[str]) -> str:
        """Put a question to the user and wait. Raises DeniedError on time-out."""
        return await self.asking(question, options)

    def emit(self, text: str) -> None:
        """Show a piece of output while the tool runs."""
        self.emit_text(text)


class TaskWorkroom:
    """The workroom of one task."""

    def __init__(
        self,
        task: str,
        room: Room,
        approvals: Approvals,
        *,
        approval_timeout_s: float,
        show: Callable[[str, str], None],
    ) -> None:
        self._task = task
        self._room = room
        self._approvals = approvals
        self._approval_timeout_s = approval_timeout_s
        self._show = show

    def context(self, tool: Tool, call: ToolCall) -> CallContext:
        """Commands that are asked for are witnessed; look-ups of a tool are not evidence."""
        witness = self._room.witness
        is_look = call.arguments.get("purpose") == "look"
        is_witnessed = tool.spec.risk == "run" and not is_look
        sandbox: Sandbox = witness if is_witnessed else Unseen(witness)
        return CallContext(sandbox, self._room.snapshot, self._ask, self._emit)

    async def approve(self, call: ToolCall, verdict: Verdict) -> str:
        """Ask a person for leave. Raises DeniedError where it was not given."""
        subject = f"{call.name}: {verdict.subject}"
        why = verdict.why or f"because of the rule `{verdict.rule}`"
        question = self._question(subject, why, verdict)
        approval = await self._approvals.ask(question, self._approval_timeout_s)
        if approval.decision in (ALLOW, ALWAYS):
            return f"{approval.decision}: {approval.by} ({approval.id}; {verdict.rule})"
        if approval.decision == EXPIRED:
            raise DeniedError(f"Nobody gave leave in time for {subject}", _LATER)
        raise DeniedError(f"Denied by {approval.by}: {subject}", "do it another way, or leave it")

    def _question(self, subject: str, why: str, verdict: Verdict) -> Question:
        """Once in all cases, from now on where a rule can say so and somebody writes it down."""
        always, never, note = verdict.always, verdict.never, verdict.note
        if not self._approvals.has_book:
            always, never, note = (), (), ""
        options = [ALLOW, *[ALWAYS] * bool(always), DENY, *[NEVER] * bool(never)]
        return Question(self._task, subject, why, tuple(options), verdict.rule, always, never, note)

    async def _ask(self, question: str, options: Sequence[str]) -> str:
        choices = tuple(options) or ("yes", "no")
        wanted = Question(self._task, question, "the agent asks", choices, "ask")
        approval = await self._approvals.ask(wanted, self._approval_timeout_s)
        if approval.decision == EXPIRED:
            raise DeniedError(f"Nobody answered in time: {question}", "go on without the answer")
        return approval.decision

    def _emit(self, text: str) -> None:
        self._show("output", text)
