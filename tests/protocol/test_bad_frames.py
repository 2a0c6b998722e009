"""Bad bytes on the wire: each bad request gets exactly one answer, and the next good one too."""

import json

import pytest
from daemons import RawClient, framed

GOOD = '{"jsonrpc":"2.0","id":%d,"method":"agentx/daemon/status","params":{}}'
INIT = {"processId": None, "capabilities": {}}


def body(**message):
    return framed(json.dumps({"jsonrpc": "2.0", **message}).encode())


def call(method, params, identity=7):
    return body(id=identity, method=method, params=params)


PARSE, INVALID, UNKNOWN, PARAMS = -32700, -32600, -32601, -32602
DEEP = b'{"jsonrpc":"2.0","id":7,"method":"x","params":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
NESTED = {"jsonrpc": "2.0", "id": 3, "method": "shutdown", "params": {"jsonrpc": "2.0", "id": 4}}

# name, bytes, the error codes that must come back for them, in order
CASES = [
    # framing
    ("length is no number", b"Content-Length: abc\r\n\r\n{}", [PARSE]),
    ("length is negative", b"Content-Length: -5\r\n\r\n{}", [PARSE]),
    ("length is missing", b"Content-Type: x\r\n\r\n{}", [PARSE]),
    ("length is empty", b"Content-Length:\r\n\r\n{}", [PARSE]),
    ("two different lengths", b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", [PARSE]),
    ("length is a float", b"Content-Length: 2.5\r\n\r\n{}", [PARSE]),
    ("length is hex", b"Content-Length: 0x2\r\n\r\n{}", [PARSE]),
    ("length has 40 digits", b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}", [PARSE]),
    ("header is garbage", b"\x00\x01\x02 hello\r\n\r\n", [PARSE]),
    ("header is HTTP", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", [PARSE]),
    ("header without end", b"X" * 10_000, [PARSE]),
    ("empty body", b"Content-Length: 0\r\n\r\n", [PARSE]),
    ("length too short", b"Content-Length: 2\r\n\r\n" + GOOD.encode() % 7, [PARSE, PARSE]),
    ("one byte of body", framed(b"x"), [PARSE]),
    # JSON
    ("no JSON", framed(b"hello world"), [PARSE]),
    ("half of a JSON", framed(b'{"jsonrpc":"2.0","id":7'), [PARSE]),
    ("invalid UTF-8", framed(b'{"jsonrpc":"2.0","id":7,"method":"\xff\xfe"}'), [PARSE]),
    ("NUL bytes", framed(b"\0" * 50), [PARSE]),
    ("deeper than any stack", framed(DEEP), [PARSE]),
    ("a lone surrogate as method", framed(rb'{"jsonrpc":"2.0","id":7,"method":"\ud800"}'), [UNKNOWN]),
    ("trailing comma", framed(b'{"jsonrpc":"2.0","id":7,}'), [PARSE]),
    # shape
    ("null", framed(b"null"), [INVALID]),
    ("a number", framed(b"42"), [INVALID]),
    ("a string", framed(b'"shutdown"'), [INVALID]),
    ("true", framed(b"true"), [INVALID]),
    ("an empty batch", framed(b"[]"), [INVALID]),
    ("a batch", framed(b"[" + GOOD.encode() % 7 + b"]"), [INVALID]),
    ("an empty object", framed(b"{}"), [INVALID]),
    ("method is a number", body(id=7, method=5), [INVALID]),
    ("method is null", body(id=7, method=None), [INVALID]),
    ("method is a list", body(id=7, method=["shutdown"]), [INVALID]),
    ("no jsonrpc", framed(b'{"id":7,"method":"shutdown"}'), [INVALID]),
    ("jsonrpc 1.0", framed(b'{"jsonrpc":"1.0","id":7,"method":"shutdown"}'), [INVALID]),
    # ids
    ("id is null", body(id=None, method="agentx/task/list"), [INVALID]),
    ("id is true", body(id=True, method="agentx/task/list"), [INVALID]),
    ("id is an object", body(id={}, method="agentx/task/list"), [INVALID]),
    ("id is a list", body(id=[1], method="agentx/task/list"), [INVALID]),
    ("id is a float", body(id=1.5, method="agentx/task/list"), [INVALID]),
    # methods
    ("unknown method", call("no/such/method", {}), [UNKNOWN]),
    ("unknown agentx method", call("agentx/nothing/here", {}), [UNKNOWN]),
    ("empty method", call("", {}), [UNKNOWN]),
    ("method of 100 kB", call("x" * 100_000, {}), [UNKNOWN]),
    ("a notification of ours as request", call("agentx/event/published", {}), [UNKNOWN]),
    ("initialize twice", call("initialize", INIT), [INVALID]),
    # params of our own methods
    ("params is a string", call("agentx/task/get", "t1"), [PARAMS]),
    ("params is a list", call("agentx/task/get", ["t1"]), [PARAMS]),
    ("params is a number", call("agentx/task/get", 5), [PARAMS]),
    ("params is missing a field", call("agentx/task/get", {}), [PARAMS]),
    ("field is a number", call("agentx/task/get", {"taskId": 5}), [PARAMS]),
    ("field is null", call("agentx/task/get", {"taskId": None}), [PARAMS]),
    ("field is an object", call("agentx/goal/run", {"goal": {}}), [PARAMS]),
    ("ids is a string", call("agentx/hunk/accept", {"ids": "p1"}), [PARAMS]),
    ("ids holds numbers", call("agentx/hunk/accept", {"ids": [1]}), [PARAMS]),
    ("limit is a word", call("agentx/event/read", {"limit": "many"}), [PARAMS]),
    ("budget is a list", call("agentx/goal/run", {"goal": "x", "budget": [1]}), [PARAMS]),
    ("nested jsonrpc in ours", call("agentx/task/get", {"taskId": NESTED}), [PARAMS]),
    # params of standard methods
    ("executeCommand without command", call("workspace/executeCommand", {}), [PARAMS]),
    ("executeCommand of a number", call("workspace/executeCommand", {"command": 5}), [-33002]),
    ("codeLens without document", call("textDocument/codeLens", {}), [PARAMS]),
    ("codeLens document is a list", call("textDocument/codeLens", {"textDocument": []}), [PARAMS]),
    ("codeLens uri is null", call("textDocument/codeLens", {"textDocument": {"uri": None}}), [PARAMS]),
    (
        "codeAction without range",
        call("textDocument/codeAction", {"textDocument": {"uri": "file:///x"}}),
        [PARAMS],
    ),
    ("textDocumentContent without uri", call("workspace/textDocumentContent", {}), [PARAMS]),
    # values that make no sense
    ("unknown task", call("agentx/task/get", {"taskId": "t999"}), [-33001]),
    ("unknown hunk", call("agentx/hunk/accept", {"ids": ["p9.9"]}), [-33001]),
    ("no hunk at all", call("agentx/hunk/accept", {"ids": []}), [-33002]),
    ("unknown approval", call("agentx/approval/decide", {"approvalId": "q9", "decision": "x"}), [-33001]),
    ("empty goal", call("agentx/goal/run", {"goal": "  "}), [-33002]),
    ("unknown provider", call("agentx/goal/run", {"goal": "x", "provider": "none"}), [-33001]),
    ("unknown setting", call("agentx/setting/set", {"key": "nope", "value": 1}), [-33002]),
    ("unknown evidence", call("agentx/evidence/get", {"evidenceId": "../../etc"}), [-33001]),
    # notifications and answers: nothing may come back
    ("cancel of an unknown id", body(method="$/cancelRequest", params={"id": 999}), []),
    ("cancel without id", body(method="$/cancelRequest", params={}), []),
    ("cancel with odd params", body(method="$/cancelRequest", params=[1]), []),
    ("unknown notification", body(method="no/such/thing", params={}), []),
    ("didOpen without document", body(method="textDocument/didOpen", params={}), []),
    ("didChange of odd kind", body(method="textDocument/didChange", params={"textDocument": 5}), []),
    ("didChange never opened", body(
        method="textDocument/didChange",
        params={"textDocument": {"uri": "file:///nowhere", "version": 1}, "contentChanges": [5]},
    ), []),
    ("an answer to nothing", body(id=12345, result={}), []),
    ("an error to nothing", body(id="agentx-9", error={"code": 1, "message": "x"}), []),
    ("an answer with an odd id", body(id=[1], result=None), []),
]  # fmt: skip


@pytest.fixture(scope="module")
def other(shared_house):
    """Another client, which must not notice any of it."""
    shared_house.cli("tasks")
    client = RawClient(shared_house.socket_path)
    client.initialize()
    yield client
    client.close()


@pytest.mark.parametrize(("name", "data", "codes"), CASES, ids=[case[0] for case in CASES])
def test_invariant_6_bad_frames_are_answered_once_and_the_next_good_one_too(
    shared_house, other, name, data, codes
):
    client = RawClient(shared_house.socket_path)
    client.initialize()
    client.send_bytes(data)
    good = client.request("agentx/daemon/status")
    assert good["result"]["pid"] == shared_house.pid()
    for _ in range(10):  # an answer may come after that of a later, quicker request
        client.request("agentx/setting/get")
    errors = [m["error"]["code"] for m in client.seen if "error" in m]
    assert errors == codes, (name, client.seen)
    assert other.request("agentx/daemon/status")["result"]["pid"] == good["result"]["pid"]
    assert not [m for m in other.seen if "error" in m]
    client.close()


def test_there_are_at_least_sixty_bad_frames():
    assert len(CASES) >= 60


def test_requests_before_initialize_are_refused_but_status_is_not(shared_house, other):
    client = RawClient(shared_house.socket_path)
    assert client.request("agentx/task/list")["error"]["code"] == -32002
    assert "result" in client.request("agentx/daemon/status")
    assert "result" in client.initialize()
    client.close()


def test_requests_after_shutdown_are_refused_and_exit_ends_only_this_connection(
    shared_house, other
):
    client = RawClient(shared_house.socket_path)
    client.initialize()
    assert client.request("shutdown")["result"] is None
    assert client.request("agentx/daemon/status")["error"]["code"] == -32600
    client.send({"jsonrpc": "2.0", "method": "exit"})
    with pytest.raises(EOFError):
        client.receive()
    assert "result" in other.request("agentx/daemon/status")


def test_a_truncated_frame_and_a_hang_up_leave_the_others_alone(shared_house, other):
    client = RawClient(shared_house.socket_path)
    client.send_bytes(b"Content-Length: 500\r\n\r\n{")
    client.close()
    assert "result" in other.request("agentx/daemon/status")


def test_an_id_that_is_still_in_use_is_refused(shared_house, other):
    client = RawClient(shared_house.socket_path)
    client.initialize()
    twice = body(id=5, method="agentx/event/replay", params={})
    client.send_bytes(twice + twice)
    answers = [client.receive(), client.receive()]
    assert sorted("error" in answer for answer in answers) == [False, True]
    client.close()


def test_invariant_6_a_request_and_its_cancel_in_one_write_have_one_answer(shared_house, other):
    client = RawClient(shared_house.socket_path)
    client.initialize()
    cancel = body(method="$/cancelRequest", params={"id": 7})
    client.send_bytes(call("agentx/proposal/list", {}) + cancel)
    for _ in range(10):
        client.request("agentx/setting/get")
    assert [found["error"]["code"] for found in client.seen if found.get("id") == 7] == [-32800]
    client.close()


def test_a_huge_message_is_passed_over(shared_house, other):
    client = RawClient(shared_house.socket_path)
    client.initialize()
    size = (64 << 20) + 1
    client.send_bytes(b"Content-Length: %d\r\n\r\n" % size)
    for _ in range(65):
        client.send_bytes(b"x" * (1 << 20))
    client.send_bytes(b"x" * (size - (65 << 20)) if size > (65 << 20) else b"")
    # what was sent beyond the announced size is garbage before the next good frame
    assert "result" in client.request("agentx/daemon/status")
    assert client.seen[0]["error"]["code"] == PARSE
    client.close()


def test_a_message_in_single_bytes_is_read(shared_house, other):
    client = RawClient(shared_house.socket_path)
    for byte in framed(GOOD.encode() % 3):
        client.send_bytes(bytes([byte]))
    assert client.receive()["id"] == 3
    client.close()


def test_invariant_7_the_daemon_is_the_same_after_all_of_it(shared_house, other):
    assert "result" in other.request("agentx/daemon/status")
