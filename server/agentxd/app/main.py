"""Start-up of the daemon: arguments, lock, logs, then the event loop."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from agentxd_protocol.places import EXIT_REFUSED

from agentxd.kernel.errors import (
    AgentxError,
    ProviderError,
    StateError,
    WorkspaceRefusedError,
)

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
    parser.add_argument(
        "--warm", metavar="PROVIDER", help="a model will be asked soon; empty for the usual one"
    )
    options = parser.parse_args(arguments)
    options.root = os.path.realpath(options.root)
    os.chdir("/")  # a folder that someone works in must not be held
    try:
        asyncio.run(_serve(options))
    except StateError as error:
        _complain(error)
        return EXIT_ALREADY_RUNNING
    except AgentxError as error:
        _complain(error)
        return EXIT_REFUSED if isinstance(error, WorkspaceRefusedError) else EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_OK
    return EXIT_OK


async def _serve(options: argparse.Namespace) -> None:
    """The worker loads its SDK while the daemon's own modules are loaded here."""
    worker = None
    if options.warm is not None:
        from agentxd.app.warming import warmed  # noqa: PLC0415  # no other start pays for it

        with suppress(ProviderError):  # whoever asks the model is told
            worker = await warmed(options.root, options.warm, os.environ)
    from agentxd.app.daemon import Daemon  # noqa: PLC0415  # after gc is off

    daemon = Daemon(
        options.root, is_foreground=options.foreground, tcp_port=options.tcp, worker=worker
    )
    await daemon.serve()


def _complain(error: AgentxError) -> None:
    sys.stderr.write(f"agentxd: {error.message}\n")
    if error.next_step:
        sys.stderr.write(f"  {error.next_step}\n")
