"""Approvals: a person's leave, durable, answered from any client."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import ApprovalState


class ApprovalChoice(Wire):
    """One answer, as a person is to see it."""

    option: str
    """What is sent as the decision."""
    title: str
    """Allow once, Always allow, Deny once, Never allow; an agent's question has its own."""
    rules: list[str] = []
    """Rules that it writes, to hold from now on: `run(make test)`; empty for once."""
    setting: str = ""
    """The setting that they are written to."""
    place: str = ""
    """The file that has it."""


class Approval(Wire):
    """One question that waits or was answered."""

    id: str
    task_id: str
    subject: str
    """The command or the question."""
    why: str
    rule: str
    options: list[str]
    state: ApprovalState
    decision: str
    by: str
    created_ms: int
    expires_ms: int
    choices: list[ApprovalChoice] = []
    """The options once more, with what each of them means."""
    note: str = ""
    """Why it cannot be answered for good, where it cannot."""


class ListApprovalsParams(Wire):
    """Which ones."""

    is_waiting_only: bool = True


class ListApprovalsResult(Wire):
    """Oldest first."""

    approvals: list[Approval]


class DecideApprovalParams(Wire):
    """Answer one; the first answer wins."""

    approval_id: str
    decision: str
    """One of its options."""


class DecideApprovalResult(Wire):
    """As it stands now."""

    approval: Approval
