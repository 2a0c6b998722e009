"""pause, take-over."""

import argparse
from typing import Any

from agentxd_client.connection import Connection

from agentxd_cli.commands.telling import Ended, spent, tell_words
from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import StatusLine, paint

Json = dict[str, Any]
_POLL_S = 0.1


def pause(options: argparse.Namespace) -> int:
    """Halt a task, and wait until it stands still."""
    connection = open_connection(options)
    found = connection.request("agentx/task/pause", {"taskId": options.id})["task"]
    found = _waited(options, connection, found, "isPausing", "halts at its next edge")
    is_paused = bool(found["state"] == "paused")
    if options.json:
        print_json(found)
    elif is_paused:
        print(paint(f"{found['id']}  {found['goal']}", "bold") + "  (paused)")
        if words := spent(found):
            print(paint(f"  {words}", "dim"))
        print(f"  Next: agentxd resume {found['id']} · agentxd take-over {found['id']}")
    else:
        print(f"{found['id']} is not paused: it is {found['state']}")
    return Exit.OK if is_paused else Exit.WRONG_STATE


def take_over(options: argparse.Namespace) -> int:
    """End the agent's work and keep it, and wait until it is proposed."""
    connection = open_connection(options)
    last = connection.request("agentx/event/subscribe", {"types": ["TaskEnded"]})["lastSeq"]
    found = connection.request("agentx/task/takeOver", {"taskId": options.id})["task"]
    found = _waited(options, connection, found, "", "stops at its next edge")
    proposals = [
        connection.request("agentx/proposal/get", {"proposalId": name})["proposal"]
        for name in found["proposalIds"]
    ]
    is_ours = bool(found["state"] == "taken_over")
    code = Exit.OK if is_ours else Exit.WRONG_STATE
    if options.json:
        print_json({"task": found, "proposals": proposals, "exitCode": int(code)})
    else:
        tell_words(connection, Ended(found["id"], last), found, proposals)
    return code


def _waited(
    options: argparse.Namespace, connection: Connection, found: Json, while_: str, words: str
) -> Json:
    """The task once that is no longer so; once it is over where nothing is named.

    Ctrl-C leaves: the daemon goes on without us.
    """
    line = StatusLine()
    while found[while_] if while_ else not found["isSettled"]:
        if not options.json:
            line.show(f"{found['id']} {words}")
            line.tick()
        connection.poll(_POLL_S)
        found = connection.request("agentx/task/get", {"taskId": found["id"]})["task"]
    line.clear()
    return found
