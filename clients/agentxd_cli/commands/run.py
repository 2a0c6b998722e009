"""run: a goal from the first step to the proposal, shown as it goes."""

import argparse
import sys
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.commands.review import print_evidence
from agentxd_cli.commands.watching import Watch
from agentxd_cli.exit_codes import BY_OUTCOME, Exit
from agentxd_cli.linking import open_connection, print_line
from agentxd_cli.terminal import counted, paint

Json = dict[str, Any]
_START_S = 600.0


def run(options: argparse.Namespace) -> int:
    """Start the goal, follow it, tell what came of it."""
    goal = sys.stdin.read().strip() if options.goal == "-" else options.goal
    connection = open_connection(options, options.provider)
    _warn(options, connection)
    last = connection.request("agentx/event/subscribe", {"hasParts": True})["lastSeq"]
    started = connection.start(
        "agentx/goal/run",
        {
            "goal": goal,
            "agent": options.agent,
            "provider": options.provider,
            "model": options.model,
            "script": script_path(options.script),
            "sandbox": options.sandbox,
            "budget": budget_of(options.budget),
            "apply": options.apply,
            "sessionId": options.session,
        },
    )
    try:
        connection.wait(lambda: connection.has_answer(started), _START_S)
    except KeyboardInterrupt:  # it may have begun: its name comes with the answer
        connection.wait(lambda: connection.has_answer(started), _START_S)
        return _cancel(options, connection, connection.answer(started)["taskId"])
    task = connection.answer(started)["taskId"]
    code = follow(options, connection, task, last)
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


def follow(options: argparse.Namespace, connection: Connection, task: str, after: int) -> int:
    """Show a task to its end and tell what came of it; `after` is the last event before it."""
    watch = Watch(options, connection, task)
    try:
        watch.to_the_end()
    except KeyboardInterrupt:
        return _cancel(options, connection, task)
    except BrokenPipeError:  # nobody reads on: as good as Ctrl-C
        connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)
        raise
    return tell(options, connection, task, after, watch.said_last)


def _warn(options: argparse.Namespace, connection: Connection) -> None:
    """What is wrong with the settings, before work is done with others than meant."""
    for words in connection.request("agentx/setting/get")["warnings"] if not options.json else ():
        print(paint(f"  settings: {words}", "yellow"), file=sys.stderr)


def _cancel(options: argparse.Namespace, connection: Connection, task: str) -> int:
    """Ctrl-C: nothing of the task is left behind; a second one leaves at once."""
    if not options.json:
        print("\n  cancelling …", flush=True)
    try:
        found = connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)["task"]
    except ClientError:
        return tell(options, connection, task, 0)
    if options.json:
        print_line({"type": "Result", "task": found, "exitCode": int(Exit.CANCELLED)})
    else:
        print(f"  {task} ended: {found['state']}")
    return Exit.CANCELLED


def tell(
    options: argparse.Namespace, connection: Connection, task: str, after: int, said: str = ""
) -> int:
    """What came of a task, in words or as JSON; the exit code."""
    found = _settled(connection, task)
    proposals = [
        connection.request("agentx/proposal/get", {"proposalId": name})["proposal"]
        for name in found["proposalIds"]
    ]
    code = _exit_code(options, found, proposals)
    if options.json:
        result = {"task": found, "proposals": proposals, "exitCode": int(code)}
        print_line({"type": "Result", **result})
        return code
    for line in found["reason"].splitlines() if found["reason"] != said.strip() else ():
        print(f"  {line}")
    for proposal in proposals:
        _print_summary(proposal)
        _print_superseded(connection, proposal["id"], after)
    if spent := _spent(found):
        print(paint(f"  {spent}", "dim"))
    if found["state"] != "completed":
        print(paint(f"  {found['id']} ended: {found['state']}", "yellow"))
        if found["nextStep"]:
            print(f"  {found['nextStep']}")
    return code


def _spent(found: Json) -> str:
    """Steps, tokens, money and time; empty where no model was paid."""
    if not found["inputTokens"] and not found["outputTokens"]:
        return ""
    seconds = max(0, found["endedMs"] - found["startedMs"]) / 1000
    cached = found["cacheReadTokens"] / found["inputTokens"] if found["inputTokens"] else 0
    cache = f" ({cached:.0%} from the cache)" if cached else ""
    return (
        f"{counted(found['nSteps'], 'step')} of {found['modelLabel']},"
        f" {found['inputTokens']:,} tokens in{cache}, {found['outputTokens']:,} out,"
        f" ${found['costMicros'] / 1_000_000:.4f}, {seconds:.1f} s"
    )


def _settled(connection: Connection, task: str) -> Json:
    """The task after what its end brings: older hunks that it supersedes, and --apply."""
    while True:
        found: Json = connection.request("agentx/task/get", {"taskId": task})["task"]
        if found["isSettled"]:
            return found
        connection.poll(0.05)


def _exit_code(options: argparse.Namespace, found: Json, proposals: list[Json]) -> Exit:
    code = BY_OUTCOME.get(found["state"], Exit.FAILED)
    if code is not Exit.OK:
        return _by_reason(code, found)
    if options.apply != "none":
        states = {hunk["state"] for proposal in proposals for hunk in proposal["hunks"]}
        if "conflicted" in states:
            return Exit.CONFLICT
        if states - {"applied"}:
            return Exit.CHECKS_FAILED if options.apply == "verified" else Exit.FAILED
    return code


def _by_reason(code: Exit, found: Json) -> Exit:
    """A failed task tells why by the name of its error."""
    from agentxd_cli.exit_codes import BY_ERROR  # only for failures

    return BY_ERROR.get(found["errorCode"], code) if code is Exit.FAILED else code


def _print_summary(proposal: Json) -> None:
    hunks, files = proposal["hunks"], proposal["files"]
    size = f"{counted(len(hunks), 'hunk')} in {counted(len(files), 'file')}"
    print(paint(f"  {proposal['id']}: {size}", "bold"))
    for file in files:
        print(f"    {file['path']}  ({file['kind']})  {_ids(file['hunkIds'])}")
    print_evidence(proposal)
    name = proposal["id"]
    n_applied = sum(hunk["state"] == "applied" for hunk in hunks)
    if n_applied:
        print(f"  {n_applied} of {counted(len(hunks), 'hunk')} applied")
        print(f"  Next: agentxd show {name} · agentxd undo {name}")
    else:
        print(f"  Next: agentxd show {name} · agentxd accept {name} · agentxd reject {name}.1")


def _ids(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}" if names else ""


def _print_superseded(connection: Connection, proposal: str, after: int) -> None:
    """Older hunks that are no longer open because of this proposal; silence would be a loss."""
    page = connection.request(
        "agentx/event/read", {"after": after, "limit": 5000, "types": ["HunkSuperseded"]}
    )
    names = [r["data"]["hunk"] for r in page["records"] if r["data"]["by"] == proposal]
    if names:
        older = ", ".join(dict.fromkeys(name.partition(".")[0] for name in names))
        words = f"  it takes the place of {counted(len(names), 'open hunk')} of {older}"
        print(paint(words, "yellow") + f"; one is still taken with: agentxd accept {names[0]}")


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
