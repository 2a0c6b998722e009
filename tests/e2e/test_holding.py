"""pause, resume and take-over at the command line, and kill -9 of the daemon while paused."""

import json

import pytest
from agentxd_cli.exit_codes import Exit
from conversations import call, last_value, start, task_state, until_called, written
from daemons import daemon_house

A, B = call("write", path="a.txt", content="one\n"), call("write", path="b.txt", content="two\n")
LONG = [call("run", command=f"sleep 0.5; echo {n}") for n in range(20)]
"""Many edges, so that a slow machine meets one of them."""


@pytest.fixture
def house(tmp_path):
    with daemon_house(tmp_path) as house:
        yield house


def begun(house):
    """A task in the middle of long calls, behind the first of two writes."""
    words = ("run", "write two files", "--provider", "scripted")
    process = start(house, *words, "--script", written(house, A, *LONG, B))
    until_called(house, "run")
    return process


def paused(house):
    process = begun(house)
    found = house.json("pause", "t1")
    assert (found["state"], found["isPausing"]) == ("paused", False)
    assert found["pausedAtMs"] >= found["startedMs"] > 0
    return process


def types_after(house, kind):
    """What the log has behind the last event of a kind."""
    lines = house.cli("log", "--json").stdout.splitlines()
    types = [json.loads(line)["type"] for line in lines]
    return types[len(types) - types[::-1].index(kind) :]


def paths_of(house, proposal="p1"):
    return [file["path"] for file in house.json("show", proposal)["files"]]


def test_a_task_is_paused_goes_on_and_loses_nothing(house):
    process = paused(house)
    assert house.json("sessions")[0]["state"] == "paused"
    assert house.json("pause", "t1")["state"] == "paused", "once more changes nothing"
    assert types_after(house, "TaskPaused") == []
    resumed = house.cli("resume", "t1")
    assert resumed.returncode == Exit.OK, resumed.stdout + resumed.stderr
    out, _ = process.communicate(timeout=60)
    assert process.returncode == Exit.OK
    assert "paused; go on with: agentxd resume t1" in out
    assert paths_of(house) == ["a.txt", "b.txt"]
    found = house.json("task", "t1")["task"]
    assert found["pausedMs"] > 0
    assert house.json("replay")["isSame"]
    late = house.cli("pause", "t1")
    assert late.returncode == Exit.WRONG_STATE
    assert "completed" in late.stderr


@pytest.mark.parametrize("is_paused", [True, False], ids=["paused", "running"])
def test_a_task_is_taken_over_with_the_work_that_was_done(house, is_paused):
    process = paused(house) if is_paused else begun(house)
    done = house.cli("take-over", "t1")
    assert done.returncode == Exit.OK, done.stdout + done.stderr
    assert "p1" in done.stdout
    assert paths_of(house) == ["a.txt"]
    process.communicate(timeout=60)
    assert process.returncode == Exit.TAKEN_OVER
    assert not (house.root / "a.txt").exists()
    assert house.cli("accept", "p1").returncode == Exit.OK
    assert (house.root / "a.txt").read_text() == "one\n"
    assert house.json("replay")["isSame"]


def test_a_paused_task_is_cancelled(house):
    process = paused(house)
    assert house.json("cancel", "t1")["state"] == "cancelled"
    process.communicate(timeout=60)
    assert process.returncode == Exit.CANCELLED
    assert house.json("proposals") == []


@pytest.mark.parametrize("answer", ["resume", "drop", "take-over"])
def test_invariant_8_and_10_kill_9_while_paused_is_told_and_answered_for(house, answer):
    process = paused(house)
    house.kill()
    process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED
    found = house.json("tasks")[0]
    assert found["state"] == "interrupted"
    assert "while it was paused" in found["reason"]
    assert "agentxd resume t1" in found["nextStep"]
    assert house.json("replay")["isSame"]
    if answer == "resume":
        assert house.cli("resume", "t1").returncode == Exit.OK
        assert paths_of(house) == ["a.txt", "b.txt"]
    elif answer == "drop":
        assert house.cli("resume", "t1", "--drop").returncode == Exit.OK
        assert task_state(house, "t1", "cancelled")
    else:
        done = house.cli("take-over", "t1", "--json")
        assert done.returncode == Exit.OK
        assert last_value(done.stdout)["task"]["state"] == "taken_over"
    assert house.json("replay")["isSame"]
