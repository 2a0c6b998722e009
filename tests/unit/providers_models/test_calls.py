"""One healthy call on each wire: what is sent, what is heard, what it costs."""

import pytest
from agentxd.kernel.messages import (
    Message,
    Observation,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolCall,
)
from loopback import Usage, answer, call, thought
from wires import WIRES, endpoint, hear, request

pytestmark = pytest.mark.asyncio(loop_scope="module")

USAGE = Usage(input=1_000, output=50, cache_read=4_000, cache_write=0)


@pytest.mark.parametrize("wire", WIRES)
async def test_text_thinking_and_calls_come_as_deltas_and_as_a_message(host, server, wire):
    server.play(
        answer(thought("I should look."), "Let me look.", call("read", path="a.py"), usage=USAGE)
    )
    heard = await hear(host, endpoint(wire, server.url), request(wire))
    assert heard.error is None
    kinds = [type(delta) for delta in heard.deltas]
    assert kinds == [ThinkingDelta] * 3 + [TextDelta] * 3
    thinking, text, wish = heard.finished.message.parts
    assert thinking.text == "I should look."
    assert text == Text("Let me look.")
    assert (wish.name, wish.arguments) == ("read", {"path": "a.py"})
    assert wish.id
    assert heard.finished.stop_reason == "tool_calls"


COSTS = {
    # micro-dollars: 1,000 fresh, 4,000 out of the cache, 50 answered
    "anthropic": (5_000, 4_000, 1_000 * 4 + 4_000 * 0.4 + 50 * 20),
    "responses": (5_000, 4_000, 1_000 * 2 + 4_000 * 0.2 + 50 * 10),
    "chat": (5_000, 4_000, 1_000 * 2 + 4_000 * 0.2 + 50 * 10),
    "ollama": (5_000, 0, 0),
}


@pytest.mark.parametrize("wire", WIRES)
async def test_usage_holds_the_cache_and_the_price(host, server, wire):
    server.play(answer("Yes.", usage=USAGE))
    usage = (await hear(host, endpoint(wire, server.url), request(wire))).finished.usage
    assert (usage.input_tokens, usage.cache_read_tokens, usage.cost_micros) == COSTS[wire]
    assert usage.output_tokens == 50


@pytest.mark.parametrize("wire", WIRES)
async def test_the_next_step_sends_everything_back(host, server, wire):
    server.play(answer(thought("Look."), call("read", path="a.py")), answer("Done."))
    where = endpoint(wire, server.url)
    first = (await hear(host, where, request(wire))).finished.message
    wish = first.parts[-1]
    results = Message("tool", (Observation(wish.id, "x = 1"),))
    nudge = Message("user", (Text("Be brief."),))
    start = request(wire).messages[0]
    heard = await hear(host, where, request(wire, start, first, results, nudge))
    assert heard.error is None
    assert heard.finished.message.parts == (Text("Done."),)
    sent = str(server.requests[-1].body)
    assert "x = 1" in sent
    assert "Be brief." in sent
    assert ("EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk=" in sent) == (
        wire in ("anthropic", "responses")
    )


@pytest.mark.parametrize("wire", WIRES)
async def test_thinking_of_another_vendor_is_left_out(host, server, wire):
    server.play(answer("Done."))
    foreign = Thinking("secret thoughts", "elsewhere/abc")
    said = Message("assistant", (foreign, ToolCall("c1", "read", {"path": "a.py"})))
    result = Message("tool", (Observation("c1", "x", is_error=True),))
    start = request(wire).messages[0]
    heard = await hear(host, endpoint(wire, server.url), request(wire, start, said, result))
    assert heard.error is None
    assert "secret thoughts" not in str(server.requests[-1].body)


@pytest.mark.parametrize("wire", WIRES)
async def test_silence_after_a_result_is_an_end(host, server, wire):
    server.play(answer(usage=USAGE))
    said = Message("assistant", (ToolCall("c1", "read", {"path": "a.py"}),))
    result = Message("tool", (Observation("c1", "x"),))
    start = request(wire).messages[0]
    heard = await hear(host, endpoint(wire, server.url), request(wire, start, said, result))
    assert heard.finished.message.parts == ()
    assert heard.finished.stop_reason == "end"


async def sent(host, server, wire, **changes):
    server.play(answer("Yes."))
    wanted = request(wire, **changes.pop("request", {}))
    await hear(host, endpoint(wire, server.url, **changes), wanted)
    return server.requests[-1].body


async def test_anthropic_caches_the_fixed_part_and_the_conversation(host, server):
    body = await sent(host, server, "anthropic")
    mark = {"type": "ephemeral"}
    assert body["system"][-1]["cache_control"] == mark
    assert body["tools"][-1]["cache_control"] == mark
    assert body["messages"][-1]["content"][-1]["cache_control"] == mark
    assert body["thinking"] == {"type": "adaptive", "display": "summarized"}


async def test_anthropic_thinks_as_hard_as_it_is_told(host, server):
    body = await sent(host, server, "anthropic", effort="high")
    assert body["output_config"] == {"effort": "high"}
    body = await sent(host, server, "anthropic", effort="high", request={"effort": "none"})
    assert "thinking" not in body


async def test_responses_keep_nothing_at_the_vendor(host, server):
    body = await sent(host, server, "responses", effort="low", request={"session": "t7"})
    assert body["store"] is False
    assert body["include"] == ["reasoning.encrypted_content"]
    assert body["reasoning"] == {"effort": "low", "summary": "auto"}
    assert body["prompt_cache_key"] == "t7"


async def test_chat_asks_compatible_servers_in_words_that_they_know(host, server):
    body = await sent(host, server, "chat", request={"max_output_tokens": 100})
    assert body["max_tokens"] == 100
    assert body["stream_options"] == {"include_usage": True}
    assert "reasoning_effort" not in body


async def test_ollama_gets_its_window_told(host, server):
    body = await sent(host, server, "ollama", context_tokens=8_192)
    assert body["options"]["num_ctx"] == 8_192
    assert body["tools"][0]["function"]["parameters"]["required"] == ["path"]
    body = await sent(host, server, "ollama")
    assert body["options"]["num_ctx"] == 32_768


@pytest.mark.parametrize("wire", WIRES)
async def test_a_server_tells_its_models(host, server, wire):
    names = await host.models(endpoint(wire, server.url))
    assert names == ("claude-loopback", "gpt-loopback", "qwen3:8b")


async def test_ollama_without_a_named_model_takes_the_first(host, server):
    server.play(answer("Yes."))
    wanted = request("ollama")
    heard = await hear(
        host, endpoint("ollama", server.url), type(wanted)("", "", wanted.messages, ())
    )
    assert heard.error is None
    assert server.requests[-1].body["model"] == "claude-loopback"
