"""The main job on each wire: from `agentxd run`, through the vendor's own SDK, to accepted hunks."""

import json
import signal

import pytest
from agentxd_cli.exit_codes import Exit
from agentxd_protocol.task import Task
from conversations import start
from daemons import daemon_house
from leftovers import check_nothing_left
from loopback import FAULTS, Usage, answer, call, fault, model_server

WIRES = ("anthropic", "responses", "chat", "ollama")
RATES = "parcel/rates.py"
OLD, NEW = "    if not zone in RATES:\n", "    if zone not in RATES:\n"
KEY = "unusual:key/with+signs=4711"
GOAL = "say `not in` as one does"
CHECK = f"grep -q 'zone not in RATES' {RATES}"


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
    vendor = "openai" if wire in ("responses", "chat") else wire
    if vendor == "ollama":
        house.env["OLLAMA_API_KEY"] = KEY
        found = house.cli("config", "set", "provider.ollama.url", server.url)
        assert found.returncode == 0, found.stderr
        house.cli("config", "set", "model", "qwen3:8b")
    elif vendor == "openai":
        house.env |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.openai_url}
        house.cli("config", "set", "provider.openai.wire", wire)
    else:
        house.env["ANTHROPIC_BASE_URL"] = server.url
        assert house.cli("key", "set", "anthropic", stdin=KEY + "\n").returncode == 0
    house.cli("config", "set", "permission_allow", '["run"]')
    return vendor


def tools_of(request):
    """Name to the properties of its arguments, whatever the wire."""
    rows = [tool.get("function", tool) for tool in request.body["tools"]]
    return {row["name"]: row.get("parameters") or row["input_schema"] for row in rows}


def edit(request):
    """The change in the format that this model is offered."""
    offered = tools_of(request)["edit"]["properties"]
    if "old" in offered:
        return answer("I see.", call("edit", path=RATES, old=OLD, new=NEW))
    argument = next(iter(offered))
    patch = f"*** Begin Patch\n*** Update File: {RATES}\n@@\n-{OLD}+{NEW}*** End Patch\n"
    return answer("I see.", call("edit", **{argument: patch}))


def play_the_job(server):
    server.play(
        answer("Let me look.", call("read", path=RATES), usage=Usage(input=1_000, output=20)),
        edit,
        answer(call("run", command=CHECK)),
        answer("The test is written as one does."),
    )


def everything_written(house):
    """All that the daemon keeps: log, database, contents."""
    files = [path for path in house.state_dir.rglob("*") if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


@pytest.mark.real
@pytest.mark.parametrize("wire", WIRES)
def test_the_main_job_from_the_goal_to_the_changed_file(house, server, wire):
    vendor = settle(house, server, wire)
    play_the_job(server)
    before = (house.root / RATES).read_text()
    done = house.cli("run", GOAL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Let me look." in done.stdout
    assert "p1: 1 hunk in 1 file" in done.stdout
    assert server.n_left == 0
    assert (house.root / RATES).read_text() == before, "nothing is written before it is accepted"

    proposal = house.json("show", "p1")
    assert vendor in proposal["author"]
    assert [(one["phase"], one["exitCode"]) for one in proposal["evidence"]][-1] == ("after", 0)
    accepted = house.cli("accept", *(hunk["id"] for hunk in proposal["hunks"]))
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert (house.root / RATES).read_text() == before.replace(OLD, NEW)

    task = Task.model_validate(house.json("task", "t1")["task"])
    assert (task.state, task.provider, task.n_steps) == ("completed", vendor, 4)
    assert task.input_tokens > 1_000
    assert house.json("replay")["isSame"]
    house.cli("stop")
    assert KEY.encode() not in everything_written(house)


@pytest.mark.real
@pytest.mark.parametrize("wire", WIRES)
def test_the_main_job_as_json(house, server, wire):
    settle(house, server, wire)
    play_the_job(server)
    done = house.cli("run", GOAL, "--apply", "all", "--json")
    *records, found = map(json.loads, done.stdout.splitlines())
    assert [one["type"] for one in records].count("StepCompleted") == 4
    assert done.returncode == found["exitCode"] == 0, done.stdout
    assert [hunk["state"] for hunk in found["proposals"][0]["hunks"]] == ["applied"]
    assert NEW in (house.root / RATES).read_text()


@pytest.mark.real
@pytest.mark.parametrize("wire", WIRES)
def test_a_refused_key_is_one_sentence_a_next_step_and_an_exit_code(house, server, wire):
    vendor = settle(house, server, wire)
    echo = FAULTS["401"].ill.trouble
    words = f"Incorrect API key provided: {KEY}"
    trouble = type(echo)(401, words, "invalid_api_key")
    server.otherwise = FAULTS["401"].but(trouble=trouble)
    done = house.cli("run", GOAL)
    assert done.returncode == Exit.PROVIDER, done.stdout + done.stderr
    assert f"{vendor} does not take the key (401)" in done.stdout
    assert f"agentxd key set {vendor}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert len(server.requests) == 1, "a wrong key is not tried again"
    task = house.json("task", "t1")["task"]
    assert (task["state"], task["errorCode"]) == ("failed", "provider")
    doctored = house.cli("doctor").stdout + house.cli("models", "--json").stdout
    house.cli("stop")
    assert KEY not in done.stdout + done.stderr + doctored + json.dumps(task)
    assert KEY.encode() not in everything_written(house)


@pytest.mark.real
@pytest.mark.parametrize("wire", WIRES)
def test_ctrl_c_in_the_middle_of_an_answer_closes_its_stream(house, server, wire):
    settle(house, server, wire)
    server.play(fault("stall_mid_stream"))
    process = start(house, "run", GOAL)
    for _ in range(600):
        if server.requests:
            break
        assert process.poll() is None, process.communicate()
        signal.sigtimedwait([], 0.05)
    request = server.requests[0]
    assert not request.abandoned.is_set()
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == Exit.CANCELLED, out + said
    assert request.abandoned.wait(10.0), "the answer was still held when the client left"
    assert not request.answered.is_set()
    assert house.json("task", "t1")["task"]["state"] == "cancelled"
    check_nothing_left(house)


@pytest.mark.real
def test_models_tells_what_is_there_and_its_exit_code_is_true(house, server):
    settle(house, server, "anthropic")
    found = {row["name"]: row for row in house.json("models", "anthropic")}
    row = found["anthropic"]
    assert (row["isReachable"], row["isChosen"]) == (True, True)
    assert row["keySource"].endswith("keys.json")
    assert row["url"] == server.url
    assert [model["name"] for model in row["models"]] == [one.name for one in server.models]
    assert house.cli("models", "nobody").returncode == Exit.NOT_FOUND
    checks = {check["name"]: check for check in json.loads(house.cli("doctor", "--json").stdout)}
    assert checks["provider anthropic"]["state"] == "ok"
    house.cli("config", "set", "provider.openai.url", server.url_of("refused"))
    gone = house.cli("models", "openai")
    assert gone.returncode == Exit.PROVIDER
    assert "nothing listens there" in gone.stdout
