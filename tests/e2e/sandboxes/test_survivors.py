"""No process outlives its command or a killed daemon, whatever it did to get away."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parent))

from conftest import backend_named, output_of, spec_of  # noqa: I001

from agentxd.kernel.sandboxes import Command
from agentxd.plugins.sandboxes.process import ProcessBackend
from agentxd.plugins.sandboxes.worktree import reap_worktrees

AWAY = {
    "a new session": "setsid {0} & sleep 0.2",
    "a double fork": "(setsid sh -c '({0} &) &' &); sleep 0.2",
    "a new session without its environment": "env -i setsid {0} & sleep 0.2",
    "a dead watcher": "{0} & setsid {0} & [ $PPID != {1} ] && kill -9 $PPID; sleep 5",
    "a dead watcher and deaf to signals": "trap '' TERM HUP; setsid nohup {0} & [ $PPID != {1} ] && kill -9 $PPID; sleep 5",
}
DAEMON = """
import asyncio, sys
sys.path.insert(0, {folder!r})
from conftest import BACKENDS, spec_of
from pathlib import Path
from agentxd.kernel.sandboxes import Command
async def main():
    sandbox = await BACKENDS[{name!r}]().open(await spec_of(Path({root!r}), owner="killed/t1"))
    await sandbox.run(Command({line!r}))
asyncio.run(main())
"""
GONE_S = 10.0

pytestmark = pytest.mark.real


def alive(words: str) -> list[str]:
    """Processes whose command line begins with these words."""
    found = subprocess.run(["pgrep", "-f", f"^{words}"], capture_output=True, check=False)
    return found.stdout.decode().split()


@pytest.mark.parametrize("sandbox", ["process", "bubblewrap"], indirect=True)
@pytest.mark.parametrize(("number", "way"), list(enumerate(AWAY)), ids=list(AWAY))
async def test_no_process_outlives_its_command(sandbox, number, way):
    words = f"sleep 63.{os.getpid()}{number}"
    await sandbox.run(Command(AWAY[way].format(words, os.getpid()), timeout_s=10))
    assert alive(words) == []
    assert (await output_of(sandbox, "echo still"))[1] == "still\n"


@pytest.mark.parametrize("sandbox", ["process", "bubblewrap"], indirect=True)
async def test_no_process_that_left_its_group_outlives_the_deadline_or_a_cancel(sandbox):
    words = f"sleep 64.{os.getpid()}"
    line = f"setsid {words} & trap '' TERM; {words}"
    assert (await sandbox.run(Command(line, timeout_s=0.5))).is_timed_out
    assert alive(words) == []
    running = asyncio.ensure_future(sandbox.run(Command(line)))
    await asyncio.sleep(0.5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert alive(words) == []


@pytest.mark.parametrize("name", ["process", "bubblewrap"])
def test_no_process_outlives_a_killed_daemon(name, workspace):
    backend_named(name)
    words = f"sleep 65.{os.getpid()}"
    program = DAEMON.format(
        folder=str(Path(__file__).parent),
        name=name,
        root=str(workspace),
        line=f"setsid {words} & trap '' TERM; {words}",
    )
    daemon = subprocess.Popen([sys.executable, "-c", program])
    try:
        deadline = time.monotonic() + GONE_S
        while len(alive(words)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(alive(words)) == 2
    finally:
        daemon.send_signal(signal.SIGKILL)
        daemon.wait()
    while alive(words) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(words) == []
    asyncio.run(backend_named(name).reap("killed", frozenset()))
    assert reap_worktrees(workspace.parent / "scratch", "killed", frozenset()) == ["killed-t1"]


async def test_the_next_start_ends_what_a_dead_daemon_left_and_nothing_else():
    owners = {"own": "key7/t1:/x", "living": "key7/t2:/x", "foreign": "key77/t1:/x"}
    left = {
        name: subprocess.Popen(["sleep", "66"], env={"AGENTX_OWNER": owner})
        for name, owner in owners.items()
    }
    try:
        reaped = await ProcessBackend().reap("key7", frozenset({"key7/t2"}))
        assert reaped == [f"process {left['own'].pid}"]
        assert left["own"].wait(5) == -signal.SIGKILL
        assert left["living"].poll() is None
        assert left["foreign"].poll() is None
    finally:
        for process in left.values():
            process.kill()
            process.wait()


async def test_a_sandbox_of_the_same_name_elsewhere_is_left_alone(workspace, tmp_path):
    spec = await spec_of(workspace)
    sandboxes = [
        await ProcessBackend().open(replace(spec, scratch=str(tmp_path / name)))
        for name in ("one", "two")
    ]
    running = asyncio.ensure_future(sandboxes[0].run(Command("sleep 1; echo done")))
    while not running.done():
        assert (await output_of(sandboxes[1], "true"))[0] == 0
    assert (await running).output == b"done\n"
    for sandbox in sandboxes:
        await sandbox.close()


async def test_a_command_keeps_the_signals_and_the_exit_code_of_its_own(workspace):
    sandbox = await ProcessBackend().open(await spec_of(workspace))
    try:
        assert (await output_of(sandbox, "kill -9 $$"))[0] == 137
        assert await output_of(sandbox, "trap 'exit 7' TERM; kill $$; exit 1") == (7, "")
        assert await output_of(sandbox, "yes | head -1; exit 3") == (3, "y\n")
    finally:
        await sandbox.close()
