"""Models review a change through the daemon and the vendors' own SDKs, as a user asks for it."""

import json
import time

import pytest
from agentxd.agents.reviewers.fake_model import asked_of, remark, report, verdicts
from agentxd_protocol.review import ModelReviewResult
from daemons import RawClient, daemon_house
from loopback import answer, call, fault, model_server

WIRES = ("anthropic", "responses", "chat", "ollama")
KEY = "unusual:key/with+signs=4711"
TOKEN = "ghp_" + "a1B2c3D4e5" * 4
RATES = "parcel/rates.py"
BAD = "return next(iter(RATES[zone].values()))"
ADDED = f'\n\ndef cheapest(zone):\n    token = "{TOKEN}"\n    {BAD}\n'


@pytest.fixture
def server():
    with model_server() as found:
        yield found


@pytest.fixture
def house(tmp_path):
    with daemon_house(tmp_path) as found:
        yield found


def settle(house, server, wire):
    """As a user sets it up: an address and a key."""
    if wire == "ollama":
        house.env["OLLAMA_API_KEY"] = KEY
        house.cli("config", "set", "provider.ollama.url", server.url)
        house.cli("config", "set", "model", "qwen3:8b")
    elif wire == "anthropic":
        house.env["ANTHROPIC_BASE_URL"] = server.url
        assert house.cli("key", "set", "anthropic", stdin=KEY + "\n").returncode == 0
    else:
        house.env |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.openai_url}
        house.cli("config", "set", "provider.openai.wire", wire)


def change(house):
    """A function that goes wrong for an unknown zone, with a token in it; the line of the defect."""
    path = house.root / RATES
    path.write_text(path.read_text() + ADDED)
    return path.read_text().splitlines().index(f"    {BAD}") + 1


def texts(value):
    """Every string in a body."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def understood(request):
    """The request as a reviewer understands it."""
    found = list(texts(request.body))
    (text,) = [one for one in found if one.startswith("The token of this request is ")]
    return asked_of("\n".join(one for one in found if one != text), text)


def reviewing(line):
    """A model that finds the defect, and stands by it."""

    def play(request):
        asked = understood(request)
        if asked.is_second_look:
            return answer(verdicts(asked))
        message = "An unknown zone raises KeyError"
        return answer(report(asked, remark(RATES, line, BAD, message=message)))

    return play


def params(house, **more):
    """The change on the wire, as a client sends it."""
    new = (house.root / RATES).read_text()
    old = new.removesuffix(ADDED)
    at, n_lines = len(old.splitlines()), len(ADDED.splitlines())
    span = {"oldStart": at, "oldCount": 0, "newStart": at, "newCount": n_lines}
    return {"files": [{"path": RATES, "old": old, "new": new, "spans": [span]}], **more}


def ask(house, **more):
    """Over the daemon's socket, by hand."""
    house.cli("tasks")
    client = RawClient(house.socket_path)
    client.initialize()
    try:
        return client.request("agentx/review/model", params(house, **more))
    finally:
        client.close()


@pytest.mark.parametrize("wire", WIRES)
def test_agentxd_review_with_a_model_says_what_rules_and_models_found(house, server, wire):
    settle(house, server, wire)
    server.otherwise = reviewing(change(house))
    done = house.cli("review", "--working", "--with-model", "--no-linters", "--format", "json")
    found = json.loads(done.stdout)
    rules = {one["rule"] for one in found["findings"]}
    assert "secret" in rules, done.stderr
    assert any(rule.startswith("model/") for rule in rules)
    assert done.returncode == 19
    assert len(server.requests) == 8
    for request in server.requests:
        assert not request.body.get("tools")
        assert TOKEN.encode() not in request.content
    assert TOKEN not in done.stdout + done.stderr
    usage = house.json("usage")["rows"]
    assert [(row["role"], row["nCalls"]) for row in usage] == [("reviewer", 8)]


@pytest.mark.parametrize("wire", WIRES)
def test_the_method_answers_with_findings_cost_and_tasks(house, server, wire):
    settle(house, server, wire)
    line = change(house)
    server.otherwise = reviewing(line)
    found = ModelReviewResult.model_validate(ask(house, reviewers=["correctness"])["result"])
    (one,) = found.findings
    assert (one.rule, one.path, one.line) == ("model/correctness", RATES, line - 1)
    assert (found.n_calls, found.failures, found.unreviewed) == (2, [], [])
    assert found.input_tokens > 500
    (task,) = [house.json("task", name)["task"] for name in found.task_ids]
    assert (task["state"], task["role"], task["sessionId"]) == ("completed", "reviewer", "")
    assert task["inputTokens"] == found.input_tokens
    assert house.json("replay")["isSame"]


@pytest.mark.parametrize("wire", ["anthropic", "chat"])
def test_a_model_that_calls_a_tool_or_talks_is_a_failure_and_no_pass(house, server, wire):
    settle(house, server, wire)
    change(house)

    def obeys(request):
        if "security reviewer" in understood(request).system:
            return answer("At once.", call("run", command="touch injected"))
        return "LGTM"

    server.otherwise = obeys
    path = house.root / RATES
    path.write_text(path.read_text().replace(TOKEN, "none"))
    done = house.cli("review", "--working", "--with-model", "--no-linters", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 22, done.stdout + done.stderr
    assert len([one for one in found["failures"] if one["rule"].startswith("model/")]) == 4
    assert not (house.root / "injected").exists()


@pytest.mark.parametrize("wire", ["anthropic", "chat"])
def test_a_cancelled_request_closes_its_streams(house, server, wire):
    settle(house, server, wire)
    change(house)
    server.otherwise = fault("stall_mid_stream")
    house.cli("tasks")
    client = RawClient(house.socket_path)
    client.initialize()
    request = {"jsonrpc": "2.0", "id": 7, "method": "agentx/review/model", "params": params(house)}
    client.send(request)
    until(lambda: len(server.requests) == 4)
    client.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 7}})
    while (message := client.receive()).get("id") != 7:
        pass
    assert message["error"]["code"] == -32800
    assert all(request.abandoned.wait(20) for request in server.requests)
    states = {one["state"] for one in house.json("tasks")}
    client.close()
    assert states == {"cancelled"}


@pytest.mark.parametrize("wire", ["anthropic", "ollama"])
def test_a_daemon_that_dies_in_the_middle_tells_of_the_review_and_offers_no_resume(
    house, server, wire
):
    settle(house, server, wire)
    change(house)
    server.otherwise = fault("stall_mid_stream")
    house.cli("tasks")
    client = RawClient(house.socket_path)
    client.initialize()
    client.send(
        {"jsonrpc": "2.0", "id": 7, "method": "agentx/review/model", "params": params(house)}
    )
    until(lambda: len(server.requests) == 4)
    house.kill()
    client.close()
    tasks = house.json("tasks")
    assert {one["state"] for one in tasks} == {"cancelled"}
    assert house.cli("resume", tasks[0]["id"]).returncode != 0
    assert [row["role"] for row in house.json("usage")["rows"]] == ["reviewer"]


def test_without_a_model_the_rules_still_speak_and_the_review_is_no_pass(house):
    for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OLLAMA_HOST"):
        house.env.pop(name, None)
    (house.root / RATES).write_text((house.root / RATES).read_text() + "\n\nX = 1\n")
    done = house.cli("review", "--working", "--with-model", "--no-linters", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 22
    assert [one["rule"] for one in found["failures"]] == ["model"]
    assert "works by rules" in found["failures"][0]["reason"]


def test_a_written_conversation_reviews_without_any_model(house, tmp_path):
    line = change(house)
    said = {
        "receipt": "RECEIPT",
        "read": ["f1"],
        "findings": [remark(RATES, line, BAD)],
        "verdicts": [{"id": "c1", "verdict": "confirmed", "reason": "so it is"}],
    }
    step = {"text": json.dumps(said), "echo": {"RECEIPT": r"its receipt is (\w+)"}}
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"steps": [step]}))
    found = ask(house, provider="scripted", script=str(script), reviewers=["tests"])["result"]
    assert [(one["rule"], one["severity"]) for one in found["findings"]] == [
        ("model/tests", "error")
    ]
    assert found["failures"] == []


BAD_PARAMS = {
    "an unknown reviewer": {"reviewers": ["style"]},
    "spans out of order": {
        "files": [
            {
                "path": "a.py", "new": "a\nb\n",
                "spans": [
                    {"oldStart": 5, "oldCount": 1, "newStart": 5, "newCount": 1},
                    {"oldStart": 0, "oldCount": 1, "newStart": 0, "newCount": 1},
                ],
            }
        ]
    },
    "a negative line": {
        "files": [
            {
                "path": "a.py", "new": "a\n",
                "spans": [{"oldStart": -9, "oldCount": 1, "newStart": 0, "newCount": 1}],
            }
        ]
    },
    "an unknown severity": {"known": [{"rule": "x", "severity": "fatal", "path": "a.py"}]},
    "too much text": {
        "files": [
            {
                "path": "a.py", "new": "x" * 8_000_001,
                "spans": [{"oldStart": 0, "oldCount": 0, "newStart": 0, "newCount": 1}],
            }
        ]
    },
}  # fmt: skip


def test_what_makes_no_sense_is_one_error_and_no_call(house, server):
    settle(house, server, "anthropic")
    change(house)
    for name, wrong in BAD_PARAMS.items():
        answered = ask(house, **wrong)
        assert answered["error"]["data"]["code"] == "invalid_request", name
    assert server.requests == []


def test_spans_that_lie_outside_of_the_text_do_no_harm(house, server):
    settle(house, server, "anthropic")
    change(house)
    server.otherwise = lambda request: answer(report(understood(request)))
    span = {"oldStart": 70, "oldCount": 90, "newStart": 60, "newCount": 900}
    file = {"path": "a.py", "old": "a\n", "new": "b\n", "spans": [span]}
    assert ask(house, files=[file], reviewers=["api"])["result"]["findings"] == []


def until(is_so, seconds=20):
    """Wait for it. Fails where it takes too long."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)
