"""The life of the worker: shared, replaced when it dies, gone when nobody needs it."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from agentxd.kernel.errors import ProviderError
from agentxd.plugins.providers.worker.host import WorkerHost
from daemons import is_alive
from loopback import answer, fault
from wires import ENVIRONMENT, endpoint, hear, request

HELD = """
import asyncio, sys
from agentxd.plugins.providers.vendors import Endpoint
from agentxd.plugins.providers.worker.host import WorkerHost

async def main():
    host = WorkerHost()
    await host.warm(Endpoint(vendor="ollama"))
    print(host.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def gone(pid):
    """Wait until a process has ended. Fails after 10 s."""
    async with asyncio.timeout(10):
        while is_alive(pid):
            await asyncio.sleep(0.01)


@pytest.fixture
async def worker():
    host = WorkerHost(environment={**os.environ, **ENVIRONMENT})
    yield host
    await host.close()


async def test_a_cancelled_stream_closes_its_connection_within_a_second(worker, server):
    server.play(fault("stall_mid_stream"), answer("Still here."))
    where = endpoint("ollama", server.url)
    stream = worker.stream(where, request("ollama"))
    await anext(stream)
    await stream.aclose()
    assert await asyncio.to_thread(server.requests[0].abandoned.wait, 1.0)
    assert (await hear(worker, where, request("ollama"))).error is None


async def test_many_streams_share_one_worker(worker, server):
    server.otherwise = answer("One of many answers.", pace_s=0.01)
    where = endpoint("ollama", server.url)
    heard = await asyncio.gather(*(hear(worker, where, request("ollama")) for _ in range(20)))
    assert [one.error for one in heard] == [None] * 20
    assert {len(one.deltas) for one in heard} == {4}


async def test_a_dead_worker_is_told_and_followed_by_a_fresh_one(worker, server):
    server.play(fault("stall_mid_stream"), answer("Back again."))
    where = endpoint("ollama", server.url)
    stream = worker.stream(where, request("ollama"))
    await anext(stream)
    first = worker.pid
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ProviderError) as caught:
        async for _ in stream:
            pass
    assert caught.value.kind == "worker"
    assert "fresh one" in caught.value.next_step
    assert (await hear(worker, where, request("ollama"))).error is None
    assert worker.pid != first


async def test_a_worker_that_cannot_start_is_told():
    missing = WorkerHost(command=("/no/such/python",))
    heard = await hear(missing, endpoint("ollama", ""), request("ollama"))
    assert heard.error.kind == "worker"
    broken = WorkerHost(command=(sys.executable, "-c", "raise SystemExit('no memory left')"))
    heard = await hear(broken, endpoint("ollama", ""), request("ollama"))
    assert "no memory left" in heard.error.message


async def test_an_idle_worker_leaves_and_the_next_call_has_another(server):
    server.otherwise = answer("Yes.")
    host = WorkerHost(idle_s=0.05, environment={**os.environ, **ENVIRONMENT})
    where = endpoint("ollama", server.url)
    await hear(host, where, request("ollama"))
    async with asyncio.timeout(10):
        while host.pid:
            await asyncio.sleep(0.01)
    assert (await hear(host, where, request("ollama"))).error is None
    await host.close()


async def test_a_closed_host_leaves_no_worker(worker, server):
    await worker.warm(endpoint("ollama", server.url))
    pid = worker.pid
    await worker.close()
    await gone(pid)


async def test_the_worker_ends_with_a_daemon_that_was_killed():
    with subprocess.Popen(
        [sys.executable, "-c", HELD], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout is not None
        pid = int(await asyncio.to_thread(daemon.stdout.readline))
        daemon.kill()
    await gone(pid)


async def test_a_missing_key_is_told_with_all_the_ways_to_give_one(tmp_path):
    clean = {key: value for key, value in os.environ.items() if key not in ENVIRONMENT}
    host = WorkerHost(environment={**clean, "XDG_CONFIG_HOME": str(tmp_path)})
    heard = await hear(host, endpoint("anthropic", ""), request("anthropic"))
    assert heard.error.kind == "key"
    assert "ANTHROPIC_API_KEY" in heard.error.next_step
    assert str(tmp_path / "agentxd" / "keys.json") in heard.error.next_step
    await host.close()


async def test_no_key_is_in_the_arguments_of_the_worker(worker, server):
    await worker.warm(endpoint("ollama", server.url))
    words = await asyncio.to_thread(Path(f"/proc/{worker.pid}/cmdline").read_bytes)
    assert b"sk-" not in words
