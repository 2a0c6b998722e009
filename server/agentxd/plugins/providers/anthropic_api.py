"""Anthropic's Messages on the official SDK: streaming, tools, thinking, prompt caching."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

import anthropic
from msgspec import json

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import (
    Delta,
    Finished,
    Message,
    ModelRequest,
    Observation,
    Part,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolCall,
    ToolSpec,
    Usage,
)
from agentxd.kernel.models import Model
from agentxd.plugins.providers.registry import find_model
from agentxd.plugins.providers.vendors import ANTHROPIC, Endpoint
from agentxd.plugins.providers.worker.answers import Seen, read_arguments, whole_step
from agentxd.plugins.providers.worker.draining import drained
from agentxd.plugins.providers.worker.troubles import Place, retry_after
from agentxd.plugins.providers.worker.trust import LateTrust, is_secure

Json = dict[str, Any]
_CONNECT_S = 10.0
_KEEP_S = 120.0
_CACHED = {"type": "ephemeral"}
_SIGNED, _HIDDEN = "anthropic/", "anthropic-hidden/"
"""Before a signature: whose it is, and whether the reasoning itself is hidden in it."""
_THOUGHTS = ("thinking", "redacted_thinking")
_BUDGETS = {"low": 2_048, "medium": 8_192, "high": 24_576}
_REASONS = {
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
}
_COUNTED = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""What an error in the middle of a stream would have been as an answer's status."""


class AnthropicAdapter:
    """One endpoint of the Messages API."""

    def __init__(self, endpoint: Endpoint, url: str, key: str) -> None:
        self._endpoint = endpoint
        self._place = Place(ANTHROPIC, url, key)
        self._client = anthropic.AsyncAnthropic(
            api_key=key or "none",
            base_url=url or None,
            max_retries=0,
            http_client=anthropic.DefaultAsyncHttpxClient(
                timeout=anthropic.Timeout(endpoint.stall_s, connect=_CONNECT_S),
                limits=_limits(),
                verify=_trust(url),
            ),
            timeout=anthropic.Timeout(endpoint.stall_s, connect=_CONNECT_S),
        )

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        """One attempt."""
        model = find_model("anthropic", request.model)
        answer = _Answer(model, self._place)
        body = request_body(request, model, request.effort or self._endpoint.effort)
        # the typed method of the SDK would load hundreds of modules to copy what is plain JSON,
        # and as bytes it is not copied piece by piece either
        events = await self._client.post(
            "/v1/messages",
            content=json.encode(body | {"stream": True}),
            cast_to=object,
            stream=True,
            stream_cls=anthropic.AsyncStream[object],
        )
        async with events:
            async for event in events:
                delta = answer.take(Seen(event))
                if delta is not None:
                    yield delta
                if answer.is_over:
                    await drained(events)
                    break
        yield answer.finished(request)

    async def models(self) -> tuple[str, ...]:
        """Names of the models that the key may use."""
        return tuple([model.id async for model in self._client.models.list(limit=100)])

    def trouble(self, error: Exception, model: str) -> ProviderError:
        """In words for a person."""
        if isinstance(error, anthropic.APIStatusError):
            is_inside = error.status_code < 400  # noqa: PLR2004  # told in the middle of a stream
            status = _STATUS.get(str(error.type), 500) if is_inside else error.status_code
            return self._place.of_status(
                status,
                model,
                error.api_message or ("" if is_inside else str(error.body or "")),
                retry_after_s=retry_after(error.response.headers),
            )
        if found := self._place.of_network(error):
            return found
        if isinstance(error, ValueError):  # JSON, UTF-8 and pydantic's
            return self._place.malformed(str(error))
        return self._place.broken(error)


def _trust(url: str) -> LateTrust:
    import httpx2  # noqa: PLC0415  # the transport that the SDK brings

    return LateTrust(httpx2.create_ssl_context, is_soon=is_secure(url))


def _limits() -> Any:
    """Many streams at once, and warm connections between the steps of a task."""
    import httpx2  # noqa: PLC0415  # the transport that the SDK brings

    return httpx2.Limits(
        max_connections=1_000, max_keepalive_connections=100, keepalive_expiry=_KEEP_S
    )


def request_body(request: ModelRequest, model: Model, effort: str) -> Json:
    """The parameters of the call; the fixed part is cached, and the conversation so far."""
    body: Json = {
        "model": request.model,
        "max_tokens": min(request.max_output_tokens, model.max_output_tokens),
        "messages": _cached(_merged(request.messages)),
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        body["tools"][-1]["cache_control"] = _CACHED
    if request.system:
        body["system"] = [{"type": "text", "text": request.system, "cache_control": _CACHED}]
    if model.thinking == "budget" and not _thought_first(body["messages"]):
        return body  # such a model refuses to go on thinking where its last turn began without it
    return body | _thinking(model, effort, body["max_tokens"])


def _thought_first(messages: list[Json]) -> bool:
    """Whether the last turn of the model, if it waits for results, began with its own thinking."""
    said = [message["content"] for message in messages if message["role"] == "assistant"]
    is_waiting = any(block["type"] == "tool_result" for block in messages[-1]["content"])
    return not (said and is_waiting) or said[-1][0]["type"] in _THOUGHTS


def _thinking(model: Model, effort: str, max_tokens: int) -> Json:
    if effort == "none" or not model.thinking:
        return {}
    if model.thinking == "adaptive":
        shown: Json = {"thinking": {"type": "adaptive", "display": "summarized"}}
        return shown | ({"output_config": {"effort": effort}} if effort else {})
    budget = min(_BUDGETS.get(effort, 0), max_tokens // 2)
    least = 1_024  # of the API
    return {"thinking": {"type": "enabled", "budget_tokens": budget}} if budget >= least else {}


def _tool(tool: ToolSpec) -> Json:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.schema}


def _merged(messages: Iterable[Message]) -> list[Json]:
    """User and assistant in turn: results of tools are the user's, neighbours become one."""
    merged: list[Json] = []
    for message in messages:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = [block for part in message.parts if (block := _block(part)) is not None]
        if not blocks:
            continue
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += blocks
        else:
            merged.append({"role": role, "content": blocks})
    return merged


def _block(part: Part) -> Json | None:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text} if part.text.strip() else None
    if isinstance(part, ToolCall):
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": part.arguments}
    if isinstance(part, Observation):
        return {
            "type": "tool_result",
            "tool_use_id": part.call_id,
            "content": part.output or "(no output)",
            "is_error": part.is_error,
        }
    if part.signature.startswith(_HIDDEN):
        return {"type": "redacted_thinking", "data": part.signature.removeprefix(_HIDDEN)}
    if part.signature.startswith(_SIGNED) and part.signature != _SIGNED:
        signature = part.signature.removeprefix(_SIGNED)
        return {"type": "thinking", "thinking": part.text, "signature": signature}
    return None  # of another vendor or without a seal, which this one would refuse


def _cached(messages: list[Json]) -> list[Json]:
    """Mark where the conversation ends, and where it ended in the step before.

    What is marked is read from the cache next time. The vendor looks only some blocks back from a
    mark, so a step with many results would miss what the step before has put there. With system and
    tools these are four marks, the most that may be.
    """
    for message in [one for one in messages if one["role"] == "user"][-2:]:
        message["content"][-1]["cache_control"] = _CACHED
    return messages


class _Answer:
    """Puts the events of one stream together."""

    def __init__(self, model: Model, place: Place) -> None:
        self.is_over = False
        self._model = model
        self._place = place
        self._parts: dict[int, Part] = {}
        self._pieces: dict[int, list[str]] = {}
        self._reason = ""
        self._usage: dict[str, int] = {}

    def take(self, event: Any) -> Delta | None:
        """What a listener sees of it."""
        if event.type == "content_block_delta":
            return self._piece(event.index, event.delta)
        if event.type == "content_block_start":
            return self._begin(event.index, event.content_block)
        if event.type == "content_block_stop":
            self._end(event.index)
        elif event.type == "message_start":
            self._count(event.message.usage)
        elif event.type == "message_delta":
            self._reason = event.delta.stop_reason or self._reason
            self._count(event.usage)
        elif event.type == "message_stop":
            self.is_over = True
        return None

    def finished(self, request: ModelRequest) -> Finished:
        """The whole step. Raises ProviderError where it is none."""
        if not self.is_over:
            raise self._place.cut_off()
        for index in list(self._pieces):
            self._end(index)
        parts = [part for _, part in sorted(self._parts.items())]
        reason = _REASONS.get(self._reason, "end")
        return whole_step(
            request, self._model, self._place, parts, reason=reason, usage=self._spent()
        )

    def _begin(self, index: int, block: Any) -> Delta | None:
        self._pieces[index] = []
        if block.type == "text":
            self._parts[index] = Text("")
            return self._grown(index, block.text)
        if block.type == "thinking":
            self._parts[index] = Thinking("", block.signature or "")
            return self._grown(index, block.thinking)
        if block.type == "redacted_thinking":
            self._parts[index] = Thinking("", _HIDDEN + block.data)
        elif block.type == "tool_use":
            self._parts[index] = ToolCall(block.id, block.name, block.input or {})
        return None

    def _piece(self, index: int, delta: Any) -> Delta | None:
        if index not in self._pieces:
            return None  # behind the end of its block
        if delta.type == "text_delta":
            return self._grown(index, delta.text)
        if delta.type == "thinking_delta":
            return self._grown(index, delta.thinking)
        if delta.type == "input_json_delta":
            self._pieces.setdefault(index, []).append(delta.partial_json)
        elif delta.type == "signature_delta":
            part = self._parts.get(index)
            if isinstance(part, Thinking):
                self._parts[index] = Thinking("", part.signature + delta.signature)
        return None

    def _grown(self, index: int, text: str) -> Delta | None:
        if not text:
            return None
        self._pieces.setdefault(index, []).append(text)
        is_thinking = isinstance(self._parts.get(index), Thinking)
        return ThinkingDelta(text) if is_thinking else TextDelta(text)

    def _end(self, index: int) -> None:
        """Close a block: its pieces become its content."""
        whole = "".join(self._pieces.pop(index, []))
        part = self._parts.get(index)
        if isinstance(part, Text):
            self._parts[index] = Text(whole)
        elif isinstance(part, Thinking) and not part.signature.startswith((_SIGNED, _HIDDEN)):
            self._parts[index] = Thinking(whole, _SIGNED + part.signature)
        elif isinstance(part, ToolCall) and whole:
            self._parts[index] = ToolCall(part.id, part.name, read_arguments(whole))

    def _count(self, usage: Any) -> None:
        for name in _COUNTED:
            if (n := getattr(usage, name, None)) is not None:
                self._usage[name] = n

    def _spent(self) -> Usage:
        read = self._usage.get("cache_read_input_tokens", 0)
        written = self._usage.get("cache_creation_input_tokens", 0)
        return Usage(
            input_tokens=self._usage.get("input_tokens", 0) + read + written,
            output_tokens=self._usage.get("output_tokens", 0),
            cache_read_tokens=read,
            cache_write_tokens=written,
        )
