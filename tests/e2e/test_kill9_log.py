"""SIGKILL at random moments: what was acknowledged is in the log, and the chain is whole."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from agentxd.plugins.stores.event_log import SqliteEventLog

N_ROUNDS = 50

CHILD = """
import asyncio, os, sys
from pathlib import Path
from agentxd.kernel.events import TaskStarted
from agentxd.plugins.stores.event_log import SqliteEventLog

async def work(log):
    while True:
        records = await log.append([TaskStarted("a"), TaskStarted("b")])
        os.write(1, b"".join(b"%d\\n" % record.seq for record in records))

async def main():
    log = await SqliteEventLog.open(Path(sys.argv[1]), backup_every=200)
    os.write(1, b"0\\n")
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(work(log))

asyncio.run(main())
"""


def killed_after(path: Path, seconds: float) -> int:
    """The newest acknowledged seq of a child that was killed so long after it began to write."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        seen = child.stdout.readline()
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        lines = (seen + child.stdout.read()).split(b"\n")
    return max(int(line) for line in lines[:-1] if line)  # a cut-off last line was not shown


async def test_no_acknowledged_event_is_lost_to_kill_9(tmp_path):
    path, chance, acknowledged = tmp_path / "events.db", random.Random(9), 0
    for _ in range(N_ROUNDS):
        acknowledged = max(acknowledged, killed_after(path, chance.random() * 0.12))
    log = await SqliteEventLog.open(path)
    assert log.restored is None
    assert await log.verify() >= acknowledged > 0
    await log.close()
