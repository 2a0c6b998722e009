"""The daemon's life as a user meets it: races, stale sockets, odd folders, broken places."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from daemons import DaemonHouse, RawClient, daemon_house, is_alive


def test_two_clients_at_the_same_moment_get_one_daemon(house):
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: house.cli("tasks", "--json"), range(8)))
    assert {found.returncode for found in done} == {0}
    found = subprocess.run(
        ["pgrep", "-f", f"agentxd --root {house.root}"], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == [str(house.pid())]


def test_a_stale_socket_and_a_dead_pid_are_no_obstacle(house):
    house.cli("tasks")
    house.kill()
    assert Path(house.socket_path).exists()
    assert house.cli("tasks").returncode == 0
    assert is_alive(house.pid())


def test_a_file_in_the_place_of_the_socket_is_no_obstacle(house):
    Path(house.socket_path).parent.mkdir(mode=0o700, exist_ok=True)
    Path(house.socket_path).write_text("not a socket")
    assert house.cli("tasks").returncode == 0


def test_the_socket_and_the_state_are_the_owners_alone(house):
    house.cli("tasks")
    assert Path(house.socket_path).stat().st_mode & 0o077 == 0
    assert Path(house.socket_path).parent.stat().st_mode & 0o077 == 0
    assert house.state_dir.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name", ["two words", "naïve-Straße-日本", "a,b:c", "quote'n\"d", "x" * 120]
)
def test_odd_folder_names_work_from_run_to_undo(tmp_path, name):
    with daemon_house(tmp_path, name) as house:
        done = house.cli("run", "fix lint")
        assert done.returncode == 0, done.stdout + done.stderr
        hunk = house.json("proposals")[0]["hunks"][0]["id"]
        assert house.cli("accept", hunk).returncode == 0
        assert house.cli("undo", hunk).returncode == 0


def test_a_folder_without_git_works(tmp_path):
    house = DaemonHouse(tmp_path, "plain")
    house.root.mkdir()
    (house.root / "a.py").write_text("import os\nprint(1)\n")
    try:
        done = house.cli("run", "fix lint")
        assert done.returncode == 0, done.stdout + done.stderr
        assert house.cli("accept", "p1").returncode == 0
        assert (house.root / "a.py").read_text() == "print(1)\n"
    finally:
        house.close()


def test_the_home_folder_is_refused_with_a_next_step(tmp_path):
    house = DaemonHouse(tmp_path, "home2")
    house.root.mkdir()
    house.env["HOME"] = str(house.root)
    done = house.cli("run", "fix lint")
    assert done.returncode not in (0, 1), done.stdout + done.stderr
    assert "home" in (done.stdout + done.stderr).lower()
    house.close()


def test_a_state_folder_that_cannot_be_made_says_what_to_do(tmp_path):
    house = DaemonHouse(tmp_path, "w")
    house.root.mkdir()
    blocker = tmp_path / "blocker"
    blocker.write_text("a file")
    house.env["AGENTXD_STATE_DIR"] = str(blocker / "state")
    done = house.cli("tasks")
    assert done.returncode == 13
    assert "AGENTXD_STATE_DIR" in done.stderr


@pytest.mark.real
def test_a_full_disk_says_what_to_do_and_recovers(tmp_path):
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("only root can mount a small disk")
        pytest.skip("only root can mount a small disk")
    with daemon_house(tmp_path) as house:
        small = tmp_path / "state"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], check=True)
        try:
            house.cli("tasks")
            filler = small / "filler"
            with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * 4096)
            done = house.cli("run", "fix lint")
            assert done.returncode != 0
            assert "space" in (done.stdout + done.stderr).lower(), done.stdout + done.stderr
            filler.unlink()
            done = house.cli("run", "fix lint")
            assert done.returncode == 0, done.stdout + done.stderr
            assert house.json("replay")["isSame"]
        finally:
            house.close()
            subprocess.run(["umount", "-l", str(small)], check=True)


def test_it_leaves_when_nothing_needs_it(tmp_path):
    with daemon_house(tmp_path) as house:
        house.cli("config", "set", "idle_exit_seconds", "1")
        pid = house.pid()
        for _ in range(100):
            if not is_alive(pid):
                break
            time.sleep(0.1)
        assert not is_alive(pid)
        assert not Path(house.socket_path).exists()


def test_it_stays_while_a_client_is_there(tmp_path):
    with daemon_house(tmp_path) as house:
        house.cli("config", "set", "idle_exit_seconds", "1")
        client = RawClient(house.socket_path)
        time.sleep(2.5)
        assert "result" in client.request("agentx/daemon/status")
        client.close()


def test_a_damaged_log_is_set_aside_and_the_user_is_told(house):
    house.cli("run", "fix lint")
    house.cli("stop")
    for name in ("events.db", "events.db-wal"):
        database = house.state_dir / name
        if database.exists():
            content = database.read_bytes()
            database.write_bytes(content[:4096] + b"\xff" * max(0, len(content) - 4096))
    status = house.cli("status", "--json")
    assert status.returncode == 13
    house.cli("tasks")
    found = house.json("status")
    assert any("damaged" in words for words in found["warnings"]), found
    assert list(house.state_dir.glob("events.db.damaged-*"))


def test_serve_runs_in_the_foreground_and_leaves_on_sigterm(house):
    process = subprocess.Popen(
        [sys.executable, "-m", "agentxd_cli", "serve"], cwd=house.root, env=house.env
    )
    for _ in range(200):
        if Path(house.socket_path).exists():
            break
        time.sleep(0.05)
    assert house.cli("status").returncode == 0
    process.terminate()
    assert process.wait(timeout=20) == 0


def test_tcp_is_loopback_only_and_wants_the_token(house):
    process = subprocess.Popen(
        [sys.executable, "-m", "agentxd_cli", "serve", "--tcp", "0"], cwd=house.root, env=house.env
    )
    try:
        import json

        place = house.state_dir / "tcp.json"
        for _ in range(200):
            if place.exists():
                break
            time.sleep(0.05)
        assert place.stat().st_mode & 0o077 == 0
        host, port, token = json.loads(place.read_text())
        assert host == "127.0.0.1"
        for words, is_in in (("wrong", False), (token, True)):
            client = RawClient(house.socket_path)
            client.close()
            link = socket.create_connection((host, port))
            client._link = link
            link.settimeout(10)
            assert "error" in client.request("agentx/daemon/status")
            answer = client.request("agentx/connection/authenticate", {"token": words})
            assert ("result" in answer) is is_in
            assert ("result" in client.request("agentx/daemon/status")) is is_in
            client.close()
    finally:
        process.terminate()
        process.wait(timeout=20)
