"""status, stop, serve, lsp, doctor."""

import argparse
import fcntl
import os
import sys
import time

from agentxd_client import launch, shim
from agentxd_client.connection import Connection
from agentxd_protocol import places

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.status_text import lines_of
from agentxd_cli.terminal import paint

_STOP_S = 20.0


def status(options: argparse.Namespace) -> int:
    """How the daemon is; it is not started for this."""
    connection = _running(options)
    if connection is None:
        return _not_running(options)
    found = connection.request("agentx/daemon/status")
    if options.json:
        print_json(found)
    else:
        print("\n".join(lines_of(found)))
    return Exit.OK


def stop(options: argparse.Namespace) -> int:
    """Stop it and wait until it is gone."""
    connection = _running(options)
    if connection is None:
        return _not_running(options, is_wanted=True)
    found = connection.request("agentx/daemon/stop", {"isForced": options.force})
    if options.json:
        print_json(found)
    elif not found["isStopping"]:
        print(f"agentxd: not stopped: {found['reason']}; use --force", file=sys.stderr)
    if not found["isStopping"]:
        return Exit.WRONG_STATE
    connection.close()
    deadline = time.monotonic() + _STOP_S
    while _is_alive(places.find_root(options.root)):
        if time.monotonic() > deadline:
            print(f"agentxd: the daemon is still there after {_STOP_S:.0f} s", file=sys.stderr)
            return Exit.FAILED
        time.sleep(0.02)
    if not options.json:
        print("stopped")
    return Exit.OK


def _is_alive(root: str) -> bool:
    """Whether a daemon still holds the lock; the kernel frees it when the process is gone."""
    try:
        handle = os.open(places.state_dir(root) + "/daemon.lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def serve(options: argparse.Namespace) -> int:
    """Become the daemon."""
    command = [*places.python_command(places.find_root(options.root)), "--foreground"]
    if options.tcp is not None:
        command += ["--tcp", str(options.tcp)]
    os.execv(command[0], command)  # noqa: S606  # no shell is wanted
    return Exit.FAILED


def lsp(options: argparse.Namespace) -> int:
    """The shim."""
    return shim.run(options.root)


def doctor(options: argparse.Namespace) -> int:
    """Every part."""
    found = open_connection(options).request("agentx/daemon/diagnose")["checks"]
    if options.json:
        print_json(found)
    else:
        for check in found:
            sign, colour = {"ok": ("✓", "green"), "warning": ("!", "yellow")}.get(
                check["state"], ("✗", "red")
            )
            print(f"{paint(sign, colour)} {check['name']}: {check['detail']}")
            if check["nextStep"]:
                print(f"    {check['nextStep']}")
    is_broken = any(check["state"] == "error" for check in found)
    return Exit.FAILED if is_broken else Exit.OK


def _running(options: argparse.Namespace) -> Connection | None:
    import socket  # with the connection only

    root = places.find_root(options.root)
    link = launch.connect(root)
    return None if link is None else Connection(socket.socket(fileno=link.detach()), root)


def _not_running(options: argparse.Namespace, *, is_wanted: bool = False) -> int:
    root = places.find_root(options.root)
    if options.json:
        print_json({"isRunning": False, "root": root})
    else:
        print(f"no daemon runs for {root}; any command starts it")
    return Exit.OK if is_wanted else Exit.DAEMON_UNREACHABLE
