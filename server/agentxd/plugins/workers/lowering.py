"""What a process does to itself so that it ends with its parent and gives way to others."""

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Be killed when the parent is gone; ends at once where it is gone already.

    Elsewhere than on Linux the end of the input has to do.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def give_way(niceness: int = 10) -> None:
    """Lower the priority of the calling thread; of the whole process where threads have none."""
    who = threading.get_native_id() if sys.platform == "linux" else 0
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, who, niceness)
