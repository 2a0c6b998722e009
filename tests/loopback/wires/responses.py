"""OpenAI's Responses: `POST /v1/responses`."""

from collections.abc import Iterator
from itertools import count

from loopback.answers import Act, Call, Json, Part, Refusal, Stop, Thinking, paced
from loopback.wires.base import CREATED_S, Trouble, Turn, event
from loopback.wires.openai_errors import error_body, error_object, openai_headers

PREFIXES = {Call: "fc_", Thinking: "rs_"}


class OpenAiResponses:
    """The wire."""

    name = "responses"
    path = "/v1/responses"
    stream_type = "text/event-stream; charset=utf-8"

    def wants_stream(self, body: Json) -> bool:
        """Only where the client says so."""
        return body.get("stream") is True

    def stream(self, turn: Turn) -> Iterator[bytes | Act]:
        """Events with running numbers, from response.created to the response's end."""
        numbers = count()
        for data in events(turn):
            if isinstance(data, Act):
                yield data
            else:
                kind = data["type"]
                yield event({**data, "sequence_number": next(numbers)}, kind)

    def whole(self, turn: Turn) -> Json:
        """A response."""
        return ended(turn)

    def error(self, trouble: Trouble) -> Json:
        """`{"error": {…}}`."""
        return error_body(trouble)

    def broken_off(self, turn: Turn, trouble: Trouble) -> bytes:
        """An error event, and the response that failed."""
        error = {"type": "error", "sequence_number": 98, **error_body(trouble)}
        end = {"type": "response.failed", "sequence_number": 99, "response": failed(turn, trouble)}
        return event(error, "error") + event(end, "response.failed")

    def headers(self, serial: int) -> dict[str, str]:
        """Ids, and what is left of the rate."""
        return openai_headers(serial)

    def objection(self, body: Json, headers: dict[str, str]) -> Trouble | None:
        """Tool calls and their results belong together."""
        missing = [name for name in ("model", "input") if not body.get(name)]
        if missing:
            words = f"Missing required parameter: '{missing[0]}'."
            return Trouble(400, words, "missing_required_parameter")
        found = unpaired(body["input"]) if isinstance(body["input"], list) else None
        return Trouble(400, found) if found else None


def events(turn: Turn) -> Iterator[Json | Act]:
    """The stream without its numbers."""
    yield {"type": "response.created", "response": response(turn)}
    yield {"type": "response.in_progress", "response": response(turn)}
    for index, part in enumerate(turn.answer.parts):
        at = {"item_id": item_id(turn, part, index), "output_index": index}
        started = item(turn, part, index, is_done=False)
        yield {"type": "response.output_item.added", "output_index": index, "item": started}
        yield from filling(part, at)
        done = item(turn, part, index, is_done=True)
        yield {"type": "response.output_item.done", "output_index": index, "item": done}
    whole = ended(turn)
    yield {"type": f"response.{whole['status']}", "response": whole}


def filling(part: Part, at: Json) -> Iterator[Json | Act]:
    """What fills an item."""
    if isinstance(part, Call):
        kind = "response.function_call_arguments"
        yield from streamed(part, f"{kind}.delta", at)
        yield {"type": f"{kind}.done", **at, "arguments": part.json}
    elif isinstance(part, Thinking):
        at, kind = {**at, "summary_index": 0}, "response.reasoning_summary"
        whole = {"type": "summary_text", "text": part.whole}
        yield {"type": f"{kind}_part.added", **at, "part": {**whole, "text": ""}}
        yield from streamed(part, f"{kind}_text.delta", at)
        yield {"type": f"{kind}_text.done", **at, "text": part.whole}
        yield {"type": f"{kind}_part.done", **at, "part": whole}
    else:
        at = {**at, "content_index": 0}
        yield {"type": "response.content_part.added", **at, "part": content(part, "")}
        yield from written(part, at)
        yield {"type": "response.content_part.done", **at, "part": content(part, part.whole)}


def written(part: Part, at: Json) -> Iterator[Json | Act]:
    """Text or a refusal."""
    if isinstance(part, Refusal):
        yield from streamed(part, "response.refusal.delta", at)
        yield {"type": "response.refusal.done", **at, "refusal": part.whole}
    else:
        at = {**at, "logprobs": []}
        yield from streamed(part, "response.output_text.delta", at)
        yield {"type": "response.output_text.done", **at, "text": part.whole}


def streamed(part: Part, kind: str, at: Json) -> Iterator[Json | Act]:
    """The deltas."""
    for piece in paced(part.pieces):
        yield piece if isinstance(piece, Act) else {"type": kind, **at, "delta": piece}


def content(part: Part, text: str) -> Json:
    """One part of a message."""
    if isinstance(part, Refusal):
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def item_id(turn: Turn, part: Part, index: int) -> str:
    """Of an item; a call has an id of its own besides."""
    return turn.id(PREFIXES.get(type(part), "msg_"), index)


def item(turn: Turn, part: Part, index: int, *, is_done: bool) -> Json:
    """One item of the output, as it starts or as it is in the end."""
    shared = {"id": item_id(turn, part, index)}
    if isinstance(part, Thinking):
        summary = [{"type": "summary_text", "text": part.whole}] if is_done else []
        sealed = part.signature if is_done else ""
        return {**shared, "type": "reasoning", "summary": summary, "encrypted_content": sealed}
    cut = turn.answer.stop is Stop.LENGTH and index == len(turn.answer.parts) - 1
    status = ("incomplete" if cut else "completed") if is_done else "in_progress"
    if isinstance(part, Call):
        return {
            **shared,
            "type": "function_call",
            "status": status,
            "arguments": part.json if is_done else "",
            "call_id": turn.call_id("call_", part, index),
            "name": part.name,
        }
    said = [content(part, part.whole)] if is_done else []
    return {**shared, "type": "message", "status": status, "role": "assistant", "content": said}


def response(turn: Turn) -> Json:
    """The response before its first item."""
    body = turn.body
    return {
        "id": turn.id("resp_"),
        "object": "response",
        "created_at": CREATED_S,
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": None,
        "model": turn.model,
        "output": [],
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "previous_response_id": body.get("previous_response_id"),
        "prompt_cache_key": body.get("prompt_cache_key"),
        "reasoning": {"effort": None, "summary": None, **(body.get("reasoning") or {})},
        "service_tier": "default",
        "store": body.get("store", True),
        "temperature": body.get("temperature", 1.0),
        "text": {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": body.get("tools", []),
        "top_logprobs": 0,
        "top_p": body.get("top_p", 1.0),
        "truncation": body.get("truncation", "disabled"),
        "usage": None,
        "user": None,
        "metadata": body.get("metadata") or {},
    }


def ended(turn: Turn) -> Json:
    """The response in the end."""
    cut = turn.answer.stop is Stop.LENGTH
    parts = enumerate(turn.answer.parts)
    return {
        **response(turn),
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "output": [item(turn, part, index, is_done=True) for index, part in parts],
        "usage": usage(turn),
    }


def failed(turn: Turn, trouble: Trouble) -> Json:
    """The response that ends in an error."""
    error = error_object(trouble)
    told = {"code": error["code"] or "server_error", "message": error["message"]}
    return {**response(turn), "status": "failed", "error": told}


def usage(turn: Turn) -> Json:
    """Tokens; what came from the cache is part of the input."""
    found = turn.usage
    return {
        "input_tokens": found.prompt,
        "input_tokens_details": {
            "cached_tokens": found.cache_read,
            "cache_write_tokens": found.cache_write,
        },
        "output_tokens": found.output,
        "output_tokens_details": {"reasoning_tokens": found.thinking},
        "total_tokens": found.prompt + (found.output or 0),
    }


def unpaired(items: list[Json]) -> str | None:
    """What is wrong between tool calls and results, in the vendor's words."""
    of = {
        kind: [found.get("call_id") for found in items if found.get("type") == kind]
        for kind in ("function_call", "function_call_output")
    }
    calls, outputs = of["function_call"], of["function_call_output"]
    for call_id in calls:
        if call_id not in outputs:
            return f"No tool output found for function call {call_id}."
    for call_id in outputs:
        if call_id not in calls:
            return f"No tool call found for function call output with call_id {call_id}."
    return None
