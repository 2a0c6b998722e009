"""The family of errors: each says what went wrong in one sentence and what to do next."""

from typing import ClassVar


class AgentxError(Exception):
    """Root of every error that AgentX raises on purpose.

    `code` is the stable name that clients see; `next_step` tells a person what to do.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class NotFoundError(AgentxError):
    """The named thing does not exist."""

    code = "not_found"


class InvalidRequestError(AgentxError):
    """The request makes no sense as it is."""

    code = "invalid_request"


class ConflictError(AgentxError):
    """What was asked no longer fits what is there; nothing was changed."""

    code = "conflict"


class StateError(AgentxError):
    """The thing is in a state in which this cannot be done."""

    code = "wrong_state"


class DeniedError(AgentxError):
    """A rule or a person said no."""

    code = "denied"


class BudgetExhaustedError(AgentxError):
    """A ceiling would be passed; the call was not made."""

    code = "budget_exhausted"


class ChecksFailedError(AgentxError):
    """The checks of exactly these hunks failed; nothing was changed."""

    code = "checks_failed"


class WorkspaceRefusedError(AgentxError):
    """This folder is not one that AgentX works in (the home folder, the root, a missing folder)."""

    code = "workspace_refused"


class StorageError(AgentxError):
    """The store could not keep what it was given (disk full, read-only, damaged)."""

    code = "storage"


class IndexDamagedError(StorageError):
    """The index's database cannot be trusted; it must be emptied and built again."""


class SandboxError(AgentxError):
    """A sandbox broke while it was used."""

    code = "sandbox"


class SandboxUnavailableError(SandboxError):
    """No sandbox of the wanted kind can be opened on this machine."""

    code = "sandbox_unavailable"


class ProviderError(AgentxError):
    """A model provider failed or answered nonsense.

    `kind` tells the cause to whoever routes or compacts (see PROVIDER_TROUBLE), empty where it is
    none of these. `retry_after_s` is what the provider asked for, in seconds.
    """

    code = "provider"

    def __init__(
        self,
        message: str,
        next_step: str = "",
        *,
        kind: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, next_step)
        self.kind = kind
        self.retry_after_s = retry_after_s

    @property
    def is_transient(self) -> bool:
        """Whether the same call may well succeed a little later."""
        return PROVIDER_TROUBLE.get(self.kind, False)


PROVIDER_TROUBLE = {
    "answer": True,
    "broken": True,
    "key": False,
    "limit": True,
    "model": False,
    "network": True,
    "overloaded": True,
    "prompt_too_long": False,
    "quota": False,
    "rejected": False,
    "timeout": True,
    "tls": False,
    "unreachable": True,
    "worker": True,
}
"""Kind of a ProviderError to whether it may pass by itself.

answer: malformed, empty or cut off; broken: the provider's own fault; key: missing, wrong or
without the right; limit: too many calls; model: unknown; quota: no credit left; rejected: the
request as it is; tls: the certificate; unreachable: nothing listens there, or its name is
unknown; worker: the process that talks to the provider.
"""


class GoalNotUnderstoodError(ProviderError):
    """The rule-based provider has no rule for this goal."""

    code = "goal_not_understood"


class IndexUnavailableError(AgentxError):
    """There is no index to ask: it is off, or it could not be started."""

    code = "index_unavailable"


class EmbedderError(AgentxError):
    """An embedder failed, is not installed or gave vectors of another size than it said."""

    code = "embedder"


class ReviewError(AgentxError):
    """A review could not be made, or the process that makes it broke."""

    code = "review"


class OverloadedError(AgentxError):
    """A bounded queue is full; try again later."""

    code = "overloaded"


class UnauthorizedError(AgentxError):
    """The connection has not shown its token, or the peer is another user."""

    code = "unauthorized"
