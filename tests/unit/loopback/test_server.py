"""What a test can do with the server: queue, watch, cancel, measure."""

import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from loopback import Model, answer, call, fault, model_process, model_server, stamped
from loopback.clients import (
    ASK,
    Heard,
    anthropic_client,
    ask_chat,
    ollama_client,
    openai_client,
)
from loopback.faults import FAULTS
from loopback.raw import BODIES, HEADERS, events, post


@pytest.fixture
def server():
    with model_server() as found:
        yield found


def said(server):
    """What the server says to a chat client."""
    heard = Heard()
    ask_chat(server.url, heard)
    return heard.text


def test_answers_come_in_the_order_in_which_they_were_queued(server):
    server.play("one", "two")
    server.play("three")
    assert [said(server), said(server), said(server)] == ["one", "two", "three"]
    assert server.n_left == 0


def test_nothing_left_is_an_error_that_says_so(server):
    status, headers, content = post(server.url, "/v1/messages")
    assert (status, headers["x-should-retry"]) == (400, "false")
    assert "nothing left to play" in json.loads(content)["error"]["message"]


def test_otherwise_is_played_when_the_queue_is_empty(server):
    server.otherwise = "always"
    server.play("once")
    assert [said(server), said(server), said(server)] == ["once", "always", "always"]


def test_an_answer_may_depend_on_its_request(server):
    server.play(lambda request: f"You asked {request.body['messages'][0]['content']}")
    assert said(server) == "You asked Where is the parser?"


def test_a_function_may_fail_as_well(server):
    server.play(lambda request: fault("529"))
    assert post(server.url, "/v1/messages")[0] == 529


def test_what_fails_in_a_function_fails_the_test():
    def check(request):
        assert request.body["model"] == "another"

    def ask():
        with model_server() as server:
            server.play(check)
            with pytest.raises(http.client.RemoteDisconnected):
                post(server.url, "/v1/messages")

    with pytest.raises(AssertionError, match="another"):
        ask()


def test_what_is_no_json_is_refused(server):
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    link.request("POST", "/api/chat", b"{")
    assert link.getresponse().status == 400
    link.close()


def test_what_is_no_http_is_closed(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as link:
        link.sendall(b"hello\r\n\r\n")
        assert link.recv(10) == b""


def test_what_was_received_is_kept(server):
    server.play("one")
    post(server.url, "/v1/messages", stream=True)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/messages")
    assert request.headers["x-api-key"] == "loopback"
    assert request.body["stream"] is True
    assert 0 <= time.monotonic() - request.arrived_s < 60
    assert request.answered.wait(5)
    assert not request.abandoned.is_set()


def test_a_fault_can_be_changed(server):
    server.play(fault("429_retry_after", headers={"retry-after": "7"}))
    assert post(server.url, "/v1/messages")[1]["retry-after"] == "7"


def test_a_fault_that_is_elsewhere_has_a_url(server):
    assert server.stage("dns_failure") == "http://no-such-host.invalid"
    assert server.stage("connection_refused") != server.url
    assert server.stage("tls_failure").startswith("https://")
    assert server.n_left == 0


@pytest.mark.parametrize("wire", ASK)
def test_a_client_that_goes_is_noticed(server, wire):
    paths = dict(zip(ASK, BODIES, strict=True))
    server.play(FAULTS["stall_mid_stream"])
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    link.request("POST", paths[wire], json.dumps({**BODIES[paths[wire]], "stream": True}), HEADERS)
    reply = link.getresponse()
    reply.read(10)
    (request,) = server.requests
    assert not request.abandoned.is_set()
    reply.close()
    link.close()
    assert request.abandoned.wait(5)
    assert not request.answered.is_set()


def test_a_paced_answer_ends_when_its_client_goes(server):
    server.play(stamped(10_000, per_s=50))
    with anthropic_client(server.url) as client:
        question = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "?"}]}
        with client.messages.stream(**question) as stream:
            next(iter(stream.text_stream))
    assert server.requests[0].abandoned.wait(5)


def test_one_connection_carries_many_requests(server):
    server.otherwise = answer("hm", call("read", path="a"))
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    for _ in range(5):
        link.request("POST", "/api/chat", json.dumps(BODIES["/api/chat"]))
        reply = link.getresponse()
        assert reply.status == 200
        reply.read()
    link.close()
    assert len(server.requests) == 5


def test_a_body_may_come_in_chunks(server):
    server.play("yes")
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    body = json.dumps({**BODIES["/api/chat"], "stream": False}).encode()
    link.request("POST", "/api/chat", iter([body[:7], body[7:]]), encode_chunked=True)
    assert json.loads(link.getresponse().read())["message"]["content"] == "yes"
    link.close()


def test_each_client_finds_the_models():
    with model_server(models=(Model("m1", 8192, ("completion", "tools")),)) as server:
        with anthropic_client(server.url) as client:
            assert [model.id for model in client.models.list()] == ["m1"]
            assert client.models.retrieve("m1").max_input_tokens == 8192
            asked = {"model": "m1", "messages": [{"role": "user", "content": "?"}]}
            assert client.messages.count_tokens(**asked).input_tokens > 0
        with openai_client(server.url) as client:
            assert [model.id for model in client.models.list()] == ["m1"]
            assert client.models.retrieve("m1").owned_by == "loopback"
        client = ollama_client(server.url)
        assert [model.model for model in client.list().models] == ["m1"]
        shown = client.show("m1")
        assert shown.capabilities == ["completion", "tools"]
        assert shown.modelinfo["qwen3.context_length"] == 8192
        assert client.ps().models[0].context_length == 8192
        assert [request.path for request in server.questions][-1] == "/api/ps"


def test_a_model_that_is_not_there_is_not_found(server):
    import anthropic
    import ollama
    import openai

    with anthropic_client(server.url) as client, pytest.raises(anthropic.NotFoundError):
        client.models.retrieve("none")
    with openai_client(server.url) as client, pytest.raises(openai.NotFoundError):
        client.models.retrieve("none")
    with pytest.raises(ollama.ResponseError, match="not found"):
        ollama_client(server.url).show("none")


@pytest.mark.parametrize("path", ["/", "/api/version"])
def test_ollama_says_that_it_runs(server, path):
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    link.request("GET", path)
    assert link.getresponse().status == 200
    link.close()


def test_many_streams_run_at_once(server):
    server.otherwise = stamped(20, per_s=200)
    barrier = threading.Barrier(30)

    def stream(number):
        barrier.wait(10)
        return post(server.url, tuple(BODIES)[number % 4], stream=True, timeout_s=30)[2]

    with ThreadPoolExecutor(30) as pool:
        contents = list(pool.map(stream, range(30)))
    assert all(len(events(content)) >= 20 for content in contents)
    assert len({request.path for request in server.requests}) == 4


def test_a_process_of_its_own_streams_time_stamps():
    with model_process(n_tokens=5, per_s=100) as url:
        heard = Heard()
        ASK["anthropic"](url, heard)
    stamps = [float(stamp) for stamp in heard.text.split()]
    assert len(stamps) == 5
    assert stamps == sorted(stamps)
    assert stamps[-1] < time.monotonic()


def test_nothing_is_left_when_the_server_closes():
    with model_server() as server:
        server.play(FAULTS["stall_mid_stream"], stamped(100, per_s=0.1))
        slow = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        slow.request("POST", "/api/chat", json.dumps(BODIES["/api/chat"]))
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        link.request("POST", "/api/chat", json.dumps(BODIES["/api/chat"]))
        reply = link.getresponse()
    assert reply.status == 200
    assert not [thread for thread in threading.enumerate() if thread.name == "loopback"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)
    link.close()
    slow.close()
