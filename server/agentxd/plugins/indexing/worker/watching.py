"""Watches folders for changes; where that cannot be, everything is looked at now and then."""

import asyncio
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

_STEP_MS = 10
"""A change is told so long after it, and later where others follow."""
_DEBOUNCE_MS = 300
_WAIT_MS = 60_000
_TRIES = 5
_REARM_S = 0.5
"""Before it listens anew, so that a program that makes such names all the time costs little."""
_REMOTE = frozenset({
    "9p", "afs", "ceph", "cifs", "drvfs", "fuse.sshfs", "glusterfs", "nfs", "nfs4", "smb3",
    "vboxsf",
})  # fmt: skip
"""Kinds of file systems where another machine changes files unseen."""
_LOOK_S = 3.0
_LOOK_SHARE = 20
"""Looking takes one part in so many of the time at most."""

Arm = Callable[[Sequence[str]], Any]
"""Begins to watch folders, without those inside. Raises OSError."""
Heard = Callable[[Collection[str]], None]


class Watcher:
    """Tells of changed paths in its folders; absolute ones, of files and folders."""

    def __init__(
        self, root: str, heard: Heard, look: Callable[[], None], arm: "Arm | None" = None
    ) -> None:
        self._root = root
        self._arm = arm or arm_native
        self._heard = heard
        self._look = look
        self._loop = asyncio.get_running_loop()
        self._folders: frozenset[str] = frozenset()
        self._stop = threading.Event()
        self.look_took_s = 0.0
        """How long looking at everything took last, without reading what had changed."""
        self.trouble = ""
        """Why changes are not seen at once."""

    async def watch(self, folders: Iterable[str]) -> bool:
        """These folders from now on, relative to the root; whether they are others than before."""
        wanted = frozenset(folders)
        if wanted == self._folders or self.trouble:
            return False
        before, stop = self._stop, threading.Event()
        try:
            notify = await asyncio.to_thread(self._armed, wanted)
        except (OSError, ImportError) as error:
            self.trouble = f"changes of files cannot be watched ({_why(error)})"
            before.set()
            return False
        self._folders, self._stop = wanted, stop
        threading.Thread(target=self._listen, args=(notify, stop), daemon=True).start()
        before.set()
        return True

    async def run(self) -> None:
        """Look at everything from time to time where watching does not do; until cancelled."""
        try:
            while True:
                await asyncio.sleep(max(_LOOK_S, _LOOK_SHARE * self.look_took_s))
                if self.trouble:
                    self._look()
        finally:
            self._stop.set()

    def _armed(self, folders: Collection[str]) -> Any:
        if (kind := file_system(self._root)) in _REMOTE:
            raise OSError(f"{kind} does not tell of changes by other machines")
        for _ in range(_TRIES):
            try:
                return self._arm(self._places(folders))
            except FileNotFoundError:  # a folder vanished between the look and the watch
                continue
        raise OSError("folders come and go too fast")

    def _places(self, folders: Collection[str]) -> list[str]:
        places = [f"{self._root}/{folder}".rstrip("/") for folder in folders]
        return [*places, f"{self._root}/.git", f"{self._root}/.git/info"]

    def _listen(self, notify: Any, stop: threading.Event) -> None:
        """In a thread of its own, until it is told to stop."""
        folders = self._folders
        while not self._heard_all(notify, stop):  # by then it may have missed something
            stop.wait(_REARM_S)
            try:
                notify = self._armed(folders)
            except OSError as error:
                self.trouble = self.trouble or f"changes of files are not seen ({_why(error)})"
                return
            self._call(self._look)

    def _heard_all(self, notify: Any, stop: threading.Event) -> bool:
        """Whether it was told to stop; else only a fresh one can go on."""
        with notify:
            while True:
                try:
                    found = notify.watch(_DEBOUNCE_MS, _STEP_MS, _WAIT_MS, stop)
                except RuntimeError:  # a name that is no UTF-8, and then for ever
                    return stop.is_set()
                if found in ("stop", "signal"):
                    return True
                if found == "overflow":  # the system told of a part only
                    self._call(self._look)
                elif found != "timeout":
                    self._call(self._heard, {path for _, path in found})

    def _call(self, what: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:  # the loop is closed: the worker leaves
            return


def arm_native(places: Sequence[str]) -> Any:
    """By the system's own notification. Raises OSError where it has no more of it."""
    if sys.platform == "linux":
        from agentxd.plugins.indexing.worker.inotify import Inotify  # noqa: PLC0415  # Linux alone

        return Inotify(places)
    from watchfiles._rust_notify import RustNotify  # noqa: PLC0415  # loaded off the loop

    is_debugged, is_polling, delay_ms, is_recursive, is_lenient = False, False, 0, False, True
    there = [place for place in places if Path(place).is_dir()]
    return RustNotify(there, is_debugged, is_polling, delay_ms, is_recursive, is_lenient)


def file_system(root: str) -> str:
    """The kind of file system that a folder is on; empty where that cannot be told."""
    try:
        mounts = Path("/proc/self/mounts").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts:
        _, place, found, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        inside = root == place or root.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, found
    return kind


def _why(error: Exception) -> str:
    text = str(error)
    if "limit" in text or "No space" in text or "os error 28" in text:
        return "the system's limit of watches is reached: raise fs.inotify.max_user_watches"
    return text
