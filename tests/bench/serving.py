"""What a running daemon costs: memory, memory per client, latency, throughput, loop lag."""

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from daemons import DaemonHouse, RawClient, daemon_house, framed

from tests.bench.measure import Row, memory_of, ms, percentile, timed

N_CLIENTS = 50
N_REQUESTS = 3_000
N_NOTIFICATIONS = 50_000
MAX_IDLE_MIB, MAX_CLIENT_MIB = 60, 1.0
MAX_P50_S, MAX_P99_S = 0.0005, 0.005
METHODS = ("agentx/daemon/status", "agentx/proposal/list", "agentx/event/read")
SETTLE_S = 1.0


def bench() -> Sequence[Row]:
    """All of it on one daemon."""
    with tempfile.TemporaryDirectory() as folder, daemon_house(Path(folder)) as house:
        house.cli("tasks")  # starts the daemon
        client = RawClient(house.socket_path)
        client.initialize()
        rows = [*memory(house), *latency(client), notifications(client)]
        client.close()
    return rows


def memory(house: DaemonHouse) -> Sequence[Row]:
    """With one client, then with fifty more."""
    time.sleep(SETTLE_S)
    before = memory_of(house.pid())
    clients = [RawClient(house.socket_path) for _ in range(N_CLIENTS)]
    for client in clients:
        client.initialize()
    time.sleep(SETTLE_S)
    after = memory_of(house.pid())
    for client in clients:
        client.close()
    each = (after.pss - before.pss) / N_CLIENTS
    return [
        Row(
            "idle memory of the daemon, one client",
            f"RSS {before.rss:.1f} MiB, PSS {before.pss:.1f} MiB",
            f"≤ {MAX_IDLE_MIB} MiB RSS",
            before.rss <= MAX_IDLE_MIB,
        ),
        Row(
            f"memory per further connection, over {N_CLIENTS}",
            f"{each * 1024:.0f} KiB PSS",
            f"≤ {MAX_CLIENT_MIB:g} MiB",
            each <= MAX_CLIENT_MIB,
        ),
    ]


def latency(client: RawClient) -> Sequence[Row]:
    """One request after the other over the socket."""
    rows = []
    for method in METHODS:
        taken = [timed(lambda method=method: client.request(method)) for _ in range(N_REQUESTS)]
        p50, p99 = percentile(taken, 0.5), percentile(taken, 0.99)
        rows.append(
            Row(
                f"request latency, `{method}`",
                f"p50 {ms(p50)}, p99 {ms(p99)}",
                f"p50 < {MAX_P50_S * 1000:g} ms, p99 < {MAX_P99_S * 1000:g} ms",
                p50 < MAX_P50_S and p99 < MAX_P99_S,
            )
        )
    return rows


def notifications(client: RawClient) -> Row:
    """Notifications from a client, until a request behind them is answered."""
    note = {"jsonrpc": "2.0", "method": "$/setTrace", "params": {"value": "off"}}
    block = framed(json.dumps(note).encode()) * 500
    start = time.perf_counter()
    for _ in range(N_NOTIFICATIONS // 500):
        client.send_bytes(block)
    client.request("agentx/daemon/status")
    rate = N_NOTIFICATIONS / (time.perf_counter() - start)
    return Row("notifications taken from one client", f"{rate:,.0f}/s")
