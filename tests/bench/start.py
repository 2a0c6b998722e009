"""How long a user waits: version, status, attaching an editor, a cold start."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from daemons import DaemonHouse, daemon_house, framed

from tests.bench.measure import Row, empty_python, in_turn, median, ms, ratio_row, timed

AGENTXD = Path(sys.executable).with_name("agentxd")
N_WARM = 40
N_COLD = 9
MAX_VERSION, MAX_STATUS, MAX_ATTACH = 1.5, 2.0, 3.0
MAX_COLD_S = 0.35
INITIALIZE = framed(
    json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {"processId": None, "rootUri": None, "capabilities": {}},
        }
    ).encode()
)


def run(house: DaemonHouse, *words: str) -> Callable[[], object]:
    """A command to its end."""
    return lambda: subprocess.run(
        [AGENTXD, *words], cwd=house.root, env=house.env, check=True, stdout=subprocess.DEVNULL
    )


def _attached(house: DaemonHouse) -> "subprocess.Popen[bytes]":
    shim = subprocess.Popen(
        [AGENTXD, "lsp"],
        cwd=house.root,
        env=house.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert shim.stdin is not None
    assert shim.stdout is not None
    shim.stdin.write(INITIALIZE)
    shim.stdin.flush()
    length = 0
    while line := shim.stdout.readline().strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    answer = json.loads(shim.stdout.read(length))
    assert answer["id"] == 1, answer
    return shim


def _end(shim: "subprocess.Popen[bytes]") -> None:
    assert shim.stdin is not None
    shim.stdin.close()
    assert shim.stdout is not None
    shim.stdout.read()
    shim.stdout.close()
    shim.wait()


def attach_times(house: DaemonHouse, n: int) -> tuple[list[float], list[float]]:
    """Seconds from spawn to initialize answered, and of P in turn with it."""
    taken: list[float] = []
    base: list[float] = []
    for _ in range(n):
        base.append(timed(empty_python))
        shims: list[subprocess.Popen[bytes]] = []
        taken.append(timed(lambda shims=shims: shims.append(_attached(house))))
        _end(shims[0])
    return taken, base


def cold_times(house: DaemonHouse, n: int) -> list[float]:
    """Seconds from spawn to initialize answered where no daemon ran."""
    taken = []
    for _ in range(n):
        house.close()
        shims: list[subprocess.Popen[bytes]] = []
        taken.append(timed(lambda shims=shims: shims.append(_attached(house))))
        _end(shims[0])
    return taken


def bench() -> Sequence[Row]:
    """All of it on one sample workspace."""
    with tempfile.TemporaryDirectory() as folder, daemon_house(Path(folder)) as house:
        house.cli("status")
        _end(_attached(house))
        taken = in_turn(
            {"P": empty_python, "version": run(house, "--version"), "status": run(house, "status")},
            N_WARM,
        )
        warm, base = attach_times(house, N_WARM)
        cold = cold_times(house, N_COLD)
    rows = [
        Row("P: `python -c pass`", f"{ms(median(taken['P']))} (least {ms(min(taken['P']))})"),
        ratio_row("`agentxd --version`", taken["version"], taken["P"], MAX_VERSION),
        ratio_row("`agentxd status`, daemon warm", taken["status"], taken["P"], MAX_STATUS),
        ratio_row("attach: `agentxd lsp` to initialize answered, warm", warm, base, MAX_ATTACH),
    ]
    figure = f"{ms(median(cold))} (least {ms(min(cold))}), {median(cold) / median(base):.1f} P"
    is_met = median(cold) <= MAX_COLD_S
    what = "cold start: spawn to initialize answered, no daemon yet"
    return [*rows, Row(what, figure, f"≤ {ms(MAX_COLD_S)}", is_met)]
