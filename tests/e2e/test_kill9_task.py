"""kill -9 of the daemon at random moments of a running task: nothing acknowledged is lost."""

import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest
from daemons import RawClient, daemon_house, is_alive

ROUNDS = 10
GROUPS = 5


def mounts_of(folder):
    return [line for line in Path("/proc/self/mounts").read_text().splitlines() if folder in line]


def processes_of(folder):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and is_alive(int(entry.name)):
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if folder in words and int(entry.name) != os.getpid():
                found.append(words.replace("\0", " "))
    return found


def tree_of(root):
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git/" not in f"{path}"
    }


@pytest.mark.parametrize("group", range(GROUPS))
def test_invariant_8_and_10_kill_9_loses_no_acknowledged_event_and_leaves_no_orphan(
    tmp_path, group
):
    chance = random.Random(group)
    with daemon_house(tmp_path) as house:
        before = tree_of(house.root)
        house.cli("tasks")
        for _ in range(ROUNDS):
            seen = _one_round(house, chance)
            _check_after(house, seen, before)
        _check_left_overs(house)


def _one_round(house, chance):
    """Run a goal, watch the log, kill; the acknowledged records by their number."""
    client = RawClient(house.socket_path)
    client.initialize()
    client.request("agentx/event/subscribe", {"after": 0})
    client.request("agentx/goal/run", {"goal": "fix lint"})
    moment = time.monotonic() + chance.uniform(0, 1.2)
    acknowledged = {}
    while (left := moment - time.monotonic()) > 0:
        client._link.settimeout(left)
        try:
            client.seen.append(client.receive())
        except TimeoutError:
            break
    house.kill()
    client.close()
    for message in client.seen:
        if message.get("method") == "agentx/event/published":
            for record in message["params"]["records"]:
                acknowledged[record["seq"]] = record["hash"]
    return acknowledged


def _check_after(house, acknowledged, before):
    assert house.json("replay")["isSame"]
    done = house.cli("log", "--json").stdout.splitlines()
    kept = {record["seq"]: record["hash"] for record in map(json.loads, done)}
    lost = {seq for seq, digest in acknowledged.items() if kept.get(seq) != digest}
    assert not lost, f"acknowledged and lost: {sorted(lost)}"
    assert tree_of(house.root) == before, "the user's files were touched"
    tasks = house.json("tasks")
    assert {task["state"] for task in tasks} <= {"interrupted", "completed"}, "\n".join(done[-12:])
    interrupted = [task for task in tasks if task["state"] == "interrupted"]
    if interrupted:
        assert "resume" in interrupted[-1]["nextStep"]


def _check_left_overs(house):
    interrupted = [t["id"] for t in house.json("tasks") if t["state"] == "interrupted"]
    if interrupted:
        assert house.cli("resume", interrupted[-1]).returncode == 0
        for _ in range(600):
            state = next(t["state"] for t in house.json("tasks") if t["id"] == interrupted[-1])
            if state not in ("pending", "running"):
                break
            time.sleep(0.1)
        assert state == "completed"
    folder = str(house.state_dir / "sandboxes")
    for _ in range(100):
        if not (mounts_of(folder) or processes_of(folder)):
            break
        time.sleep(0.1)
    assert mounts_of(folder) == []
    assert processes_of(folder) == []
    subprocess.run(["git", "-C", str(house.root), "fsck"], check=True, capture_output=True)
