"""Each wire is what its vendor's own client and types take it for."""

import pytest
from loopback import Stop, Usage, answer, call, model_server, thought
from loopback.clients import ASK, Heard
from loopback.raw import events, post
from pydantic import BaseModel, TypeAdapter

USAGE = Usage(input=100, output=20, cache_read=50, cache_write=7, thinking=4)
FULL = answer(
    thought("Let me look."),
    "Größe: I look into both files. ",
    call("read", path="src/größe.py"),
    call("read", path="src/größe.py"),
    usage=USAGE,
)
STOPS = {
    "anthropic": {Stop.END: "end_turn", Stop.TOOLS: "tool_use", Stop.LENGTH: "max_tokens"},
    "responses": {
        Stop.END: "completed",
        Stop.TOOLS: "completed",
        Stop.LENGTH: "max_output_tokens",
    },
    "chat": {Stop.END: "stop", Stop.TOOLS: "tool_calls", Stop.LENGTH: "length"},
    "ollama": {Stop.END: "stop", Stop.TOOLS: "stop", Stop.LENGTH: "length"},
}
COUNTED = {
    "anthropic": {"input": 157, "output": 20, "cache_read": 50, "cache_write": 7},
    "responses": {"input": 157, "output": 20, "cache_read": 50, "cache_write": 7},
    "chat": {"input": 157, "output": 20, "cache_read": 50},
    "ollama": {"input": 157, "output": 20},
}


@pytest.fixture(scope="module")
def server():
    with model_server() as found:
        yield found


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("wire", ASK)
def test_the_vendors_client_hears_everything(server, wire, stream):
    server.play(FULL)
    heard = Heard()
    ASK[wire](server.url, heard, stream=stream)
    assert heard.text == "Größe: I look into both files. "
    assert heard.thinking == "Let me look."
    as_object = wire in ("anthropic", "ollama")
    arguments = {"path": "src/größe.py"} if as_object else '{"path": "src/größe.py"}'
    assert [(found["name"], found["arguments"]) for found in heard.calls] == [
        ("read", arguments)
    ] * 2
    assert len({found.get("id", id(found)) for found in heard.calls}) == 2
    assert heard.stop == STOPS[wire][Stop.TOOLS]
    assert heard.usage == COUNTED[wire]
    assert bool(heard.signature) == (wire in ("anthropic", "responses"))


@pytest.mark.parametrize("stop", [Stop.END, Stop.LENGTH])
@pytest.mark.parametrize("wire", ASK)
def test_a_stop_has_the_vendors_name(server, wire, stop):
    server.play(answer("Done.", stop=stop))
    heard = Heard()
    ASK[wire](server.url, heard)
    assert (heard.text, heard.stop) == ("Done.", STOPS[wire][stop])


QUESTION = [{"role": "user", "content": "?"}]


async def test_anthropics_asynchronous_client_hears_it(server):
    import anthropic

    server.play(FULL)
    asked = {"model": "m", "max_tokens": 9, "messages": QUESTION}
    async with (
        anthropic.AsyncAnthropic(base_url=server.url, api_key="loopback") as client,
        client.beta.messages.stream(**asked) as stream,
    ):
        message = await stream.get_final_message()
    kinds = [block.type for block in message.content]
    assert kinds == ["thinking", "text", "tool_use", "tool_use"]


async def test_openais_asynchronous_client_hears_it(server):
    import openai

    server.play(FULL, FULL)
    async with openai.AsyncOpenAI(base_url=server.openai_url, api_key="loopback") as client:
        async with client.responses.stream(model="m", input="?") as stream:
            response = await stream.get_final_response()
        async with client.chat.completions.stream(model="m", messages=QUESTION) as stream:
            completion = await stream.get_final_completion()
    kinds = [item.type for item in response.output]
    assert kinds == ["reasoning", "message", "function_call", "function_call"]
    assert [call.function.name for call in completion.choices[0].message.tool_calls] == ["read"] * 2


async def test_ollamas_asynchronous_client_hears_it(server):
    import ollama

    server.play(FULL)
    client = ollama.AsyncClient(server.url)
    lines = [line async for line in await client.chat("m", QUESTION, stream=True)]
    assert sum(len(line.message.tool_calls or ()) for line in lines) == 2
    assert lines[-1].done


def test_anthropics_events_come_in_the_documented_order(server):
    server.play(answer(thought("Hm. "), call("read", path="a")))
    _, headers, content = post(server.url, "/v1/messages", stream=True)
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["request-id"].startswith("req_")
    kinds = [(name, data.get("delta", {}).get("type")) for name, data in events(content)]
    assert kinds == [
        ("message_start", None),
        ("content_block_start", None),
        ("ping", None),
        ("content_block_delta", "thinking_delta"),
        ("content_block_delta", "thinking_delta"),
        ("content_block_delta", "signature_delta"),
        ("content_block_stop", None),
        ("content_block_start", None),
        ("content_block_delta", "input_json_delta"),
        ("content_block_delta", "input_json_delta"),
        ("content_block_delta", "input_json_delta"),
        ("content_block_stop", None),
        ("message_delta", None),
        ("message_stop", None),
    ]


def test_responses_count_their_events_and_keep_their_ids(server):
    server.play(FULL)
    _, _, content = post(server.url, "/v1/responses", stream=True)
    found = [data for _, data in events(content)]
    assert [data["sequence_number"] for data in found] == list(range(len(found)))
    assert [name for name, _ in events(content)] == [data["type"] for data in found]
    added = [data["item"]["id"] for data in found if data["type"].endswith("item.added")]
    assert added == [item["id"] for item in found[-1]["response"]["output"]]


@pytest.mark.parametrize("include", [True, False])
def test_chat_tells_usage_in_a_last_chunk_where_it_is_asked_for(server, include):
    server.play("Hello there")
    more = {"stream_options": {"include_usage": True}} if include else {}
    _, _, content = post(server.url, "/v1/chat/completions", stream=True, **more)
    chunks = [data for _, data in events(content)]
    assert content.endswith(b"data: [DONE]\n\n")
    assert [bool(data["choices"]) for data in chunks] == [True] * 4 + [False] * include
    assert [data.get("usage", "absent") for data in chunks[:4]] == [
        None if include else "absent"
    ] * 4


def test_ollama_streams_unless_it_is_told_not_to(server):
    server.play("Hello there", "Hello there")
    _, headers, content = post(server.url, "/api/chat")
    assert headers["content-type"] == "application/x-ndjson"
    assert [data["done"] for _, data in events(content)] == [False, False, True]
    _, headers, content = post(server.url, "/api/chat", stream=False)
    assert headers["content-type"] == "application/json"
    assert events(content)[0][1]["message"]["content"] == "Hello there"


def test_ollama_cuts_a_prompt_at_its_window_without_a_word(server):
    server.play("Yes", "Yes")
    long = [{"role": "user", "content": "word " * 4000}]
    _, _, content = post(server.url, "/api/chat", messages=long)
    assert events(content)[-1][1]["prompt_eval_count"] == 4096
    _, _, content = post(server.url, "/api/chat", messages=long, options={"num_ctx": 16384})
    assert 4096 < events(content)[-1][1]["prompt_eval_count"] < 16384


def unknown_fields(value, at=""):
    """Names that the vendor's types do not have, however deep."""
    if isinstance(value, list):
        return [name for inner in value for name in unknown_fields(inner, at)]
    if not isinstance(value, BaseModel):
        return []
    inner = [(name, getattr(value, name)) for name in type(value).model_fields]
    found = [f"{at}{name}" for name in value.model_extra or {}]
    return found + [name for key, part in inner for name in unknown_fields(part, f"{at}{key}.")]


def types_of(wire):
    """The vendor's types for an event and for a whole answer."""
    if wire == "anthropic":
        from anthropic.types import Message, RawMessageStreamEvent

        return RawMessageStreamEvent, Message
    if wire == "responses":
        from openai.types.responses import Response, ResponseStreamEvent

        return ResponseStreamEvent, Response
    if wire == "chat":
        from openai.types.chat import ChatCompletion, ChatCompletionChunk

        return ChatCompletionChunk, ChatCompletion
    from ollama import ChatResponse

    return ChatResponse, ChatResponse


PATHS = {
    "anthropic": "/v1/messages",
    "responses": "/v1/responses",
    "chat": "/v1/chat/completions",
    "ollama": "/api/chat",
}
BESIDES = {
    "choices.delta.reasoning_content": "compatible servers' own",
    "choices.message.reasoning_content": "compatible servers' own",
    "response.store": "sent, but not typed",
    "store": "sent, but not typed",
}
"""Fields that the vendor's types do not have, and why they are sent."""


@pytest.mark.parametrize("wire", PATHS)
def test_every_event_and_body_is_valid_by_the_vendors_types(server, wire):
    event, whole = types_of(wire)
    server.play(FULL, FULL, answer("a", stop=Stop.LENGTH))
    more = {"stream_options": {"include_usage": True}} if wire == "chat" else {}
    _, _, content = post(server.url, PATHS[wire], stream=True, **more)
    found = [data for name, data in events(content) if name != "ping"]
    values = [TypeAdapter(event).validate_python(data) for data in found]
    _, _, content = post(server.url, PATHS[wire], stream=False)
    values.append(TypeAdapter(whole).validate_json(content))
    _, _, content = post(server.url, PATHS[wire], stream=False)
    values.append(TypeAdapter(whole).validate_json(content))
    assert set(unknown_fields(values)) <= set(BESIDES)
