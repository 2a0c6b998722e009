"""Finds the daemon of a workspace, or starts it. Standard library only, and light."""

import _socket
import os

from agentxd_protocol import places

TYPE_CHECKING = False  # `typing` itself is half the time of the thin paths
if TYPE_CHECKING:
    import socket

_WAIT_S = 20.0
_TAIL_BYTES = 2_000


class LaunchError(Exception):
    """The daemon could not be reached or started; `next_step` tells what to do."""

    def __init__(self, message: str, next_step: str = "", code: str = "daemon_unreachable") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.code = code


def connect(root: str) -> "_socket.socket | None":
    """A link to the running daemon, None where there is none."""
    link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        link.connect(places.socket_path(root))
    except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
        link.close()
        return None
    except PermissionError as error:
        link.close()
        raise LaunchError(
            f"the daemon's socket {places.socket_path(root)} belongs to another user",
            "Set AGENTXD_RUNTIME_DIR to a folder of your own.",
        ) from error
    return link


def connect_or_start(root: str, warm: "str | None" = None) -> "_socket.socket":
    """A link to the daemon; several clients at one moment start exactly one. Raises LaunchError.

    `warm` says that a model of this provider will be asked soon; empty for whichever it will be.
    """
    link = connect(root)
    if link is not None:
        return link
    if not os.path.isdir(root):
        raise LaunchError(f"there is no folder {root}", "Go to a project.", "workspace_refused")
    handle = _lock(root)
    try:
        return connect(root) or _start(root, warm)
    finally:
        os.close(handle)


def open_link(root: str, warm: "str | None" = None) -> "socket.socket":
    """A link as a full socket object, for clients that wait on it. Raises LaunchError."""
    import socket  # 4 ms that the thin paths do not need

    return socket.socket(fileno=connect_or_start(root, warm).detach())


def _lock(root: str) -> int:
    """Whoever holds it starts the daemon; the others wait and find it running."""
    folder = os.path.dirname(places.socket_path(root))
    try:
        places.make_private(folder)
        handle = os.open(
            f"{folder}/{places.workspace_key(root)}.start", os.O_RDWR | os.O_CREAT, 0o600
        )
    except OSError as error:
        raise LaunchError(
            f"{folder} cannot be used: {error.strerror}",
            "Set AGENTXD_RUNTIME_DIR to a folder that you own and may write to.",
        ) from error
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _start(root: str, warm: "str | None") -> "_socket.socket":
    import time  # only where a daemon must be started

    hint = [] if warm is None else ["--warm", warm]
    pid = _spawn([*places.python_command(root), *hint], _open_log(root))
    deadline = time.monotonic() + _WAIT_S
    pause = 0.005
    while time.monotonic() < deadline:
        link = connect(root)
        if link is not None:
            return link
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            raise _failed(root, os.waitstatus_to_exitcode(status))
        time.sleep(pause)
        pause = min(0.01, pause * 1.5)
    raise LaunchError(
        f"the daemon did not answer within {_WAIT_S:.0f} s", f"Look at {places.log_path(root)}"
    )


def _spawn(command: list[str], log: int) -> int:
    """A process in a session of its own; `subprocess` would be a tenth of the cold start."""
    null = os.open(os.devnull, os.O_RDONLY)
    actions = [(os.POSIX_SPAWN_DUP2, *pair) for pair in ((null, 0), (log, 1), (log, 2))]
    try:
        return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)
    finally:
        os.close(null)
        os.close(log)


def _open_log(root: str) -> int:
    try:
        places.make_private(places.state_dir(root))
        path = places.state_dir(root) + "/start.log"
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise LaunchError(
            f"{places.state_dir(root)} cannot be used: {error.strerror}",
            "Set AGENTXD_STATE_DIR to a folder that you own and may write to.",
        ) from error


def _failed(root: str, code: int) -> LaunchError:
    """What the daemon said before it gave up: a sentence, and below it what to do."""
    try:
        with open(places.state_dir(root) + "/start.log", "rb") as file:
            said = file.read()[-_TAIL_BYTES:].decode(errors="replace").strip()
    except OSError:
        said = ""
    name = "workspace_refused" if code == places.EXIT_REFUSED else "daemon_unreachable"
    if said.startswith("agentxd: "):
        message, _, next_step = said.removeprefix("agentxd: ").partition("\n")
        return LaunchError(message, next_step.strip(), name)
    words = f"the daemon ended with {code} at its start: {said[-500:]}"
    return LaunchError(words, f"More may stand in {places.log_path(root)}", name)
