"""Anthropic's Messages: `POST /v1/messages`."""

from collections.abc import Iterator

from loopback.answers import Act, Call, Json, Part, Refusal, Stop, Thinking, Usage, paced
from loopback.wires.anthropic_rules import objection
from loopback.wires.base import Trouble, Turn, event

STOPS = {
    Stop.END: "end_turn",
    Stop.TOOLS: "tool_use",
    Stop.LENGTH: "max_tokens",
    Stop.REFUSAL: "refusal",
}
ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""Status to `error.type`; every other one is an api_error."""


DELTAS = {Call: ("input_json_delta", "partial_json"), Thinking: ("thinking_delta", "thinking")}
"""Part to the type and the field of its deltas; everything else is text."""


class AnthropicMessages:
    """The wire."""

    name = "anthropic"
    path = "/v1/messages"
    stream_type = "text/event-stream; charset=utf-8"

    def wants_stream(self, body: Json) -> bool:
        """Only where the client says so."""
        return body.get("stream") is True

    def stream(self, turn: Turn) -> Iterator[bytes | Act]:
        """From message_start to message_stop."""
        yield event({"type": "message_start", "message": opened(turn)}, "message_start")
        for index, part in enumerate(turn.answer.parts):
            start = {"type": "content_block_start", "index": index}
            yield event({**start, "content_block": empty(turn, part, index)}, "content_block_start")
            if index == 0:
                yield event({"type": "ping"}, "ping")
            for delta in deltas(part):
                if isinstance(delta, Act):
                    yield delta
                else:
                    data = {"type": "content_block_delta", "index": index, "delta": delta}
                    yield event(data, "content_block_delta")
            yield event({"type": "content_block_stop", "index": index}, "content_block_stop")
        usage = counts(turn.usage)
        yield event(
            {"type": "message_delta", "delta": ending(turn), "usage": usage}, "message_delta"
        )
        yield event({"type": "message_stop"}, "message_stop")

    def whole(self, turn: Turn) -> Json:
        """A message."""
        content = [full(turn, part, index) for index, part in enumerate(turn.answer.parts)]
        usage = {**opened(turn)["usage"], **counts(turn.usage)}
        return {**opened(turn), "content": content, **ending(turn), "usage": usage}

    def error(self, trouble: Trouble) -> Json:
        """`{"type": "error", "error": {…}, "request_id": …}`."""
        kind = ERROR_TYPES.get(trouble.status, "api_error")
        error = {"type": kind, "message": trouble.on(self.name)}
        return {"type": "error", "error": error, "request_id": "req_loopback"}

    def broken_off(self, turn: Turn, trouble: Trouble) -> bytes:
        """An error event."""
        return event(self.error(trouble), "error")

    def headers(self, serial: int) -> dict[str, str]:
        """Ids, and what is left of the rate."""
        return {
            "request-id": f"req_{serial:024d}",
            "anthropic-organization-id": "00000000-0000-0000-0000-000000000000",
            "anthropic-ratelimit-requests-limit": "4000",
            "anthropic-ratelimit-requests-remaining": "3999",
            "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:00Z",
        }

    def objection(self, body: Json, headers: dict[str, str]) -> Trouble | None:
        """See `anthropic_rules`."""
        return objection(body, headers)


def opened(turn: Turn) -> Json:
    """The message as it is before its first block."""
    return {
        "id": turn.id("msg_01"),
        "type": "message",
        "role": "assistant",
        "model": turn.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": {
            **counts(turn.usage),
            "cache_creation": {
                "ephemeral_5m_input_tokens": turn.usage.cache_write,
                "ephemeral_1h_input_tokens": 0,
            },
            "output_tokens": 1,
            "service_tier": "standard",
        },
    }


def counts(usage: Usage) -> Json:
    """Tokens, all of them totals so far."""
    details = {"output_tokens_details": {"thinking_tokens": usage.thinking}}
    return {
        "input_tokens": usage.input,
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cache_read,
        "output_tokens": usage.output,
        **(details if usage.thinking else {}),
    }


def ending(turn: Turn) -> Json:
    """Why it stopped."""
    stop = turn.answer.stop
    said = "".join(part.whole for part in turn.answer.parts if isinstance(part, Refusal))
    details = {"type": "refusal", "category": None, "explanation": said or None}
    return {
        "stop_reason": STOPS[stop],
        "stop_sequence": None,
        "stop_details": details if stop is Stop.REFUSAL else None,
    }


def empty(turn: Turn, part: Part, index: int) -> Json:
    """A block as it starts."""
    if isinstance(part, Call):
        call_id = turn.call_id("toolu_01", part, index)
        return {"type": "tool_use", "id": call_id, "name": part.name, "input": {}}
    if isinstance(part, Thinking):
        return {"type": "thinking", "thinking": "", "signature": ""}
    return {"type": "text", "text": ""}


def full(turn: Turn, part: Part, index: int) -> Json:
    """A block as it is in the end."""
    block = empty(turn, part, index)
    if isinstance(part, Call):
        # Without a stream the vendor parses the arguments; broken ones come as an empty input.
        return {**block, "input": part.arguments if not isinstance(part.arguments, str) else {}}
    if isinstance(part, Thinking):
        return {**block, "thinking": part.whole, "signature": part.signature}
    return {**block, "text": part.whole}


def deltas(part: Part) -> Iterator[Json | Act]:
    """What fills a block."""
    if isinstance(part, Call):
        yield {"type": "input_json_delta", "partial_json": ""}
    kind, field = DELTAS.get(type(part), ("text_delta", "text"))
    for piece in paced(part.pieces):
        yield piece if isinstance(piece, Act) else {"type": kind, field: piece}
    if isinstance(part, Thinking):
        yield {"type": "signature_delta", "signature": part.signature}
