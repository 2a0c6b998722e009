"""The real daemon and its index worker: started at need, gone with it, whatever ends it."""

import os
import signal
import time
from pathlib import Path

import pytest
from daemons import RawClient, is_alive
from workshop import children_of

PATIENCE_S = 60.0


def wait_for(ask, what):
    """The first answer that is not empty."""
    end = time.monotonic() + PATIENCE_S
    while not (found := ask()):
        assert time.monotonic() < end, f"no {what} came"
        time.sleep(0.02)
    return found


def worker_of(house):
    """Pid of the index worker, 0 where there is none."""
    for pid in children_of(house.pid()):
        if b"agentxd.app.index_worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return 0


def ask(house):
    """One question, whose answer does not wait for the build as the command does."""
    house.json("index")
    client = RawClient(house.socket_path)
    client.initialize()
    found = client.request("agentx/index/search", {"query": "made", "limit": 5})
    client.close()
    assert "result" in found, found


def fill(house, n):
    """So many files to read."""
    for number in range(n):
        place = house.root / f"many/d{number % 30}/m{number}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"def made_{number}():\n    return {number}\n")


def test_a_daemon_that_nobody_asks_has_no_worker(house):
    assert house.json("index")["state"] == "starting"
    assert house.cli("status").returncode == 0
    assert worker_of(house) == 0
    assert not (house.state_dir / "index.db").exists()


def test_the_first_question_starts_it_and_a_stop_ends_it(house):
    found = wait_for(lambda: house.json("search", "parcel weight price")["hits"], "hit")
    assert found[0]["path"]
    pid = worker_of(house)
    assert pid
    house.cli("stop")
    wait_for(lambda: not is_alive(pid), "end of the worker")


def test_an_open_file_wakes_it_a_little_later(house):
    house.json("index")
    client = RawClient(house.socket_path)
    client.initialize()
    path = next(house.root.rglob("*.py"))
    document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": "x = 1\n"}
    client.send(
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}
    )
    assert worker_of(house) == 0
    wait_for(lambda: worker_of(house), "worker")
    client.close()


@pytest.mark.parametrize("moment", ["build", "rest"])
def test_kill_9_of_the_daemon_leaves_no_process(house, moment):
    fill(house, 3_000)
    ask(house)
    worker = worker_of(house)
    if moment == "build":
        children = wait_for(lambda: children_of(worker), "reading child")
    else:
        wait_for(lambda: house.json("index")["state"] == "ready", "end of the build")
        children = []
    house.kill()
    wait_for(lambda: not any(map(is_alive, [worker, *children])), "end of the worker")
    assert house.json("search", "made")["coverage"]["nFilesDone"] > 0
    wait_for(lambda: house.json("index")["nFilesDone"] >= 3_000, "rest of the build")


def test_kill_9_of_the_worker_leaves_no_child_and_the_daemon_goes_on(house):
    fill(house, 3_000)
    ask(house)
    worker = worker_of(house)
    children = wait_for(lambda: children_of(worker), "reading child")
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, children)), "end of the children")
    assert house.cli("status").returncode == 0
    wait_for(lambda: house.json("index")["nFilesDone"] >= 3_000, "rest of the build")
    assert worker_of(house) not in (0, worker)


def test_the_daemon_loads_nothing_heavy(house):
    house.json("search", "parcel")
    loaded = Path(f"/proc/{house.pid()}/maps").read_text()
    assert "numpy" not in loaded
    assert "tree_sitter" not in loaded
    assert "watchfiles" not in loaded
    assert "vec0" not in loaded


def test_an_index_that_is_switched_off_has_no_worker_and_says_so(house):
    house.cli("config", "set", "index_enabled", "false")
    done = house.cli("search", "parcel")
    assert done.returncode != 0
    assert "index_enabled true" in done.stdout + done.stderr
    assert worker_of(house) == 0
    house.cli("config", "set", "index_enabled", "true")
    assert wait_for(lambda: house.json("search", "parcel")["hits"], "hit")
