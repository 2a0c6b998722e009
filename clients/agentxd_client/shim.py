"""`agentxd lsp`: pumps bytes between an editor's pipes and the daemon, nothing else."""

import os
import select
import sys

from agentxd_protocol import places

_PIECE = 1 << 16


def run(root: str) -> int:
    """Until either side ends. Exit code 0, or 1 where the daemon could not be reached."""
    from agentxd_client import launch

    try:
        link = launch.connect_or_start(places.find_root(root))
    except launch.LaunchError as error:
        sys.stderr.write(f"agentxd: {error.message}\n  {error.next_step}\n")
        return 1
    return _pump(link.fileno())


def _pump(link: int) -> int:
    """The daemon's end of the link decides when it is over; an editor's end is passed on."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.register(link, select.POLLIN)
    while True:
        for source, _ in poll.poll():
            try:
                data = os.read(source, _PIECE)
            except ConnectionResetError:
                return 1
            if not data:
                if source == link:
                    return 0
                poll.unregister(0)
                _end_of_input(link)
                continue
            try:
                _write_all(link if source == 0 else 1, data)
            except (BrokenPipeError, ConnectionResetError):
                return 0 if source == link else 1


def _end_of_input(link: int) -> None:
    """The editor is gone: the daemon sees the end and closes its side."""
    import socket

    try:
        socket.socket(fileno=os.dup(link)).shutdown(socket.SHUT_WR)
    except OSError:
        return


def _write_all(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]
