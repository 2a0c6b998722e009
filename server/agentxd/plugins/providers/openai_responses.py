"""OpenAI's Responses: a request as items, and items out of its events."""

from collections.abc import Iterator
from typing import Any

import openai
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
_SIGNED = "openai/"
_TEXTS = ("response.output_text.delta", "response.refusal.delta")
_THOUGHTS = ("response.reasoning_summary_text.delta", "response.reasoning_text.delta")
"""Before a signature: whose it is; then the item's id, a slash and its sealed content."""


def responses_body(request: ModelRequest, model: Model, effort: str) -> Json:
    """The parameters of the call; nothing is kept at the vendor."""
    body: Json = {
        "model": request.model,
        "input": [item for message in request.messages for item in _items(message)],
        "max_output_tokens": min(request.max_output_tokens, model.max_output_tokens),
        "store": False,
    }
    if request.system:
        body["instructions"] = request.system
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.session:
        body["prompt_cache_key"] = request.session
    if model.thinking == "effort":
        body["include"] = ["reasoning.encrypted_content"]
        chosen = {"effort": effort} if effort else {}
        body["reasoning"] = chosen | ({} if effort == "none" else {"summary": "auto"})
    return body


def _tool(tool: ToolSpec) -> Json:
    shared = {"name": tool.name, "description": tool.description, "parameters": tool.schema}
    return {"type": "function", "strict": False, **shared}


def _items(message: Message) -> Iterator[Json]:
    """Reasoning goes back sealed, and only before what it led to: alone it is refused."""
    for number, part in enumerate(message.parts):
        if isinstance(part, Text):
            if part.text:
                yield {"role": message.role, "content": part.text}
        elif isinstance(part, ToolCall):
            arguments = encode(part.arguments).decode()
            shared = {"call_id": part.id, "name": part.name, "arguments": arguments}
            yield {"type": "function_call", **shared}
        elif isinstance(part, Observation):
            output = f"Error: {part.output}" if part.is_error else part.output
            yield {"type": "function_call_output", "call_id": part.call_id, "output": output}
        elif any(isinstance(later, Text | ToolCall) for later in message.parts[number:]):
            yield from _reasoning(part)


def _reasoning(part: Thinking) -> Iterator[Json]:
    """Nothing of another vendor, and nothing without a seal: the vendor has kept nothing of it."""
    if not part.signature.startswith(_SIGNED):
        return
    identity, _, sealed = part.signature.removeprefix(_SIGNED).partition("/")
    if sealed:
        summary = [{"type": "summary_text", "text": part.text}] if part.text else []
        item: Json = {"id": identity, "summary": summary, "encrypted_content": sealed}
        yield {"type": "reasoning", **item}


class ResponsesAnswer:
    """Puts the events of one stream together."""

    def __init__(self, place: Place) -> None:
        self.is_over = False
        self._place = place
        self._parts: list[Part] = []
        self._closed: set[int] = set()
        self._reason = "end"
        self._usage = Usage()

    def take(self, event: Any) -> Iterator[Delta]:
        """What a listener sees of it. Raises what is told of a failure."""
        kind = event.type
        if kind in (*_TEXTS, *_THOUGHTS):
            if event.delta and event.output_index not in self._closed:
                yield TextDelta(event.delta) if kind in _TEXTS else ThinkingDelta(event.delta)
        elif kind == "response.reasoning_summary_part.added" and event.summary_index:
            yield ThinkingDelta("\n\n")
        elif kind == "response.output_item.done":
            self._closed.add(event.output_index)
            self._add(event.item)
        elif kind in ("response.completed", "response.incomplete"):
            self._end(event.response)
        elif kind == "response.failed":
            error = event.response.error
            raise _told(error.code if error else "", error.message if error else "it failed")
        elif kind == "error":
            raise _told(event.code or "", event.message or "")

    def finished(self, request: ModelRequest, model: Model) -> Finished:
        """The whole step. Raises ProviderError where it is none."""
        if not self.is_over:
            raise self._place.cut_off()
        return whole_step(
            request, model, self._place, self._parts, reason=self._reason, usage=self._usage
        )

    def _add(self, item: Any) -> None:
        if item.type == "message":
            for content in item.content:
                is_refusal = content.type == "refusal"
                self._parts.append(Text(content.refusal if is_refusal else content.text))
                self._reason = "refused" if is_refusal else self._reason
        elif item.type == "function_call":
            arguments = read_arguments(item.arguments)
            self._parts.append(ToolCall(item.call_id, item.name, arguments))
        elif item.type == "reasoning":
            text = "\n\n".join(part.text for part in item.summary)
            signature = f"{_SIGNED}{item.id}/{item.encrypted_content or ''}"
            self._parts.append(Thinking(text, signature))

    def _end(self, response: Any) -> None:
        self.is_over = True
        if response.status == "incomplete" and self._reason == "end":
            why = response.incomplete_details.reason if response.incomplete_details else ""
            self._reason = "refused" if why == "content_filter" else "length"
        if (usage := response.usage) is not None:
            details = usage.input_tokens_details
            self._usage = Usage(
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cache_read_tokens=getattr(details, "cached_tokens", 0) or 0,
                cache_write_tokens=getattr(details, "cache_write_tokens", 0) or 0,
            )


def _told(code: str, words: str) -> openai.APIError:
    """A failure within the stream, as the SDK itself would raise it."""
    import httpx2  # noqa: PLC0415  # the transport that the SDK brings

    request = httpx2.Request("POST", "https://api.openai.com/v1/responses")
    return openai.APIError(words, request, body={"code": code, "message": words})
