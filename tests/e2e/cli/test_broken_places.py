"""Places that cannot be used: each works another way or says what to do, never with a traceback."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from daemons import DaemonHouse
from needs import need

HOMES = ("AGENTXD_STATE_DIR", "AGENTXD_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")


@pytest.fixture
def plain(tmp_path):
    """A small workspace whose places a test chooses itself."""
    house = DaemonHouse(tmp_path, "w")
    house.root.mkdir()
    (house.root / "a.py").write_text("import os\nprint(1)\n")
    for name in HOMES:
        house.env.pop(name, None)
    yield house
    house.cli("stop", "--force", timeout_s=60)


@pytest.fixture
def read_only():
    """A folder that not even root can write to; short, so that a socket would fit into it."""
    need(os.geteuid() == 0, "root, to mount a read-only folder")
    folder = Path(tempfile.mkdtemp(prefix="read only "))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


READ_ONLY = [
    ({"HOME": "."}, "AGENTXD_STATE_DIR"),
    ({"HOME": ".", "XDG_STATE_HOME": "state"}, "AGENTXD_STATE_DIR"),
    ({"AGENTXD_STATE_DIR": "state"}, "AGENTXD_STATE_DIR"),
    ({"AGENTXD_RUNTIME_DIR": "run"}, "AGENTXD_RUNTIME_DIR"),
    ({"XDG_RUNTIME_DIR": "run"}, "AGENTXD_RUNTIME_DIR"),
]


@pytest.mark.real
@pytest.mark.parametrize(("places", "named"), READ_ONLY)
@pytest.mark.parametrize("command", ["tasks", "serve", "lsp"])
def test_a_read_only_place_says_which_variable_to_set(plain, read_only, command, places, named):
    other = {"AGENTXD_STATE_DIR": "AGENTXD_RUNTIME_DIR"}.get(named, "AGENTXD_STATE_DIR")
    plain.env[other] = str(plain.root.parent / "good")
    plain.env |= {name: str(read_only / place) for name, place in places.items()}
    done = plain.cli(command, timeout_s=60)
    assert done.returncode not in (0, 16), done
    assert named in done.stderr
    assert "Read-only file system" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if command == "tasks":
        assert done.returncode == 13
        found = json.loads(plain.cli("tasks", "--json").stdout)["error"]
        assert named in found["nextStep"]


@pytest.mark.real
def test_what_it_says_helps_and_a_read_only_home_is_then_no_obstacle(plain, read_only):
    plain.env["HOME"] = str(read_only)
    plain.env["AGENTXD_STATE_DIR"] = str(plain.root.parent / "state")
    plain.env["AGENTXD_RUNTIME_DIR"] = str(plain.root.parent / "run")
    assert plain.cli("run", "fix lint").returncode == 0
    assert plain.cli("accept", "p1").returncode == 0
    assert (plain.root / "a.py").read_text() == "print(1)\n"
    done = plain.cli("config", "set", "--scope", "user", "provider", "mechanic")
    assert done.returncode not in (0, 1), done.stdout + done.stderr
    assert "Read-only" in done.stderr


@pytest.mark.real
def test_a_read_only_workspace_can_be_worked_on_and_an_accept_says_why_not(plain):
    need(os.geteuid() == 0, "root, to mount a read-only folder")
    plain.env["AGENTXD_STATE_DIR"] = str(plain.root.parent / "state")
    plain.env["AGENTXD_RUNTIME_DIR"] = str(plain.root.parent / "run")
    words = ["mount", "--bind", "-o", "ro", str(plain.root), str(plain.root)]
    subprocess.run(words, check=True)
    try:
        assert plain.cli("run", "fix lint").returncode == 0
        done = plain.cli("accept", "p1")
        assert done.returncode == 14, done.stdout + done.stderr
        assert "a.py" in done.stderr
        assert "Read-only" in done.stderr
        assert plain.json("proposals")[0]["hunks"][0]["state"] == "proposed"
    finally:
        plain.cli("stop", "--force")
        subprocess.run(["umount", "-l", str(plain.root)], check=True)
    assert plain.cli("accept", "p1").returncode == 0


PLACES = [
    {"AGENTXD_STATE_DIR": "state", "AGENTXD_RUNTIME_DIR": "run"},
    {"AGENTXD_STATE_DIR": "./state/", "AGENTXD_RUNTIME_DIR": "../run"},
    {"AGENTXD_STATE_DIR": "~/state", "AGENTXD_RUNTIME_DIR": "~/run"},
    {"XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run"},
    {
        "AGENTXD_STATE_DIR": "{tmp}/" + "s" * 200 + "/" + "t" * 200,
        "AGENTXD_RUNTIME_DIR": "{tmp}/" + "r" * 150,
    },
    {"AGENTXD_STATE_DIR": "{tmp}/with space", "AGENTXD_RUNTIME_DIR": "{tmp}/naïve"},
    {"HOME": "", "AGENTXD_STATE_DIR": "{tmp}/s", "AGENTXD_RUNTIME_DIR": "{tmp}/r"},
]


@pytest.mark.parametrize("places", PLACES, ids=[" ".join(p.values())[:30] for p in PLACES])
def test_wherever_the_places_are_all_commands_mean_the_same_daemon(plain, places):
    tmp = plain.root.parent
    plain.env |= {name: place.format(tmp=tmp) for name, place in places.items()}
    below = plain.root / "below"
    below.mkdir()
    try:
        done = plain.cli("run", "fix lint", "--root", str(plain.root))
        assert done.returncode == 0, done.stdout + done.stderr
        pids = set()
        for folder in (plain.root, below, tmp):
            found = plain.cli("status", "--json", "--root", str(plain.root), cwd=folder)
            pids.add(json.loads(found.stdout).get("pid"))
        assert len(pids) == 1, "a place that depends on where the user stands"
        assert None not in pids
        assert not list(below.iterdir())
        found = json.loads(plain.cli("status", "--json", "--root", str(plain.root)).stdout)
        assert Path(found["stateDir"]).is_relative_to(tmp)
    finally:
        plain.cli("stop", "--force", "--root", str(plain.root))


@pytest.mark.parametrize("depth", [5, 14])
def test_a_very_long_path_to_the_workspace(tmp_path, depth):
    folder = tmp_path.joinpath(*["d" * 200] * depth)
    folder.mkdir(parents=True)
    house = DaemonHouse(tmp_path, str(folder.relative_to(tmp_path) / "w"))
    house.root.mkdir()
    (house.root / "a.py").write_text("import os\nprint(1)\n")
    try:
        done = house.cli("run", "fix lint")
        assert done.returncode == 0, done.stdout + done.stderr
        assert house.cli("accept", "p1").returncode == 0
        assert (house.root / "a.py").read_text() == "print(1)\n"
    finally:
        house.close()


@pytest.mark.parametrize("command", ["tasks", "search hello --timeout 30", "models ollama"])
def test_nothing_is_loaded_from_the_folder_it_works_in(house, command):
    """Modules of the repository are not ours: neither the daemon's nor its workers'."""
    trap = house.root / "loaded"
    for name in ("msgspec", "json", "numpy", "docker", "ollama", "_socket", "agentxd"):
        (house.root / f"{name}.py").write_text(f"open({str(trap)!r}, 'a').write(__name__)\n")
    house.cli(*command.split())
    assert house.cli("status").returncode == 0
    assert not trap.exists()
