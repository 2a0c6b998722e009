"""Recording: a run is played again to the same proposal, and no secret gets into the file."""

import json

import pytest
from conversations import call
from daemons import daemon_house
from loopback import Usage, answer, model_server
from loopback import call as wish

RATES = "parcel/rates.py"
SECRETS = {
    "goal": "sk-ant-goal0123456789abcdefghij",
    "file": "ghp_file0123456789abcdefghijABCDEFGHIJ01",
    "output": "AKIAABCDEFGHIJKLMNOP",
    "answer": "glpat-answer0123456789abcd",
}


def changes_of(house, proposal):
    """What a proposal changes, whatever it and its hunks are called."""
    found = house.json("show", proposal)
    hunks = [(h["path"], h["kind"], h["oldText"], h["newText"]) for h in found["hunks"]]
    return found["treeBefore"], found["treeAfter"], hunks


def test_a_recorded_run_of_the_mechanic_comes_to_the_same_proposal(house, tmp_path):
    file = tmp_path / "run.json"
    assert house.cli("run", "fix lint", "--record", str(file)).returncode == 0
    assert file.read_text() == house.cli("record", "t1").stdout
    words = ("--provider", "scripted", "--script", str(file))
    done = house.cli("run", "fix lint", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert changes_of(house, "p1") == changes_of(house, "p2")
    assert "scripted" in house.json("show", "p2")["author"]


def test_a_recorded_run_of_a_model_comes_to_the_same_proposal_without_it(house, tmp_path):
    file = tmp_path / "run.json"
    with model_server() as server:
        house.env |= {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "k-1234567890"}
        server.play(
            answer("Let me look.", wish("read", path=RATES), usage=Usage(input=900, output=20)),
            answer("Now.", wish("write", path="NOTE.md", content="a note\n")),
            answer("Written."),
        )
        words = ("--provider", "anthropic", "--record", str(file))
        done = house.cli("run", "write a note", *words)
        assert done.returncode == 0, done.stdout + done.stderr
    steps = json.loads(file.read_text())["steps"]
    assert [len(step.get("calls", ())) for step in steps] == [1, 1, 0]
    assert steps[0]["input_tokens"] == 900
    done = house.cli("run", "write a note", "--provider", "scripted", "--script", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    assert changes_of(house, "p1") == changes_of(house, "p2")


def test_a_session_of_several_turns_is_recorded_as_one_conversation(house, tmp_path):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    steps = [call("write", path="a", content="1\n"), {"text": "One."}]
    steps += [call("write", path="a", content="1\n2\n"), {"text": "Two."}]
    first.write_text(json.dumps({"steps": steps}))
    prompts = "one\ntwo\n"
    house.cli("chat", "--provider", "scripted", "--script", str(first), stdin=prompts)
    second.write_text(house.cli("record", "s1").stdout)
    house.cli("chat", "--provider", "scripted", "--script", str(second), stdin=prompts)
    assert changes_of(house, "p2") == changes_of(house, "p4")


@pytest.mark.parametrize("what", ["record t1", "record s1", "export s1"])
def test_invariant_13_no_secret_gets_into_what_leaves(secretive, what):
    text = secretive.cli(*what.split()).stdout
    assert "redacted" in text
    assert [where for where, secret in SECRETS.items() if secret in text] == []


@pytest.fixture(scope="module")
def secretive(tmp_path_factory):
    """A house in which keys were planted everywhere that a run looks at."""
    folder = tmp_path_factory.mktemp("secretive")
    with daemon_house(folder) as house:
        (house.root / "config.py").write_text(f'TOKEN = "{SECRETS["file"]}"\n')
        script = folder / "script.json"
        steps = [
            {
                "text": f"The key is {SECRETS['answer']}",
                "calls": [
                    {"name": "read", "arguments": {"path": "config.py"}},
                    {"name": "run", "arguments": {"command": f"echo {SECRETS['output']}"}},
                    {"name": "write", "arguments": {"path": "b", "content": SECRETS["answer"]}},
                ],
            },
            {"text": f"Used {SECRETS['answer']}."},
        ]
        script.write_text(json.dumps({"steps": steps}))
        words = ("--provider", "scripted", "--script", str(script))
        done = house.cli("run", f"use {SECRETS['goal']}", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        yield house
