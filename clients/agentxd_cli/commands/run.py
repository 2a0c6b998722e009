"""run: a goal from the first step to the proposal, shown as it goes."""

import argparse
import json
import sys
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.commands.review import print_evidence
from agentxd_cli.exit_codes import BY_OUTCOME, Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import StatusLine, counted, paint

Json = dict[str, Any]
_RUNNING = ("pending", "running", "waiting")
_MAX_CHARS = 160
_START_S = 600.0


def run(options: argparse.Namespace) -> int:
    """Start the goal, follow it, tell what came of it."""
    goal = sys.stdin.read().strip() if options.goal == "-" else options.goal
    connection = open_connection(options)
    _warn(options, connection)
    last = connection.request("agentx/event/subscribe", {"hasParts": True})["lastSeq"]
    started = connection.start(
        "agentx/goal/run",
        {
            "goal": goal,
            "agent": options.agent,
            "provider": options.provider,
            "model": options.model,
            "script": _absolute(options.script),
            "sandbox": options.sandbox,
            "budget": _budget(options.budget),
            "apply": options.apply,
        },
    )
    try:
        connection.wait(lambda: connection.has_answer(started), _START_S)
    except KeyboardInterrupt:  # it may have begun: its name comes with the answer
        connection.wait(lambda: connection.has_answer(started), _START_S)
        return _cancel(options, connection, connection.answer(started)["taskId"])
    return follow(options, connection, connection.answer(started)["taskId"], last)


def follow(options: argparse.Namespace, connection: Connection, task: str, after: int) -> int:
    """Show a task to its end and tell what came of it; `after` is the last event before it."""
    try:
        _follow(options, connection, task)
    except KeyboardInterrupt:
        return _cancel(options, connection, task)
    except BrokenPipeError:  # nobody reads on: as good as Ctrl-C
        connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)
        raise
    return _tell(options, connection, task, after)


def _warn(options: argparse.Namespace, connection: Connection) -> None:
    """What is wrong with the settings, before work is done with others than meant."""
    for words in connection.request("agentx/setting/get")["warnings"] if not options.json else ():
        print(paint(f"  settings: {words}", "yellow"), file=sys.stderr)


def _follow(options: argparse.Namespace, connection: Connection, task: str) -> None:
    line = StatusLine()
    line.show("starting")
    is_over = False
    while not is_over:
        for note in connection.notes():
            if note["method"] != "agentx/event/published":
                continue
            for record in note["params"]["records"]:
                if record["data"].get("task") == task:
                    is_over = _show(options, connection, record, line) or is_over
        if not is_over:
            line.tick()
            connection.poll(0.25)
    line.clear()


def _show(
    options: argparse.Namespace, connection: Connection, record: Json, line: StatusLine
) -> bool:
    """One record; True where it was the last of the task."""
    kind, data = record["type"], record["data"]
    if options.json:
        return bool(kind == "TaskEnded")
    words = _words(kind, data)
    if words:
        line.clear()
        print(words, flush=True)
    if kind == "ToolCallRequested":
        line.show(f"{data['call']['name']} {_short(json.dumps(data['call'].get('arguments', {})))}")
    if kind == "ApprovalRequested":
        line.clear()
        _ask(connection, data)
    return bool(kind == "TaskEnded")


def _words(kind: str, data: Json) -> str:
    if kind == "SnapshotTaken":
        extra = f", {data['n_overlays']} with unsaved text" if data["n_overlays"] else ""
        return paint(f"  snapshot of {data['n_files']} files{extra}", "dim")
    if kind == "SandboxOpened":
        unsafe = paint("  UNSAFE: no isolation", "red") if data.get("is_unsafe") else ""
        return paint(f"  sandbox: {data['backend']}", "dim") + unsafe
    if kind == "StepCompleted":
        parts = data["message"]["parts"]
        texts = [part["text"] for part in parts if part["type"] == "text" and part["text"]]
        is_last = data["stop_reason"] == "end"  # the summary tells it, with the proposal
        lines = [line for text in texts for line in text.splitlines()]
        return "" if is_last else "\n".join(f"  {line}" for line in lines)
    if kind == "EvidenceRecorded" and data["evidence"]["phase"] == "before":
        ran = data["evidence"]
        sign = paint("✓", "green") if ran["exit_code"] == 0 else paint("✗", "red")
        return f"  {sign} {ran['phase']} `{ran['command']}` ended with {ran['exit_code']}"
    return ""


def _ask(connection: Connection, data: Json) -> None:
    """On a terminal the question is answered here; elsewhere another client may."""
    choices = "/".join(data["options"])
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(f"  waits: {data['subject']}  (agentxd approve {data['approval']} {choices})")
        return
    answer = ""
    while answer not in data["options"]:
        answer = input(f"  {data['subject']}\n  {data['why']} [{choices}] ").strip()
    try:
        connection.request(
            "agentx/approval/decide", {"approvalId": data["approval"], "decision": answer}
        )
    except ClientError as error:
        print(f"  {error.message}")


def _cancel(options: argparse.Namespace, connection: Connection, task: str) -> int:
    """Ctrl-C: nothing of the task is left behind; a second one leaves at once."""
    if not options.json:
        print("\n  cancelling …", flush=True)
    try:
        found = connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)["task"]
    except ClientError:
        return _tell(options, connection, task, 0)
    if options.json:
        print_json({"task": found})
    else:
        print(f"  {task} ended: {found['state']}")
    return Exit.CANCELLED


def _tell(options: argparse.Namespace, connection: Connection, task: str, after: int) -> int:
    found = _settled(connection, task)
    proposals = [
        connection.request("agentx/proposal/get", {"proposalId": name})["proposal"]
        for name in found["proposalIds"]
    ]
    code = _exit_code(options, found, proposals)
    if options.json:
        print_json({"task": found, "proposals": proposals, "exitCode": int(code)})
        return code
    for line in found["reason"].splitlines():
        print(f"  {line}")
    for proposal in proposals:
        _print_summary(proposal)
        _print_superseded(connection, proposal["id"], after)
    if found["state"] != "completed":
        print(paint(f"  {found['id']} ended: {found['state']}", "yellow"))
        if found["nextStep"]:
            print(f"  {found['nextStep']}")
    return code


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


def _budget(text: str) -> Json:
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


def _absolute(path: str) -> str:
    from pathlib import Path  # only where there is a script

    return str(Path(path).resolve()) if path else ""


def _short(text: str) -> str:
    return text if len(text) <= _MAX_CHARS else text[: _MAX_CHARS - 1] + "…"
