"""OpenAI's Chat Completions, as OpenAI and the many compatible servers write them."""

from collections.abc import Iterator
from itertools import count

from loopback.answers import Act, Call, Json, Part, Refusal, Stop, Thinking, paced
from loopback.wires.base import CREATED_S, Trouble, Turn, event
from loopback.wires.openai_errors import error_body, openai_headers

FINISHES = {
    Stop.END: "stop",
    Stop.TOOLS: "tool_calls",
    Stop.LENGTH: "length",
    Stop.REFUSAL: "stop",
}
FIELDS = {Thinking: "reasoning_content", Refusal: "refusal"}
"""Where other parts than text go; reasoning as vLLM, llama.cpp and DeepSeek name it."""


class OpenAiChat:
    """The wire."""

    name = "chat"
    path = "/v1/chat/completions"
    stream_type = "text/event-stream; charset=utf-8"

    def wants_stream(self, body: Json) -> bool:
        """Only where the client says so."""
        return body.get("stream") is True

    def stream(self, turn: Turn) -> Iterator[bytes | Act]:
        """Chunks, then [DONE]."""
        yield chunk(turn, {"role": "assistant", "content": opening(turn), "refusal": None})
        numbers = count()
        for part in turn.answer.parts:
            index = next(numbers) if isinstance(part, Call) else 0
            for delta in deltas(turn, part, index):
                yield delta if isinstance(delta, Act) else chunk(turn, delta)
        yield chunk(turn, {}, FINISHES[turn.answer.stop])
        if wants_usage(turn):
            yield event(
                {**envelope(turn, "chat.completion.chunk"), "choices": [], "usage": usage(turn)}
            )
        yield b"data: [DONE]\n\n"

    def whole(self, turn: Turn) -> Json:
        """A completion."""
        message = {
            "role": "assistant",
            "content": joined(turn, None),
            "refusal": joined(turn, Refusal),
        }
        if thinking := joined(turn, Thinking):
            message["reasoning_content"] = thinking
        if calls := tool_calls(turn):
            message["tool_calls"] = calls
        choice = {
            "index": 0,
            "message": {**message, "annotations": []},
            "logprobs": None,
            "finish_reason": FINISHES[turn.answer.stop],
        }
        return {**envelope(turn, "chat.completion"), "choices": [choice], "usage": usage(turn)}

    def error(self, trouble: Trouble) -> Json:
        """`{"error": {…}}`."""
        return error_body(trouble)

    def broken_off(self, turn: Turn, trouble: Trouble) -> bytes:
        """An event that holds nothing but an error."""
        return event(error_body(trouble))

    def headers(self, serial: int) -> dict[str, str]:
        """Ids, and what is left of the rate."""
        return openai_headers(serial)

    def objection(self, body: Json, headers: dict[str, str]) -> Trouble | None:
        """Tool calls and their results belong together."""
        if "model" not in body:
            return Trouble(400, "you must provide a model parameter")
        if not body.get("messages"):
            return Trouble(
                400, "Missing required parameter: 'messages'.", "missing_required_parameter"
            )
        found = unpaired(body["messages"])
        return Trouble(400, found) if found else None


def envelope(turn: Turn, kind: str) -> Json:
    """What every object of one answer shares."""
    return {
        "id": turn.id("chatcmpl-"),
        "object": kind,
        "created": CREATED_S,
        "model": turn.model,
        "service_tier": "default",
        "system_fingerprint": "fp_loopback",
    }


def chunk(turn: Turn, delta: Json, finish: str | None = None) -> bytes:
    """One chunk; its usage is null where the last one will tell it, and absent where none will."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    shared = {**envelope(turn, "chat.completion.chunk"), "choices": [choice]}
    return event({**shared, "usage": None} if wants_usage(turn) else shared)


def wants_usage(turn: Turn) -> bool:
    """Whether the client asked for it."""
    return bool((turn.body.get("stream_options") or {}).get("include_usage"))


def opening(turn: Turn) -> str | None:
    """Content of the first chunk: null before tool calls, empty before text."""
    first = next(iter(turn.answer.parts), None)
    return None if isinstance(first, Call) else ""


def deltas(turn: Turn, part: Part, index: int) -> Iterator[Json | Act]:
    """What one part adds."""
    if not isinstance(part, Call):
        field = FIELDS.get(type(part), "content")
        for piece in paced(part.pieces):
            yield piece if isinstance(piece, Act) else {field: piece}
        return
    start = {**tool_call(turn, part, index), "function": {"name": part.name, "arguments": ""}}
    yield Act.BEAT
    yield {"tool_calls": [{"index": index, **start}]}
    for piece in paced(part.pieces):
        if isinstance(piece, Act):
            yield piece
        else:
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def tool_call(turn: Turn, call: Call, index: int) -> Json:
    """A call as it is in the end."""
    function = {"name": call.name, "arguments": call.json}
    return {"id": turn.call_id("call_", call, index), "type": "function", "function": function}


def tool_calls(turn: Turn) -> list[Json]:
    """All of them."""
    calls = [part for part in turn.answer.parts if isinstance(part, Call)]
    return [tool_call(turn, call, index) for index, call in enumerate(calls)]


def joined(turn: Turn, kind: type[Part] | None) -> str | None:
    """Everything of one kind, text for None; null where there is none."""
    found = [
        part.whole
        for part in turn.answer.parts
        if not isinstance(part, Call) and (FIELDS.get(type(part)) == FIELDS.get(kind))
    ]
    return "".join(found) if found else None


def usage(turn: Turn) -> Json:
    """Tokens; what came from the cache is part of the prompt."""
    found = turn.usage
    return {
        "prompt_tokens": found.prompt,
        "completion_tokens": found.output,
        "total_tokens": found.prompt + (found.output or 0),
        "prompt_tokens_details": {"cached_tokens": found.cache_read, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": found.thinking,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def unpaired(messages: list[Json]) -> str | None:
    """What is wrong between tool calls and results, in the vendor's words."""
    waiting: list[str] = []
    for number, message in enumerate([*messages, {"role": "end"}]):
        if message.get("role") == "tool":
            if message.get("tool_call_id") not in waiting:
                return (
                    "Invalid parameter: messages with role 'tool' must be a response to a"
                    f" preceding message with 'tool_calls'. (messages.[{number}].role)"
                )
            waiting.remove(message["tool_call_id"])
        elif waiting:
            return (
                "An assistant message with 'tool_calls' must be followed by tool messages"
                " responding to each 'tool_call_id'. The following tool_call_ids did not have"
                f" response messages: {', '.join(waiting)}"
            )
        waiting += [call["id"] for call in message.get("tool_calls") or []]
    return None
