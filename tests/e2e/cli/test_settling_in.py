"""What a person sets up first: settings, keys and models, with the typos of a first day."""

import json

import pytest
from agentxd_cli.exit_codes import Exit
from loopback import answer, model_server

KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY")
TYPOS = {
    "an address": ("config set provider.ollama.url banana", "must begin with http:// or https://"),
    "a scheme": ("config set provider.openai.url ftp://x", "must begin with http:// or https://"),
    "a provider's name": ("config set provider.ollma.url http://x", "anthropic, openai, ollama"),
    "the provider": ("config set provider antropic", "anthropic, openai, ollama"),
    "a chain": ('config set model_chains {"default":["antropic/x"]}', "anthropic, openai, ollama"),
    "the routing": ("config set model_routing dice", "order, score"),
    "nothing": ("config set model null", "agentxd config unset model"),
    "a key": ("key set anthopric", "anthropic, openai, ollama"),
    "a key for rules": ("key set mechanic", "anthropic, openai, ollama"),
    "a model of rules": ("run x --provider mechanic --model foo", "agentxd models"),
}


@pytest.fixture
def bare(house):
    for name in KEYS:
        house.env.pop(name, None)
    house.env["XDG_CONFIG_HOME"] = str(house.home / ".config")
    return house


def test_a_typo_is_refused_with_a_sentence_and_a_next_step(bare):
    for words, told in TYPOS.values():
        done = bare.cli(*words.split(" "), stdin="k-1\n")
        assert done.returncode == Exit.USAGE, (words, done.stdout, done.stderr)
        assert told in done.stderr
        assert "Traceback" not in done.stderr
    assert not (bare.home / ".agent").exists()
    assert not (bare.home / ".config").exists()


def test_a_typo_that_was_written_by_hand_is_told_and_sends_nothing_elsewhere(bare):
    with model_server() as server:
        bare.env |= {"OPENAI_API_KEY": "k-1", "OPENAI_BASE_URL": server.openai_url}
        (bare.home / ".agent").mkdir()
        file = bare.home / ".agent/settings.json"
        file.write_text(json.dumps({"provider_openai_url": "banana", "model_routing": "dice"}))
        for command in ("doctor", "status"):
            said = bare.cli(command).stdout
            assert 'provider.openai.url cannot be "banana"' in said
            assert 'model_routing cannot be "dice"' in said
        done = bare.cli("run", "say it")
        assert done.returncode == Exit.PROVIDER, done.stdout + done.stderr
        assert "must begin with http:// or https://" in done.stdout + done.stderr
        assert server.requests == []


def test_provider_and_model_are_the_users_and_can_be_taken_back(bare):
    for key, value in (("provider", "openai"), ("model", "gpt-6-sol")):
        assert bare.cli("config", "set", key, value).returncode == 0
    assert not (bare.root / ".agent").exists()
    kept = json.loads((bare.home / ".agent/settings.json").read_text())
    assert kept == {"provider": "openai", "model": "gpt-6-sol"}
    bare.cli("config", "set", "--scope", "project", "provider", "mechanic")
    done = bare.cli("config", "set", "provider", "ollama")
    assert "agentxd config unset --scope project provider" in done.stderr
    assert "mechanic" in done.stdout
    assert bare.cli("config", "unset", "provider").stdout == 'provider = "ollama"  (user)\n'
    assert bare.json("config", "unset", "provider", "--scope", "user") == {"provider": ""}
    gone = bare.cli("config", "unset", "provider")
    assert (gone.returncode, "is not set" in gone.stderr) == (Exit.NOT_FOUND, True)
    assert bare.cli("config", "unset").returncode == Exit.USAGE
    bare.cli("config", "set", "model.chains.default", '["mechanic"]')
    done = bare.cli("config", "unset", "model.chains.default")
    assert (done.returncode, done.stdout) == (0, "model.chains.default is gone (user)\n")


def test_a_goal_beyond_the_rules_says_how_to_get_a_model(bare):
    done = bare.cli("run", "add a login page")
    assert done.returncode == Exit.GOAL_NOT_UNDERSTOOD
    for words in (
        "agentxd key set anthropic",
        "agentxd config set provider.ollama.url http://127.0.0.1:11434",
        "agentxd stop",
    ):
        assert words in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["mechanic", "scripted"])
def test_models_tells_what_has_no_model(bare, name):
    done = bare.cli("models", name)
    assert (done.returncode, "no model, no key" in done.stdout) == (Exit.OK, True)


def test_a_variable_that_came_after_the_daemon_is_told(bare):
    assert bare.cli("status").returncode == Exit.DAEMON_UNREACHABLE
    before = bare.cli("models", "openai").stdout
    assert "was started without it" not in before
    bare.env["OPENAI_API_KEY"] = "k-1234567890"
    after = bare.cli("models", "openai").stdout
    assert "OPENAI_API_KEY is set here, but the daemon was started without it" in after
    assert "agentxd stop" in after
    assert "k-1234567890" not in after


def test_a_model_names_its_provider(bare):
    with model_server() as server:
        bare.env |= dict.fromkeys(KEYS, "k-1234567890")
        bare.env |= {"ANTHROPIC_BASE_URL": server.url, "OPENAI_BASE_URL": server.openai_url}
        bare.cli("config", "set", "model", "claude-opus-5-5")
        asked = []
        for words in (
            ("--model", "openai/gpt-6-luna"),
            ("--provider", "openai", "--model", "openai/gpt-oss"),
            ("--provider", "openai"),
            (),
        ):
            server.play(answer("Looked."))
            bare.cli("run", "look", *words)
            asked.append(server.requests[-1].body["model"])
        assert asked == ["gpt-6-luna", "openai/gpt-oss", "gpt-6-sol", "claude-opus-5-5"]
        assert bare.json("task", "t1")["task"]["model"] == "gpt-6-luna"
