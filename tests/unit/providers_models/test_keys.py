"""Keys: where they come from, who may read them, and that no trouble ever tells one."""

import json
import os
import stat
import subprocess
import sys

import pytest
from agentxd.kernel.errors import ProviderError
from agentxd.plugins.providers.vendors import ANTHROPIC, OLLAMA
from agentxd.plugins.providers.worker.hiding import without_keys
from agentxd.plugins.providers.worker.host import WorkerHost
from agentxd.plugins.providers.worker.keys import find_key, key_file, key_source
from agentxd_cli.commands import key as command
from loopback import FAULTS
from wires import WIRES, endpoint, hear, request

ODD = 'café "quoted" <k>&/+=~'.replace(" ", "-").replace("é", "e")
"""A key of no known shape, with signs that JSON, HTML and addresses write differently."""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def said(*words, given=""):
    """`agentxd key …` as a user types it."""
    command_line = [sys.executable, "-m", "agentxd_cli", "key", *words, "--json"]
    return subprocess.run(command_line, input=given, capture_output=True, text=True, check=False)


def test_the_file_of_the_command_is_the_file_of_the_worker(home):
    assert command.key_file() == key_file(os.environ)


def test_a_key_is_set_for_its_owner_alone_found_and_removed(home):
    done = said("set", "anthropic", given=f"{ODD}\n")
    assert done.returncode == 0, done.stderr
    listed = said("list")
    assert json.loads(listed.stdout)["providers"] == ["anthropic"]
    assert ODD not in done.stdout + done.stderr + listed.stdout
    assert stat.S_IMODE(command.key_file().stat().st_mode) == 0o600
    environment = {"XDG_CONFIG_HOME": str(home)}
    assert find_key(ANTHROPIC, environment) == ODD
    assert key_source(ANTHROPIC, environment) == str(command.key_file())
    assert find_key(OLLAMA, environment) == ""
    assert said("remove", "anthropic").returncode == 0
    assert find_key(ANTHROPIC, environment) == ""
    assert [path.name for path in command.key_file().parent.iterdir()] == ["keys.json"]


REFUSED = {
    "no provider": ("set", "", "k\n"),
    "nothing given": ("set", "openai", "\n"),
    "two words": ("set", "openai", "a b\n"),
    "a path for a name": ("set", "../x", "key\n"),
    "none to remove": ("remove", "openai", ""),
}


@pytest.mark.parametrize(("action", "provider", "given"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_changes_nothing(home, action, provider, given):
    done = said(action, *filter(None, [provider]), given=given)
    assert done.returncode in (2, 3)
    assert json.loads(done.stdout)["error"]["nextStep"]
    assert not command.key_file().exists()


def test_the_environment_comes_first():
    environment = {"ANTHROPIC_API_KEY": " first ", "XDG_CONFIG_HOME": "/nowhere"}
    assert find_key(ANTHROPIC, environment) == "first"
    assert key_source(ANTHROPIC, environment) == "ANTHROPIC_API_KEY"


def test_a_file_that_others_can_read_is_refused(home):
    path = key_file(os.environ)
    path.parent.mkdir()
    path.write_text('{"anthropic": "k-4711"}')
    path.chmod(0o644)
    with pytest.raises(ProviderError) as caught:
        find_key(ANTHROPIC, {"XDG_CONFIG_HOME": str(home)})
    assert "chmod 600" in caught.value.next_step
    assert "k-4711" not in caught.value.message


SPELLED = {
    "as it is": ODD,
    "in JSON": json.dumps(ODD),
    "in Python": repr(ODD),
    "in bytes": repr(ODD.encode()),
    "in an address": "cafe-%22quoted%22-%3Ck%3E%26%2F%2B%3D~",
    "in a page": "cafe-&quot;quoted&quot;-&lt;k&gt;&amp;/+=~",
}


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
def test_a_key_is_hidden_however_it_is_spelled(spelled):
    assert "quoted" not in without_keys(f"the key {spelled} is wrong", [ODD])


def test_what_is_no_key_stays():
    assert without_keys("a key is missing", ["", "a", "key"]) == "a key is missing"


@pytest.mark.parametrize("name", ["401", "403", "400", "500", "error_mid_stream"])
@pytest.mark.parametrize("wire", WIRES)
async def test_a_server_that_repeats_the_key_does_not_make_us_tell_it(server, wire, name):
    variables = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OLLAMA_API_KEY")
    host = WorkerHost(environment={**os.environ, **dict.fromkeys(variables, ODD)})
    fault = FAULTS[name]
    words = f"{'x' * 280} the key {ODD} is not one of ours"
    trouble = type(fault.ill.trouble)(fault.ill.trouble.status, words)
    server.play(fault.but(trouble=trouble))
    heard = await hear(host, endpoint(wire, server.url), request(wire))
    await host.close()
    assert heard.error is not None
    told = heard.error.message + heard.error.next_step
    assert not [size for size in range(6, len(ODD)) if ODD[:size] in told]


async def test_a_new_key_is_taken_after_a_refusal_without_a_restart(server, tmp_path):
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    environment.pop("ANTHROPIC_API_KEY", None)
    path = key_file(environment)
    path.parent.mkdir()
    host = WorkerHost(environment=environment)
    for key, fault in (("old-key", FAULTS["401"]), ("new-key", "Welcome.")):
        path.write_text(json.dumps({"anthropic": key}))
        path.chmod(0o600)
        server.play(fault)
        await hear(host, endpoint("anthropic", server.url), request("anthropic"))
    await host.close()
    assert [sent.headers["authorization"] for sent in server.requests] == [
        "Bearer old-key",
        "Bearer new-key",
    ]


async def test_the_last_words_of_a_worker_that_breaks_hold_no_key(server):
    """A message that is none ends the worker; what it says then is shown to the user."""
    host = WorkerHost(environment={**os.environ, "ANTHROPIC_API_KEY": ODD})
    where = endpoint("anthropic", server.url)
    server.play("Yes.", FAULTS["stall_mid_stream"])
    await hear(host, where, request("anthropic"))
    stream = host.stream(where, request("anthropic"))
    await anext(stream)
    assert host._link is not None
    host._link._child.send(f"no message {ODD}".encode())
    with pytest.raises(ProviderError) as caught:
        async for _ in stream:
            pass
    await host.close()
    assert "ended unexpectedly" in caught.value.message
    assert "Error" in caught.value.message
    assert ODD not in caught.value.message
