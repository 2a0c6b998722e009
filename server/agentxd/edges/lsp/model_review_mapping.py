"""Reviews by models: from the wire, and back to it."""

import msgspec
from agentxd_protocol import review as wire

from agentxd.agents.reviewers.values import ModelReview
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.review import ChangedFile, Finding, Severity, Span
from agentxd.sessions.model_review import ReviewWish

_MOST_FILES = 5_000
_MOST_KNOWN = 5_000


def wish(params: wire.ModelReviewParams) -> ReviewWish:
    """What is to be read. Raises InvalidRequestError."""
    if len(params.files) > _MOST_FILES:
        raise InvalidRequestError(
            f"the change has more than {_MOST_FILES:,} files", "Review a smaller range."
        )
    budget = params.budget.model_dump()
    return ReviewWish(
        files=tuple(map(_file, params.files)),
        title=params.title,
        messages=tuple(params.messages),
        known=tuple(map(_known, params.known[:_MOST_KNOWN])),
        reviewers=tuple(params.reviewers),
        provider=params.provider,
        model=params.model,
        script=params.script,
        budget={name: value for name, value in budget.items() if value > 0},
    )


def answer(found: ModelReview) -> wire.ModelReviewResult:
    """What came of it; fingerprints are made by whoever asked."""
    return wire.ModelReviewResult(
        task_ids=list(found.tasks),
        model=found.model,
        findings=[
            wire.ReviewFinding.model_validate(msgspec.to_builtins(one)) for one in found.findings
        ],
        failures=[wire.ReviewFailure(**msgspec.structs.asdict(one)) for one in found.failures],
        unreviewed=[wire.UnreviewedItem(**msgspec.structs.asdict(one)) for one in found.unreviewed],
        dropped=wire.DroppedFindings(**msgspec.structs.asdict(found.dropped)),
        n_calls=found.n_calls,
        input_tokens=found.usage.input_tokens,
        output_tokens=found.usage.output_tokens,
        cost_micros=found.usage.cost_micros,
        notices=list(found.notices),
        is_indexed=found.is_indexed,
    )


def _file(file: wire.ReviewedFile) -> ChangedFile:
    spans = tuple(
        Span(span.old_start, span.old_count, span.new_start, span.new_count) for span in file.spans
    )
    _check_spans(file.path, spans)
    return ChangedFile(
        path=file.path,
        old_path=file.old_path,
        old=_bytes(file.old),
        new=_bytes(file.new),
        spans=spans,
        is_binary=file.is_binary,
        is_whole=file.is_whole,
        is_generated=file.is_generated,
    )


def _check_spans(path: str, spans: tuple[Span, ...]) -> None:
    """From top to bottom, none before the file's beginning, no two in one place."""
    at = 0
    for span in spans:
        if min(span.old_start, span.old_count, span.new_count) < 0 or span.new_start < at:
            raise InvalidRequestError(
                f"the changed lines of {path!r} are not in order", "Name them from top to bottom."
            )
        at = span.new_start + span.new_count


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "replace")


def _known(found: wire.KnownFinding) -> Finding:
    try:
        severity = Severity(found.severity)
    except ValueError as error:
        raise InvalidRequestError(
            f"a finding cannot be of the severity {found.severity!r}", "Use error, warning or note."
        ) from error
    return Finding(
        rule=found.rule,
        severity=severity,
        path=found.path,
        line=found.line,
        end_line=found.end_line,
        message=found.message,
    )
