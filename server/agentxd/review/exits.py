"""The exit code of a review: by its worst finding, or that it was not complete."""

from typing import Literal

from agentxd.kernel.review import Review, Severity

PASSED = 0
ERRORS = 19
WARNINGS = 20
NOTES = 21
INCOMPLETE = 22
"""A reviewer failed, or something was not looked at: no pass."""
FailOn = Literal["error", "warning", "note", "never"]
_CODES = {Severity.ERROR: ERRORS, Severity.WARNING: WARNINGS, Severity.NOTE: NOTES}


def exit_code(review: Review, fail_on: FailOn = "error") -> int:
    """0 only where everything was looked at, and no finding is as bad as `fail_on`."""
    worst = max((found.severity for found in review.findings), key=lambda s: s.rank, default=None)
    if worst is not None and fail_on != "never" and worst.rank >= Severity(fail_on).rank:
        return _CODES[worst]
    return PASSED if review.is_complete else INCOMPLETE
