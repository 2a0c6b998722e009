"""What the commands of reviews do."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from agentxd_protocol.inspection import RunReviewParams

from agentxd.edges.lsp import inspection_mapping
from agentxd.edges.lsp.client import Json
from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.findings import answer, rule_text
from agentxd.edges.lsp.handlers.shared.showing import shown
from agentxd.edges.lsp.progress import report_progress
from agentxd.kernel.errors import InvalidRequestError

_WARNING, _INFO = 2, 3
_EXAMPLES = "\n## Found\n"
"""Where the examples of a rule begin, which are too long for a message."""


async def _answer(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del token
    fingerprint, word, reason = _texts(arguments, 3, "a fingerprint, an answer and a reason")
    done = await answer(connection, fingerprint, word, reason)
    return done.model_dump(mode="json", by_alias=True)


async def _explain(connection: Connection, arguments: list[Any], token: Any) -> str:
    del token
    rule, *rest = _texts(arguments, 1, "the id of a rule")
    text = await rule_text(connection, rule, *rest[:1])
    brief = text.partition(_EXAMPLES)[0].rstrip()
    return await shown(connection, f"rule/{quote(rule, safe='')}.md", text, brief)


async def _fix(connection: Connection, arguments: list[Any], token: Any) -> Json:
    """Begin; what cannot be mended is told at once, the rest when the task ends."""
    mending = connection.application.mending
    found = mending.findings([name for name in arguments if isinstance(name, str)])
    mended = await mending.mend(found, {}, connection.facts.name)
    for left in mended.left:
        text = f"AgentX: {left.finding.rule} was not mended: {left.reason}"
        connection.send("window/showMessage", {"type": _WARNING, "message": text})
    if mended.task is not None:
        report_progress(connection, mended.task.id, mended.task.goal, token)
    return inspection_mapping.mended_of(mended).model_dump(mode="json", by_alias=True)


async def _run(connection: Connection, arguments: list[Any], token: Any) -> Json:
    del arguments, token
    application = connection.application
    floor = application.house.settings()[0]["review_min_severity"]
    request = inspection_mapping.request_of(RunReviewParams(), application.house.root, floor)
    review = await application.inspecting.run(request, is_shown=True)
    noun = "finding" if len(review.findings) == 1 else "findings"
    text = f"AgentX: {len(review.findings)} {noun} in {review.title}"
    text += "" if review.is_complete else "; not everything was looked at"
    connection.send("window/showMessage", {"type": _INFO, "message": text})
    return inspection_mapping.review_of(review).model_dump(mode="json", by_alias=True)


def _texts(arguments: list[Any], least: int, what: str) -> list[str]:
    found = [text for text in arguments if isinstance(text, str)]
    if len(found) < least or not found[0]:
        raise InvalidRequestError(f"the command needs {what}")
    return found


REVIEW_RUNS: dict[str, Callable[[Connection, list[Any], Any], Awaitable[Any]]] = {
    "agentx.review.answer": _answer,
    "agentx.review.explain": _explain,
    "agentx.review.fix": _fix,
    "agentx.review.run": _run,
}
"""Command to what runs it, given its arguments and its progress token."""
