"""Approvals: a person's leave, durable, answered from any client."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import ApprovalState


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
