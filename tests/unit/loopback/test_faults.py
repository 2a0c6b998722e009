"""Every fault of the table surfaces in each vendor's own client, as the error or the words it is."""

import http.client
import json
import ssl

import pytest
from loopback import FAULTS, fault, model_server
from loopback.clients import ASK, Heard, anthropic_client, openai_client
from loopback.faults import Refused
from loopback.raw import events, post


def on(anthropic, openai, ollama):
    """What happens at each wire."""
    return {"anthropic": anthropic, "responses": openai, "chat": openai, "ollama": ollama}


def status(anthropic, openai="APIStatusError"):
    """An error that each client names in its own way."""
    return on(anthropic, openai, "ResponseError")


ENDED = {"anthropic": "end_turn", "responses": "completed", "chat": "stop", "ollama": "stop"}
CALLED = {**ENDED, "anthropic": "tool_use", "chat": "tool_calls"}
OUT_OF_TOKENS = {
    "anthropic": "max_tokens",
    "responses": "max_output_tokens",
    "chat": "length",
    "ollama": "length",
}
NO_CONNECTION = on("APIConnectionError", "APIConnectionError", "ConnectError")
NO_JSON = on("JSONDecodeError", "JSONDecodeError", "JSONDecodeError")
SERVER_ERROR = status("InternalServerError", "InternalServerError")

SURFACES = {
    "400": status("BadRequestError", "BadRequestError"),
    "400_context": status("BadRequestError", "BadRequestError"),
    "401": status("AuthenticationError", "AuthenticationError"),
    "402": status("PaymentRequiredError"),
    "403": status("PermissionDeniedError", "PermissionDeniedError"),
    "404_model": status("NotFoundError", "NotFoundError"),
    "408": status("RequestTimeoutError"),
    "409": status("ConflictError", "ConflictError"),
    "413": status("ContentTooLargeError"),
    "422": status("UnprocessableEntityError", "UnprocessableEntityError"),
    "429": status("RateLimitError", "RateLimitError"),
    "429_retry_after": status("RateLimitError", "RateLimitError"),
    "429_quota": status("RateLimitError", "RateLimitError"),
    "500": SERVER_ERROR,
    "502": SERVER_ERROR,
    "502_html": SERVER_ERROR,
    "503": status("ServiceUnavailableError", "InternalServerError"),
    "504": status("GatewayTimeoutError", "InternalServerError"),
    "529": status("OverloadedError", "InternalServerError"),
    # OpenAI's client takes a page for a stream without events.
    "200_html": on("AssertionError", "", "JSONDecodeError"),
    "connection_refused": NO_CONNECTION,
    "dns_failure": NO_CONNECTION,
    "tls_failure": NO_CONNECTION,
    "connection_dropped": {**NO_CONNECTION, "ollama": "RemoteProtocolError"},
    "reset_mid_stream": on("ReadError", "APIConnectionError", "ReadError"),
    "stall_mid_stream": on("ReadTimeout", "APITimeoutError", "ReadTimeout"),
    # No client tells an early end from a good one: there is just no reason to have stopped.
    "cut_mid_stream": on("", "", ""),
    "error_mid_stream": on("APIStatusError", "APIError", "ResponseError"),
    "malformed_event": NO_JSON,
    "split_utf8": ENDED,
    "huge_line": ENDED,
    "slow_drip": ENDED,
    "content_after_stop": ENDED,
    "truncated_arguments": OUT_OF_TOKENS,
    "invalid_arguments": {**CALLED, "anthropic": "ValueError"},
    "unknown_tool": CALLED,
    "duplicate_tool_ids": {**CALLED, "responses": "RuntimeError"},
    "empty_answer": ENDED,
    "refusal": {**ENDED, "anthropic": "refusal"},
    "length_stop": OUT_OF_TOKENS,
    "prompt_truncated": ENDED,
}
"""Fault to the name of the exception, or to the reason to stop where the client is content."""

SAID = {
    "split_utf8": "Größe: 5 µm – naïve café, 日本語のテキスト, and 🦊🦉 at the end.",
    "slow_drip": "The parser reads one line at a time and keeps what is left over.",
    "huge_line": "x" * 2_000_000,
    "empty_answer": "",
    "length_stop": "It begins with",
}
BEGUN = "The parser reads one line at a"
STREAMED_FIRST = (
    "reset_mid_stream",
    "stall_mid_stream",
    "cut_mid_stream",
    "error_mid_stream",
    "malformed_event",
)


@pytest.fixture(scope="module")
def server():
    with model_server() as found:
        yield found


def surfaced(wire, url, *, stream=True):
    """What one client makes of it: an exception's name or a reason to stop, and what it heard."""
    heard = Heard()
    try:
        ASK[wire](url, heard, stream=stream)
    except Exception as error:  # noqa: BLE001  # whatever it is, its name is compared
        return type(error).__name__, heard
    return heard.stop, heard


def test_the_table_is_complete():
    assert set(SURFACES) == set(FAULTS)
    assert len(FAULTS) >= 25


@pytest.mark.parametrize("wire", ASK)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_surfaces_in_the_vendors_client(server, name, wire):
    found, heard = surfaced(wire, server.stage(name))
    assert found == SURFACES[name][wire]
    assert server.n_left == 0
    if name in SAID:
        assert heard.text == SAID[name]
    if name in STREAMED_FIRST:
        assert heard.text.startswith(BEGUN)


REFUSED = [name for name, row in FAULTS.items() if isinstance(row.ill, Refused)]


@pytest.mark.parametrize(
    "path", ["/v1/messages", "/v1/chat/completions", "/v1/responses", "/api/chat"]
)
@pytest.mark.parametrize("name", REFUSED)
def test_an_error_has_the_vendors_body(server, name, path):
    server.stage(name)
    code, headers, content = post(server.url, path)
    assert code == int(name[:3])
    if name.endswith("_html"):
        assert headers["content-type"] == "text/html"
        assert content.startswith(b"<html>")
        return
    body = json.loads(content)
    if path == "/api/chat":
        assert isinstance(body["error"], str)
    else:
        assert {"type", "message"} <= set(body["error"])
        assert body.get("type") == ("error" if path == "/v1/messages" else None)


def test_anthropics_errors_have_their_types(server):
    found = {}
    for name in ("400", "401", "403", "404_model", "413", "429", "500", "529"):
        server.stage(name)
        found[name] = json.loads(post(server.url, "/v1/messages")[2])["error"]["type"]
    assert found == {
        "400": "invalid_request_error",
        "401": "authentication_error",
        "403": "permission_error",
        "404_model": "not_found_error",
        "413": "request_too_large",
        "429": "rate_limit_error",
        "500": "api_error",
        "529": "overloaded_error",
    }


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_openais_errors_have_their_codes(server, path):
    found = {}
    for name in ("400_context", "401", "404_model", "429", "429_quota", "500"):
        server.stage(name)
        found[name] = json.loads(post(server.url, path)[2])["error"]["code"]
    assert found == {
        "400_context": "context_length_exceeded",
        "401": "invalid_api_key",
        "404_model": "model_not_found",
        "429": "rate_limit_exceeded",
        "429_quota": "insufficient_quota",
        "500": None,
    }


@pytest.mark.parametrize("client", [anthropic_client, openai_client])
def test_a_client_that_tries_again_waits_as_it_was_told(server, client):
    server.requests.clear()
    soon = {"retry-after": "1", "retry-after-ms": "1"}
    server.play(fault("429_retry_after", headers=soon), fault("529"), "Here I am.")
    question = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
    with client(server.url, retries=2) as found:
        if client is anthropic_client:
            found.messages.create(**question, max_tokens=9)
        else:
            found.chat.completions.create(**question)
    tries = [request.headers["x-stainless-retry-count"] for request in server.requests]
    assert tries == ["0", "1", "2"]


def test_content_goes_on_after_the_stop(server):
    server.stage("content_after_stop")
    kinds = [name for name, _ in events(post(server.url, "/v1/messages", stream=True)[2])]
    assert kinds[-4:] == [
        "message_delta",
        "content_block_delta",
        "message_stop",
        "content_block_delta",
    ]


def test_the_tls_failure_is_one(server):
    host, port = server.stage("tls_failure").removeprefix("https://").split(":")
    link = http.client.HTTPSConnection(host, int(port), timeout=5)
    with pytest.raises(ssl.SSLError):
        link.request("GET", "/")


BROKEN_BODIES = {
    "malformed_event": "JSONDecodeError",
    "cut_mid_stream": "JSONDecodeError",
    "content_after_stop": "JSONDecodeError",
    "reset_mid_stream": "APIConnectionError",
    "stall_mid_stream": "APITimeoutError",
    "error_mid_stream": "OverloadedError",
}


@pytest.mark.parametrize("name", BROKEN_BODIES)
def test_a_body_that_is_not_streamed_is_damaged_as_well(server, name):
    assert surfaced("anthropic", server.stage(name), stream=False)[0] == BROKEN_BODIES[name]
