"""Where the daemon of a workspace lives: socket, lock, state. Standard library only, and light."""

import os
import sys

EXIT_REFUSED = 15
"""Exit code of a daemon that does not work in this folder."""

_MAX_SOCKET = 100
"""Bytes of a socket path; the kernel takes 107."""


def find_root(start: str) -> str:
    """The enclosing git work tree, else the folder itself; always a real absolute path."""
    start = os.path.realpath(start)
    folder = start
    while True:
        if os.path.exists(folder + "/.git"):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return start
        folder = parent


def workspace_key(root: str) -> str:
    """Short name of a workspace, the same for every client (FNV-1a over the real path)."""
    value = 0xCBF29CE484222325
    for byte in os.fsencode(root):
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def runtime_dir() -> str:
    """Folder of the sockets."""
    if own := os.environ.get("AGENTXD_RUNTIME_DIR"):
        return _below_home(own)
    if (shared := os.environ.get("XDG_RUNTIME_DIR", "")).startswith("/"):
        return shared + "/agentxd"
    return f"/tmp/agentxd-{os.getuid()}"  # noqa: S108  # made 0700 and checked before use


def state_home() -> str:
    """Folder of everything that outlives the daemon."""
    if own := os.environ.get("AGENTXD_STATE_DIR"):
        return _below_home(own)
    if (shared := os.environ.get("XDG_STATE_HOME", "")).startswith("/"):
        return shared + "/agentxd"
    return os.path.expanduser("~/.local/state/agentxd")


def _below_home(folder: str) -> str:
    """A relative place must not depend on where a command or the daemon happens to stand."""
    return os.path.normpath(os.path.join(os.path.expanduser("~"), os.path.expanduser(folder)))


def socket_path(root: str) -> str:
    """The socket of a workspace; short, whatever the root is called."""
    path = f"{runtime_dir()}/{workspace_key(root)}.sock"
    if len(os.fsencode(path)) <= _MAX_SOCKET:
        return path
    return f"/tmp/agentxd-{os.getuid()}/{workspace_key(root)}.sock"  # noqa: S108


def state_dir(root: str) -> str:
    """Log, blobs and lock of a workspace."""
    return f"{state_home()}/{workspace_key(root)}"


def log_path(root: str) -> str:
    """The daemon's own log file."""
    return state_dir(root) + "/daemon.log"


def make_private(folder: str) -> None:
    """Make a folder for its owner alone; one that is there already stays as it is.

    Raises OSError, and PermissionError where it is another's or others may write to it.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    found = os.stat(folder)
    if found.st_uid != os.getuid():
        raise PermissionError(13, "it belongs to another user", folder)
    if found.st_mode & 0o022:
        raise PermissionError(13, "other users may write to it", folder)


def python_command(root: str) -> list[str]:
    """How the daemon of a workspace is started; nothing is loaded from the folder it starts in."""
    return [sys.executable, "-P", "-m", "agentxd", "--root", root]
