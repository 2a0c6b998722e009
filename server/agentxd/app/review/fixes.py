"""Fixes of findings become a proposal: the daemon plays them in a sandbox, with the checks."""

from collections.abc import Mapping
from typing import Any

from agentxd.app.review.asking import Daemon
from agentxd.app.review.naming import camel, text_of
from agentxd.kernel.errors import ReviewError
from agentxd.kernel.review import Finding, Review, RuleFailure

Json = dict[str, Any]


def propose(
    daemon: Daemon, review: Review, sources: Mapping[str, bytes | None]
) -> tuple[tuple[str, ...], tuple[RuleFailure, ...]]:
    """What came of it in sentences, and why nothing did where it failed."""
    mendable = [finding for finding in review.findings if finding.fix is not None]
    if not mendable:
        return ("nothing that was found can be mended without a person",), ()
    paths = dict.fromkeys(finding.path for finding in mendable)
    texts = [{"path": path, "text": text_of(sources.get(path)) or ""} for path in paths]
    try:
        found = daemon.ask(
            "agentx/review/fix",
            {"findings": [_wire(finding) for finding in mendable], "texts": texts},
        )
    except ReviewError as error:
        step = error.next_step or "See: agentxd doctor"
        return (), (RuleFailure("fix", error.message, step),)
    return tuple(_told(found)), ()


def _wire(finding: Finding) -> Json:
    """What the wire has of it: what its fingerprint is made of stays here."""
    return {name: value for name, value in camel(finding).items() if name != "anchor"}


def _told(found: Json) -> list[str]:
    name = found["proposalId"]
    if name:
        n = found["nMended"]
        told = "1 fix is" if n == 1 else f"{n} fixes are"
        words = [f"{told} proposed as {name}: agentxd show {name}"]
    else:
        words = [f"no proposal came of the fixes: {found['reason']}"]
    left = [
        f"{one['path']}:{one['line'] + 1} not mended: {one['reason']}" for one in found["leftOut"]
    ]
    return [*words, *left]
