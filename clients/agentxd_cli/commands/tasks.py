"""tasks, task, cancel, resume, approvals, approve."""

import argparse
from typing import Any

from agentxd_client.connection import ClientError

from agentxd_cli.commands.asking import rule_lines
from agentxd_cli.commands.run import follow
from agentxd_cli.exit_codes import Exit
from agentxd_cli.interrupts import HeldInterrupt
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import is_live, paint

Json = dict[str, Any]
_MAX_LINES = 40
"""Of one tool result on a terminal."""


def tasks(options: argparse.Namespace) -> int:
    """List them."""
    found = open_connection(options).request("agentx/task/list")["tasks"]
    if options.json:
        print_json(found)
        return Exit.OK
    for task in found:
        proposals = ", ".join(task["proposalIds"]) or "-"
        print(f"{task['id']:>4}  {task['state']:<16}  {proposals:<6}  {task['goal']}")
    if not found:
        print('no tasks yet; try: agentxd run "fix lint"')
    return Exit.OK


def task(options: argparse.Namespace) -> int:
    """One task and its transcript."""
    found = open_connection(options).request("agentx/task/get", {"taskId": options.id})
    if options.json:
        print_json(found)
        return Exit.OK
    _print_task(found["task"])
    for item in found["transcript"]:
        colour = {"tool_call": "cyan", "observation": "dim"}.get(item["kind"], "bold")
        head = f"{item['tool']} " if item["tool"] else ""
        text = _shortened(item["text"]) if item["kind"] == "observation" else item["text"]
        print(paint(f"{item['role']}: {head}", colour) + text)
    return Exit.OK


def _shortened(text: str) -> str:
    """What fits a screen, on a terminal; all of it elsewhere."""
    lines = text.splitlines()
    if not is_live() or len(lines) <= _MAX_LINES:
        return text
    left = paint(f"({len(lines) - _MAX_LINES:,} more lines; --json has all)", "dim")
    return "\n".join([*lines[:_MAX_LINES], left])


def cancel(options: argparse.Namespace) -> int:
    """Stop one."""
    found = open_connection(options).request("agentx/task/cancel", {"taskId": options.id})
    return _told(options, found["task"])


def resume(options: argparse.Namespace) -> int:
    """Let a paused or interrupted task go on, or drop it; or go on with a session."""
    if options.id.startswith("s"):
        from agentxd_cli.commands.chat import chat  # only where there is a session

        if options.drop:
            raise ClientError(
                "invalid_request", "a session is not dropped", "Name its task: agentxd tasks"
            )
        return chat(_as_chat(options))
    params = {"taskId": options.id, "isResumed": not options.drop}
    connection = open_connection(options)
    if options.drop:
        return _told(options, connection.request("agentx/task/resume", params)["task"])
    last = connection.request("agentx/event/subscribe", {"hasParts": True})["lastSeq"]
    options.apply = "none"  # what the goal asked for stays; it is told as it comes
    with HeldInterrupt() as held:
        connection.request("agentx/task/resume", params)
        return follow(options, connection, options.id, last, held)


def _as_chat(options: argparse.Namespace) -> argparse.Namespace:
    words = ("agent", "provider", "model", "script", "sandbox", "budget", "mode")
    rest = {"apply": "none", "is_resumed": True, **dict.fromkeys(words, "")}
    return argparse.Namespace(root=options.root, json=options.json, session=options.id, **rest)


def approvals(options: argparse.Namespace) -> int:
    """Questions that wait."""
    found = open_connection(options).request("agentx/approval/list")["approvals"]
    if options.json:
        print_json(found)
        return Exit.OK
    for approval in found:
        print(f"{approval['id']}  {approval['taskId']}  {approval['subject']}")
        print(f"    {approval['why']}; answer: agentxd approve {approval['id']}"
              f" {'|'.join(approval['options'])}")  # fmt: skip
        for line in rule_lines(approval):
            print(f"    {line}")
    if not found:
        print("nothing waits for you")
    return Exit.OK


def approve(options: argparse.Namespace) -> int:
    """Answer one."""
    params = {"approvalId": options.id, "decision": options.decision or "allow"}
    found = open_connection(options).request("agentx/approval/decide", params)["approval"]
    if options.json:
        print_json(found)
    else:
        print(f"{found['id']}  {found['decision']}  {found['subject']}")
        taken = [one for one in found["choices"] if one["option"] == found["decision"]]
        for line in rule_lines({"choices": taken, "note": ""}):
            print(f"    {line}")
    return Exit.OK


def _told(options: argparse.Namespace, found: Json) -> int:
    if options.json:
        print_json(found)
    else:
        _print_task(found)
    return Exit.OK


def _print_task(task: Json) -> None:
    print(paint(f"{task['id']}  {task['goal']}", "bold") + f"  ({task['state']})")
    for line in task["reason"].splitlines():
        print(f"  {line}")
    if task["nextStep"]:
        print(f"  {task['nextStep']}")
