"""Start-up of the daemon: arguments, lock, logs, then the event loop."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence

from agentxd_protocol.places import EXIT_REFUSED

from agentxd.kernel.errors import AgentxError, StateError, WorkspaceRefusedError

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_ALREADY_RUNNING = 75


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one workspace until nothing needs it; the exit code."""
    gc.disable()  # the imports make no garbage worth looking for; 0.1 s of the cold start
    parser = argparse.ArgumentParser(prog="python -m agentxd", description=__doc__)
    parser.add_argument("--root", required=True, help="workspace folder")
    parser.add_argument("--foreground", action="store_true", help="log to the terminal")
    parser.add_argument("--tcp", type=int, default=-1, help="also listen on 127.0.0.1:PORT")
    options = parser.parse_args(arguments)
    root = os.path.realpath(options.root)
    os.chdir("/")  # a folder that someone works in must not be held
    from agentxd.app.daemon import Daemon  # noqa: PLC0415  # after gc is off

    try:
        daemon = Daemon(root, is_foreground=options.foreground, tcp_port=options.tcp)
        asyncio.run(daemon.serve())
    except StateError as error:
        _complain(error)
        return EXIT_ALREADY_RUNNING
    except AgentxError as error:
        _complain(error)
        return EXIT_REFUSED if isinstance(error, WorkspaceRefusedError) else EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_OK
    return EXIT_OK


def _complain(error: AgentxError) -> None:
    sys.stderr.write(f"agentxd: {error.message}\n")
    if error.next_step:
        sys.stderr.write(f"  {error.next_step}\n")
