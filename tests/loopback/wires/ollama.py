"""Ollama's own chat: `POST /api/chat`, one JSON object in each line."""

import json
from collections.abc import Iterator
from typing import Any

from loopback.answers import Act, Call, Json, Part, Stop, Thinking, paced
from loopback.wires.base import Trouble, Turn, dumps

CREATED = "2026-01-01T00:00:00.000000Z"
DEFAULT_CONTEXT = 4096
"""Tokens of context where the client sets no `num_ctx`."""
NS_PER_TOKEN = 50_000_000


class OllamaChat:
    """The wire."""

    name = "ollama"
    path = "/api/chat"
    stream_type = "application/x-ndjson"

    def wants_stream(self, body: Json) -> bool:
        """Unless the client says no."""
        return body.get("stream", True) is not False

    def stream(self, turn: Turn) -> Iterator[bytes | Act]:
        """Lines; the last one is done and counts."""
        for index, part in enumerate(turn.answer.parts):
            for message in messages(turn, part, index):
                yield message if isinstance(message, Act) else line(turn, message)
        yield line(turn, {"content": ""}, **closing(turn))

    def whole(self, turn: Turn) -> Json:
        """One object."""
        message: Json = {"content": ""}
        for index, part in enumerate(turn.answer.parts):
            for found in messages(turn, part, index):
                for key, value in fields_of(found):
                    message[key] = message.get(key, type(value)()) + value
        return {**shared(turn), "message": {"role": "assistant", **message}, **closing(turn)}

    def error(self, trouble: Trouble) -> Json:
        """`{"error": "…"}`."""
        return {"error": trouble.on(self.name)}

    def broken_off(self, turn: Turn, trouble: Trouble) -> bytes:
        """A line with nothing but an error."""
        return dumps(self.error(trouble)) + b"\n"

    def headers(self, serial: int) -> dict[str, str]:
        """It sends none of its own."""
        return {}

    def objection(self, body: Json, headers: dict[str, str]) -> Trouble | None:
        """It wants a model, and arguments that are objects."""
        if not body.get("model"):
            return Trouble(400, "model is required")
        for message in body.get("messages", []):
            for call in message.get("tool_calls") or []:
                if not isinstance(call["function"]["arguments"], dict):
                    words = "json: cannot unmarshal string into Go struct field"
                    return Trouble(
                        400, f"{words} ChatRequest.messages.tool_calls.function.arguments"
                    )
        return None


def shared(turn: Turn) -> Json:
    """What each line begins with."""
    return {"model": turn.model, "created_at": CREATED}


def line(turn: Turn, message: Json, **more: object) -> bytes:
    """One line."""
    said = {"role": "assistant", "content": "", **message}
    return dumps({**shared(turn), "message": said, "done": False, **more}) + b"\n"


def messages(turn: Turn, part: Part, index: int) -> Iterator[Json | Act]:
    """What one part adds: a call comes whole, everything else in pieces."""
    arguments = parsed(part)
    if arguments is not None and isinstance(part, Call):
        yield Act.BEAT
        call_id = part.id or f"call_{turn.serial:04d}{index:04d}"
        function = {"index": index, "name": part.name, "arguments": arguments}
        yield {"tool_calls": [{"id": call_id, "function": function}]}
        return
    field = "thinking" if isinstance(part, Thinking) else "content"
    for piece in paced(part.pieces):
        yield piece if isinstance(piece, Act) else {field: piece}


def fields_of(found: Json | Act) -> Iterator[tuple[str, Any]]:
    """Of a message; a beat has none."""
    return iter(() if isinstance(found, Act) else found.items())


def parsed(part: Part) -> Json | None:
    """The arguments of a call; a call that it cannot read is given out as plain content."""
    if not isinstance(part, Call):
        return None
    try:
        found: Json = json.loads(part.json)
    except ValueError:
        return None
    return found


def closing(turn: Turn) -> Json:
    """What the last line tells; a prompt longer than the context was cut without a word."""
    usage = turn.usage
    window = (turn.body.get("options") or {}).get("num_ctx") or DEFAULT_CONTEXT
    read, made = min(usage.prompt, window), usage.output or 0
    return {
        "done": True,
        "done_reason": "length" if turn.answer.stop is Stop.LENGTH else "stop",
        "total_duration": (read + made) * NS_PER_TOKEN,
        "load_duration": NS_PER_TOKEN,
        "prompt_eval_count": read,
        "prompt_eval_duration": read * NS_PER_TOKEN,
        "eval_count": made,
        "eval_duration": made * NS_PER_TOKEN,
    }
