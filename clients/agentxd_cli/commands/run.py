"""run: a goal from the first step to the proposal, shown as it goes."""

import argparse
import contextlib
import sys
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.commands.telling import Ended, tell
from agentxd_cli.commands.watching import Watch
from agentxd_cli.interrupts import HeldInterrupt
from agentxd_cli.linking import DaemonGoneError, open_connection
from agentxd_cli.terminal import paint

Json = dict[str, Any]
_START_S = 600.0


def run(options: argparse.Namespace) -> int:
    """Start the goal, follow it, tell what came of it."""
    goal = sys.stdin.read().strip() if options.goal == "-" else options.goal
    connection = open_connection(options, options.provider)
    _warn(options, connection)
    last = connection.request("agentx/event/subscribe", {"hasParts": True})["lastSeq"]
    wished = {
        "goal": goal,
        "agent": options.agent,
        "provider": options.provider,
        "model": options.model,
        "script": script_path(options.script),
        "sandbox": options.sandbox,
        "budget": budget_of(options.budget),
        "apply": options.apply,
        "sessionId": options.session,
    }
    with HeldInterrupt() as held:
        task = connection.request("agentx/goal/run", wished, timeout_s=_START_S)["taskId"]
        code = follow(options, connection, task, last, held)
    if options.record:
        _record(options, connection, task)
    return code


def _record(options: argparse.Namespace, connection: Connection, task: str) -> None:
    from agentxd_cli.commands.sessions import recorded  # only where it was asked for

    try:
        with open(options.record, "w") as file:  # noqa: PTH123  # pathlib is not loaded otherwise
            file.write(recorded(connection, task))
    except OSError as error:
        reason = f"{options.record} cannot be written: {error.strerror}"
        raise ClientError("storage", reason, f"agentxd record {task} > FILE") from error


def follow(
    options: argparse.Namespace,
    connection: Connection,
    task: str,
    after: int,
    held: HeldInterrupt,
) -> int:
    """Show a task to its end and tell what came of it; `after` is the last event before it.

    Ctrl-C, also one that is `held`, ends it and keeps its work; a second one drops that too.
    """
    watch = Watch(options, connection, task)
    try:
        is_stopping = not _is_watched(watch, held)
        if is_stopping:
            _stop(options, connection, task, watch)
    except KeyboardInterrupt:
        is_stopping = True
        watch.pause()
        with contextlib.suppress(ClientError):  # it has just ended by itself
            connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)
    except BrokenPipeError:  # nobody reads on: as good as Ctrl-C
        connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)
        raise
    except ConnectionError as error:
        watch.pause()
        raise DaemonGoneError(str(error), f"agentxd resume {task}") from error
    told = Ended(task, after, watch.said_last, is_stopped=is_stopping)
    return tell(options, connection, told)


def _is_watched(watch: Watch, held: HeldInterrupt) -> bool:
    """Whether it was shown to its end; not where somebody pressed Ctrl-C."""
    try:
        held.let_go()
        watch.to_the_end()
    except KeyboardInterrupt:
        return False
    return True


def _stop(options: argparse.Namespace, connection: Connection, task: str, watch: Watch) -> None:
    """End the turn and see its work proposed. Raises KeyboardInterrupt: it is to be dropped."""
    watch.pause()
    if not options.json:
        words = "  stopping; what was done so far is kept (again: drop it)"
        print(paint(words, "yellow"), flush=True)
    found = connection.request("agentx/task/get", {"taskId": task})["task"]
    if found["endedMs"]:
        return
    with contextlib.suppress(ClientError):  # it has just ended by itself
        params = {"sessionId": found["sessionId"]}
        connection.request("agentx/session/stop", params, timeout_s=60)
    watch.to_the_end()


def _warn(options: argparse.Namespace, connection: Connection) -> None:
    """What is wrong with the settings, before work is done with others than meant."""
    for words in connection.request("agentx/setting/get")["warnings"] if not options.json else ():
        print(paint(f"  settings: {words}", "yellow"), file=sys.stderr)


def budget_of(text: str) -> Json:
    """The wire's budget of `steps=20,cost=0.50`. Raises ClientError."""
    names = {"steps": "steps", "tokens": "tokens", "seconds": "seconds", "cost": "costMicros"}
    budget: Json = {}
    for part in filter(None, text.split(",")):
        key, _, value = part.partition("=")
        try:
            amount = float(value)
        except ValueError:
            amount = -1
        if key.strip() not in names or amount <= 0:
            raise ClientError(
                "invalid_request",
                f"the budget cannot be {part!r}",
                "Use: --budget steps=20,tokens=10000,seconds=60,cost=0.50",
            )
        is_money = key.strip() == "cost"
        budget[names[key.strip()]] = round(amount * 1_000_000) if is_money else int(amount)
    return budget


def script_path(path: str) -> str:
    """The script as the daemon finds it, wherever that runs."""
    from pathlib import Path  # only where there is a script

    return str(Path(path).resolve()) if path else ""
