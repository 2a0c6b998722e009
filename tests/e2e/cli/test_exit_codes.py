"""Each exit code of docs/reference/cli.md, reached by a real run."""

import signal

import pytest
from agentxd_cli.exit_codes import Exit
from conversations import call, last_value, start, task_state, until_called, waiting, written
from daemons import DaemonHouse, daemon_house
from leftovers import check_nothing_left

RATES = "parcel/rates.py"
SCRIPTED = ("run", "a scripted change", "--provider", "scripted", "--script")
WRITE = call("write", path="new.txt", content="new\n")
SLEEP = call("run", command="sleep 60")


@pytest.fixture(scope="module")
def reviewed(shared_house):
    """t1 ended with p1, whose first hunk was applied and whose second was rejected."""
    assert shared_house.cli("run", "fix lint and modernise syntax").returncode == 0
    first, second = [hunk["id"] for hunk in shared_house.json("proposals")[0]["hunks"]][:2]
    assert (first, second) == ("p1.1", "p1.2")
    assert shared_house.cli("accept", first).returncode == 0
    assert shared_house.cli("reject", second).returncode == 0
    return shared_house


REFUSED = [
    ("show p99", Exit.NOT_FOUND),
    ("show p1.99", Exit.NOT_FOUND),
    ("show x", Exit.NOT_FOUND),
    ("diff p99", Exit.NOT_FOUND),
    ("accept p99", Exit.NOT_FOUND),
    ("accept p1.99", Exit.NOT_FOUND),
    ("accept p1:no/such/file", Exit.NOT_FOUND),
    ("accept p1.3 p99", Exit.NOT_FOUND),
    ("reject p1.99", Exit.NOT_FOUND),
    ("undo p1.99", Exit.NOT_FOUND),
    ("edit p1.99 --file -", Exit.NOT_FOUND),
    ("edit p1.3 --file no/such/file", Exit.NOT_FOUND),
    ("evidence t1.e99", Exit.NOT_FOUND),
    ("task t99", Exit.NOT_FOUND),
    ("cancel t99", Exit.NOT_FOUND),
    ("resume t99", Exit.NOT_FOUND),
    ("approve q99", Exit.NOT_FOUND),
    ("log --task t99", Exit.NOT_FOUND),
    ("replay t99", Exit.NOT_FOUND),
    ("config get no_such_setting", Exit.NOT_FOUND),
    ("run x --provider none", Exit.NOT_FOUND),
    ("run x --provider scripted --script no/such/file", Exit.PROVIDER),
    ("run sort --sandbox none", Exit.NOT_FOUND),
    ("accept p1.1", Exit.WRONG_STATE),
    ("reject p1.1", Exit.WRONG_STATE),
    ("undo p1.2", Exit.WRONG_STATE),
    ("edit p1.1 --file -", Exit.WRONG_STATE),
    ("cancel t1", Exit.WRONG_STATE),
    ("resume t1", Exit.WRONG_STATE),
    ("resume t1 --drop", Exit.WRONG_STATE),
    ("run -", Exit.USAGE),
    ("config set no_such_setting 1", Exit.USAGE),
    ("config set budget_steps many", Exit.USAGE),
    ("log --type NoSuchEvent", Exit.USAGE),
    ("run x --budget steps=0", Exit.USAGE),
    ("run x --apply perhaps", Exit.USAGE),
    ("tasks --root /no/such/folder", Exit.WORKSPACE_REFUSED),
    ("tasks --root /", Exit.WORKSPACE_REFUSED),
]


@pytest.mark.parametrize(("words", "code"), REFUSED, ids=[words for words, _ in REFUSED])
def test_a_refusal_has_its_code_a_sentence_and_changes_nothing(reviewed, words, code):
    before = (reviewed.root / RATES).read_bytes(), reviewed.json("proposals")
    done = reviewed.cli(*words.split())
    assert done.returncode == code, done.stdout + done.stderr
    said = (done.stdout + done.stderr).strip()
    assert said
    assert "Traceback" not in said
    if code is not Exit.USAGE or words.startswith(("config", "log")):
        error = last_value(reviewed.cli(*words.split(), "--json").stdout)
        assert error.get("error", error)["exitCode"] == code
    assert ((reviewed.root / RATES).read_bytes(), reviewed.json("proposals")) == before


def test_checks_that_fail(house):
    house.cli("config", "set", "check_commands", '["false"]')
    before = (house.root / RATES).read_bytes()
    for words in (("run", "fix lint", "--apply", "verified"), ("accept", "p1", "--verify")):
        done = house.cli(*words)
        assert done.returncode == Exit.CHECKS_FAILED, done.stdout + done.stderr
        assert (house.root / RATES).read_bytes() == before


def test_a_conflict_of_run_and_of_accept(house):
    """What the agent saw is changed on disk while it works."""
    steps = [call("edit", path=RATES, old="import sys\n", new=""), call("run", command="sleep 2")]
    script = written(house, *steps)
    process = start(house, *SCRIPTED, script, "--apply", "all")
    until_called(house, "run")
    path = house.root / RATES
    path.write_text(path.read_text().replace("import sys\n", "import sys, re\n"))
    out, _ = process.communicate(timeout=60)
    assert process.returncode == Exit.CONFLICT, out
    assert "import sys, re" in path.read_text()
    assert house.json("proposals")[0]["hunks"][0]["state"] == "conflicted"
    assert house.cli("accept", "p1").returncode == Exit.CONFLICT


def test_no_change(house):
    assert house.cli(*SCRIPTED, written(house)).returncode == Exit.NO_CHANGE


@pytest.mark.parametrize("option", ["steps=1", "tokens=50", "seconds=1", "cost=0.001"])
def test_a_budget_of_each_kind(house, option):
    step = {**WRITE, "input_tokens": 100, "output_tokens": 100, "cost_micros": 100_000}
    steps = [call("run", command="sleep 3")] if option.startswith("seconds") else [step] * 3
    done = house.cli(*SCRIPTED, written(house, *steps), "--budget", option)
    assert done.returncode == Exit.BUDGET_EXHAUSTED, done.stdout + done.stderr


def test_a_person_says_no(house):
    house.cli("config", "set", "permission_ask", '["run"]')
    process = start(house, *SCRIPTED, written(house, call("run", command="true")))
    assert house.cli("approve", waiting(house)["id"], "deny").returncode == 0
    assert process.wait(timeout=30) == Exit.DENIED


def test_a_rule_says_no(house):
    house.cli("config", "set", "permission_deny", '["run"]')
    script = written(house, call("run", command="true"))
    assert house.cli(*SCRIPTED, script).returncode == Exit.DENIED


@pytest.mark.parametrize("sandbox", ["docker", "process"])
def test_a_sandbox_that_cannot_be_opened(tmp_path, sandbox):
    with daemon_house(tmp_path) as house:
        house.env["DOCKER_HOST"] = f"unix://{tmp_path}/no-engine.sock"
        done = house.cli("run", "fix lint", "--sandbox", sandbox)
        assert done.returncode == Exit.SANDBOX_UNAVAILABLE, done.stdout + done.stderr
        assert sandbox in done.stdout
        assert "agentxd config set" in done.stdout, "it says what to do"


def test_a_provider_that_fails(house):
    expecting = {**WRITE, "expect": [{"contains": "never said"}]}
    done = house.cli(*SCRIPTED, written(house, WRITE, expecting))
    assert done.returncode == Exit.PROVIDER, done.stdout + done.stderr
    assert "never said" in done.stdout


def test_a_goal_that_the_mechanic_does_not_know(house):
    assert house.cli("run", "write me a compiler").returncode == Exit.GOAL_NOT_UNDERSTOOD


def test_a_daemon_that_cannot_be_reached(house):
    assert house.cli("status").returncode == Exit.DAEMON_UNREACHABLE
    (house.root.parent / "state").write_text("a file where the folder should be")
    assert house.cli("tasks").returncode == Exit.DAEMON_UNREACHABLE


@pytest.mark.parametrize("root", ["home", ""])
def test_a_folder_that_is_refused(tmp_path, root):
    house = DaemonHouse(tmp_path)
    house.root.mkdir()
    done = house.cli("run", "fix lint", "--root", str(house.home if root else "/"))
    assert done.returncode == Exit.WORKSPACE_REFUSED, done.stderr
    house.close()


def test_a_daemon_that_goes_away_in_the_middle_and_resume_follows_to_the_end(house):
    process = start(house, *SCRIPTED, written(house, call("run", command="sleep 3"), WRITE))
    until_called(house, "run")
    house.kill()
    out, said = process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED, out + said
    assert "agentxd resume t1" in said
    assert task_state(house, "t1", "interrupted")["nextStep"].count("resume") == 2
    done = house.cli("resume", "t1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "p1: 1 hunk in 1 file" in done.stdout
    assert house.json("task", "t1")["task"]["state"] == "completed"
    assert house.json("replay")["isSame"]


def test_resume_has_the_exit_code_of_what_came_of_it(house):
    process = start(house, *SCRIPTED, written(house, call("run", command="sleep 3")))
    until_called(house, "run")
    house.kill()
    process.communicate(timeout=30)
    found = house.cli("resume", "t1", "--json")
    assert found.returncode == Exit.NO_CHANGE
    assert last_value(found.stdout)["exitCode"] == Exit.NO_CHANGE


@pytest.mark.parametrize("how", ["by another", "Ctrl-C", "Ctrl-C with --json"])
def test_a_task_that_is_cancelled_leaves_nothing_behind(house, how):
    more = ["--json"] if "json" in how else []
    process = start(house, *SCRIPTED, written(house, SLEEP), *more)
    until_called(house, "run")
    if how == "by another":
        assert house.cli("cancel", "t1").returncode == 0
    else:
        process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=30)
    assert process.returncode == Exit.CANCELLED, out + said
    assert "Traceback" not in said
    if more:
        assert last_value(out)["task"]["state"] == "cancelled"
    assert house.json("task", "t1")["task"]["state"] == "cancelled"
    check_nothing_left(house)
