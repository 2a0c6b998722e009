"""OpenAI's Chat Completions, as OpenAI and the many compatible servers speak it."""

from collections.abc import Iterator
from typing import Any

from msgspec.json import encode

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
from agentxd.plugins.providers.worker.answers import read_arguments, whole_step
from agentxd.plugins.providers.worker.troubles import Place

Json = dict[str, Any]
_SIGNED = "chat/"
"""Before a signature: whose it is; then the field in which the server tells its reasoning."""
_FIELDS = ("reasoning_content", "reasoning")
"""As DeepSeek, llama.cpp and older vLLM name it, and as OpenRouter and newer vLLM do."""
_REASONS = {"length": "length", "content_filter": "refused"}


def chat_body(request: ModelRequest, model: Model, effort: str, *, is_official: bool) -> Json:
    """The parameters of the call; `max_tokens` is what the compatible servers know."""
    limit = "max_completion_tokens" if is_official else "max_tokens"
    system = [{"role": "system", "content": request.system}] if request.system else []
    body: Json = {
        "model": request.model,
        "messages": [*system, *(item for one in request.messages for item in _items(one))],
        limit: min(request.max_output_tokens, model.max_output_tokens),
        "stream_options": {"include_usage": True},
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if effort and model.thinking == "effort":
        body["reasoning_effort"] = effort
    return body


def _tool(tool: ToolSpec) -> Json:
    shared = {"name": tool.name, "description": tool.description, "parameters": tool.schema}
    return {"type": "function", "function": shared}


def _items(message: Message) -> Iterator[Json]:
    """One message of ours is one of theirs, but each result of a tool is its own."""
    text = "\n\n".join(part.text for part in message.parts if isinstance(part, Text) and part.text)
    calls = [_call(part) for part in message.parts if isinstance(part, ToolCall)]
    for part in message.parts:
        if isinstance(part, Observation):
            content = f"Error: {part.output}" if part.is_error else part.output
            yield {"role": "tool", "tool_call_id": part.call_id, "content": content}
    if calls:
        thoughts = _thoughts(message)
        yield {"role": "assistant", "content": text or None, "tool_calls": calls, **thoughts}
    elif text:
        yield {"role": message.role, "content": text}


def _thoughts(message: Message) -> Json:
    """Reasoning in the field it came in: models that think between calls want it back there."""
    found = [part for part in message.parts if isinstance(part, Thinking)]
    return {
        part.signature.removeprefix(_SIGNED): part.text
        for part in found
        if part.signature.startswith(_SIGNED)
    }


def _call(part: ToolCall) -> Json:
    function = {"name": part.name, "arguments": encode(part.arguments).decode()}
    return {"id": part.id, "type": "function", "function": function}


class ChatAnswer:
    """Puts the chunks of one stream together."""

    def __init__(self, place: Place) -> None:
        self.is_over = False
        self._place = place
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self._calls: list[Json] = []
        self._places: dict[int, Json] = {}
        self._field = ""
        self._reason = ""
        self._is_refused = False
        self._usage = Usage()

    def take(self, chunk: Any) -> Iterator[Delta]:
        """What a listener sees of it."""
        if chunk.usage is not None:
            self._count(chunk.usage)
        if not chunk.choices or self._reason:
            return  # what comes after the stop is not the model's
        choice = chunk.choices[0]
        if choice.delta is not None:
            yield from self._piece(choice.delta)
        if choice.finish_reason:
            self._reason = _REASONS.get(choice.finish_reason, "end")

    def finished(self, request: ModelRequest, model: Model) -> Finished:
        """The whole step. Raises ProviderError where it is none."""
        if not self._reason:
            raise self._place.cut_off()
        thought = "".join(self._thoughts)
        parts: list[Part] = [Thinking(thought, _SIGNED + self._field)] if thought else []
        parts.append(Text("".join(self._texts)))
        for number, call in enumerate(self._calls):
            # some servers give no ids, and the transcript needs one for each call
            identity = call["id"] or f"call_{len(request.messages)}_{number}"
            parts.append(ToolCall(identity, call["name"], read_arguments(call["arguments"])))
        reason = "refused" if self._is_refused else self._reason
        return whole_step(request, model, self._place, parts, reason=reason, usage=self._usage)

    def _piece(self, delta: Any) -> Iterator[Delta]:
        for call in delta.tool_calls or ():
            self._grow(call)
        for field in _FIELDS:
            thought = getattr(delta, field, None)
            if isinstance(thought, str) and thought:
                self._field = field
                self._thoughts.append(thought)
                yield ThinkingDelta(thought)
                break  # some servers tell it under both names
        refusal = getattr(delta, "refusal", None)
        self._is_refused = self._is_refused or bool(refusal)
        for text in filter(None, (refusal, delta.content)):
            self._texts.append(text)
            yield TextDelta(text)

    def _grow(self, piece: Any) -> None:
        """A piece of a call; a new id at the same place begins another call."""
        known = self._places.get(piece.index)
        is_new = known is None or (piece.id and known["id"] and piece.id != known["id"])
        if known is None or is_new:
            known = self._places[piece.index] = {"id": "", "name": "", "arguments": ""}
            self._calls.append(known)
        known["id"] = known["id"] or piece.id or ""
        if piece.function is not None:
            known["name"] = known["name"] or piece.function.name or ""
            known["arguments"] += piece.function.arguments or ""

    def _count(self, usage: Any) -> None:
        details = usage.prompt_tokens_details
        self._usage = Usage(
            input_tokens=usage.prompt_tokens or 0,
            output_tokens=usage.completion_tokens or 0,
            cache_read_tokens=getattr(details, "cached_tokens", 0) or 0,
            cache_write_tokens=getattr(details, "cache_write_tokens", 0) or 0,
        )
