"""Reviews as wire types, and back."""

import msgspec
from agentxd_protocol import inspection as wire
from agentxd_protocol.review import ReviewFailure, ReviewFinding, UnreviewedItem

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import Finding, Review, ReviewRequest
from agentxd.sessions.mending import Mended


def request_of(params: wire.RunReviewParams, root: str, floor: str) -> ReviewRequest:
    """What is asked for. Raises InvalidRequestError."""
    asked = {
        "root": root,
        "kind": params.what.kind,
        "value": params.what.value,
        "filter_mode": params.filter_mode or "added",
        "min_severity": params.min_severity or floor,
        "has_linters": params.has_linters,
    }
    try:
        return msgspec.convert(asked, ReviewRequest)
    except msgspec.ValidationError as error:
        raise _off(error) from error


def review_of(review: Review) -> wire.RunReviewResult:
    """A review for clients."""
    return wire.RunReviewResult(
        title=review.title,
        findings=[finding_of(found) for found in review.findings],
        hidden=wire.HiddenFindings(**msgspec.structs.asdict(review.hidden)),
        failures=[ReviewFailure(**msgspec.structs.asdict(one)) for one in review.failures],
        unreviewed=[UnreviewedItem(**msgspec.structs.asdict(one)) for one in review.unreviewed],
        rules=[wire.ReviewRule(id=rule.id, title=rule.title) for rule in review.rules],
        is_complete=review.is_complete,
        n_files=review.n_files,
        n_lines=review.n_lines,
        base=review.base,
        head=review.head,
        duration_ms=review.duration_ms,
        notices=list(review.notices),
    )


def finding_of(finding: Finding) -> ReviewFinding:
    """A finding for clients."""
    return ReviewFinding.model_validate(msgspec.to_builtins(finding))


def finding_from(found: ReviewFinding) -> Finding:
    """A finding of a client. Raises InvalidRequestError."""
    try:
        return msgspec.convert(found.model_dump(), Finding)
    except msgspec.ValidationError as error:
        raise _off(error) from error


def mended_of(mended: Mended) -> wire.FixFindingsResult:
    """What comes of fixes, for clients."""
    task = mended.task
    left = [
        wire.LeftFinding(
            fingerprint=one.finding.fingerprint,
            path=one.finding.path,
            line=one.finding.line,
            reason=one.reason,
        )
        for one in mended.left
    ]
    return wire.FixFindingsResult(
        session_id=mended.session,
        task_id=task.id if task else "",
        state=task.status if task else "no_change",
        reason=task.reason if task else "none of the findings can be mended by itself",
        proposal_id=task.proposals[-1] if task and task.proposals else "",
        n_mended=mended.n_mended,
        left_out=left,
    )


def _off(error: Exception) -> InvalidRequestError:
    return InvalidRequestError(f"the request is off: {error}", "See docs/reference/protocol.md.")
