"""Ollama's own chat on the official SDK, with an explicit context window."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from typing import Any

import httpx
import ollama
from msgspec.json import encode

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
from agentxd.plugins.providers.vendors import OLLAMA, Endpoint
from agentxd.plugins.providers.worker.answers import Seen, whole_step
from agentxd.plugins.providers.worker.draining import drained
from agentxd.plugins.providers.worker.troubles import Place, retry_after
from agentxd.plugins.providers.worker.trust import LateTrust, is_secure

Json = dict[str, Any]
_CONNECT_S = 10.0
_KEEP_S = 120.0
_BYTES_PER_TOKEN = 4
_LEAST_SHARE = 4
"""A prompt of which less than a quarter of the estimate was read was cut."""
_SHORT_TOKENS = 64
"""Below this an estimate says nothing."""
_MUCH_LESS = 0.6
"""A prompt too long for the window, of which less than this share was read, was cut."""
_WORDS = {"role", "content", "thinking"}
_SIGNED = "ollama/"
"""Before a signature: whose it is."""


class OllamaAdapter:
    """One server."""

    def __init__(self, endpoint: Endpoint, url: str, key: str) -> None:
        self._endpoint = endpoint
        self._place = Place(OLLAMA, url, key)
        self._client = ollama.AsyncClient(
            host=url or None,
            timeout=httpx.Timeout(endpoint.stall_s, connect=_CONNECT_S),
            limits=httpx.Limits(
                max_connections=1_000, max_keepalive_connections=100, keepalive_expiry=_KEEP_S
            ),
            headers={"authorization": f"Bearer {key}"} if key else None,
            verify=LateTrust(httpx.create_ssl_context, is_soon=bool(url) and is_secure(url)),
        )
        self._bytes_per_token: dict[str, float] = {}
        """Of each model, measured where the prompt was certainly read as a whole."""

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        """One attempt."""
        name = request.model or await self._first()
        model = find_model("ollama", name)
        window = self._endpoint.context_tokens or model.context_tokens
        body = chat_body(request, model, request.effort or self._endpoint.effort, window)
        answer = _Answer()
        # chat() of the SDK does not know `truncate`, and checks a piece of text as a whole answer
        as_line: Any = _line
        lines: Any = await self._client._request(  # noqa: SLF001
            as_line,
            "POST",
            "/api/chat",
            json={"model": name, **body, "stream": True},
            stream=True,
        )
        async with aclosing(lines):
            async for line in lines:
                for delta in answer.take(line):
                    yield delta
                if answer.last is not None:
                    await drained(lines)
                    break
        finished = answer.finished(request, model, self._place)
        self._check_whole(name, _size(body), finished.usage.input_tokens, window)
        yield finished

    async def models(self) -> tuple[str, ...]:
        """Names of the models that were pulled."""
        found = await self._client.list()
        return tuple(model.model for model in found.models if model.model)

    def trouble(self, error: Exception, model: str) -> ProviderError:
        """In words for a person."""
        if isinstance(error, ollama.ResponseError):
            words = _said(error.error)
            is_inside = error.status_code < 400  # noqa: PLR2004  # told in the middle of a stream
            inside = 503 if "overloaded" in words.lower() else 500
            status = inside if is_inside else error.status_code
            answer = getattr(error.__context__, "response", None)  # the SDK itself tells no headers
            later = retry_after(getattr(answer, "headers", None))
            found = self._place.of_status(status, model, words, retry_after_s=later)
            if "does not support" in words:
                found.next_step = "choose a model that does: agentxd models ollama"
            if found.kind == "model":
                found.next_step = f"fetch it: ollama pull {model}; or name another one with --model"
            return found
        if found_there := self._place.of_network(error):
            return found_there
        if isinstance(error, ValueError):  # JSON, UTF-8 and pydantic's
            return self._place.malformed(str(error))
        return self._place.broken(error)

    def _check_whole(self, name: str, n_bytes: int, n_read: int, window: int) -> None:
        """Raise ProviderError where the server read less than it was sent.

        Older servers do that without a word; newer ones refuse, because `truncate` is off.
        """
        if n_read > 0 and n_bytes <= window:  # a token is a byte at least
            self._bytes_per_token[name] = n_bytes / n_read
        measured = n_bytes / self._bytes_per_token.get(name, n_bytes)
        estimated = n_bytes // _BYTES_PER_TOKEN
        is_full = n_read >= window
        is_little = estimated > _SHORT_TOKENS and 0 < n_read < estimated // _LEAST_SHARE
        is_less = measured > window and 0 < n_read < measured * _MUCH_LESS
        if is_full or is_little or is_less:
            raise ProviderError(
                f"Ollama cut the conversation: about {max(estimated, int(measured))} tokens were"
                f" sent, {n_read} were read (window: {window}).",
                "raise it: agentxd config set provider.ollama.context N; or choose a model with a"
                " larger window",
                kind="prompt_too_long",
            )

    async def _first(self) -> str:
        """The model that was changed last. Raises ProviderError where none was pulled."""
        names = await self.models()
        if not names:
            raise ProviderError(
                "Ollama has no model yet.", "fetch one: ollama pull qwen3", kind="model"
            )
        return names[0]


def _said(error: object) -> str:
    """The SDK hands on what stands under `error`; servers of other kinds put an object there."""
    if isinstance(error, dict):
        error = error.get("message") or error
    return str(error)


def chat_body(request: ModelRequest, model: Model, effort: str, window: int) -> Json:
    """The parameters of the call."""
    system = [{"role": "system", "content": request.system}] if request.system else []
    names = _names(request)
    items = [item for message in request.messages for item in _items(message, names)]
    limit = min(request.max_output_tokens, model.max_output_tokens)
    body: Json = {
        "messages": [*system, *items],
        "options": {"num_ctx": window, "num_predict": limit},
        "truncate": False,
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if model.thinking and effort:  # without a word each model does as it is used to
        body["think"] = (
            effort if model.thinking == "effort" and effort != "none" else effort != "none"
        )
    return body


def _names(request: ModelRequest) -> Mapping[str, str]:
    """Call id to tool: this wire matches results by the name of the tool."""
    parts = (part for message in request.messages for part in message.parts)
    return {part.id: part.name for part in parts if isinstance(part, ToolCall)}


def _tool(tool: ToolSpec) -> Json:
    shared = {"name": tool.name, "description": tool.description, "parameters": tool.schema}
    return {"type": "function", "function": shared}


def _items(message: Message, names: Mapping[str, str]) -> Iterator[Json]:
    text = "\n\n".join(part.text for part in message.parts if isinstance(part, Text) and part.text)
    calls = [
        {"function": {"name": part.name, "arguments": part.arguments}}
        for part in message.parts
        if isinstance(part, ToolCall)
    ]
    for part in message.parts:
        if isinstance(part, Observation):
            content = f"Error: {part.output}" if part.is_error else part.output
            tool = names.get(part.call_id, "")
            yield {"role": "tool", "content": content, "tool_name": tool}
    if calls or text:
        more: Json = {"tool_calls": calls, **_thoughts(message)} if calls else {}
        yield {"role": message.role, "content": text, **more}


def _thoughts(message: Message) -> Json:
    """Reasoning before calls goes back: models that think between them were taught so."""
    found = [part for part in message.parts if isinstance(part, Thinking)]
    own = [part.text for part in found if part.signature.startswith(_SIGNED)]
    return {"thinking": "".join(own)} if own else {}


def _size(body: Json) -> int:
    """Bytes of the prompt."""
    return len(encode((body["messages"], body.get("tools", []))))


def _line(**fields: Any) -> Any:
    """A line of the stream; the SDK checks all but mere words, which are nearly all of them.

    Raises ValueError for one that is none.
    """
    message = fields.get("message")
    is_plain = (
        isinstance(message, dict)
        and not fields.get("done")
        and message.keys() <= _WORDS
        and all(isinstance(value, str) for value in message.values())
    )
    return Seen(fields) if is_plain else ollama.ChatResponse(**fields)


class _Answer:
    """Puts the lines of one stream together."""

    def __init__(self) -> None:
        self.last: Any = None
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self._calls: list[tuple[str, Json]] = []

    def take(self, line: Any) -> Iterator[Delta]:
        """What a listener sees of it."""
        message = line.message
        for call in message.tool_calls or ():
            self._calls.append((call.function.name, dict(call.function.arguments)))
        if line.done:
            self.last = line
        if message.thinking:
            self._thoughts.append(message.thinking)
            yield ThinkingDelta(message.thinking)
        if message.content:
            self._texts.append(message.content)
            yield TextDelta(message.content)

    def finished(self, request: ModelRequest, model: Model, place: Place) -> Finished:
        """The whole step. Raises ProviderError where it is none."""
        if self.last is None:
            raise place.cut_off()
        usage = Usage(self.last.prompt_eval_count or 0, self.last.eval_count or 0)
        thought = "".join(self._thoughts)
        parts: list[Part] = [Thinking(thought, _SIGNED)] if thought else []
        parts.append(Text("".join(self._texts)))
        for number, (name, arguments) in enumerate(self._calls):
            parts.append(ToolCall(f"call_{len(request.messages)}_{number}", name, arguments))
        reason = "length" if self.last.done_reason == "length" else "end"
        return whole_step(request, model, place, parts, reason=reason, usage=usage)
