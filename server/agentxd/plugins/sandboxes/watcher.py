"""A small program between the daemon and a command: whoever the command leaves dies with it.

Run as a file, with the daemon's process id and the command line. Orphans of the command become its
children, in whatever group or session they are, so that "no children" means "no survivors". It ends
when the command does, when it gets SIGTERM, and when the daemon dies, however that happens. Each
command waits for its start, so it imports little: pathlib alone would double it.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_WAKING = (signal.SIGTERM, signal.SIGCHLD)
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_ENDED = 128 + signal.SIGTERM
_NOT_STARTED = 127


def watched(argv: list[str]) -> list[str]:
    """The command line that runs argv under a watcher of this process."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *argv]


def processes() -> list[int]:
    """The ids of all processes that can be seen."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208


def main(daemon: int, argv: list[str]) -> int:
    """Run argv to its end, then end what it left; its exit code, 128 + signal where it had one."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _WAKING)
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != daemon:
        return _ENDED  # it died before it could be watched
    try:
        command = os.posix_spawn(
            argv[0],
            argv,
            os.environ,
            setsid=True,
            setsigmask=[],
            setsigdef=[*_WAKING, *_IGNORED_BY_PYTHON],
        )
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        return _NOT_STARTED
    code = _until_end(command)
    _end_all()
    return code


def _until_end(command: int) -> int:
    while signal.sigwait(_WAKING) != signal.SIGTERM:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == command:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            if pid == 0:
                break
    return _ENDED


def _end_all() -> None:
    """Kill children until there are none; each that dies hands its own children to us."""
    try:
        while True:
            for pid in processes():
                if _parent_of(pid) == os.getpid():
                    _kill(pid)
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
            return int(file.read().rpartition(b")")[2].split()[1])
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
