"""What the review's process is asked to do: its one argument, as JSON."""

from msgspec import Struct

from agentxd.kernel.review import Scope, Severity
from agentxd.review.exits import FailOn


class What(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Which change."""

    kind: str = "default"
    """range, staged, working, base, pre_push, stdin_diff, all, or default: what a pull request
    would show, with what is not committed yet."""
    value: str = ""
    """The range or the base; the remote's name for pre_push, whose lines come on stdin."""


class ModelWish(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How models are to read the change, too."""

    provider: str = ""
    model: str = ""
    script: str = ""
    reviewers: tuple[str, ...] = ()
    budget: dict[str, int] = {}


class ReviewOrder(Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """Everything about one run."""

    root: str
    what: What = What()
    filter_mode: Scope = Scope.ADDED
    min_severity: Severity | None = None
    """Floor; what the settings say where it is left out."""
    fail_on: FailOn = "error"
    """error, warning, note or never."""
    format: str = "text"
    outputs: tuple[tuple[str, str], ...] = ()
    """More reports: format and file."""
    time_budget_s: float | None = None
    """For the rules; what the settings say where it is left out, 0 for none."""
    has_linters: bool = True
    only: tuple[str, ...] = ()
    """Rules that run, and no others."""
    model: ModelWish | None = None
    is_fixing: bool = False
    is_writing_baseline: bool = False
    is_coloured: bool = False
    width: int = 80
