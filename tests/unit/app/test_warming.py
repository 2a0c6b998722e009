"""Which provider is made ready before the daemon itself is."""

import json

import pytest
from agentxd.app.warming import guessed, warmed

KEY = {"ANTHROPIC_API_KEY": "k"}
GUESSES = [
    # wanted, the user's settings, the repository's, environment, the guess
    ("", {}, {}, {}, "mechanic"),
    ("", {}, {}, KEY, "anthropic"),
    ("mechanic", {}, {}, KEY, "mechanic"),
    ("openai", {"provider": "ollama"}, {}, KEY, "openai"),
    ("", {"provider": "ollama"}, {}, KEY, "ollama"),
    ("", {"provider": "ollama"}, {"provider": "openai"}, KEY, "openai"),
    ("", {"provider_ollama_url": "http://a.example"}, {}, {}, "ollama"),
    ("", {}, {}, {"OLLAMA_HOST": "a.example"}, "ollama"),
    ("", {"model_chains": {"default": ["openai/gpt-5"]}}, {}, KEY, "openai"),
    ("", {"model_chains": {"default": ["openai"], "implementer": ["ollama/q"]}}, {}, KEY, "ollama"),
    ("", {"model_chains": ["odd"]}, {}, KEY, "anthropic"),
    ("", "no object", {}, KEY, "anthropic"),
]


@pytest.mark.parametrize("row", GUESSES, ids=str)
def test_the_guess_follows_goal_settings_and_environment(row, tmp_path):
    wanted, user, repository, environment, expected = row
    for folder, values in (("home", user), ("root", repository)):
        (tmp_path / folder / ".agent").mkdir(parents=True)
        (tmp_path / folder / ".agent/settings.json").write_text(json.dumps(values))
    environment = {"HOME": str(tmp_path / "home"), **environment}
    root, home = str(tmp_path / "root"), str(tmp_path / "home")
    assert guessed(root, home, wanted, environment) == expected


def test_files_that_cannot_be_read_are_left_to_others(tmp_path):
    (tmp_path / ".agent").mkdir()
    (tmp_path / ".agent/settings.json").write_text("{")
    assert guessed(str(tmp_path), str(tmp_path), "", {"HOME": str(tmp_path)}) == "mechanic"


async def test_a_provider_of_no_vendor_needs_no_worker(tmp_path):
    assert await warmed(str(tmp_path), "mechanic", {}) is None


async def test_a_worker_runs_before_anything_is_asked(tmp_path):
    host = await warmed(str(tmp_path), "ollama", {})
    assert host is not None
    try:
        assert host.pid > 0
    finally:
        await host.close()
