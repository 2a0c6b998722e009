"""What Anthropic refuses about a request, as far as clients get it wrong."""

from collections.abc import Iterator
from typing import Any

from loopback.answers import Json
from loopback.wires.base import Trouble

MAX_CACHE_MARKS = 4


def objection(body: Json, headers: dict[str, str]) -> Trouble | None:
    """The first thing wrong, None where all is well."""
    if not (headers.get("x-api-key") or headers.get("authorization")):
        return Trouble(401, "x-api-key header is required")
    if "anthropic-version" not in headers:
        return Trouble(400, "anthropic-version: header is required")
    found = next((words for words in objections(body)), None)
    return Trouble(400, found) if found else None


def objections(body: Json) -> Iterator[str]:
    """Everything wrong with a body, in the vendor's words."""
    missing = [name for name in ("model", "max_tokens", "messages") if name not in body]
    yield from (f"{name}: Field required" for name in missing)
    if missing:
        return
    if not body["messages"]:
        yield "messages: at least one message is required"
    names = [tool.get("name") for tool in body.get("tools", [])]
    if len(set(names)) != len(names):
        yield "tools: Tool names must be unique."
    if body.get("thinking", {}).get("budget_tokens", 0) >= body["max_tokens"]:
        yield "`max_tokens` must be greater than `thinking.budget_tokens`"
    marks = n_marks(body)
    if marks > MAX_CACHE_MARKS:
        yield f"A maximum of 4 blocks with cache_control may be provided. Found {marks}."
    yield from of_messages(body["messages"])


def of_messages(messages: list[Json]) -> Iterator[str]:
    """Tool calls and their results belong together; text is not empty."""
    open_ids: list[str] = []
    for number, message in enumerate(messages):
        results = [block["tool_use_id"] for block in blocks(message, "tool_result")]
        missing = [call_id for call_id in open_ids if call_id not in results]
        if missing:
            yield (
                f"messages.{number}: `tool_use` ids were found without `tool_result` blocks"
                f" immediately after: {', '.join(missing)}. Each `tool_use` block must have a"
                " corresponding `tool_result` block in the next message."
            )
        for call_id in results:
            if call_id not in open_ids:
                yield (
                    f"messages.{number}.content: unexpected `tool_use_id` found in `tool_result`"
                    f" blocks: {call_id}. Each `tool_result` block must have a corresponding"
                    " `tool_use` block in the previous message."
                )
        if any(not block["text"].strip() for block in blocks(message, "text")):
            yield "messages: text content blocks must be non-empty"
        open_ids = [block["id"] for block in blocks(message, "tool_use")]
        if len(set(open_ids)) != len(open_ids):
            yield f"messages.{number}: `tool_use` ids must be unique"
        if any(not block.get("signature") for block in blocks(message, "thinking")):
            yield f"messages.{number}.content: thinking.signature: Field required"
    if open_ids:
        yield (
            f"messages.{len(messages)}: `tool_use` ids were found without `tool_result` blocks"
            f" immediately after: {', '.join(open_ids)}."
        )


def blocks(message: Json, kind: str) -> list[Json]:
    """The blocks of one type; a content that is a string is one block of text."""
    content = message.get("content", "")
    if isinstance(content, str):
        content = [{"type": "text", "text": content}]
    return [block for block in content if block.get("type") == kind]


def n_marks(value: Any) -> int:
    """How many cache marks a body carries, wherever they are."""
    if isinstance(value, list):
        return sum(map(n_marks, value))
    if isinstance(value, dict):
        here = value.get("cache_control") is not None
        return here + sum(n_marks(inner) for inner in value.values())
    return 0
