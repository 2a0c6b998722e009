"""A request that a vendor would refuse is refused here too, in its words."""

import json

import pytest
from loopback import model_server
from loopback.raw import post

ASK = {"role": "user", "content": "Look."}
USE = {"type": "tool_use", "id": "t1", "name": "read", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "x"}
SAYS = {"role": "assistant", "content": [USE]}
CALLS = {
    "role": "assistant",
    "tool_calls": [{"id": "c1", "function": {"name": "a", "arguments": "{}"}}],
}
MARK = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": ""}

MESSAGES, RESPONSES = "/v1/messages", "/v1/responses"
CHAT, OLLAMA = "/v1/chat/completions", "/api/chat"
REFUSED = [
    (MESSAGES, {"messages": []}, "at least one message"),
    (MESSAGES, {"messages": [ASK, SAYS]}, "without `tool_result`"),
    (MESSAGES, {"messages": [ASK, SAYS, ASK]}, "without `tool_result`"),
    (MESSAGES, {"messages": [{"role": "user", "content": [RESULT]}]}, "unexpected `tool_use_id`"),
    (MESSAGES, {"messages": [ASK, {**SAYS, "content": [USE, USE]}]}, "ids must be unique"),
    (MESSAGES, {"messages": [{"role": "user", "content": " "}]}, "must be non-empty"),
    (MESSAGES, {"messages": [ASK, {**SAYS, "content": [THOUGHT]}]}, "signature: Field required"),
    (MESSAGES, {"tools": [{"name": "a"}, {"name": "a"}]}, "names must be unique"),
    (MESSAGES, {"thinking": {"type": "enabled", "budget_tokens": 1024}}, "greater than"),
    (MESSAGES, {"system": [MARK] * 5}, "Found 5"),
    (CHAT, {"messages": []}, "Missing required parameter"),
    (CHAT, {"messages": [ASK, CALLS]}, "did not have response messages: c1"),
    (CHAT, {"messages": [ASK, CALLS, ASK]}, "did not have response messages: c1"),
    (CHAT, {"messages": [{"role": "tool", "tool_call_id": "c1"}]}, "role 'tool'"),
    (RESPONSES, {"input": []}, "Missing required parameter"),
    (RESPONSES, {"input": [{"type": "function_call", "call_id": "c1"}]}, "No tool output found"),
    (
        RESPONSES,
        {"input": [{"type": "function_call_output", "call_id": "c"}]},
        "No tool call found",
    ),
    (OLLAMA, {"model": ""}, "model is required"),
    (OLLAMA, {"messages": [CALLS]}, "cannot unmarshal string"),
]
TOOL = {"role": "tool", "tool_call_id": "c1", "content": "x"}
FINE = [
    (MESSAGES, {"messages": [ASK, SAYS, {"role": "user", "content": [RESULT]}]}),
    (MESSAGES, {"system": [MARK] * 4}),
    (CHAT, {"messages": [ASK, CALLS, TOOL, ASK]}),
    (
        RESPONSES,
        {
            "input": [
                {"type": "function_call", "call_id": "c"},
                {"type": "function_call_output", "call_id": "c"},
            ]
        },
    ),
]


@pytest.fixture(scope="module")
def server():
    with model_server() as found:
        yield found


@pytest.mark.parametrize(("path", "more", "words"), REFUSED)
def test_a_wrong_request_is_refused(server, path, more, words):
    server.otherwise = "never said"
    status, _, content = post(server.url, path, **more)
    error = json.loads(content)["error"]
    assert status == 400
    assert words in (error if isinstance(error, str) else error["message"])


@pytest.mark.parametrize(("path", "more"), FINE)
def test_a_right_request_is_answered(server, path, more):
    server.otherwise = "said"
    assert post(server.url, path, **more)[0] == 200


@pytest.mark.parametrize(
    ("headers", "status"), [({"x-api-key": ""}, 401), ({"anthropic-version": "2023-06-01"}, 200)]
)
def test_anthropic_wants_a_key(server, headers, status):
    server.otherwise = "said"
    assert post(server.url, MESSAGES, headers=headers)[0] == status
