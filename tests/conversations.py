"""Scripted agents: written conversations, and waiting for what they do."""

import json
import subprocess
import sys
import time
from typing import Any

from daemons import DaemonHouse, Json


def run_script(house: DaemonHouse, *steps: Json, goal: str = "a scripted change") -> Json:
    """Play a conversation to its end; the newest proposal."""
    done = house.cli("run", goal, "--provider", "scripted", "--script", written(house, *steps))
    assert done.returncode == 0, done.stdout + done.stderr
    found: Json = house.json("proposals")[-1]
    return found


def written(house: DaemonHouse, *steps: Json) -> str:
    """The conversation as a file, ended by a last word."""
    path = house.root.parent / "conversation.json"
    path.write_text(json.dumps({"steps": [*steps, {"text": "done"}]}))
    return str(path)


def call(name: str, **arguments: object) -> Json:
    """A step with one tool call."""
    return {"calls": [{"name": name, "arguments": arguments}]}


def task_state(house: DaemonHouse, task: str, *wanted: str) -> Json:
    """The task, as soon as it is in one of these states. Fails after 30 s."""
    for _ in range(300):
        found: Json = house.json("task", task)["task"]
        if found["state"] in wanted:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{task} stays {found['state']}: {found['reason']}")


def waiting(house: DaemonHouse) -> Json:
    """The question that waits for a person. Fails after 30 s."""
    for _ in range(300):
        if found := house.json("approvals"):
            first: Json = found[0]
            return first
        time.sleep(0.1)
    raise AssertionError("nobody is asked")


def start(house: DaemonHouse, *words: str) -> "subprocess.Popen[str]":
    """`agentxd …` that goes on while the test does other things."""
    return subprocess.Popen(
        [sys.executable, "-m", "agentxd_cli", *words],
        cwd=house.root,
        env=house.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until_called(house: DaemonHouse, tool: str) -> None:
    """A task is in the middle of a call of this tool. Fails after 30 s."""
    for _ in range(300):
        lines = house.cli("log", "--json", "--type", "ToolCallRequested").stdout.splitlines()
        if any(json.loads(line)["data"]["call"]["name"] == tool for line in lines):
            return
        time.sleep(0.1)
    raise AssertionError(f"{tool} is never called")


def last_value(text: str) -> Any:
    """What a command with `--json` printed last: its one value, or the last of its lines."""
    text = text.strip()
    return json.loads(text if text.startswith("{\n") else text.splitlines()[-1])
