"""From a prompt to the model: in a warm session, by a one-shot command, between two steps."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from agentxd_cli.exit_codes import Exit
from daemons import DaemonHouse, RawClient, daemon_house

from tests.bench.measure import MissingPartError, Row, median, memory_of, ms, timed
from tests.bench.model_server import FIRST, N_STEPS, STEPS, Served, served

AGENTXD = Path(sys.executable).with_name("agentxd")
N_PROMPTS, N_ONE_SHOT, N_COLD, N_COMMANDS = 25, 15, 7, 30
MAX_PROMPT_S, MAX_ONE_SHOT_S, MAX_COLD_S = 0.008, 0.15, 1.0
MAX_STEP_S = {"bubblewrap": 0.015}
_LOOK_EVERY_S = 0.5


@contextmanager
def at_work() -> Iterator[tuple[DaemonHouse, Served]]:
    """A workspace whose models are the loopback server's; no daemon runs yet."""
    with (
        tempfile.TemporaryDirectory() as folder,
        daemon_house(Path(folder)) as house,
        served() as s,
    ):
        house.env |= {"ANTHROPIC_API_KEY": "loopback", "ANTHROPIC_BASE_URL": s.url}
        yield house, s


class Session:
    """One client of a running daemon that gives it goals."""

    def __init__(self, house: DaemonHouse, server: Served, sandbox: str = "") -> None:
        self._client = RawClient(house.socket_path)
        self._client.initialize()
        self._server = server
        self._sandbox = sandbox

    def prompt(self) -> float:
        """Seconds from writing a goal until the model's server has read the request."""
        start = time.monotonic()
        task = self._run(FIRST)
        taken = self._server.arrived() - start
        self._server.answered()
        self._until_settled(task)
        return taken

    def steps(self) -> list[float]:
        """Seconds from the last byte of an answer with a tool call until the next request.

        Raises MissingPartError where the task ends before.
        """
        task = self._run(STEPS)
        taken = []
        self._arrived(task)
        for _ in range(N_STEPS):
            gone = self._server.answered()
            taken.append(self._arrived(task) - gone)
        self._server.answered()
        self._until_settled(task)
        return taken

    def _arrived(self, task: str) -> float:
        while not self._server.has_said(_LOOK_EVERY_S):
            found = self._task(task)
            if found["isSettled"] and not self._server.has_said(0):
                raise MissingPartError(found["reason"])
        return self._server.arrived()

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def _run(self, model: str) -> str:
        params = {"goal": "say it", "provider": "anthropic", "model": model}
        answer = self._client.request("agentx/goal/run", {**params, "sandbox": self._sandbox})
        if "error" in answer:
            raise MissingPartError(str(answer["error"]["message"]))
        task: str = answer["result"]["taskId"]
        return task

    def _until_settled(self, task: str) -> None:
        while not self._task(task)["isSettled"]:
            time.sleep(0.01)

    def _task(self, task: str) -> Any:
        return self._client.request("agentx/task/get", {"taskId": task})["result"]["task"]


def worker_of(house: DaemonHouse) -> int:
    """Process id of the daemon's worker. Raises MissingPartError where there is none."""
    found = subprocess.run(
        ["pgrep", "-P", str(house.pid()), "-f", "providers.worker"],
        check=False, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    if not found:
        raise MissingPartError("the daemon has no worker")
    return int(found[0])


def one_shot(house: DaemonHouse, server: Served) -> float:
    """Seconds from the start of `agentxd run` until the model's server has read the request."""
    start = time.monotonic()
    words = [AGENTXD, "run", "say it", "--model", FIRST]
    with subprocess.Popen(words, cwd=house.root, env=house.env, stdout=subprocess.DEVNULL) as done:
        taken = server.arrived() - start
        server.answered()
        assert done.wait() == Exit.NO_CHANGE, done.returncode
    return taken


def warm_rows(house: DaemonHouse, server: Served) -> Sequence[Row]:
    """A daemon and a worker that run; the first goals are not counted."""
    one_shot(house, server)
    session = Session(house, server)
    session.prompt()
    prompts = [session.prompt() for _ in range(N_PROMPTS)]
    shots = [one_shot(house, server) for _ in range(N_ONE_SHOT)]
    memory = memory_of(worker_of(house))
    session.close()
    return [
        row("prompt to model request, warm session", prompts, MAX_PROMPT_S),
        row("`agentxd run` to model request, warm daemon and worker", shots, MAX_ONE_SHOT_S),
        Row("memory of the worker, one SDK", f"RSS {memory.rss:.1f} MiB, PSS {memory.pss:.1f} MiB"),
    ]


def cold_rows(house: DaemonHouse, server: Served) -> Sequence[Row]:
    """Neither daemon nor worker."""
    taken = []
    for _ in range(N_COLD):
        house.close()
        taken.append(one_shot(house, server))
    return [row("`agentxd run` to model request, no daemon yet", taken, MAX_COLD_S)]


def step_rows(house: DaemonHouse, server: Served) -> Sequence[Row]:
    """What a tool step takes besides its command, in each sandbox that there is."""
    bare = median([timed(bare_command) for _ in range(N_COMMANDS)])
    rows = []
    for sandbox in ("bubblewrap", "docker"):
        what = f"tool step, {sandbox}: answer with a call to next request, less the command itself"
        try:
            taken = [seconds - bare for seconds in steps_in(house, server, sandbox)]
            rows.append(step_row(what, taken, sandbox))
        except MissingPartError as error:
            rows.append(Row(what, f"missing part: {error}"))
    return rows


def steps_in(house: DaemonHouse, server: Served, sandbox: str) -> Sequence[float]:
    """Seconds of each step of two tasks. Raises MissingPartError."""
    session = Session(house, server, sandbox)
    try:
        return session.steps() + session.steps()
    finally:
        session.close()


def step_row(what: str, taken: Sequence[float], sandbox: str) -> Row:
    """Against a limit, or what the engine's own command takes."""
    if sandbox != "docker":
        return row(what, taken, MAX_STEP_S[sandbox])
    limit = docker_exec()
    return row(what, taken, limit, f"< {ms(limit)}, `docker exec`")


def bare_command() -> None:
    """The command of a step, without any sandbox."""
    subprocess.run(["/bin/sh", "-c", "true"], check=True)


def docker_exec() -> float:
    """Median seconds of `docker exec` in a plain container of the skeleton image."""
    import docker  # only where it is measured

    client = docker.from_env()
    from agentxd.plugins.sandboxes.docker_image import ensure_skeleton  # as above

    binds = {place: {"bind": place, "mode": "ro"} for place in ("/usr", "/lib64", "/lib", "/bin")}
    container = client.containers.run(
        ensure_skeleton(client), entrypoint=["/bin/sleep", "600"], detach=True, volumes=binds
    )
    try:
        words = ["docker", "exec", container.id, "/bin/sh", "-c", "true"]
        run: Callable[[], object] = lambda: subprocess.run(words, check=True)  # noqa: E731
        return median([timed(run) for _ in range(N_COMMANDS)])
    finally:
        container.remove(force=True)
        client.close()


def row(what: str, taken: Sequence[float], limit: float, target: str = "") -> Row:
    """A median and its minimum against a limit."""
    figure = f"{ms(median(taken))} (least {ms(min(taken))})"
    return Row(what, figure, target or f"≤ {ms(limit)}", median(taken) <= limit)


def rows() -> Sequence[Row]:
    """All of it."""
    with at_work() as (house, server):
        found = [*warm_rows(house, server), *step_rows(house, server)]
        return [*found, *cold_rows(house, server)]
