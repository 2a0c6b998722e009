"""sessions, fork, export, import, record."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import counted, paint

Json = dict[str, Any]


def sessions(options: argparse.Namespace) -> int:
    """List them, newest last."""
    found = open_connection(options).request("agentx/session/list")["sessions"]
    if options.json:
        print_json(found)
        return Exit.OK
    for session in found:
        clock = time.strftime("%Y-%m-%d %H:%M", time.localtime(session["lastMs"] / 1000))
        waiting = f"  {counted(len(session['waiting']), 'input')} waiting" * bool(
            session["waiting"]
        )
        n_open = len(session["openHunkIds"])
        hunks = f"  {counted(n_open, 'hunk')} to decide" if n_open else ""
        turns = counted(len(session["taskIds"]), "turn")
        print(
            f"{session['id']:>4}  {clock}  {session['state']:<11}  {turns:<8}"
            f"  {_title(session)}{paint(waiting + hunks, 'dim')}"
        )
    if not found:
        print("no sessions yet; try: agentxd chat")
    return Exit.OK


def _title(session: Json) -> str:
    return session["title"] or (
        f"(from {session['source']})" if session["source"] else "(no title)"
    )


def fork(options: argparse.Namespace) -> int:
    """A new session that begins like another."""
    params: Json = {"sessionId": options.session, "at": options.at}
    for name in ("provider", "model"):
        if getattr(options, name):
            params[name] = getattr(options, name)
    found = open_connection(options).request("agentx/session/fork", params)
    return _new(options, found)


def export(options: argparse.Namespace) -> int:
    """JSON Lines on standard output."""
    params = {"sessionId": options.session}
    for line in open_connection(options).request("agentx/session/export", params)["lines"]:
        print(line)
    return Exit.OK


def import_(options: argparse.Namespace) -> int:
    """A session from a file of JSON Lines."""
    text = _read(options.file)
    return _new(options, open_connection(options).request("agentx/session/import", {"text": text}))


def record(options: argparse.Namespace) -> int:
    """A conversation for the scripted provider on standard output."""
    print(recorded(open_connection(options), options.id), end="")
    return Exit.OK


def recorded(connection: Connection, name: str) -> str:
    """The conversation of a task or a session."""
    found: str = connection.request("agentx/session/record", {"id": name})["conversation"]
    return found


def _new(options: argparse.Namespace, found: Json) -> int:
    if options.json:
        print_json(found)
        return Exit.OK
    session = found["session"]
    print(f"{session['id']}  {_title(session)}  ({counted(session['nMessages'], 'message')})")
    if found["cut"]:
        print(paint(f"  {found['cut']}", "yellow"))
    print(f"  Next: agentxd chat {session['id']}")
    return Exit.OK


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        reason = f"{file} cannot be read: {error.strerror}"
        raise ClientError("not_found", reason, "Name a file of agentxd export.") from error
    return data.decode(errors="replace")
