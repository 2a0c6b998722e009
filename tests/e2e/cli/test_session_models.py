"""A session over the vendors' own wires: turn after turn, and on with the model of another."""

import pytest
from agentxd_cli.exit_codes import Exit
from loopback import answer, call, model_server, thought

KEYS = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY", "ollama": "OLLAMA_API_KEY"}


@pytest.fixture
def server(house):
    with model_server() as found:
        house.env |= dict.fromkeys(KEYS.values(), "k-1234567890")
        house.env |= {"ANTHROPIC_BASE_URL": found.url, "OPENAI_BASE_URL": found.openai_url}
        house.cli("config", "set", "provider.ollama.url", found.url)
        yield found


def said(request):
    """All that was sent, as text."""
    return str(request.body.get("messages") or request.body["input"])


@pytest.mark.parametrize("second", list(KEYS))
@pytest.mark.parametrize("first", list(KEYS))
def test_a_session_goes_on_with_any_model(house, server, first, second):
    server.play(
        answer("First.", call("write", path="NOTE.md", content="one\n")),
        answer("Wrote one."),
        answer("Next.", call("read", path="NOTE.md")),
        answer("It says one."),
    )
    models = {"anthropic": "", "openai": "", "ollama": "qwen3:8b"}
    done = house.cli("run", "write one", "--provider", first, "--model", models[first])
    assert done.returncode == 0, done.stdout + done.stderr
    words = ("--provider", second, "--model", models[second])
    done = house.cli("run", "what does it say?", "--session", "s1", *words)
    assert done.returncode == Exit.NO_CHANGE, done.stdout + done.stderr
    last = said(server.requests[-1])
    for words in ("write one", "Wrote one.", "what does it say?", "p1.1 (NOTE.md)"):
        assert words in last
    assert [one["state"] for one in house.json("proposals")] == ["open"]


def test_reasoning_stays_in_its_turn(house, server):
    server.play(
        answer(thought("I wonder."), "First.", call("list", path=".")),
        answer("Looked."),
        answer("Looked again."),
    )
    house.cli("run", "look", "--provider", "anthropic")
    house.cli("run", "and again", "--session", "s1")
    assert "I wonder." in said(server.requests[1])
    assert "I wonder." not in said(server.requests[2])
    assert "First." in said(server.requests[2])


def test_a_piped_chat_with_a_model_tells_what_it_costs(house, server):
    server.play(answer("Hello."), answer("Still here."))
    done = house.cli("chat", "--provider", "anthropic", stdin="hello\nand now?\n/cost\n")
    assert "Hello." in done.stdout
    assert "Still here." in done.stdout
    assert "2 turns" in done.stdout
    assert len(server.requests) == 2
