"""Several models, the project's rules, a small window, and the bill, with the real `agentxd`."""

import json

import pytest
from agentxd_cli.exit_codes import Exit
from daemons import daemon_house
from loopback import Usage, answer, call, fault, model_server

pytestmark = pytest.mark.real
MAX_FIXED_BYTES = 8_192
"""System prompt and tools of the default role, as they go over the wire."""
MODEL = "claude-sonnet-5-5"
RATES = "parcel/rates.py"
EDIT = {"path": RATES, "old": "    if not zone in RATES:\n", "new": "    if zone not in RATES:\n"}


@pytest.fixture
def server():
    with model_server() as found:
        yield found


@pytest.fixture
def house(tmp_path, server):
    with daemon_house(tmp_path) as found:
        found.env |= {
            "ANTHROPIC_API_KEY": "sk-ant-loopback",
            "ANTHROPIC_BASE_URL": server.url,
            "OPENAI_API_KEY": "sk-loopback",
            "OPENAI_BASE_URL": server.openai_url,
            "OLLAMA_HOST": server.url,
        }
        found.cli("config", "set", "provider.retry_seconds", "0")
        yield found


def chain(house, *models, mode="order"):
    house.cli("config", "set", "model_chains", json.dumps({"default": list(models)}))
    house.cli("config", "set", "model_routing", mode)


def events(house, *kinds):
    lines = house.cli("log", "--json", *(f"--type={kind}" for kind in kinds)).stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_where_one_provider_fails_the_next_of_the_chain_goes_on_and_it_is_told(house, server):
    chain(house, f"anthropic/{MODEL}", "openai/gpt-6-sol")
    server.play(fault("529"), answer(call("edit", **EDIT)), answer("Done."))
    done = house.cli("run", "say it as one does")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "model: anthropic/claude-sonnet-5-5 (first of the chain)" in done.stdout
    assert "model: openai/gpt-6-sol (number 2 of the chain)" in done.stdout
    assert "not anthropic/claude-sonnet-5-5:" in done.stdout
    first, second = (one["data"] for one in events(house, "ModelChosen"))
    assert first["model"] == f"anthropic/{MODEL}"
    assert list(second["passed_over"]) == [f"anthropic/{MODEL}"]
    assert house.json("show", "p1")["author"] == "implementer/openai/gpt-6-sol"
    assert [request.path for request in server.requests] == [
        "/v1/messages",
        *["/v1/chat/completions"] * 2,
    ]


def test_a_goal_that_names_its_provider_uses_that_alone(house, server):
    chain(house, f"anthropic/{MODEL}", "openai/gpt-6-sol")
    server.otherwise = fault("529")
    done = house.cli("run", "say it as one does", "--provider", "anthropic")
    assert done.returncode == Exit.PROVIDER
    assert {request.path for request in server.requests} == {"/v1/messages"}


def test_by_score_a_small_goal_goes_to_a_small_model_and_a_hard_one_to_a_large(house, server):
    chain(house, "anthropic/claude-opus-5-5", "anthropic/claude-haiku-5-5", mode="score")
    server.play(answer("Nothing to do."), answer("Nothing to do."))
    house.cli("run", "fix the typo in the readme")
    house.cli("run", "refactor the rates")
    models = [request.body["model"] for request in server.requests]
    assert models == ["claude-haiku-5-5", "claude-opus-5-5"]
    reasons = [one["data"]["reasons"][0] for one in events(house, "ModelChosen")]
    assert "the goal says “typo”" in reasons[0]
    assert "the goal says “refactor”" in reasons[1]


def test_a_chain_with_an_unknown_provider_says_so(house):
    done = house.cli("config", "set", "model_chains", '{"default": ["nobody/model"]}')
    assert done.returncode == Exit.USAGE
    assert "nobody" in done.stderr


def test_the_rules_of_the_project_go_before_the_goal_unsaved_ones_too(house, server):
    (house.root / "AGENTS.md").write_text("Never use tabs.\n")
    server.play(answer("Nothing to do."))
    house.cli("run", "tidy up")
    (first, *_) = server.requests[0].body["messages"]
    words = [part["text"] for part in first["content"]]
    assert words[0] == "Rules of this project, from AGENTS.md:\n\nNever use tabs."
    assert words[1] == "The goal:\n\ntidy up"


def test_the_rules_of_the_project_are_not_a_goal_of_the_mechanic(house):
    (house.root / "AGENTS.md").write_text("Never use tabs.\n")
    done = house.cli("run", "fix lint", "--provider", "mechanic")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("provider", "wire"),
    [("anthropic", ""), ("openai", "responses"), ("openai", "chat"), ("ollama", "")],
)
def test_the_fixed_part_of_a_request_is_small(house, server, provider, wire):
    house.cli("config", "set", "provider.openai.wire", wire)
    house.cli("config", "set", "model", "qwen3:8b" if provider == "ollama" else "")
    server.play(answer("Nothing to do."))
    house.cli("run", "x", "--provider", provider)
    body = dict(server.requests[0].body)
    for name in ("messages", "input"):
        if name in body:
            body[name] = [one for one in body[name] if one.get("role") == "system"]
    assert len(json.dumps(body).encode()) <= MAX_FIXED_BYTES


def test_the_bill_is_by_day_role_and_model_and_the_cache_is_told(house, server):
    cached = Usage(input=1_000, output=100, cache_read=9_000)
    server.play(answer(call("read", path=RATES), usage=cached), answer("Done.", usage=cached))
    done = house.cli("run", "look", "--provider", "anthropic", "--model", MODEL)
    price = 2 * (1_000 * 2 + 9_000 * 0.2 + 100 * 10)
    assert "20,000 tokens in (90% from the cache), 200 out" in done.stdout
    assert f"${price / 1e6:.4f}" in done.stdout
    found = house.json("usage")
    (row,) = found["rows"]
    assert (row["role"], row["model"], row["nCalls"]) == ("implementer", f"anthropic/{MODEL}", 2)
    assert (row["costMicros"], row["cacheReadTokens"]) == (round(price), 18_000)
    assert found["todayCostMicros"] == round(price)
    assert "budget_day_cost_micros" in house.cli("usage").stdout


def test_the_days_ceiling_holds_over_tasks_and_restarts(house, server):
    dear = Usage(input=100_000, output=1_000)
    server.play(answer("Done.", usage=dear))
    house.cli("config", "set", "--scope", "user", "budget_day_cost_micros", "230000")
    assert house.cli("run", "x", "--provider", "anthropic").returncode == Exit.NO_CHANGE
    house.cli("stop")
    done = house.cli("run", "y", "--provider", "anthropic")
    assert done.returncode == Exit.BUDGET_EXHAUSTED
    assert "the day's $0.23." in done.stdout
    assert "budget_day_cost_micros" in done.stdout
    assert len(server.requests) == 1


def test_a_long_task_makes_room_in_a_small_window_and_still_ends_well(house, server):
    house.cli("config", "set", "model", "qwen3:8b")
    house.cli("config", "set", "provider.ollama.context", "16384")
    looks = [answer(call("run", command=f"seq {n}000 {n}999")) for n in range(1, 9)]
    bodies = []

    def play(request):
        bodies.append(request.body)
        size = Usage(input=len(json.dumps(request.body)) // 4, output=10)
        said = request.body["messages"][-1]["content"]
        if "will be left out" in said:
            return answer("Eight looks so far, all well.", usage=size)
        step = looks.pop(0) if looks else answer("Done.")
        return answer(*step.parts, usage=size)

    server.otherwise = play
    done = house.cli("run", "look eight times", "--provider", "ollama")
    assert done.returncode == Exit.NO_CHANGE, done.stdout + done.stderr
    assert "messages were summed up to make room" in done.stdout
    assert looks == []
    assert any("Eight looks so far" in json.dumps(body) for body in bodies)
    assert house.json("task", "t1")["task"]["nCompactions"] > 0
    assert house.json("replay")["isSame"]


def test_a_server_that_is_down_is_told_and_given_up_soon(house):
    house.cli("config", "set", "provider.ollama.url", "http://127.0.0.1:9")
    house.cli("config", "set", "provider.retry_seconds", "60")
    house.cli("config", "set", "model", "qwen3:8b")
    done = house.cli("run", "x", "--provider", "ollama", timeout_s=60)
    assert done.returncode == Exit.PROVIDER
    assert "nothing listens there. The next try is in" in done.stdout
    assert "It was tried 3 times." in done.stdout
    assert "ollama serve" in done.stdout
