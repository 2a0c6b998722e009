"""run: a goal from the first step to the proposal, shown as it goes."""

import argparse
import json
import sys
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.commands.review import print_evidence
from agentxd_cli.exit_codes import BY_OUTCOME, Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import StatusLine, paint

Json = dict[str, Any]
_RUNNING = ("pending", "running", "waiting")
_MAX_CHARS = 160


def run(options: argparse.Namespace) -> int:
    """Start the goal, follow it, tell what came of it."""
    goal = sys.stdin.read().strip() if options.goal == "-" else options.goal
    connection = open_connection(options)
    last = connection.request("agentx/event/subscribe", {"hasParts": True})["lastSeq"]
    del last
    started = connection.request(
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
    task = started["taskId"]
    try:
        _follow(options, connection, task)
    except KeyboardInterrupt:
        return _cancel(options, connection, task)
    return _tell(options, connection, task)


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
        connection.request("agentx/task/cancel", {"taskId": task}, timeout_s=60)
    except ClientError:
        return _tell(options, connection, task)
    if options.json:
        print_json({"task": connection.request("agentx/task/get", {"taskId": task})["task"]})
    return Exit.CANCELLED


def _tell(options: argparse.Namespace, connection: Connection, task: str) -> int:
    found = _settled(options, connection, task)
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
    if found["state"] != "completed":
        print(paint(f"  {found['id']} ended: {found['state']}", "yellow"))
        if found["nextStep"]:
            print(f"  {found['nextStep']}")
    return code


def _settled(options: argparse.Namespace, connection: Connection, task: str) -> Json:
    """The task after what --apply asked for: its hunks settle right after the task's end."""
    while True:
        found: Json = connection.request("agentx/task/get", {"taskId": task})["task"]
        is_busy = connection.request("agentx/daemon/status")["nRunningTasks"] > 0
        if options.apply == "none" or not is_busy:
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
    n_hunks, n_files = len(proposal["hunks"]), len(proposal["files"])
    print(paint(f"  {proposal['id']}: {n_hunks} hunks in {n_files} files", "bold"))
    for file in proposal["files"]:
        print(f"    {file['path']}  ({file['kind']})  {' '.join(file['hunkIds'])}")
    print_evidence(proposal)
    name = proposal["id"]
    print(f"  Next: agentxd show {name} · agentxd accept {name} · agentxd reject {name}.1")


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
