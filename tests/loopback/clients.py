"""The vendors' own clients, driven alike, so that one table of cases tests all wires."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
QUESTION = [{"role": "user", "content": "Where is the parser?"}]
PARAMETERS = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
TIMEOUT_S = 2.0


@dataclass
class Heard:
    """What a client made of an answer."""

    text: str = ""
    thinking: str = ""
    refusal: str = ""
    signature: str = ""
    calls: list[Json] = field(default_factory=list)
    """Each with id, name and arguments (the text, or the object with Ollama)."""
    stop: str = ""
    usage: Json = field(default_factory=dict)
    """Input (all of it), output, cache_read, cache_write, as far as the wire tells them."""
    n_deltas: int = 0
    events: list[str] = field(default_factory=list)
    """Types of the events, in their order."""


def anthropic_client(url: str, timeout_s: float = TIMEOUT_S, retries: int = 0) -> Any:
    """Anthropic's."""
    import anthropic

    return anthropic.Anthropic(
        base_url=url, api_key="loopback", timeout=timeout_s, max_retries=retries
    )


def openai_client(url: str, timeout_s: float = TIMEOUT_S, retries: int = 0) -> Any:
    """OpenAI's."""
    import openai

    return openai.OpenAI(
        base_url=f"{url}/v1", api_key="loopback", timeout=timeout_s, max_retries=retries
    )


def ollama_client(url: str, timeout_s: float = TIMEOUT_S) -> Any:
    """Ollama's."""
    import ollama

    return ollama.Client(url, timeout=timeout_s)


def ask_anthropic(url: str, heard: Heard, *, stream: bool = True, **more: Any) -> None:
    """One question through Messages."""
    tools = [{"name": "read", "description": "Read.", "input_schema": PARAMETERS}]
    asked = {"model": "claude-loopback", "max_tokens": 999, "messages": QUESTION, "tools": tools}
    with anthropic_client(url) as client:
        if not stream:
            message_of(client.messages.create(**{**asked, **more}), heard)
            return
        with client.messages.stream(**{**asked, **more}) as events:
            for event in events:
                heard.events.append(event.type)
                heard.text += event.text if event.type == "text" else ""
                heard.n_deltas += event.type == "content_block_delta"
            heard.text = ""
            message_of(events.get_final_message(), heard)


def message_of(message: Any, heard: Heard) -> None:
    """What a whole message says."""
    for block in message.content:
        if block.type == "text":
            heard.text += block.text
        elif block.type == "thinking":
            heard.thinking += block.thinking
            heard.signature = block.signature
        else:
            heard.calls.append({"id": block.id, "name": block.name, "arguments": block.input})
    heard.stop = message.stop_reason or ""
    heard.refusal = (message.stop_details and message.stop_details.explanation) or ""
    usage = message.usage
    read, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    heard.usage = {
        "input": usage.input_tokens + read + written,
        "output": usage.output_tokens,
        "cache_read": read,
        "cache_write": written,
    }


def ask_responses(url: str, heard: Heard, *, stream: bool = True, **more: Any) -> None:
    """One question through Responses."""
    tool = {"type": "function", "name": "read", "parameters": PARAMETERS, "strict": False}
    asked = {"model": "gpt-loopback", "input": QUESTION, "tools": [tool], "store": False, **more}
    with openai_client(url) as client:
        if not stream:
            response_of(client.responses.create(**asked), heard)
            return
        with client.responses.stream(**asked) as events:
            for event in events:
                heard.events.append(event.type)
                heard.n_deltas += event.type.endswith(".delta")
                heard.text += event.delta if event.type == "response.output_text.delta" else ""
                if event.type in ("response.completed", "response.incomplete"):
                    heard.text = ""
                    response_of(event.response, heard)


def response_of(response: Any, heard: Heard) -> None:
    """What a whole response says."""
    for item in response.output:
        if item.type == "reasoning":
            heard.thinking += "".join(part.text for part in item.summary)
            heard.signature = item.encrypted_content or ""
        elif item.type == "function_call":
            heard.calls.append({"id": item.call_id, "name": item.name, "arguments": item.arguments})
        else:
            heard.text += "".join(part.text for part in item.content if part.type == "output_text")
            heard.refusal += "".join(p.refusal for p in item.content if p.type == "refusal")
    cut = response.incomplete_details
    heard.stop = cut.reason if cut else response.status
    heard.usage = {
        "input": response.usage.input_tokens,
        "output": response.usage.output_tokens,
        "cache_read": response.usage.input_tokens_details.cached_tokens,
        "cache_write": response.usage.input_tokens_details.cache_write_tokens,
    }


def ask_chat(url: str, heard: Heard, *, stream: bool = True, **more: Any) -> None:
    """One question through Chat Completions."""
    tool = {"type": "function", "function": {"name": "read", "parameters": PARAMETERS}}
    asked = {"model": "gpt-loopback", "messages": QUESTION, "tools": [tool], **more}
    with openai_client(url) as client:
        if not stream:
            completion_of(client.chat.completions.create(**asked), heard)
            return
        options = {"include_usage": True}
        for chunk in client.chat.completions.create(**asked, stream=True, stream_options=options):
            heard.events.append(chunk.object)
            chunk_of(chunk, heard)


def chunk_of(chunk: Any, heard: Heard) -> None:
    """What one chunk adds."""
    for choice in chunk.choices:
        delta = choice.delta
        heard.text += delta.content or ""
        heard.refusal += delta.refusal or ""
        heard.thinking += getattr(delta, "reasoning_content", None) or ""
        heard.n_deltas += 1
        heard.stop = choice.finish_reason or heard.stop
        for call in delta.tool_calls or []:
            if call.id:
                heard.calls.append({"id": call.id, "name": call.function.name, "arguments": ""})
            heard.calls[call.index]["arguments"] += call.function.arguments or ""
    if chunk.usage:
        heard.usage = chat_usage(chunk.usage)


def completion_of(completion: Any, heard: Heard) -> None:
    """What a whole completion says."""
    choice = completion.choices[0]
    heard.text = choice.message.content or ""
    heard.refusal = choice.message.refusal or ""
    heard.thinking = getattr(choice.message, "reasoning_content", None) or ""
    heard.stop = choice.finish_reason
    heard.usage = chat_usage(completion.usage)
    for call in choice.message.tool_calls or []:
        function = call.function
        heard.calls.append({"id": call.id, "name": function.name, "arguments": function.arguments})


def chat_usage(usage: Any) -> Json:
    """Tokens."""
    return {
        "input": usage.prompt_tokens,
        "output": usage.completion_tokens,
        "cache_read": usage.prompt_tokens_details.cached_tokens,
    }


def ask_ollama(url: str, heard: Heard, *, stream: bool = True, **more: Any) -> None:
    """One question through Ollama's chat."""
    tool = {"type": "function", "function": {"name": "read", "parameters": PARAMETERS}}
    asked = {"model": "qwen3:8b", "messages": QUESTION, "tools": [tool], **more}
    with ollama_client(url) as client:
        if not stream:
            line_of(client.chat(**asked), heard)
            return
        for line in client.chat(**asked, stream=True):
            heard.events.append("done" if line.done else "line")
            line_of(line, heard)


def line_of(line: Any, heard: Heard) -> None:
    """What one line adds."""
    heard.text += line.message.content or ""
    heard.thinking += line.message.thinking or ""
    heard.n_deltas += 1
    for call in line.message.tool_calls or []:
        function = call.function
        heard.calls.append({"name": function.name, "arguments": dict(function.arguments)})
    if line.done:
        heard.stop = line.done_reason
        heard.usage = {"input": line.prompt_eval_count, "output": line.eval_count}


ASK: dict[str, Callable[..., None]] = {
    "anthropic": ask_anthropic,
    "responses": ask_responses,
    "chat": ask_chat,
    "ollama": ask_ollama,
}
"""Wire to one question through its vendor's own client; what was heard before an error stays."""
