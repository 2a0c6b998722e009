"""A command that is left in the middle: Ctrl-C, a pipe that ends, a terminal that goes away."""

import signal
import subprocess
import sys

import pytest
from agentxd_cli.exit_codes import Exit
from conversations import call, start, task_state, until_called, written
from leftovers import check_nothing_left, left_overs
from needs import need
from terminals import CTRL_C, Terminal

SCRIPTED = ("run", "a scripted change", "--provider", "scripted", "--script")
WRITE = call("write", path="new.txt", content="new\n")


@pytest.mark.real
@pytest.mark.parametrize("sandbox", ["docker", "bubblewrap"])
def test_ctrl_c_leaves_no_process_no_mount_and_no_container(house, sandbox):
    checks = {found["name"]: found for found in house.json("doctor")}
    states = [found["state"] for name, found in checks.items() if sandbox in name]
    need(states == ["ok"], sandbox)
    script = written(house, call("run", command="setsid sleep 300 & sleep 300"))
    process = start(house, *SCRIPTED, script, "--sandbox", sandbox)
    until_called(house, "run")
    assert left_overs(house), "what is looked for is there while it runs"
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == Exit.CANCELLED, out + said
    check_nothing_left(house)


@pytest.mark.parametrize("moment", ["SnapshotTaken", "SandboxOpened", "TaskCreated"])
def test_ctrl_c_at_the_beginning_leaves_nothing_either(house, moment):
    house.cli("tasks")
    follower = start(house, "log", "--follow", "--type", moment)
    process = start(house, *SCRIPTED, written(house, call("run", command="sleep 60")))
    assert follower.stdout is not None
    follower.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert process.returncode == Exit.CANCELLED, out + said
    assert "Traceback" not in said
    assert house.json("tasks")[0]["state"] == "cancelled"
    check_nothing_left(house)
    follower.send_signal(signal.SIGINT)
    assert follower.wait(timeout=30) == Exit.CANCELLED
    assert "Traceback" not in follower.stderr.read()


def test_ctrl_c_keeps_what_was_done_and_a_second_one_leaves_nothing_running(house):
    half = call("write", path="half.txt", content="half\n")
    for n_times in (1, 2):
        words = (*SCRIPTED, written(house, half, call("run", command="sleep 60")))
        terminal = Terminal(house, *words)
        terminal.until("run sleep 60")
        terminal.type(CTRL_C * n_times)
        assert terminal.wait() == Exit.CANCELLED
        assert "Traceback" not in terminal.text
        if n_times == 1:
            assert "stopping; what was done so far is kept (again: drop it)" in terminal.text
        terminal.close()
        assert house.json("tasks")[-1]["state"] == "cancelled"
        assert len(house.json("tasks")) == n_times
    first = house.json("proposals")[0]
    assert [file["path"] for file in first["files"]] == ["half.txt"]


def test_a_daemon_that_is_gone_leaves_the_name_of_the_task(house):
    words = (*SCRIPTED, written(house, call("run", command="sleep 60")))
    process = start(house, *words)
    until_called(house, "run")
    house.kill()
    out, said = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED, out + said
    assert "agentxd resume t1" in said
    assert house.cli("resume", "t1", "--drop").returncode == 0
    check_nothing_left(house)


def test_run_into_head_cancels_the_task(house):
    house.cli("tasks")
    steps = [{"text": "said", **call("run", command="sleep 0.2")} for _ in range(100)]
    words = [sys.executable, "-m", "agentxd_cli", *SCRIPTED, written(house, *steps)]
    process = subprocess.Popen(
        words, cwd=house.root, env=house.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    head = subprocess.run(
        ["head", "-1"], stdin=process.stdout, capture_output=True, timeout=60, check=True
    )
    process.stdout.close()
    assert head.stdout.endswith(b"\n")  # of the sandbox or of the model, whoever is first
    said = process.stderr.read().decode()
    assert process.wait(timeout=60) == 0
    assert said == ""
    assert task_state(house, "t1", "cancelled")
    check_nothing_left(house)


@pytest.mark.parametrize(
    "words",
    ["proposals", "proposals --json", "show p1", "diff p1", "log", "log --json", "completion bash"],
)
@pytest.mark.parametrize("is_read", [False, True], ids=["into true", "into head"])
def test_a_reader_that_has_enough_is_no_error(shared_house, words, is_read):
    if not shared_house.json("proposals"):
        assert shared_house.cli("run", "fix lint and modernise syntax").returncode == 0
    process = start(shared_house, *words.split())
    if is_read:
        assert process.stdout.read(1)
    process.stdout.close()
    said = process.stderr.read()
    assert (process.wait(timeout=30), said) == (0, "")


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("false", "failed"),
        ("no-such-editor-anywhere", "failed"),
        ("", "no editor"),
        (f"{sys.executable} -c 'raise SystemExit(7)'", "failed"),
        ("kill-itself", "failed"),
    ],
)
def test_an_editor_that_fails_changes_nothing(house, editor, words):
    if editor == "kill-itself":
        program = house.root.parent / "kill-itself"
        program.write_text("#!/bin/sh\necho spoilt > $1\nkill -9 $$\n")
        program.chmod(0o755)
        editor = str(program)
    assert house.cli("run", "fix lint").returncode == 0
    before = house.json("proposals")
    for name in ("EDITOR", "VISUAL"):
        house.env.pop(name, None)
    if editor:
        house.env["EDITOR"] = editor
    done = house.cli("edit", "p1.1")
    assert done.returncode == Exit.USAGE
    assert words in done.stderr
    assert "--file" in done.stderr, "it says what else can be done"
    assert house.json("proposals") == before


def test_an_editor_with_arguments_of_its_own_is_run_as_a_shell_would(house):
    editor = house.root.parent / "my editor.sh"
    editor.write_text('#!/bin/sh\nprintf "%s\\n" "$1" > "$2"\n')
    editor.chmod(0o755)
    house.env["VISUAL"] = f"'{editor}' 'two words'"
    house.cli("run", "fix lint")
    done = house.cli("edit", "p1.1")
    assert done.returncode == 0, done.stderr
    assert house.json("show", "p1.1")["newText"] == "two words\n"


def test_a_superseded_hunk_is_told_and_taken_by_its_name(house):
    path = house.root / "parcel/rates.py"
    for word in ("import re\n", "import json\n"):
        script = written(house, call("edit", path="parcel/rates.py", old="import sys\n", new=word))
        done = house.cli(*SCRIPTED, script)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "takes the place of 1 open hunk of p1" in done.stdout
    assert "agentxd accept p1.1" in done.stdout
    assert house.json("show", "p1.1")["state"] == "superseded"
    assert "superseded" in house.cli("show", "p1").stdout
    assert house.cli("accept", "p1").returncode == Exit.WRONG_STATE, "only by its own name"
    assert house.cli("accept", "p1.1").returncode == 0
    assert "import re\n" in path.read_text()
    assert "import json" not in path.read_text()
    assert house.cli("undo", "p1.1").returncode == 0
    assert house.cli("accept", "p2").returncode == 0
    assert "import json\n" in path.read_text()
