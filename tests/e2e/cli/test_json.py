"""`--json` of every command is JSON of the shape that docs/reference/cli.md tells."""

import json

import pytest
from agentxd_cli.table import COMMANDS
from agentxd_protocol.approval import Approval
from agentxd_protocol.daemon import CheckItem, StatusResult
from agentxd_protocol.event import EventRecord, ReplayResult
from agentxd_protocol.index import IndexResult, MapIndexResult
from agentxd_protocol.model import ProviderItem
from agentxd_protocol.proposal import Hunk, Proposal
from agentxd_protocol.search import FindReferencesResult, FindSymbolsResult, SearchIndexResult
from agentxd_protocol.session import NewSessionResult, Session
from agentxd_protocol.task import Task
from agentxd_protocol.usage import GetUsageResult
from conversations import call, start, waiting, written
from pydantic import BaseModel


class Decided(BaseModel):
    hunks: list[Hunk]


class Ran(BaseModel):
    task: Task
    proposals: list[Proposal]
    exitCode: int  # noqa: N815  # as it stands on the wire


class Told(BaseModel):
    task: Task
    transcript: list[dict[str, object]]


ROWS = [
    ("usage", GetUsageResult),
    ("index --wait", IndexResult),
    ("search parcel", SearchIndexResult),
    ("symbol quote", FindSymbolsResult),
    ("references quote", FindReferencesResult),
    ("map --tokens 500", MapIndexResult),
    ("index pause", IndexResult),
    ("proposals", [Proposal]),
    ("proposals --open", [Proposal]),
    ("show p1", Proposal),
    ("show p1.1", Hunk),
    ("diff p1", dict),
    ("accept p1.1", Decided),
    ("undo p1.1", Decided),
    ("edit p1.2 --file -", Decided),
    ("reject p1.3 --reason because", Decided),
    ("evidence t1.e1", dict),
    ("tasks", [Task]),
    ("task t1", Told),
    ("approvals", [Approval]),
    ("config list", dict),
    ("config get provider", dict),
    ("config set budget_steps 100", dict),
    ("replay", ReplayResult),
    ("replay t1", ReplayResult),
    ("doctor", [CheckItem]),
    ("models", [ProviderItem]),
    ("key list", dict),
    ("key set", dict),
    ("status", StatusResult),
    ("sessions", [Session]),
    ("fork s1", NewSessionResult),
    ("import -", dict),
    ("record t1", dict),
    ("cancel t2", dict),
    ("resume t1", dict),
    ("pause t2", dict),
    ("take-over t2", dict),
    ("show p99", dict),
    ("stop", dict),
    ("status", dict),
    ("stop", dict),
]
ELSEWHERE = {"run", "approve", "log", "resume", "chat", "export"}
ELSEWHERE |= {"review", "rules", "answer", "hook"}  # in tests/e2e/review and tests/unit/cli
NO_JSON = {"serve", "lsp", "demo", "completion"}
"""They are no questions to the daemon: what they print has a form of its own."""


def test_every_command_is_looked_at():
    looked_at = {words.split()[0] for words, _ in ROWS} | ELSEWHERE | NO_JSON
    assert looked_at == {command.name for command in COMMANDS}


def test_json_of_every_command_is_one_value_of_its_shape(house):
    done = house.cli("run", "fix lint and modernise syntax", "--json")
    *events, last = done.stdout.splitlines()
    assert [EventRecord.model_validate_json(one) for one in events][-1].type == "TaskEnded"
    Ran.model_validate_json(last)
    for words, shape in ROWS:
        done = house.cli(*words.split(), "--json", stdin="x = 1\n")
        found = json.loads(done.stdout)
        check(found, shape, words)
        before = house.cli("--json", *words.split(), stdin="x = 1\n") if shape is Task else done
        assert json.loads(before.stdout) == found
        if isinstance(found, dict) and "error" in found:
            assert set(found["error"]) == {"code", "message", "nextStep", "exitCode"}
            assert found["error"]["exitCode"] == done.returncode


def check(found, shape, words):
    if isinstance(shape, list):
        assert isinstance(found, list), words
        for one in found:
            shape[0].model_validate(one)
    elif shape is dict:
        assert isinstance(found, dict), words
    else:
        shape.model_validate(found)


def test_json_of_a_question_and_its_answer(house):
    house.cli("config", "set", "permission_ask", '["run"]')
    script = written(house, call("run", command="echo x > new.txt"))
    process = start(house, "run", "x", "--provider", "scripted", "--script", script, "--json")
    question = waiting(house)
    Approval.model_validate(question)
    answer = house.json("approve", question["id"], "allow")
    assert Approval.model_validate(answer).decision == "allow"
    out, said = process.communicate(timeout=30)
    assert said == ""
    assert Ran.model_validate_json(out.splitlines()[-1]).exitCode == process.returncode == 0


@pytest.mark.parametrize("words", ["log", "log --type TaskEnded", "log --task t1 --after 3"])
def test_json_of_the_log_is_one_record_a_line(shared_house, words):
    if not shared_house.json("tasks"):
        shared_house.cli("run", "sort imports")
    lines = shared_house.cli(*words.split(), "--json").stdout.splitlines()
    assert lines
    for line in lines:
        EventRecord.model_validate_json(line)


@pytest.mark.parametrize(
    "words",
    ["accept", "nonsense", "run x --apply perhaps", "run x --budget steps=many", "log --after x"],
)
def test_json_of_wrong_words_is_an_error_too(shared_house, words):
    done = shared_house.cli(*words.split(), "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["exitCode"] == 2
